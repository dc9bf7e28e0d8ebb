"""The parts that the drawings of options share: land, boundaries, shades and keys."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import shapely
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from localarea.errors import InputError
from localarea.options.membership import contested_zones
from localarea.options.zone_figures import attributions
from localarea.reports.cartography import alternative_text as words
from localarea.reports.cartography.study_area import (
    read_study_zones,
    simplify_zones,
    union_of,
    zone_bounds,
    zones_of_interest,
)
from localarea.reports.print_maps.sheet import (
    draw_land,
    draw_names,
    draw_scale,
    finish_sheet,
    frame_bounds,
    open_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.cartography.shading import (
        Shades,
    )
    from localarea.reports.print_maps.sheet import PrintedMap


ZONE_LINE: Final = {"edgecolor": "white", "linewidth": 0.25}


ROADS: Final = ("roads_network_edges", "roads_network_nodes")
_LABEL_CHARACTERS: Final = 38  # longest line of a label in the legend
_BY_MINUTES: Final = frozenset({"drive", "composite"})  # methods whose zones rest on minutes
OUTLINES: Final = (("#16181d", "-"), ("#a31515", (0, (4, 1.5))), ("#5b2a86", (0, (1.5, 1.5))))


def begin_map(
    options: Sequence[Option],
    council: Council,
    title: str,
    figure: Figure | None,
    store: DataStore,
    *,
    minutes: bool = False,
    also: Collection[str] = (),
) -> tuple[PrintedMap, gpd.GeoDataFrame, dict[str, tuple[str, ...]]]:
    """Open a sheet that holds the options and the places in dispute, with land on it."""
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


def end_map(
    sheet: PrintedMap,
    districts: gpd.GeoDataFrame,
    council: Council,
    key: Sequence[Artist],
    store: DataStore,
    *,
    tables: Collection[str],
) -> None:
    """Add the scale, the names, the key and the sources; ``districts``: of all zones."""
    draw_scale(sheet)
    draw_names(sheet, council, districts, store=store)
    source = "Source: " + " ".join(attributions(tables, store=store))
    finish_sheet(sheet, key=key, source=source)


def shade_zones(
    sheet: PrintedMap, zones: gpd.GeoDataFrame, values: Any, shades: Shades
) -> list[Artist]:
    """Shade zones by class, and return the key, but for the borders of the districts."""
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
    return key


def frame_options(
    sheet: PrintedMap, zones: gpd.GeoDataFrame, options: Sequence[Option]
) -> list[Artist]:
    """Draw the boundaries of up to three options, and return the key."""
    if len(options) > len(OUTLINES):
        raise InputError(
            f"{len(options)} overlaid boundaries cannot be distinguished; "
            f"name {len(OUTLINES)} at most"
        )
    key: list[Artist] = []
    for option, (colour, line) in zip(options, OUTLINES, strict=False):
        outline_area(sheet, zones, option.zones, colour, width=1.6, line=line)
        key.append(line_key(boundary_label(option), colour, line, 1.6))
    return key


def outline_area(
    sheet: PrintedMap,
    zones: gpd.GeoDataFrame,
    codes: Collection[str],
    colour: str,
    *,
    width: float,
    line: Any = "-",
) -> None:
    """Draw a boundary over land in full width; along the coast it would drown the creeks."""
    if not len(codes):
        return
    whole = shapely.boundary(union_of(zones.geometry.loc[list(codes)]))
    coast = shapely.boundary(union_of(zones.geometry))
    ashore, afloat = shapely.difference(whole, coast), shapely.intersection(whole, coast)
    sheet.lines(afloat, color=colour, linewidth=width * 0.45, zorder=5)
    sheet.lines(ashore, color="white", linewidth=width + 1.0, zorder=5)
    sheet.lines(ashore, color=colour, linewidth=width, linestyle=line, zorder=6)


def mark_disputed(
    sheet: PrintedMap,
    zones: gpd.GeoDataFrame,
    disputed: dict[str, tuple[str, ...]],
    inside: Collection[str] | None,
) -> list[Artist]:
    """Mark the places in dispute, and return the key."""
    key: list[Artist] = []
    for place, codes in disputed.items():
        whole = gpd.GeoSeries([union_of(zones.geometry.loc[list(codes)])], crs=zones.crs)
        look: dict[str, Any] = {"fill": False, "edgecolor": "#a3410a", "linestyle": (0, (2, 1))}
        sheet.polygons(whole, linewidth=1.5, zorder=7, **look)
        where = "" if inside is None else f": {words.say_part(codes, inside)}"
        key.append(Patch(linewidth=1.5, label=f"{place}, in dispute{where}", **look))
    return key


def mark_zone(sheet: PrintedMap, zones: gpd.GeoDataFrame, code: str, name: str) -> list[Artist]:
    """Mark one zone, and return the key."""
    look: dict[str, Any] = {"facecolor": "#ffdd00", "edgecolor": "#0b0c0c"}
    sheet.polygons(zones.geometry.loc[[code]], linewidth=1.6, zorder=8, **look)
    return [Patch(linewidth=1.6, label=textwrap.fill(name, _LABEL_CHARACTERS), **look)]


def tables_of(options: Sequence[Option]) -> tuple[str, ...]:
    """Return the tables behind a map of options; those of minutes by car name OpenStreetMap."""
    timed = any(option.method in _BY_MINUTES for option in options)
    return ("zones_msoa11", "districts_lad25", *(ROADS if timed else ()))


def boundary_label(option: Option) -> str:
    """Return the label of a boundary in the key, on lines that fit."""
    return textwrap.fill(f"boundary: {option.title}", _LABEL_CHARACTERS)


def border_key() -> Artist:
    """Return the key of the borders of districts."""
    return line_key("districts of 2025", "#4a4f59", "-", 0.55)


def line_key(label: str, colour: str, line: Any, width: float) -> Artist:
    """Return the key of a line."""
    return Line2D([], [], color=colour, linestyle=line, linewidth=width, label=label)
