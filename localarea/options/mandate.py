"""What a council's file says of the authority under which its boundary is decided."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Mandate:
    """
    The authority to decide, in the council's own words.

    Attributes
    ----------
    words : str
        What was resolved or recommended, quoted.
    source : str
        Body, date and minute.
    role : str
        Who decides.
    """

    words: str
    source: str
    role: str


def mandate_faults(stated: object) -> list[str]:
    """
    Find what is wrong with the table ``[mandate]`` of a council's file.

    Parameters
    ----------
    stated : object
        What the file states; None where it has no such table.

    Returns
    -------
    list of str
        Faults; empty when there is none.
    """
    if stated is None:
        return []
    if not isinstance(stated, dict):
        return ["the authority to decide is written [mandate]"]
    names = [f.name for f in fields(Mandate)]
    faults = [f"mandate: the key {key!r} is not known" for key in stated if key not in names]
    return faults + [
        f"mandate: {name!r} must be a text that is not blank"
        for name in names
        if not isinstance(stated.get(name), str) or not stated[name].strip()
    ]


def parse_mandate(stated: Mapping[str, Any] | None) -> Mandate | None:
    """
    Read the table ``[mandate]`` of a council's file, after :func:`mandate_faults`.

    Parameters
    ----------
    stated : mapping or None
        What the file states.

    Returns
    -------
    Mandate or None
        None where the file has no such table.
    """
    return None if stated is None else Mandate(**stated)
