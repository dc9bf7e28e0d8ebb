"""Catalogue of the figures of an option: heading, unit, definition, vintage, and their writing."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from localarea.options.figure_years import in_its_year, year_note
from localarea.records import true_minus, whole_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FigureKind = Literal["count", "share", "number", "minutes", "yes_no", "text"]
UNKNOWN: Final = "\N{EN DASH}"  # the figure is unknown, which is different from zero
_ROUNDING: Final = 1e-9  # what sums of floats may be off by
_LEAST_WRITTEN: Final = 0.005  # a smaller share would be rounded to 0%


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One figure of an option.

    Attributes
    ----------
    heading : str
        Heading to show to users, with unit and vintage.
    kind : str
        How to format the value: ``count``, ``share``, ``number``, ``minutes``,
        ``yes_no`` or ``text``.
    group : str
        Heading of the group under which it is shown.
    """

    name: str
    heading: str
    kind: FigureKind
    group: str
    definition: str


MANDATE: Final = "The mandate as an area (2011)"
MANDATE_OTHERWISE: Final = "The mandate, read otherwise (2011)"
_SIZE, _LABOUR, _ANCHOR = "Size", "Labour market (census 2011)", "Link with the anchor (2011)"
_LATER, _SHAPE, _ROADS = "Census 2021, taken in lockdown", "Shape", "Travel time"
_CONTESTED = "Contested places (2011)"

# Name of each group in URLs, in the order of the figures.
GROUPS: Final = {
    "mandate": MANDATE,
    "readings": MANDATE_OTHERWISE,
    "size": _SIZE,
    "labour": _LABOUR,
    "anchor": _ANCHOR,
    "2021": _LATER,
    "shape": _SHAPE,
    "roads": _ROADS,
    "contested": _CONTESTED,
}

FIGURES: Final = (
    Figure("zones", "Zones (MSOA 2011)", "count", _SIZE, "Zones in the area."),
    Figure("area_km2", "Area (km2)", "count", _SIZE, "Land area of the zones."),
    Figure(
        "population_2011", "Residents 2011 (persons)", "count", _SIZE,
        "Usual residents at the census of 2011.",
    ),
    Figure(
        "population_2021", "Residents 2021 (persons)", "count", _SIZE,
        "Usual residents at the census of 2021, converted to 2011 zones by live postcodes.",
    ),
    Figure(
        "employees_2024", "Employee jobs 2024", "count", _SIZE,
        "Employees by place of work (BRES 2024, provisional, excluding farms).",
    ),
    Figure(
        "enterprises_2022", "Active enterprises 2022", "count", _SIZE,
        "Each district's active enterprises, apportioned to its zones by employee jobs.",
    ),
    Figure(
        "live_postcodes", "Live postcodes", "count", _SIZE, "Postcodes in use in the zones."
    ),
    Figure(
        "employed_residents", "Employed residents (persons)", "count", _LABOUR,
        "People at work who live in the area, wherever they work.",
    ),
    Figure("jobs", "Jobs (persons at work)", "count", _LABOUR, "People at work in the area."),
    Figure(
        "live_and_work", "Live and work inside (persons)", "count", _LABOUR,
        "People who live and work in the area.",
    ),
    Figure(
        "supply_side", "Residents who work inside", "share", _LABOUR,
        "Share of the area's residents in work who work in the area: supply-side self-containment.",
    ),
    Figure(
        "demand_side", "Jobs held by residents", "share", _LABOUR,
        "Share of the area's jobs that its residents hold: demand-side self-containment.",
    ),
    Figure(
        "validity", "Official test (1 or more passes)", "number", _LABOUR,
        "Score on the ONS's test of a labour market. An area with 25,000 or more people in work "
        "passes if at least 66.7% of them work inside and at least 66.7% of its jobs are held by "
        "residents; the share asked rises to 75% for an area with 3,500. The test was made for "
        "areas in one piece.",
    ),
    Figure(
        "valid", "Passes the official test", "yes_no", _LABOUR,
        "Whether the score on the official test is 1 or more.",
    ),
    Figure(
        "anchor_residents_inside_share", "The anchor's workers who work inside", "share", _ANCHOR,
        "Share of the anchor's employed residents who work in the area.",
    ),
    Figure(
        "anchor_jobs_inside_share", "The anchor's jobs held from inside", "share", _ANCHOR,
        "Share of the anchor's jobs that residents of the area hold.",
    ),
    Figure(
        "supply_side_2021", "Residents who work inside, 2021", "share", _LATER,
        "The same by the census of 2021, in lockdown, which understates commuting.",
    ),
    Figure(
        "demand_side_2021", "Jobs held by residents, 2021", "share", _LATER,
        "The same by the census of 2021, in lockdown, which understates commuting.",
    ),
    Figure(
        "districts_touched", "Districts touched", "count", _SHAPE,
        "Districts of 2025 with a zone in the area.",
    ),
    Figure(
        "districts_cut", "Districts cut", "count", _SHAPE,
        "Districts of 2025 with some zones inside and some outside.",
    ),
    Figure(
        "parts", "Separate parts (1 = in one piece)", "count", _SHAPE,
        "Groups of zones that share a border.",
    ),
    Figure(
        "holes", "Holes", "count", _SHAPE,
        "Places surrounded by the area but not in it, including waters.",
    ),
    Figure(
        "minutes_median", "Minutes to the anchor, for half", "minutes", _ROADS,
        "Half of the employed residents of 2011 live in zones within this many minutes of the "
        "anchor, door to door by car.",
    ),
    Figure(
        "minutes_p90", "Minutes to the anchor, for nine in ten", "minutes", _ROADS,
        "Nine in ten of the employed residents live in zones within this many minutes.",
    ),
    Figure(
        "minutes_worst", "Minutes to the anchor, worst zone", "minutes", _ROADS,
        "Minutes to the farthest zone of the area; unknown if a zone cannot be reached.",
    ),
)  # fmt: skip


