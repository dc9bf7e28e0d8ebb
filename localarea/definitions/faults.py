"""What a definition may not say: each fault in words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final, Literal, get_args

from localarea.classify.boundary import drive_limit
from localarea.options.stated import is_number, is_text

Purpose = Literal["measure", "reservation"]


PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)


FORMAT: Final = 1  # of the file; increased if an older localarea could misread a newer file


ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,78}[a-z0-9])?")


ID_FAULT: Final = (
    "the id must be 1 to 80 lowercase letters, digits, dots and hyphens, such as "
    "colchester-measure-2026.1"
)


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


MAX_BORDERLINE_M: Final = 1_000_000  # no place in Great Britain is farther from a boundary


MAX_BORDERLINE_MIN: Final = 600


_LONGEST: Final = 10_000  # maximum characters of a text


def is_day(text: Any) -> bool:
    """
    Check whether a value is a day as definitions write it.

    True for text such as ``2026-04-01`` that is in the calendar.
    """
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def text_faults(made: Any) -> list[str]:
    """List what is wrong with the texts of a definition."""
    faults = []
    if not isinstance(made.id, str) or not ID.fullmatch(made.id):
        faults.append(ID_FAULT)
    if made.purpose not in PURPOSES:
        faults.append(f"the purpose must be measure or reservation, not {made.purpose!r}")
    for name in ("council", "title", "option", "approved_by", "role", "reason", "software"):
        value = getattr(made, name)
        if not is_text(value):
            faults.append(f"{name.replace('_', ' ')} must be stated")
        elif len(value) > _LONGEST or any(ord(c) < 32 and c not in "\n\t" for c in value):
            faults.append(f"{name.replace('_', ' ')} is too long or has control characters")
    if made.format != FORMAT:
        faults.append(f"the file format is {made.format!r}, and this localarea reads {FORMAT}")
    return faults


def date_faults(made: Any) -> list[str]:
    """List what is wrong with its dates."""
    faults = [
        f"{name.replace('_', ' ')} must be a date such as 2026-04-01, not {getattr(made, name)!r}"
        for name in ("effective_from", "effective_to", "approved_on")
        if not (is_day(getattr(made, name)) or (name == "effective_to" and not made.effective_to))
    ]
    if not faults and made.last_day < made.effective_from:
        faults.append(f"it would end on {made.effective_to}, before {made.effective_from}")
    if not isinstance(made.directory_date, str) or not MONTH.fullmatch(made.directory_date):
        faults.append(f"the month of the directory is {made.directory_date!r}")
    if made.supersedes is not None and made.supersedes == made.id:
        faults.append("it cannot supersede itself")
    return faults


def area_faults(made: Any) -> list[str]:
    """List what is wrong with its zones and its distance."""
    faults = []
    if not made.zones or list(made.zones) != sorted(set(made.zones)):
        faults.append("there must be at least one zone; zones must be sorted and unique")
    if (
        not isinstance(made.borderline_m, int | float)
        or not 0 <= made.borderline_m <= MAX_BORDERLINE_M
    ):
        faults.append(
            f"the borderline distance must be 0 to {MAX_BORDERLINE_M:,} metres, "
            f"not {made.borderline_m}"
        )
    faults += minutes_faults(made)
    if made.zone_system not in {"msoa11", "msoa21"}:
        faults.append(f"zones of the system {made.zone_system!r} cannot be indexed")
    return faults


def minutes_faults(made: Any) -> list[str]:
    """List what is wrong with its borderline minutes."""
    near = made.borderline_min
    if near is None:
        return []
    if not is_number(near) or not 0 <= near <= MAX_BORDERLINE_MIN:
        return [f"the borderline minutes must be 0 to {MAX_BORDERLINE_MIN}, not {near!r}"]
    if drive_limit(str(made.method), made.parameters, made.anchor) is None:
        return [f"an option by {made.method} has no limit in minutes that a postcode can be near"]
    return []
