"""Small maps of a few options in one frame, as SVG: each shows where its area is, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from markupsafe import escape

from localarea.options.membership import contested_zones
from localarea.reports.cartography.alternative_text import describe_option
from localarea.reports.cartography.study_area import (
    districts_of,
    read_study_zones,
    simplify_zones,
    zone_bounds,
    zones_of_interest,
)
from localarea.reports.resident_map.places import LARGEST, named_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.cartography.study_area import Bounds

_WIDTH: Final = 300.0  # units of the drawing, about pixels
_MARGIN: Final = 0.04  # of the frame, on each side
_DETAIL_M_PER_UNIT: Final = 1.0  # coarser than this part of a unit is left out
_LETTER: Final = 12.0  # height of letters
_PER_LETTER: Final = 6.4  # width of one, about
_SEA, _LAND, _INSIDE, _LINE, _INK = "#d3e5ee", "#f7f6f1", "#1d70b8", "#8a9296", "#0b0c0c"


def draw_small_maps(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> list[str]:
    """
    Draw each option on a small map; all maps have the same frame and scale.

    ``options``: options of MSOA 2011, one or more. ``council``: its anchor and places in dispute
    are in the frame. Returns an ``<svg>`` element for each, with a title for screen readers.
    """
    frame = _frame(zone_bounds(zones_of_interest(options, council, store=store), store=store))
    scale = _WIDTH / (frame[2] - frame[0])
    zones = read_study_zones(frame, council, store=store)
    zones = simplify_zones(zones, _DETAIL_M_PER_UNIT / scale)
    districts = _line_paths(districts_of(zones), frame, scale)
    land = _path(shapely.coverage_union_all(zones.geometry.to_numpy()), frame, scale)
    names = _names(frame, council, scale)
    disputed = contested_zones(council, store=store)
    height = (frame[3] - frame[1]) * scale
    made = []
    for option in options:
        held = zones[zones.index.isin(option.zones)]
        said = escape(describe_option(option, council, held, disputed, store=store))
        area = _path(shapely.coverage_union_all(held.geometry.to_numpy()), frame, scale)
        made.append(
            f'<svg class="la-small-map" viewBox="0 0 {_WIDTH:g} {height:.0f}" role="img" '
            f'aria-label="{said}">'
            f'<rect width="{_WIDTH:g}" height="{height:.0f}" fill="{_SEA}"/>'
            f'<path d="{land}" fill="{_LAND}" fill-rule="evenodd"/>'
            f'<path d="{area}" fill="{_INSIDE}" fill-opacity="0.55" fill-rule="evenodd" '
            f'stroke="{_INSIDE}" stroke-width="1.2" stroke-linejoin="round"/>'
            f'<path d="{districts}" fill="none" stroke="{_LINE}" stroke-width="0.7"/>'
            f"{names}</svg>"
        )
    return made


def _frame(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    margin = _MARGIN * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _path(shape: Any, frame: Bounds, scale: float) -> str:
    """Write polygons as a path; rings smaller than a dot are left out."""
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and part.area * scale * scale > 1.0:
            rings += [part.exterior, *part.interiors]
    return "".join(_words(ring, frame, scale) + "Z" for ring in rings)


def _line_paths(districts: gpd.GeoDataFrame, frame: Bounds, scale: float) -> str:
    """Write the borders between districts, each once; the coast is that of the land."""
    shapes = districts.geometry.to_numpy()
    borders = [
        shapely.intersection(one.boundary, other.boundary)
        for at, one in enumerate(shapes)
        for other in shapes[at + 1 :]
        if one.intersects(other)
    ]
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(borders)))
    return "".join(_words(line, frame, scale) for line in lines if line.geom_type == "LineString")


def _words(line: Any, frame: Bounds, scale: float) -> str:
    points = shapely.get_coordinates(line)
    placed = np.round(
        np.column_stack([points[:, 0] - frame[0], frame[3] - points[:, 1]]) * scale, 1
    )
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in placed)


def _names(frame: Bounds, council: Council, scale: float) -> str:
    """Write the names of the largest towns, the anchor first, where none covers another."""
    wanted = [place for place in named_places(frame) if place[1] == LARGEST]
    first = {council.anchor.casefold(), *(c.place.casefold() for c in council.contested)}
    wanted.sort(key=lambda place: place[0].casefold() not in first)
    taken: list[tuple[float, float, float]] = []
    made = []
    for name, _, east, north in wanted:
        x, y = (east - frame[0]) * scale, (frame[3] - north) * scale
        wide = _PER_LETTER * len(name)
        left = x + 5 if x + 5 + wide < _WIDTH else x - 5 - wide
        if any(
            abs(y - y0) < _LETTER + 2 and left < right0 and left + wide > left0
            for left0, right0, y0 in taken
        ):
            continue
        taken.append((left, left + wide, y))
        anchor = "start" if left > x else "end"
        at = x + 5 if left > x else x - 5
        made.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{_INK}"/>'
            f'<text x="{at:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}" '
            f'font-family="arial, sans-serif" font-size="{_LETTER:g}" fill="{_INK}" stroke="#fff" '
            f'stroke-width="2.5" paint-order="stroke" stroke-linejoin="round">{escape(name)}</text>'
        )
    return "".join(made)