def name_anchor(figure: Figure, anchor: str) -> Figure:
    """
    Name the anchor in the words of a figure.

    ``figure``: figure whose heading or definition may speak of "the anchor".

    Examples
    --------
    >>> worst = next(f for f in FIGURES if f.name == "minutes_worst")
    >>> name_anchor(worst, "Norwich").heading
    'Minutes to Norwich, worst zone'
    """
    heading, definition = (
        text.replace("The anchor", anchor).replace("the anchor", anchor)
        for text in (figure.heading, figure.definition)
    )
    return replace(figure, heading=heading, definition=definition)


def date_figures(figures: Iterable[Figure], vintages: Mapping[str, str]) -> tuple[Figure, ...]:
    """
    Insert the years of the tables in use into headings and meanings.

    Where that is not the year in the name of the figure, the meaning says so.
    """
    return tuple(_dated(figure, vintages) for figure in figures)


def _dated(figure: Figure, vintages: Mapping[str, str]) -> Figure:
    heading, meaning = (
        in_its_year(text, figure.name, vintages) for text in (figure.heading, figure.definition)
    )
    definition = f"{meaning} {year_note(figure.name, vintages)}".rstrip()
    return replace(figure, heading=heading, definition=definition)


def contested_figure(key: str, place: str) -> Figure:
    """
    Describe the figure for the share of a contested place that is inside.

    ``key``: key of the place in the council's file; hyphens become underscores in the name.

    Examples
    --------
    >>> contested_figure("ipswich", "Ipswich").name
    'share_of_ipswich_inside'
    """
    return Figure(
        f"share_of_{key.replace('-', '_')}_inside",
        f"Share of {place} inside",
        "share",
        _CONTESTED,
        f"Share of the employed residents of {place} whose zone is in the area.",
    )


def write_figure(value: object, kind: FigureKind) -> str:
    """
    Format one figure for users: a number, Boolean or text; an en dash if None or NaN.

    Examples
    --------
    >>> write_figure(26681568, "count"), write_figure(0.6674, "share"), write_figure(True, "yes_no")
    ('26,681,568', '66.7%', 'yes')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return UNKNOWN
    if kind == "yes_no":
        return "yes" if value else "no"
    if kind == "text":
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if kind == "minutes" and math.isfinite(number):
        return f"{whole_minutes(number):,}"
    forms = {"count": "{:,.0f}", "share": "{:.1%}", "number": "{:,.3f}", "minutes": "{:,.0f}"}
    return true_minus(forms[kind].format(number))


def write_change(before: object, after: object, kind: FigureKind) -> str:
    r"""
    Format the change of a figure, so that the displayed figures add up.

    Signed difference of the figures as displayed, in percentage points for shares and in words for
    yes and no; less than zero with a true minus sign. Blank if either figure is unknown, and for
    text.

    Examples
    --------
    >>> ascii(write_change(0.7244, 0.6906, "share")), write_change(13, 22, "count")
    ("'\\u22123.3 points'", '+9')
    """
    texts = write_figure(before, kind), write_figure(after, kind)
    if kind == "text" or UNKNOWN in texts:
        return ""
    if kind == "yes_no":
        return "no change" if texts[0] == texts[1] else "changes"
    first, second = (
        Decimal(text.replace("\N{MINUS SIGN}", "-").replace(",", "").rstrip("%")) for text in texts
    )
    change = second - first
    text = true_minus(f"{change:+,}") if change else "0"
    return f"{text} points" if kind == "share" else text


def at_most(value: float, digits: int = 2) -> str:
    """
    Write a share rounded down, for a threshold that must not be above it.

    Examples
    --------
    >>> at_most(0.086566), above(0.086566)
    ('8.65%', '8.66%')
    """
    step = 10 ** (digits + 2)
    return f"{math.floor(value * step + _ROUNDING) / step:.{digits}%}"


def above(value: float, digits: int = 2) -> str:
    """Write a share rounded up, for a threshold that must not be below it."""
    step = 10 ** (digits + 2)
    return f"{math.ceil(value * step - _ROUNDING) / step:.{digits}%}"


def share_beside(share: float, least: float) -> str:
    """
    Write a share so that it does not say otherwise than the least share it is held against.

    ``share``: the share, as a fraction. With one decimal place, or with two where one would put it
    on the other side.

    Examples
    --------
    >>> share_beside(0.1476, 0.15), share_beside(0.14977, 0.15), share_beside(0.15, 0.15)
    ('14.8%', '14.97%', '15.0%')
    """
    shown = round(share, 3)
    if share < least <= shown:
        return at_most(share)
    return above(share) if shown < least <= share else f"{share:.1%}"


def part_of(share: float) -> str:
    """
    Write a share strictly between none and all so that it never reads as either.

    Examples
    --------
    >>> part_of(0.003), part_of(0.32), part_of(0.9962)
    ('under 1%', '32%', 'over 99%')
    """
    if share < _LEAST_WRITTEN:
        return "under 1%"
    return "over 99%" if share > 1 - _LEAST_WRITTEN else f"{share:.0%}"


def from_to(shares: tuple[float, float]) -> str:
    """
    Write how a share moves, with as many decimal places as it takes to see it move.

    Examples
    --------
    >>> from_to((0.5, 0.25)), from_to((0.88572, 0.88611))
    ('from 50.0% to 25.0%', 'from 88.57% to 88.61%')
    """
    before, after = (f"{share:.1%}" for share in shares)
    if before == after:
        before, after = (f"{share:.2%}" for share in shares)
    return f"from {before} to {after}"
