"""
The drawings of a council's options: where they run, what binds them, how they differ.

Each gives a finished sheet and the words that stand for it where it cannot be seen. A notebook
shows the sheet; :mod:`localarea.reports.print_maps.pictures` writes it as a file.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from localarea.datasets.store import default_store
from localarea.errors import EmptyResultError, InputError
from localarea.options.zone_figures import attributions
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
    read_study_zones,
    simplify_zones,
    union_of,
    zone_bounds,
    zones_of_interest,
)
from localarea.reports.cartography.styles import OKABE_ITO
from localarea.reports.print_maps.sheet import (
    draw_borders,
    draw_land,
    draw_names,
    draw_scale,
    finish_sheet,
    frame_bounds,
    open_sheet,
    steady_style,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import geopandas as gpd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from localarea.comparison.robustness import Robustness
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.print_maps.sheet import Sheet

_LEAD: Final = OKABE_ITO[0]
_ZONE_LINE: Final = {"edgecolor": "white", "linewidth": 0.25}
_OUTLINES: Final = (("#16181d", "-"), ("#a31515", (0, (4, 1.5))), ("#5b2a86", (0, (1.5, 1.5))))
_SHADED: Final = ("zones_msoa11", "flows_2011")
_LABEL_CHARACTERS: Final = 38  # longest line of a label in the legend
_BY_MINUTES: Final = frozenset({"drive", "composite"})  # methods whose zones rest on minutes
_ROADS: Final = ("roads_network_edges", "roads_network_nodes")


def draw_option_picture(
    option: Option,
    council: Council,
    *,
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[Sheet, str]:
    """
    Draw one option: its zones, its boundary, the anchor and the places in dispute.

    Parameters
    ----------
    option : Option
        Zones of 2011, at least one.
    council : Council
        Whose anchor and contested places are shown.
    figure : matplotlib.figure.Figure, optional
        An empty one to draw in; by default one that no window or notebook knows.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Sheet
        The picture, finished and not yet saved.
    str
        What it shows, in words and figures.
    """
    from matplotlib.patches import Patch

    store = store or default_store()
    with steady_style():
        sheet, zones, disputed = _begin([option], council, option.title, figure, store)
        inside = zones.loc[list(option.zones)]
        sheet.polygons(
            inside.geometry, facecolor=_LEAD, alpha=0.38, edgecolor="white", lw=0.35, zorder=2
        )
        draw_borders(sheet, districts_of(zones).geometry)
        _outline(sheet, zones, option.zones, _LEAD, width=1.8)
        key: list[Artist] = [
            Patch(facecolor="#9fc5df", edgecolor=_LEAD, lw=1.8, label="local under this option"),
            _border_key(),
        ]
        key += _mark_disputed(sheet, zones, disputed, option.zones)
        _end(sheet, zones, council, key, store, tables=_tables_of([option]))
    return sheet, words.describe_option(option, council, inside, disputed, store=store)


def draw_commuting_picture(
    council: Council,
    *,
    options: Sequence[Option] = (),
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[Sheet, str]:
    """
    Shade each zone by the share of its commuters who work in the anchor (2011).

    Parameters
    ----------
    council : Council
        Whose anchor is meant.
    options : sequence of Option, default ()
        Up to three options whose boundaries are drawn over it.
    figure : matplotlib.figure.Figure, optional
        An empty one to draw in; by default one that no window or notebook knows.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Sheet
        The picture, finished and not yet saved.
    str
        What it shows, in words and figures.

    Raises
    ------
    InputError
        If there are more than three options.
    """
    title = f"Share of each zone's commuters who work in {council.anchor}, 2011"
    look = _Shaded(title, "share_to_anchor", COMMUTING, _SHADED)
    sheet, zones, disputed = _draw_shaded(look, council, options, figure, store)
    return sheet, words.describe_commuting(council, zones, options, disputed)


def draw_minutes_picture(
    council: Council,
    *,
    options: Sequence[Option] = (),
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[Sheet, str]:
    """
    Shade each zone by minutes by road from the anchor's centre: rings of drive time.

    Parameters
    ----------
    council : Council
        Whose anchor is meant.
    options : sequence of Option, default ()
        Up to three options whose boundaries are drawn over it.
    figure : matplotlib.figure.Figure, optional
        An empty one to draw in; by default one that no window or notebook knows.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Sheet
        The picture, finished and not yet saved.
    str
        What it shows, in words and figures.

    Raises
    ------
    InputError
        If there are more than three options.
    """
    title = f"Minutes door to door by car between each zone and the centre of {council.anchor}"
    look = _Shaded(title, "minutes", MINUTES, ("zones_msoa11", *_ROADS))
    sheet, zones, disputed = _draw_shaded(look, council, options, figure, store)
    return sheet, words.describe_minutes(council, zones, options, disputed)


def draw_robustness_picture(
    robustness: Robustness,
    council: Council,
    *,
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[Sheet, str]:
    """
    Shade each zone by the number of options that hold it: the core, and the fringe.

    Parameters
    ----------
    robustness : Robustness
        As :func:`localarea.comparison.robustness.measure_robustness` gives it.
    council : Council
        Whose anchor and contested places are shown.
    figure : matplotlib.figure.Figure, optional
        An empty one to draw in; by default one that no window or notebook knows.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Sheet
        The picture, finished and not yet saved.
    str
        What it shows, in words and figures.

    Raises
    ------
    EmptyResultError
        If no zone is in any option.
    """
    from matplotlib.patches import Patch

    store = store or default_store()
    held = robustness.zones
    if held.empty:
        raise EmptyResultError("no zone is in any of the options, so there is nothing to draw")
    n_options = len(robustness.options)
    title = f"Number of the {n_options} options in which each zone is local"
    with steady_style():
        sheet, zones, disputed = _begin([], council, title, figure, store, also=held.index)
        standing = standing_classes(held["n_local"], n_options)
        key: list[Artist] = []
        for number in reversed(range(len(STANDING_WORDS))):
            chosen = zones.loc[held.index[standing == number]]
            look: dict[str, Any] = {"facecolor": STANDING_COLOURS[number], **_ZONE_LINE}
            sheet.polygons(chosen.geometry, zorder=2, **look)
            label = f"{STANDING_WORDS[number]}: {_zones(len(chosen))}"
            key.append(Patch(facecolor=STANDING_COLOURS[number], edgecolor="#8a8f99", label=label))
        draw_borders(sheet, districts_of(zones).geometry)
        core = held.index[standing == len(STANDING_WORDS) - 1]
        _outline(sheet, zones, core, INK, width=1.2)
        key += [_border_key(), *_mark_disputed(sheet, zones, disputed, None)]
        _end(sheet, zones, council, key, store, tables=("zones_msoa11", "districts_lad25"))
    return sheet, words.describe_robustness(robustness, council)


def draw_comparison_picture(
    first: Option,
    second: Option,
    council: Council,
    *,
    figure: Figure | None = None,
    store: DataStore | None = None,
) -> tuple[Sheet, str]:
    """
    Draw what a second option gains and loses against a first.

    Parameters
    ----------
    first, second : Option
        Zones of 2011; gained is what the second holds and the first does not.
    council : Council
        Whose anchor and contested places are shown.
    figure : matplotlib.figure.Figure, optional
        An empty one to draw in; by default one that no window or notebook knows.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Sheet
        The picture, finished and not yet saved.
    str
        What it shows, in words and figures.
    """
    from matplotlib.patches import Patch

    store = store or default_store()
    title = f"{second.title}, compared with {first.title}"
    sets = words.changed_zones(first, second)
    with steady_style():
        sheet, zones, disputed = _begin([first, second], council, title, figure, store)
        key: list[Artist] = []
        for change, codes in sets.items():
            colour, ink, hatch, said = CHANGES[change]
            look: dict[str, Any] = {"facecolor": colour, "hatch": hatch, "edgecolor": ink}
            sheet.polygons(zones.loc[list(codes)].geometry, linewidth=0.3, zorder=2, **look)
            key.append(Patch(label=f"{said}: {_zones(len(codes))}", **look))
        draw_borders(sheet, districts_of(zones).geometry)
        for option, (colour, line) in zip((first, second), _OUTLINES, strict=False):
            _outline(sheet, zones, option.zones, colour, width=1.4, line=line)
            key.append(_line_key(_boundary_label(option), colour, line, 1.4))
        key.append(_border_key())
        _end(sheet, zones, council, key, store, tables=_tables_of([first, second]))
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
) -> tuple[Sheet, gpd.GeoDataFrame, dict[str, tuple[str, ...]]]:
    store = store or default_store()
    minutes = look.column == "minutes"
    with steady_style():
        sheet, zones, disputed = _begin(
            options, council, look.title, figure, store, minutes=minutes
        )
        finite = zones[look.column].where(np.isfinite(zones[look.column]))
        key = _shade(sheet, zones, finite, look.shades)
        key += _frame_options(sheet, zones, options)
        _end(sheet, zones, council, key, store, tables=look.tables)
    return sheet, zones, disputed


def _zones(number: int) -> str:
    return f"{number:,} zone{'' if number == 1 else 's'}"


def _begin(
    options: Sequence[Option],
    council: Council,
    title: str,
    figure: Figure | None,
    store: DataStore,
    *,
    minutes: bool = False,
    also: Collection[str] = (),
) -> tuple[Sheet, gpd.GeoDataFrame, dict[str, tuple[str, ...]]]:
    """Open a sheet that holds the options and the places in dispute, with land on it."""
    from localarea.options.membership import contested_zones

    if len(also):
        must = {*also}.union(*contested_zones(council, store=store).values())
    else:
        must = set(zones_of_interest(options, council, store=store))
    window = frame_bounds(zone_bounds(must, store=store))
    sheet = open_sheet(window, title, figure)
    whole = read_study_zones(window, council, minutes=minutes, store=store)
    zones = simplify_zones(whole, sheet.detail_m)
    draw_land(sheet, zones.geometry)
    places = contested_zones(council, store=store)
    disputed = {c.place: places[c.key] for c in council.contested}
    return sheet, zones, disputed


def _end(
    sheet: Sheet,
    zones: gpd.GeoDataFrame,
    council: Council,
    key: Sequence[Artist],
    store: DataStore,
    *,
    tables: Collection[str],
) -> None:
    draw_scale(sheet)
    draw_names(sheet, council, districts_of(zones), store=store)
    source = "Source: " + " ".join(attributions(tables, store=store))
    finish_sheet(sheet, key=key, source=source)


def _shade(sheet: Sheet, zones: gpd.GeoDataFrame, values: Any, shades: Shades) -> list[Artist]:
    from matplotlib.patches import Patch

    found = shades.classes(values)
    key: list[Artist] = []
    for number, (colour, said) in enumerate(zip(shades.colours, shades.words, strict=True)):
        chosen = zones.geometry[found == number]
        sheet.polygons(chosen, facecolor=colour, edgecolor="#a9aeb8", linewidth=0.2, zorder=2)
        key.append(Patch(facecolor=colour, edgecolor="#8a8f99", label=said))
    if (found == -1).any():
        look: dict[str, Any] = {"facecolor": "white", "hatch": "xxxx", "edgecolor": "#a9aeb8"}
        sheet.polygons(zones.geometry[found == -1], linewidth=0.2, zorder=2, **look)
        key.append(Patch(label=shades.unknown, **look))
    draw_borders(sheet, districts_of(zones).geometry)
    return [*key, _border_key()]


def _frame_options(
    sheet: Sheet, zones: gpd.GeoDataFrame, options: Sequence[Option]
) -> list[Artist]:
    if len(options) > len(_OUTLINES):
        raise InputError(
            f"{len(options)} overlaid boundaries cannot be distinguished; "
            f"name {len(_OUTLINES)} at most"
        )
    key: list[Artist] = []
    for option, (colour, line) in zip(options, _OUTLINES, strict=False):
        _outline(sheet, zones, option.zones, colour, width=1.6, line=line)
        key.append(_line_key(_boundary_label(option), colour, line, 1.6))
    return key


def _outline(
    sheet: Sheet,
    zones: gpd.GeoDataFrame,
    codes: Collection[str],
    colour: str,
    *,
    width: float,
    line: Any = "-",
) -> None:
    """Draw a boundary over land in full width; along the coast it would drown the creeks."""
    import shapely

    if not len(codes):
        return
    whole = shapely.boundary(union_of(zones.geometry.loc[list(codes)]))
    coast = shapely.boundary(union_of(zones.geometry))
    ashore, afloat = shapely.difference(whole, coast), shapely.intersection(whole, coast)
    sheet.lines(afloat, color=colour, linewidth=width * 0.45, zorder=5)
    sheet.lines(ashore, color="white", linewidth=width + 1.0, zorder=5)
    sheet.lines(ashore, color=colour, linewidth=width, linestyle=line, zorder=6)


def _mark_disputed(
    sheet: Sheet,
    zones: gpd.GeoDataFrame,
    disputed: dict[str, tuple[str, ...]],
    inside: Collection[str] | None,
) -> list[Artist]:
    import geopandas as gpd
    from matplotlib.patches import Patch

    key: list[Artist] = []
    for place, codes in disputed.items():
        whole = gpd.GeoSeries([union_of(zones.geometry.loc[list(codes)])], crs=zones.crs)
        look: dict[str, Any] = {"fill": False, "edgecolor": "#a3410a", "linestyle": (0, (2, 1))}
        sheet.polygons(whole, linewidth=1.5, zorder=7, **look)
        where = "" if inside is None else f": {words.say_part(codes, inside)}"
        key.append(Patch(linewidth=1.5, label=f"{place}, in dispute{where}", **look))
    return key


def _tables_of(options: Sequence[Option]) -> tuple[str, ...]:
    """Return the tables behind a map of options; those of minutes by car name OpenStreetMap."""
    timed = any(option.method in _BY_MINUTES for option in options)
    return ("zones_msoa11", "districts_lad25", *(_ROADS if timed else ()))


def _boundary_label(option: Option) -> str:
    return textwrap.fill(f"boundary: {option.title}", _LABEL_CHARACTERS)


def _border_key() -> Artist:
    return _line_key("districts of 2025", "#4a4f59", "-", 0.55)


def _line_key(label: str, colour: str, line: Any, width: float) -> Artist:
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, linestyle=line, linewidth=width, label=label)
