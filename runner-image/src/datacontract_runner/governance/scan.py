"""Reads SQL as ClickHouse formats it: what stands outside of quotes and parentheses. Purely computational."""

import re
from collections.abc import Iterator

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def top_level(text: str) -> Iterator[int]:
    """Yields the offsets of characters outside of quotes and of any parentheses."""
    depth, quote, at = 0, "", 0
    while at < len(text):
        char = text[at]
        if quote:
            at += 1 if char == "\\" else 0
            quote = "" if char == quote else quote
        elif char in "'`\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif depth == 0:
            yield at
        at += 1


def find(text: str, word: str) -> int:
    """The first offset of a word outside of quotes and parentheses, -1 when it is not there."""
    return next((at for at in top_level(text) if text.startswith(word, at)), -1)


def find_last(text: str, word: str) -> int:
    """The last offset of a word outside of quotes and parentheses, -1 when it is not there."""
    return max((at for at in top_level(text) if text.startswith(word, at)), default=-1)


def split(text: str, separator: str = ",") -> list[str]:
    """Splits at a character outside of quotes and parentheses; blanks around the parts are dropped."""
    ends = [at for at in top_level(text) if text[at] == separator]
    starts = [0, *(end + 1 for end in ends)]
    return [text[start:end].strip() for start, end in zip(starts, [*ends, len(text)], strict=True)]


def without_parentheses(text: str) -> str:
    """Takes off parentheses that enclose the whole text, as often as they do."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _enclosed(text):
        text = text[1:-1].strip()
    return text


def _enclosed(text: str) -> bool:
    """Whether the first parenthesis is closed by the last, and the inside is no list."""
    return not any(True for _ in top_level(text)) and _balanced(text[1:-1]) and len(split(text[1:-1])) == 1


def _balanced(text: str) -> bool:
    depth, quote, at = 0, "", 0
    while at < len(text):
        char = text[at]
        if quote:
            at += 1 if char == "\\" else 0
            quote = "" if char == quote else quote
        elif char in "'`\"":
            quote = char
        else:
            depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
        at += 1
    return depth == 0 and not quote


def unquoted(name: str) -> str:
    """An identifier without its quotes and escapes."""
    return _ESCAPED.sub(r"\1", name[1:-1]) if name[:1] in ("`", '"') else name
