"""Verdict codes: every combination of status and reason, and the rule that chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from localarea.records import Reason, Status


_ABROAD: Final[dict[str, tuple[Reason, str]]] = {
    "S": ("scotland", "Scotland"),
    "N": ("northern_ireland", "Northern Ireland"),
    "L": ("channel_islands", "the Channel Islands"),
    "M": ("isle_of_man", "the Isle of Man"),
}


class Meaning(NamedTuple):
    """Meaning of one verdict code."""

    status: Status
    reason: Reason
    borderline: bool = False


# The position in this tuple is the code. Codes may be stored: append, never reorder.
MEANINGS: Final[tuple[Meaning, ...]] = (
    Meaning("unknown", "not_in_directory"),
    Meaning("unknown", "blank"),
    Meaning("unknown", "malformed"),
    Meaning("unknown", "non_geographic"),
    Meaning("local", "outward_only"),
    Meaning("not_local", "outward_only"),
    Meaning("unknown", "outward_only"),
    Meaning("not_local", "scotland"),
    Meaning("not_local", "northern_ireland"),
    Meaning("not_local", "isle_of_man"),
    Meaning("not_local", "channel_islands"),
    Meaning("local", "in_area"),
    Meaning("local", "in_area", borderline=True),
    Meaning("not_local", "outside_area"),
    Meaning("not_local", "outside_area", borderline=True),
    Meaning("local", "terminated"),
    Meaning("local", "terminated", borderline=True),
    Meaning("not_local", "terminated"),
    Meaning("not_local", "terminated", borderline=True),
    Meaning("unknown", "terminated"),
    Meaning("unknown", "several"),
    Meaning("unknown", "withheld"),
    Meaning("not_local", "abroad"),
)


CODE_OF: Final = {meaning: code for code, meaning in enumerate(MEANINGS)}


NOT_IN_DIRECTORY: Final = CODE_OF[Meaning("unknown", "not_in_directory")]


BLANK_CELL: Final = CODE_OF[Meaning("unknown", "blank")]


MALFORMED_CELL: Final = CODE_OF[Meaning("unknown", "malformed")]


SEVERAL_CELL: Final = CODE_OF[Meaning("unknown", "several")]


WITHHELD_CELL: Final = CODE_OF[Meaning("unknown", "withheld")]


ABROAD_CELL: Final = CODE_OF[Meaning("not_local", "abroad")]


# Verdict codes of cells without a postcode of the directory, by the result of parsing them
# (`localarea.geo.postcodes`: WHOLE, OUTWARD, BLANK, MALFORMED, one of the compiled parser, SEVERAL,
# WITHHELD, ABROAD).
UNREAD: Final = (
    *(NOT_IN_DIRECTORY, NOT_IN_DIRECTORY, BLANK_CELL, MALFORMED_CELL, MALFORMED_CELL),
    *(SEVERAL_CELL, WITHHELD_CELL, ABROAD_CELL),
)


# Flags for why a postcode is borderline; the sum if both apply.
NEAR_BOUNDARY: Final = 1


NEAR_LIMIT: Final = 2


def decide(country: str, inside: bool | None, *, ended: bool, borderline: bool) -> Meaning:
    """
    Decide the verdict of a postcode: the single rule that every type of check uses.

    Parameters
    ----------
    country : str
        First letter of the district code; empty if there is none.
    inside : bool or None
        Whether its zone is in the area; None if it has no zone.
    borderline : bool
        Whether it is within the borderline distance, or the borderline minutes of the limit.

    Examples
    --------
    >>> decide("S", None, ended=False, borderline=False)
    Meaning(status='not_local', reason='scotland', borderline=False)
    """
    status: Status = "unknown"
    reason: Reason = "non_geographic"
    if country in _ABROAD:
        status, reason = "not_local", _ABROAD[country][0]
    elif inside is not None:
        status = "local" if inside else "not_local"
        reason = "in_area" if inside else "outside_area"
    flag = borderline and reason in {"in_area", "outside_area"}
    return Meaning(status, "terminated" if ended else reason, flag)


def decide_outward(local: int, not_local: int) -> Meaning:
    """
    Decide the verdict of an outward code from its live postcodes that have a location.

    ``local`` or ``not_local`` only if all of them are.
    """
    if local and not not_local:
        return Meaning("local", "outward_only")
    return Meaning("not_local" if not_local and not local else "unknown", "outward_only")
