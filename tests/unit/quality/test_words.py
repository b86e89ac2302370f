"""How numbers read."""

import pytest

from datacontract_runner.quality import words


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 16, "0 % null (0 of 16)"),
        (2430, 33677, "7.22 % null (2,430 of 33,677)"),
        (1, 10_000_000, "0.00001 % null (1 of 10,000,000)"),
        (9_999_999, 10_000_000, "99.99999 % null (9,999,999 of 10,000,000)"),
        (3, 3, "100 % null (3 of 3)"),
        (0, 0, "0 % null (0 of 0)"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(part: int, whole: int, text: str) -> None:
    assert words.share(part, whole, "null") == text


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ((1, 5, False, False), "from 1 to 5"),
        ((1, 5, True, False), "from 1 (excluded) to 5"),
        ((0, None, True, False), "above 0"),
        ((None, "2020-01-01", False, False), "at most '2020-01-01'"),
    ],
)
def test_bounds_read_like_a_sentence(bounds: tuple[object, object, bool, bool], text: str) -> None:
    low, high, strict_low, strict_high = bounds
    assert words.interval(low, high, strict_low=strict_low, strict_high=strict_high) == text


def test_long_sets_are_shortened() -> None:
    assert words.members(["a", "b", "c", "d", "e", "f", "g"]) == "('a', 'b', 'c', 'd', 'e' and 2 more)"
