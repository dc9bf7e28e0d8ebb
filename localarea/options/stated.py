"""
What a value of a council's file, a scenario or a definition is.

Not by pydantic: its import would double the time of a cold `localarea check`, which reads these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from localarea.errors import nearest_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


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


def unknown_keys(stated: Iterable[object], known: Collection[str], *, where: str = "") -> list[str]:
    """
    Return a fault for each key of a table that is not known, with what may be meant.

    Examples
    --------
    >>> unknown_keys(["titel"], ["title", "anchor"], where="mandate: ")
    ["mandate: the key 'titel' is not known; nearest: title"]
    """
    faults = []
    for key in stated:
        if key in known:
            continue
        near = nearest_names(str(key), known, count=1)
        hint = f"nearest: {near[0]}" if near else f"those known are {', '.join(sorted(known))}"
        faults.append(f"{where}the key {key!r} is not known; {hint}")
    return faults
