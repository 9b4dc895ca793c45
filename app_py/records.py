"""JSON records out of a place where anything may have been written: by an older version, or by a damaged disk."""

import json
import math
import re
from itertools import accumulate
from typing import Any

LONGEST = 1_000_000
"""Characters; what this project keeps as text is far smaller."""

DEEPEST = 20
"""Objects and lists within one another."""

# Possessive: of a text without end nothing is tried twice. A string that is not closed goes to the end.
_NO_BRACKET = re.compile(r'(?:"(?:[^"\\]++|\\.?)*+"?|[^"\[\]{}]++)++', re.DOTALL)


def parse_record(text: str | None) -> dict[str, Any]:
    """The fields of a record; none where the text is not a JSON object of a sane size.

    >>> parse_record('{"a": 1}')
    {'a': 1}
    >>> parse_record("[" * 100_000)
    {}
    """
    if text is None or len(text) > LONGEST or is_deep(text):
        return {}
    try:
        fields = json.loads(text)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def is_deep(text: str, deepest: int = DEEPEST) -> bool:
    """Whether objects and lists stand more than so many within one another.

    Asked before the text is read: in Pyodide the reader's recursion ends the interpreter, not in an exception.
    """
    brackets = _NO_BRACKET.sub("", text)
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0) > deepest


def is_number(value: object, low: float, high: float) -> bool:
    """Whether a field is a finite number of that range. JSON's 1e999 reads as infinity, and `true` as an integer.

    >>> is_number(float("inf"), 0, 1e9), is_number(True, 0, 1), is_number(3, 0, 10)
    (False, False, True)
    """
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and low <= value <= high
    )
