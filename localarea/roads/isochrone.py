"""
Isochrones: areas within a number of minutes by road.

An isochrone only illustrates travel times. Whether a postcode is within reach depends on its own
minutes (`localarea.roads.anchor`), never on the drawn shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import shapely

from localarea.errors import FileFormatError, InputError, UnreachableError
from localarea.extras import extra
from localarea.roads.polygons._contours import minutes_grid
from localarea.roads.polygons._reach import ReachedEdges, cut_edges
from localarea.roads.travel_time import is_number, make_job, require_peak
from localarea.tables.atomic import require_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import folium
    import geopandas as gpd

    from localarea.roads.network import RoadNetwork

IsochroneForm = Literal["edges", "grid"]
BUFFER_M: Final = 400.0  # either side of a reached road: about two fields, or a street block or two
SMALLEST_HOLE_M2: Final = 250_000.0  # smaller holes are filled
TOLERANCE_M: Final = 25.0  # of the simplification
LONGEST_MIN: Final = 600.0  # as for options: from end to end of the country
ROUNDING: Final = 4  # segments of a quarter circle: enough for a map, and fast


@dataclass(frozen=True, slots=True)
class Isochrone:
    """
    Areas within increasing numbers of minutes, each inside the next.

    Attributes
    ----------
    origin : tuple of float
        Easting and northing of the starting point, EPSG:27700, metres.
    minutes : tuple of float
        The limits, in increasing order.
    areas : tuple of shapely.MultiPolygon
        One per limit, EPSG:27700; valid; empty if the limit does not reach a road.
    reached : tuple of ReachedEdges
        Roads within each limit, cut where it is reached.
    parameters : mapping
        Form, buffer, tolerance and peak factor.
    """

    origin: tuple[float, float]
    minutes: tuple[float, ...]
    areas: tuple[shapely.MultiPolygon, ...]
    reached: tuple[ReachedEdges, ...]
    parameters: dict[str, Any] = field(default_factory=dict)

    def to_frame(self) -> gpd.GeoDataFrame:
        """
        Convert the areas to a GeoDataFrame.

        Returns
        -------
        geopandas.GeoDataFrame
            ``minutes``, ``area_km2`` and geometry, EPSG:27700; the largest first, so that a
            map draws smaller ones on top.
        """
        import geopandas as gpd

        from localarea.geo.crs import BRITISH_NATIONAL_GRID

        areas = list(self.areas)[::-1]
        columns = {
            "minutes": list(self.minutes)[::-1],
            "area_km2": np.round(shapely.area(areas) / 1e6, 3),
        }
        return gpd.GeoDataFrame(columns, geometry=areas, crs=BRITISH_NATIONAL_GRID)

    def _start(self) -> gpd.GeoSeries:
        import geopandas as gpd

        from localarea.geo.crs import BRITISH_NATIONAL_GRID, WGS84

        start = gpd.GeoSeries([shapely.Point(self.origin)], crs=BRITISH_NATIONAL_GRID)
        return start.buffer(BUFFER_M).to_crs(WGS84)

    def write(self, path: str | PathLike[str]) -> None:
        """
        Write the areas to a file.

        Parameters
        ----------
        path : str or path
            ``.geojson`` (EPSG:4326, as its standard requires) or ``.gpkg`` (EPSG:27700).

        Raises
        ------
        FileFormatError
            If the file extension is another.
        InputError
            If there is no such folder.
        """
        from localarea.geo.crs import to_wgs84
        from localarea.geo.validity import right_handed

        path = Path(path)
        require_folder(path)
        frame = self.to_frame()
        if path.suffix.casefold() in (".geojson", ".json"):
            placed = to_wgs84(frame)
            placed.geometry = placed.geometry.map(right_handed)
            path.write_text(placed.to_json(drop_id=True), encoding="utf-8")
        elif path.suffix.casefold() == ".gpkg":
            frame.to_file(path, layer="isochrone", driver="GPKG")
        else:
            raise FileFormatError(path, "is neither .geojson nor .gpkg", hint="use one of these")

    def explore(self, *, tiles: str | None = None) -> folium.Map:
        """
        Show the areas on a map in a notebook.

        ``tiles``: base map of folium; none by default, so that no tiles are downloaded. Returns the
        map. Leaflet is inlined, so it works offline.
        """
        with extra("maps"):
            import folium
            from branca.element import Element

        from localarea.geo.crs import to_wgs84
        from localarea.geo.leaflet import leaflet_css, leaflet_javascript

        frame = to_wgs84(self.to_frame())
        # Of empty areas, show where the minutes start: a map without a place is a blank page.
        shown = frame if not frame.is_empty.all() else self._start()
        west, south, east, north = shown.total_bounds
        page = folium.Map(tiles=tiles, zoom_control=True)
        page.default_js, page.default_css = [], []  # folium's defaults are downloaded
        head = f"<style>{leaflet_css()}</style><script>{leaflet_javascript()}</script>"
        figure: Any = page.get_root()
        # folium renders the page with Jinja, which must not interpret Leaflet's braces.
        figure.header.add_child(Element("{% raw %}" + head + "{% endraw %}"), "leaflet")
        for shade, row in zip(_shades(len(frame)), frame.itertuples(), strict=True):
            style = {"fillColor": shade, "color": shade, "fillOpacity": 0.45, "weight": 1}
            folium.GeoJson(
                row.geometry.__geo_interface__,
                name=f"{row.minutes:g} minutes",
                style_function=lambda _, style=style: style,
                tooltip=f"{row.minutes:g} minutes: {row.area_km2:,.1f} km2",
            ).add_to(page)
        folium.LayerControl().add_to(page)
        page.fit_bounds([[south, west], [north, east]])
        return page


def _shades(count: int) -> list[str]:
    """Return colours from pale (far) to dark (near), which differ in lightness, not only in hue."""
    with extra("maps"):
        from matplotlib import colormaps
        from matplotlib.colors import to_hex

    return [to_hex(c) for c in colormaps["viridis_r"](np.linspace(0.1, 0.9, count))]


def compute_isochrone(
    network: RoadNetwork,
    origin: tuple[float, float],
    minutes: Sequence[float],
    *,
    form: IsochroneForm = "edges",
    peak: float = 1.0,
    buffer_m: float = BUFFER_M,
    tolerance_m: float = TOLERANCE_M,
    smallest_hole_m2: float = SMALLEST_HOLE_M2,
) -> Isochrone:
    """
    Compute the areas within numbers of minutes of a point.

    Parameters
    ----------
    network : RoadNetwork
        The roads, and the land to which the areas are clipped.
    origin : tuple of float
        Easting and northing, EPSG:27700, metres.
    minutes : sequence of float
        Limits, in any order, which include terminal time.
    form : {'edges', 'grid'}
        ``edges``: a buffer around every reached road. ``grid``: contours of minutes on a
        grid, including travel off the roads, which follow the times more closely.
    peak : float
        Factor on driving times.
    buffer_m : float
        Width of the buffer on each side, metres.
    tolerance_m : float
        Tolerance of the simplification of the outline, metres.
    smallest_hole_m2 : float
        Holes smaller than this are filled, square metres.

    Raises
    ------
    InputError
        If there are no limits, one is not a number above 0 and up to 600, or the peak factor is
        not a positive number.
    UnreachableError
        If no road can be reached from the point, for example in the sea.
    """
    limits = _limits(minutes)
    form = require_form(form)
    require_peak(peak)
    seeds = network.legs(np.array([origin], dtype=float))
    if not len(seeds.nodes):
        raise UnreachableError(
            f"no road can be reached from {origin[0]:.0f}, {origin[1]:.0f}; is it in the sea "
            "or outside the area of the road network?"
        )
    driving = [max((limit - network.terminal_min) / peak, 0.0) for limit in limits]
    times = _times(network, seeds.nodes, seeds.minutes, driving[-1])
    reached = tuple(cut_edges(network.graph, times, limit) for limit in driving)
    draw = _Drawing(network, np.array(origin), times, buffer_m, tolerance_m, smallest_hole_m2)
    areas = draw.grid(driving) if form == "grid" else [draw.edges(part) for part in reached]
    used = {"form": form, "peak": peak, "buffer_m": buffer_m, "tolerance_m": tolerance_m}
    return Isochrone((origin[0], origin[1]), limits, _nest(areas), reached, used)


def require_form(form: str) -> IsochroneForm:
    """Check the name of a form, and return it; InputError if it is neither."""
    forms: dict[str, IsochroneForm] = {"edges": "edges", "grid": "grid"}
    if form in forms:
        return forms[form]
    raise InputError(f"form must be 'edges' or 'grid', not {form!r}")


def _limits(minutes: Any) -> tuple[float, ...]:
    given: list[Any] = [minutes] if isinstance(minutes, str) else list(minutes)
    numbers = all(map(is_number, given))
    if not given or not numbers or not all(0 < m <= LONGEST_MIN for m in given):
        told = ", ".join(str(m) for m in given) or "none"
        raise InputError(
            f"minutes must be one or more numbers above 0 and up to {LONGEST_MIN:g}, not {told}"
        )
    return tuple(sorted({float(m) for m in given}))


def _times(
    network: RoadNetwork, nodes: np.ndarray, minutes: np.ndarray, limit: float
) -> np.ndarray:
    from localarea.roads.search._kernel import spread_one

    job = make_job(network.graph, limit, spread=float(minutes.max()))
    times: np.ndarray = spread_one(
        job.indptr, job.indices, job.minutes, nodes, minutes, limit, job.width, job.n_buckets
    )
    return times


def _nest(areas: list[shapely.Geometry]) -> tuple[shapely.MultiPolygon, ...]:
    """Ensure that each area contains the previous one, and is a multipolygon."""
    nested: list[shapely.MultiPolygon] = []
    for area in areas:
        whole = shapely.union(nested[-1], area) if nested else area
        parts = shapely.get_parts(whole)
        nested.append(shapely.MultiPolygon(list(parts[shapely.get_dimensions(parts) == 2])))
    return tuple(nested)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The steps of drawing that both forms share."""

    network: RoadNetwork
    origin: np.ndarray
    times: np.ndarray
    buffer_m: float
    tolerance_m: float
    smallest_hole_m2: float

    def edges(self, reached: ReachedEdges) -> shapely.Geometry:
        """Buffer every reached road."""
        buffers = shapely.buffer(
            reached.lines, self.buffer_m, quad_segs=ROUNDING, cap_style="round"
        )
        return self._finish(self._union(buffers))

    def _union(self, buffers: np.ndarray) -> shapely.Geometry:
        """Union buffers square by square: many small unions are faster than a single one."""
        if not buffers.size:
            return shapely.MultiPolygon()
        middle = np.stack([shapely.get_x(c := shapely.centroid(buffers)), shapely.get_y(c)], 1)
        square = (middle // UNION_SQUARE_M).astype(np.int64)
        _, group = np.unique(square[:, 0] * SQUARES_UP + square[:, 1], return_inverse=True)
        order = np.argsort(group, kind="stable")
        cuts = np.flatnonzero(np.diff(group[order])) + 1
        return shapely.union_all([shapely.union_all(g) for g in np.split(buffers[order], cuts)])

    def grid(self, limits: Sequence[float]) -> list[shapely.Geometry]:
        """Draw the contours of minutes on a grid."""
        cells = minutes_grid(self.network, self.origin, self.times, limits[-1])
        return [self._finish(cells.area(limit)) for limit in limits]

    def _finish(self, area: shapely.Geometry) -> shapely.Geometry:
        """Fill small holes, simplify, and clip to the land."""
        parts = [_without_small_holes(p, self.smallest_hole_m2) for p in shapely.get_parts(area)]
        area = shapely.make_valid(shapely.simplify(shapely.union_all(parts), self.tolerance_m))
        if self.network.land is None or area.is_empty:
            return area
        return self.network.land.clip(area, from_land_of=self._reached_nodes(area))

    def _reached_nodes(self, area: shapely.Geometry) -> np.ndarray:
        """Return the reached nodes in the area, as land without any is not part of it."""
        points = self.network.graph.points[np.isfinite(self.times)]
        points = np.vstack([points, self.origin])
        west, south, east, north = area.bounds
        x, y = points.T
        inside: np.ndarray = points[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
        return inside


UNION_SQUARE_M: Final = 5_000.0  # side of a square
SQUARES_UP: Final = 100_000  # more than a column of squares


def _without_small_holes(polygon: shapely.Polygon, smallest: float) -> shapely.Polygon:
    rings = [r for r in polygon.interiors if shapely.Polygon(r).area >= smallest]
    return shapely.Polygon(polygon.exterior, rings)
