"""The authority under which a council decides its boundary, as stated in its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.options.mandate_area import MandateArea, area_faults, parse_area
from localarea.options.stated import is_text, unknown_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS: Final = ("words", "source", "role")


@dataclass(frozen=True, slots=True)
class Mandate:
    """
    The authority to decide, quoted from the council.

    ``source``: body, date and minute reference.
    """

    words: str
    source: str
    role: str
    area: MandateArea | None = None


def mandate_faults(stated: object) -> list[str]:
    """Validate the table ``[mandate]`` of a council's file: faults; empty if the table is valid."""
    if stated is None:
        return []
    if not isinstance(stated, dict):
        return ["the authority to decide must be a [mandate] table"]
    known = (*_TEXTS, "area")
    faults = unknown_keys(stated, known, where="mandate: ")
    faults += [
        f"mandate: {name!r} must be non-blank text"
        for name in _TEXTS
        if not is_text(stated.get(name))
    ]
    return faults + area_faults(stated.get("area"))


def parse_mandate(stated: Mapping[str, Any] | None) -> Mandate | None:
    """
    Read the table ``[mandate]``, once :func:`mandate_faults` has found no fault.

    None if the file has no such table.
    """
    if stated is None:
        return None
    texts = {name: stated[name] for name in _TEXTS}
    return Mandate(**texts, area=parse_area(stated.get("area")))
