"""
The drawings of a council's options: where they run, what binds them, how they differ.

Each takes `figure`, an empty one to draw in (by default one that no window or notebook knows),
and returns the finished sheet, not yet saved, and the words that stand for it where it cannot be
seen. A notebook shows the sheet; :mod:`localarea.reports.print_maps.pictures` writes it as a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from matplotlib.patches import Patch

from localarea.datasets.store import default_store
from localarea.errors import EmptyResultError
from localarea.options.minutes.centre import anchor_centre
from localarea.places.gazetteer import read_gazetteer
from localarea.reports.cartography import alternative_text as words
from localarea.reports.cartography.shading import (
    CHANGES,
    COMMUTING,
    INK,
    MINUTES,
    STANDING_COLOURS,
    STANDING_WORDS,
    Shades,
    standing_classes,
)
from localarea.reports.cartography.study_area import (
    districts_of,
    zones_of_interest,
)
from localarea.reports.cartography.styles import OKABE_ITO
from localarea.reports.print_maps.map_parts import (
    OUTLINES,
    ROADS,
    ZONE_LINE,
    begin_map,
    border_key,
    boundary_label,
    end_map,
    frame_options,
    line_key,
    mark_disputed,
    mark_zone,
    outline_area,
    shade_zones,
    tables_of,
)
from localarea.reports.print_maps.sheet import (
    draw_borders,
    steady_style,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from localarea.comparison.robustness import Robustness
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.print_maps.sheet import PrintedMap

_LEAD: Final = OKABE_ITO[0]
_SHADED: Final = ("zones_msoa11", "flows_2011")


def draw_option_picture(
    option: Option,
    council: Council,
    *,
    marked: str = "",
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[PrintedMap, str]:
    """
    Draw one option: its zones, its boundary, the anchor and the places in dispute.

    ``option``: zones of 2011, at least one.
    """
    store = store or default_store()
    also = {marked, *zones_of_interest([option], council, store=store)} if marked else ()
    with steady_style():
        sheet, zones, disputed = begin_map(
            [option], council, option.title, figure, store, also=also
        )
        inside = zones.loc[list(option.zones)]
        sheet.polygons(
            inside.geometry, facecolor=_LEAD, alpha=0.38, edgecolor="white", lw=0.35, zorder=2
        )
        districts = districts_of(zones)
        draw_borders(sheet, districts.geometry)
        outline_area(sheet, zones, option.zones, _LEAD, width=1.8)
        key: list[Artist] = [
            Patch(facecolor="#9fc5df", edgecolor=_LEAD, lw=1.8, label="local"),
            border_key(),
        ]
        key += mark_disputed(sheet, zones, disputed, option.zones)
        said = words.describe_option(option, council, inside, disputed, store=store)
        if marked:
            name = read_gazetteer("msoa11", store=store).zone_names[marked]
            key += mark_zone(sheet, zones, marked, name)
            where = "inside" if marked in option.zones else "outside"
            said = f"{said} The zone {name} is marked: it is {where}."
        end_map(sheet, districts, council, key, store, tables=tables_of([option]))
    return sheet, said


def draw_commuting_picture(
    council: Council,
    *,
    options: Sequence[Option] = (),
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[PrintedMap, str]:
    """
    Shade each zone by the share of its commuters who work in the anchor (2011).

    ``options``: up to three options whose boundaries are drawn over it. InputError if there are
    more than three options.
    """
    title = f"Share of each zone's commuters who work in {council.anchor}, 2011"
    look = _Shaded(title, "share_to_anchor", COMMUTING, _SHADED)
    sheet, zones, disputed = _draw_shaded(look, council, options, figure, store)
    return sheet, words.describe_commuting(council, zones, options, disputed)


def draw_minutes_picture(
    council: Council, *, store: DataStore | None = None
) -> tuple[PrintedMap, str]:
    """Shade each zone by minutes by road from the anchor's centre: rings of drive time."""
    start = anchor_centre(council.anchor, store or default_store()).title
    title = f"Minutes door to door by car between each zone and {start}"
    look = _Shaded(title, "minutes", MINUTES, ("zones_msoa11", *ROADS))
    sheet, zones, disputed = _draw_shaded(look, council, (), None, store)
    return sheet, words.describe_minutes(council, zones, (), disputed)


