"""The map beside the answer of a postcode, on which the point of a site is clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from localarea.datasets.nearby_zones import NearbyZones
from localarea.datasets.roads import read_road_edges, read_road_nodes
from localarea.geo.crs import BRITISH_NATIONAL_GRID, to_wgs84
from localarea.places.gazetteer import read_gazetteer
from localarea.reports.resident_map.places import named_places
from localarea.reports.resident_map.roads import OTHER
from localarea.reports.resident_map.topology import pack_lines, share_borders
from localarea.service.study.map_documents import tiles_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.reports.cartography.study_area import Bounds
    from localarea.service.state.state import State

_REACH_M: Final = 3_000.0  # from the postcode to the edge of the map
_FIRST_M: Final = 1_200.0  # and to the edge of what is seen first
_FINE_M: Final = 5.0  # by which lines may be off
_STEP: Final = (1.5e-5, 1e-5)  # degrees of longitude and latitude: about a metre each way
_MARGIN: Final = 0.01  # degrees by which the grid begins before the map


def site_map(state: State, boundary: Boundary, easting: float, northing: float) -> dict[str, Any]:
    """
    Return the map around a postcode, in the form of :func:`.base_map` and as JSON values.

    ``inside`` names the zones of the area, and ``at`` is the latitude and longitude of the
    postcode. ``cut`` says that the land ends where the map does, and not at a coast.
    """
    west, south = easting - _REACH_M, northing - _REACH_M
    east, north = easting + _REACH_M, northing + _REACH_M
    frame = (west, south, east, north)
    zones = _zones(state, boundary, frame)
    corner = _degrees(west, south)
    origin = (corner[1] - _MARGIN, corner[0] - _MARGIN)
    topology = share_borders(zones.geometry.to_numpy())
    topology = topology.simplified(np.full(len(topology.arcs), _FINE_M))
    districts = {name: at for at, name in enumerate(dict.fromkeys(zones["district"]))}
    near = (easting - _FIRST_M, northing - _FIRST_M, easting + _FIRST_M, northing + _FIRST_M)
    return {
        "council": state.council.title,
        "layers": {},
        "grid": {"west": origin[0], "south": origin[1], "across": _STEP[0], "up": _STEP[1]},
        "view": [*_degrees(*near[:2]), *_degrees(*near[2:])],
        "zooms": [12, 19],
        "cut": True,
        "arcs": _packed(topology.arcs, origin),
        "zones": [
            [code, name, districts[district], [list(ring) for ring in rings]]
            for code, name, district, rings in zip(
                zones.index, zones["name"], zones["district"], topology.rings, strict=True
            )
        ],
        "beyond": [],
        "districts": [[name, name, *_middle(zones, name)] for name in districts],
        "roads": [["", OTHER, line] for line in _packed(_roads(state, frame), origin)],
        "places": [
            [name, size, *_degrees(x, y)] for name, size, x, y in named_places(frame) if size
        ],
        "tiles": tiles_of(state),
        "inside": [code for code in zones.index if code in boundary.zones],
        "at": latitude_longitude(easting, northing),
    }


def _middle(zones: gpd.GeoDataFrame, district: str) -> list[float]:
    """Return a place in a district for its name."""
    point = zones.geometry[zones["district"] == district].union_all().representative_point()
    return _degrees(point.x, point.y)


def _packed(lines: NDArray[np.object_], origin: tuple[float, float]) -> list[list[int]]:
    degrees = to_wgs84(gpd.GeoSeries(lines, crs=BRITISH_NATIONAL_GRID))
    return pack_lines(degrees.to_numpy(), origin, _STEP)


def _degrees(easting: float, northing: float) -> list[float]:
    return [round(part, 5) for part in latitude_longitude(easting, northing)]


def latitude_longitude(easting: float, northing: float) -> list[float]:
    """Return a point of the National Grid in degrees, latitude first, as maps want it."""
    place = to_wgs84(gpd.GeoSeries([shapely.Point(easting, northing)], crs=BRITISH_NATIONAL_GRID))
    return [round(place.iloc[0].y, 6), round(place.iloc[0].x, 6)]


def _zones(state: State, boundary: Boundary, frame: Bounds) -> gpd.GeoDataFrame:
    """Return name, district and shape of each zone in a frame, cut off at it."""
    system = boundary.zone_system
    names = read_gazetteer(system, store=state.store)
    box = shapely.box(*frame)
    found = {
        code: shape
        for group in NearbyZones(system, store=state.store).within(frame)
        for code, shape in zip(group.codes, group.shapes, strict=True)
        if shape.intersects(box)
    }
    shapes = gpd.GeoSeries(found, crs=BRITISH_NATIONAL_GRID).clip_by_rect(*frame)
    shapes = shapes[~shapes.is_empty]
    districts = [names.districts[names.zone_district[code]] for code in shapes.index]
    named = [names.zone_names.get(code, code) for code in shapes.index]
    told = {"name": named, "district": districts}
    return gpd.GeoDataFrame(told, geometry=shapes, index=shapes.index)


def _roads(state: State, frame: Bounds) -> NDArray[np.object_]:
    """Return the roads in a frame, cut off at it."""
    nodes, edges = read_road_nodes(store=state.store), read_road_edges(store=state.store)
    points = nodes.set_index("node")[["easting", "northing"]].to_numpy(float)
    order = nodes["node"].to_numpy()
    at = {node: row for row, node in enumerate(order)} if not _is_range(order) else None
    ends = edges[["u", "v"]].to_numpy()
    if at is not None:
        ends = np.vectorize(at.__getitem__)(ends)
    west, south, east, north = frame
    lines = points[ends]  # of each road two ends
    low, high = lines.min(axis=1), lines.max(axis=1)
    near = (high >= (west, south)).all(axis=1) & (low <= (east, north)).all(axis=1)
    cut = shapely.clip_by_rect(shapely.linestrings(lines[near]), *frame)
    made: NDArray[np.object_] = cut[~shapely.is_empty(cut)]
    return made


def _is_range(numbers: Any) -> bool:
    return bool((numbers == range(len(numbers))).all())
