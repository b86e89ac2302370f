"""The ODCS comparison of a rule, exact."""

from fractions import Fraction

from datacontract_api.errors import InvalidValue
from datacontract_api.scalars import decimal
from datacontract_runner.quality.rules.place import Place


def bound(place: Place) -> tuple[str, Fraction | tuple[Fraction, Fraction]]:
    """The operator's word and its number, or its two numbers.

    Raises:
        InvalidValue: a range whose first number is greater than its second.
    """
    comparison = place.rule.comparison()
    assert comparison is not None
    word, value = comparison
    if not isinstance(value, list):
        return word, Fraction(decimal(value))
    low, high = (Fraction(decimal(end)) for end in value)
    if low > high:
        raise InvalidValue(f"{word}: {value[0]} is greater than {value[1]}.", field=f"{place.path}.{word}")
    return word, (low, high)
