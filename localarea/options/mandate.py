"""The authority under which a council decides its boundary, as stated in its file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Mandate:
    """
    The authority to decide, quoted from the council.

    Attributes
    ----------
    words : str
        Quotation of the resolution or recommendation.
    source : str
        Body, date and minute reference.
    role : str
        Role of the decision-maker.
    """

    words: str
    source: str
    role: str


def mandate_faults(stated: object) -> list[str]:
    """Validate the table ``[mandate]`` of a council's file: faults; empty if the table is valid."""
    if stated is None:
        return []
    if not isinstance(stated, dict):
        return ["the authority to decide must be a [mandate] table"]
    names = [f.name for f in fields(Mandate)]
    faults = [f"mandate: the key {key!r} is not known" for key in stated if key not in names]
    return faults + [
        f"mandate: {name!r} must be non-blank text"
        for name in names
        if not isinstance(stated.get(name), str) or not stated[name].strip()
    ]


def parse_mandate(stated: Mapping[str, Any] | None) -> Mandate | None:
    """
    Read the table ``[mandate]``, once :func:`mandate_faults` has found no fault.

    Parameters
    ----------
    stated : mapping or None
        The table as read.

    Returns
    -------
    Mandate or None
        None if the file has no such table.
    """
    return None if stated is None else Mandate(**stated)
