"""
What a value of a council's file, a scenario or a definition is.

Not by pydantic: its import would double the time of a cold `localarea check`, which reads these.
"""

from __future__ import annotations

from typing import TypeGuard


def is_text(value: object) -> TypeGuard[str]:
    """
    Check whether a value is text that is not blank.

    Examples
    --------
    >>> is_text("Norwich"), is_text(" "), is_text(None)
    (True, False, False)
    """
    return isinstance(value, str) and bool(value.strip())


def is_number(value: object) -> TypeGuard[int | float]:
    """
    Check whether a value is a number; True and False are none.

    Examples
    --------
    >>> is_number(0.5), is_number(True), is_number("1")
    (True, False, False)
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool)
