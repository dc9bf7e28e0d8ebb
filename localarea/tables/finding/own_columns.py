"""The columns that a check adds, in both wordings, and those that an earlier check added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Wording = Literal["codes", "people"]

# Header in codes, and the one for people. Programs rely on the codes.
ADDED_HEADERS: Final = {
    "local_postcode": "Postcode checked",
    "local_status": "Local?",
    "local_borderline": "Borderline?",
    "local_reason": "Reason",
    "local_explanation": "Explanation",
    "local_zone": "Zone",
    "local_district": "District",
    "local_terminated": "Postcode withdrawn",
    "local_definition": "Definition",
    "local_minutes_to_anchor": "Minutes by car",
}
EVIDENCE_HEADERS: Final = {
    "local_metres_to_boundary": "Metres to the boundary",
    "local_split": "On both sides?",
    "local_options_local": "Options in which it is local",
    "local_options_all": "Options in all",
}
USED_HEADER: Final = {"local_column": "Column used"}
# Answers and reasons, for people.
STATUS_WORDS: Final = {"local": "Yes", "not_local": "No", "unknown": "Unknown"}
FLAG_WORDS: Final = {"true": "Yes", "false": "No"}
REASON_WORDS: Final = {
    "in_area": "Inside the area",
    "outside_area": "Outside the area",
    "terminated": "Postcode withdrawn",
    "outward_only": "First half of a postcode only",
    "blank": "No postcode",
    "malformed": "Cannot be read",
    "not_in_directory": "Not in the postcode directory",
    "non_geographic": "No place on the map",
    "scotland": "In Scotland",
    "northern_ireland": "In Northern Ireland",
    "isle_of_man": "In the Isle of Man",
    "channel_islands": "In the Channel Islands",
    "several": "More than one postcode",
    "withheld": "Withheld",
    "abroad": "Abroad",
}
_NAMES: Final = {
    "scotland": "Scotland",
    "northern_ireland": "Northern Ireland",
    "isle_of_man": "Isle of Man",
    "channel_islands": "Channel Islands",
}
_HEADERS: Final = {**ADDED_HEADERS, **EVIDENCE_HEADERS, **USED_HEADER}
_OURS: Final = {text.casefold(): name for name, said in _HEADERS.items() for text in (name, said)}
_NEEDED: Final = frozenset({"local_postcode", "local_status", "local_reason"})
_NUMBER: Final = re.compile(r"_[0-9]{1,3}\Z")


def plain_reason(reason: str) -> str:
    """
    Write the code of a reason with spaces, and a place with its capitals.

    Examples
    --------
    >>> plain_reason("in_area"), plain_reason("isle_of_man")
    ('in area', 'Isle of Man')
    """
    return _NAMES.get(reason) or reason.replace("_", " ")


def header_for(name: str, wording: Wording) -> str:
    """
    Return the header of an added column.

    ``name``: header in codes, such as ``local_status``. Returns header to write; names that are not
    of added columns stay.

    Examples
    --------
    >>> header_for("local_status", "people")
    'Local?'
    """
    return _HEADERS.get(name, name) if wording == "people" else name


def own_columns(headers: Sequence[str]) -> tuple[int, ...]:
    """
    Find the columns that an earlier check added.

    Positions, in order: every unbroken run of our headers, in either wording and with any number
    after them, that has a postcode, an answer and a reason.

    Examples
    --------
    >>> own_columns(["a", "local_postcode", "local_status", "local_reason", "local_note"])
    (1, 2, 3)
    """
    ours = {
        at: name
        for at, header in enumerate(headers)
        if header and (name := _OURS.get(_NUMBER.sub("", header.strip()).casefold()))
    }
    if not _NEEDED.issubset(ours.values()):  # of most rows, and of those of 16,384 blank cells
        return ()
    found: list[int] = []
    for first, last in runs([*ours]):
        run = range(first, last + 1)
        if _NEEDED.issubset(ours[at] for at in run):
            found += run
    return tuple(found)


def runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """
    Group columns that stand side by side.

    ``columns``: positions, in order. Returns first and last position of each run.

    Examples
    --------
    >>> runs((2, 3, 4, 7))
    [(2, 4), (7, 7)]
    """
    found: list[tuple[int, int]] = []
    for column in columns:
        if found and column == found[-1][1] + 1:
            found[-1] = (found[-1][0], column)
        else:
            found.append((column, column))
    return found
