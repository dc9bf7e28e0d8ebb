"""Titles of options, as people read them: short, with the anchor and every change named."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from localarea.options.stated import is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MOST_NAMED: Final = 3  # places of one kind of change; the option's parameters hold all
_SETTINGS: Final[Mapping[str, str]] = {
    "areas": "areas joined: {}",
    "max_areas": "at most {} areas",
    "flows": "flows {}",
    "max_employed_residents": "at most {} residents in work",
    "max_minutes": "{} minutes",
    "max_outside": "at most {} outside the mandate",
    "members": "other districts",
    "min_held": "at least {} of each half",
    "min_inside": "areas with at least {} inside",
    "min_link": "at least {} linked to the anchor",
    "min_sc": "lowest self-containment {}",
    "min_share": "at least {} of commuters",
    "min_size": "at least {} residents in work",
    "minutes": "{} minutes",
    "preset": "thresholds of {}",
    "reading": "{} reading",
    "target_sc": "self-containment {}",
    "target_size": "full size {} residents in work",
    "ttwa11cd": "area {}",
    "vintage": "census {}",
}
_SHARES: Final = frozenset(
    {"max_outside", "min_held", "min_inside", "min_link", "min_sc", "min_share", "target_sc"}
)
_COUNTS: Final = frozenset({"max_employed_residents", "min_size", "target_size"})


def spoken_name(district: str) -> str:
    """
    Return the name of a district as people say it, without ", City of" or ", County of".

    Examples
    --------
    >>> spoken_name("Bristol, City of"), spoken_name("Norwich")
    ('Bristol', 'Norwich')
    """
    name, comma, rest = district.partition(", ")
    return name if comma and rest.endswith(" of") else district


def join_names(names: Sequence[str], *, most: int = 0) -> str:
    """
    Join names with commas and "and".

    ``most``: names that are written out; the rest are counted. All, if 0. Returns ``A, B and C``,
    or ``A, B and 4 more``.

    Examples
    --------
    >>> join_names(["A", "B", "C"]), join_names(["A", "B", "C", "D"], most=2)
    ('A, B and C', 'A, B and 2 more')
    """
    shown = list(names)
    if most and len(shown) > most + 1:  # "and 1 more" would be no shorter than the name
        shown = [*shown[:most], f"{len(names) - most:,} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def title_with_changes(
    title: str, changes: Iterable[tuple[Literal["include", "exclude"], str]]
) -> str:
    """
    Add to a title what was put in and what was taken out.

    ``title``: title of the option that was changed. ``changes``: ``include`` or ``exclude`` and the
    name of the place, in the order made. Three of a kind are named, and the rest are counted.

    Examples
    --------
    >>> title_with_changes("Norwich district", [("include", "Acle"), ("exclude", "Eaton")])
    'Norwich district, plus Acle, without Eaton'
    """
    words = {"include": "plus", "exclude": "without"}
    for action, group in groupby(changes, key=lambda change: change[0]):
        title += f", {words[action]} {join_names([name for _, name in group], most=_MOST_NAMED)}"
    return title


def title_with_settings(title: str, settings: Iterable[tuple[str, object]]) -> str:
    """
    Add to a title, in brackets, the thresholds that were changed.

    Examples
    --------
    >>> title_with_settings("Within 30 minutes' drive of Norwich", [("minutes", 40)])
    "Within 30 minutes' drive of Norwich (changed: 40 minutes)"
    """
    words = ", ".join(_in_words(name, value) for name, value in settings)
    return f"{title} (changed: {words})" if words else title


def write_threshold(share: float) -> str:
    """
    Write a share that someone chose as a threshold, with no digit lost.

    Examples
    --------
    >>> write_threshold(0.15), write_threshold(0.125), write_threshold(0.667)
    ('15%', '12.5%', '66.7%')
    """
    return f"{100 * share:.4g}%"


def _in_words(name: str, value: object) -> str:
    if is_number(value) and name in _SHARES:
        text = write_threshold(float(value))
    elif is_number(value) and name in _COUNTS:
        text = f"{value:,}"
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    return _SETTINGS.get(name, f"{name.replace('_', ' ')} {{}}").format(text)