def draw_robustness_picture(
    robustness: Robustness,
    council: Council,
    *,
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[PrintedMap, str]:
    """
    Shade each zone by the number of options that hold it: the core, and the fringe.

    ``robustness``: as :func:`localarea.comparison.robustness.measure_robustness` gives it.
    EmptyResultError if no zone is in any option.
    """
    store = store or default_store()
    held = robustness.zones
    if held.empty:
        raise EmptyResultError("no zone is in any of the options, so there is nothing to draw")
    n_options = len(robustness.options)
    title = f"Number of the {n_options} options in which each zone is local"
    with steady_style():
        sheet, zones, disputed = begin_map([], council, title, figure, store, also=held.index)
        standing = standing_classes(held["n_local"], n_options)
        key: list[Artist] = []
        for number in reversed(range(len(STANDING_WORDS))):
            chosen = zones.loc[held.index[standing == number]]
            look: dict[str, Any] = {"facecolor": STANDING_COLOURS[number], **ZONE_LINE}
            sheet.polygons(chosen.geometry, zorder=2, **look)
            label = f"{STANDING_WORDS[number]}: {_zones(len(chosen))}"
            key.append(Patch(facecolor=STANDING_COLOURS[number], edgecolor="#8a8f99", label=label))
        districts = districts_of(zones)
        draw_borders(sheet, districts.geometry)
        core = held.index[standing == len(STANDING_WORDS) - 1]
        outline_area(sheet, zones, core, INK, width=1.2)
        key += [border_key(), *mark_disputed(sheet, zones, disputed, None)]
        end_map(sheet, districts, council, key, store, tables=("zones_msoa11", "districts_lad25"))
    return sheet, words.describe_robustness(robustness, council)


def draw_comparison_picture(
    first: Option,
    second: Option,
    council: Council,
    *,
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[PrintedMap, str]:
    """
    Draw what a second option gains and loses against a first.

    ``first``, ``second``: zones of 2011; gained is what the second holds and the first does not.
    """
    store = store or default_store()
    title = f"{second.title}, compared with {first.title}"
    sets = words.changed_zones(first, second)
    with steady_style():
        sheet, zones, disputed = begin_map([first, second], council, title, figure, store)
        key: list[Artist] = []
        for change, codes in sets.items():
            colour, ink, hatch, said = CHANGES[change]
            look: dict[str, Any] = {"facecolor": colour, "hatch": hatch, "edgecolor": ink}
            sheet.polygons(zones.loc[list(codes)].geometry, linewidth=0.3, zorder=2, **look)
            key.append(Patch(label=f"{said}: {_zones(len(codes))}", **look))
        districts = districts_of(zones)
        draw_borders(sheet, districts.geometry)
        for option, (colour, line) in zip((first, second), OUTLINES, strict=False):
            outline_area(sheet, zones, option.zones, colour, width=1.4, line=line)
            key.append(line_key(boundary_label(option), colour, line, 1.4))
        key.append(border_key())
        end_map(sheet, districts, council, key, store, tables=tables_of([first, second]))
    return sheet, words.describe_comparison(first, second, council, zones, disputed)


class _Shaded(NamedTuple):
    """What a shaded map shows: a column of the zones, its classes, and where it comes from."""

    title: str
    column: str
    shades: Shades
    tables: tuple[str, ...]


def _draw_shaded(
    look: _Shaded,
    council: Council,
    options: Sequence[Option],
    figure: Figure | None,
    store: DataStore | None,
) -> tuple[PrintedMap, gpd.GeoDataFrame, dict[str, tuple[str, ...]]]:
    store = store or default_store()
    minutes = look.column == "minutes"
    with steady_style():
        sheet, zones, disputed = begin_map(
            options, council, look.title, figure, store, minutes=minutes
        )
        finite = zones[look.column].where(np.isfinite(zones[look.column]))
        key = shade_zones(sheet, zones, finite, look.shades)
        districts = districts_of(zones)
        draw_borders(sheet, districts.geometry)
        key.append(border_key())
        key += frame_options(sheet, zones, options)
        end_map(sheet, districts, council, key, store, tables=look.tables)
    return sheet, zones, disputed


def _zones(number: int) -> str:
    return f"{number:,} zone{'' if number == 1 else 's'}"
