"""The map beside the answer of a postcode, on which the point of a site is clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.geo.crs import to_wgs84

if TYPE_CHECKING:
    import geopandas as gpd

    from localarea.classify.boundary import Boundary
    from localarea.service.state import State

_REACH_M: Final = 3_000.0  # from the postcode to the edge of the map
_FINE_M: Final = 5.0  # by which lines may be off


def site_map(state: State, boundary: Boundary, easting: float, northing: float) -> dict[str, Any]:
    """
    Return what the map around a postcode shows, as JSON values.

    ``zones`` and ``roads`` are GeoJSON in WGS84; of each zone ``local`` says whether it is inside.
    ``at`` is the latitude and longitude of the postcode.
    """
    frame = (
        *(easting - _REACH_M, northing - _REACH_M),
        *(easting + _REACH_M, northing + _REACH_M),
    )
    return {
        "at": latitude_longitude(easting, northing),
        "zones": _geojson(_zones(state, boundary, frame)),
        "roads": _geojson(_roads(state, frame)),
    }


def latitude_longitude(easting: float, northing: float) -> list[float]:
    """Return a point of the National Grid in degrees, latitude first, as maps want it."""
    import geopandas as gpd
    import shapely

    place = to_wgs84(gpd.GeoDataFrame(geometry=[shapely.Point(easting, northing)], crs=27700))
    point = place.geometry.iloc[0]
    return [round(point.y, 6), round(point.x, 6)]


def _zones(
    state: State, boundary: Boundary, frame: tuple[float, float, float, float]
) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    from localarea.datasets.nearby_zones import NearbyZones
    from localarea.places.gazetteer import read_gazetteer

    system = boundary.zone_system
    names = read_gazetteer(system, store=state.store).zone_names
    box = shapely.box(*frame)
    rows = [
        (names.get(code, code), code in boundary.zones, shape)
        for group in NearbyZones(system, store=state.store).within(frame)
        for code, shape in zip(group.codes, group.shapes, strict=True)
        if shape.intersects(box)
    ]
    made = gpd.GeoDataFrame(rows, columns=["name", "local", "geometry"], crs=27700)
    return made.assign(geometry=made.geometry.clip_by_rect(*frame).simplify(_FINE_M))


def _roads(state: State, frame: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import numpy as np
    import shapely

    from localarea.datasets.roads import read_road_edges, read_road_nodes

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
    made = gpd.GeoDataFrame(geometry=shapely.linestrings(lines[near]), crs=27700)
    return made.assign(geometry=made.geometry.clip_by_rect(*frame))


def _is_range(numbers: Any) -> bool:
    return bool((numbers == range(len(numbers))).all())


def _geojson(layer: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return a layer as GeoJSON, in degrees to about a metre."""
    kept = layer[~layer.geometry.is_empty]
    if kept.empty:
        return {"type": "FeatureCollection", "features": []}
    degrees = to_wgs84(kept)
    degrees = degrees.set_geometry(degrees.geometry.set_precision(1e-5))
    found: dict[str, Any] = degrees.__geo_interface__
    for feature in found["features"]:
        feature.pop("bbox", None)
        feature.pop("id", None)
    found.pop("bbox", None)
    return found
