"""The land, districts and zones under every layer of the map, as one small document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from localarea.datasets.store import default_store
from localarea.datasets.zones import read_zones
from localarea.geo.crs import BRITISH_NATIONAL_GRID, to_wgs84
from localarea.places.gazetteer import read_gazetteer
from localarea.reports.cartography.study_area import (
    dissolve_districts,
    districts_of,
    read_study_zones,
    zone_bounds,
    zones_centred_in,
    zones_of_interest,
)
from localarea.reports.cartography.towns import other_towns
from localarea.reports.maps.options_page import anchor_place
from localarea.reports.resident_map.layer_names import layer_titles
from localarea.reports.resident_map.places import LARGEST, TOWN, named_places
from localarea.reports.resident_map.roads import main_roads
from localarea.reports.resident_map.topology import pack_lines, share_borders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.cartography.study_area import Bounds

STEP: Final = (6e-5, 4e-5)  # degrees of longitude and latitude: some four metres each way
FINE_M: Final = 15.0  # detail of the zones' own lines; the published ones are coarser than this
COARSE_M: Final = 120.0  # detail of the land around them
_AROUND: Final = 0.6  # of the longer side of the zones: land drawn beyond them
_NEAR: Final = 0.15  # the same, for roads without a number


def base_map(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> dict[str, Any]:
    """
    Gather what lies under every layer.

    Parameters
    ----------
    options : sequence of Option
        Zones of 2011; the map has every zone that touches the box around them.

    Returns
    -------
    dict
        JSON values. ``grid`` tells how the whole numbers of ``arcs`` become degrees; a
        zone is ``[code, name, district, rings]`` and a piece of land beyond them ``[name,
        rings]``, as TopoJSON writes rings.
    """
    store = store or default_store()
    zones = study_zones(options, council, store=store)
    window = _window(zones, _AROUND)
    beyond = _beyond(zones, window, store)
    districts = sorted(set(zones["lad25cd"]))
    areas = np.concatenate([zones.geometry.to_numpy(), beyond.geometry.to_numpy()])
    topology = share_borders(areas)
    own = ((topology.owners >= 0) & (topology.owners < len(zones))).any(axis=1)
    light = topology.simplified(np.where(own, FINE_M, COARSE_M))
    arcs = to_wgs84(gpd.GeoSeries(light.arcs, crs=BRITISH_NATIONAL_GRID))
    west, south = (float(v) for v in np.floor(arcs.total_bounds[:2] * 100) / 100)
    number = {code: at for at, code in enumerate(districts)}
    rings = [[list(ring) for ring in one] for one in light.rings]
    return {
        "council": council.title,
        "layers": layer_titles(council),
        "grid": {"west": west, "south": south, "across": STEP[0], "up": STEP[1]},
        "view": _view(options, zones, council),
        "arcs": pack_lines(arcs.to_numpy(), (west, south), STEP),
        "zones": [
            [code, name, number[district], ring]
            for code, name, district, ring in zip(
                zones.index, zones["name"], zones["lad25cd"], rings, strict=False
            )
        ],
        "beyond": [
            [name, ring] for name, ring in zip(beyond["name"], rings[len(zones) :], strict=True)
        ],
        "districts": _districts(zones),
        "roads": _roads(window, _window(zones, _NEAR), (west, south), store),
        "places": _places(window, council, store),
    }


def study_zones(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> gpd.GeoDataFrame:
    """Read the zones of the map, as :func:`read_study_zones` gives them."""
    wanted = zones_of_interest(options, council, store=store)
    return read_study_zones(zone_bounds(wanted, store=store), council, store=store)


def _window(zones: gpd.GeoDataFrame, around: float) -> Bounds:
    """Return the box of the zones with a margin, a share of its longer side."""
    west, south, east, north = (float(v) for v in zones.total_bounds)
    reach = around * max(east - west, north - south)
    return west - reach, south - reach, east + reach, north + reach


def _beyond(zones: gpd.GeoDataFrame, window: Bounds, store: DataStore) -> gpd.GeoDataFrame:
    """Return the land around the zones, dissolved by district."""
    held = set(zones.index)
    codes = [code for code in zones_centred_in(window, store=store) if code not in held]
    shapes = dissolve_districts(read_zones("msoa11", codes=codes, store=store))
    names = read_gazetteer("msoa11", store=store).districts
    return gpd.GeoDataFrame(
        {"name": [names[code] for code in shapes]},
        geometry=list(shapes.values()), index=list(shapes), crs=zones.crs,
    )  # fmt: skip


def _districts(zones: gpd.GeoDataFrame) -> list[list[Any]]:
    """Return code, name and a place for the name of each district that has zones on the map."""
    whole = districts_of(zones)
    places = to_wgs84(gpd.GeoSeries(_middles(whole.geometry.to_numpy()), crs=whole.crs))
    return [
        [code, name, round(point.y, 4), round(point.x, 4)]
        for code, name, point in zip(whole.index, whole["name"], places, strict=True)
    ]


def _roads(
    window: Bounds, near: Bounds, origin: tuple[float, float], store: DataStore
) -> list[list[Any]]:
    """Return number, kind and packed line of each road."""
    roads = main_roads(window, near, store=store)
    packed = pack_lines(to_wgs84(roads.geometry).to_numpy(), origin, STEP)
    return [
        [road, int(kind), line]
        for road, kind, line in zip(roads["road"], roads["kind"], packed, strict=True)
    ]


def _places(window: Bounds, council: Council, store: DataStore) -> list[list[Any]]:
    """Return name, size and place of each town and water, the anchor first."""
    anchor, point = anchor_place(council, store=store)
    west, south, east, north = window
    towns = (
        (name, TOWN, x, y)
        for name, x, y in other_towns(store=store)
        if west < x < east and south < y < north
    )
    found = [place for place in (*named_places(window), *towns) if place[0] != anchor]
    found.insert(0, (anchor, LARGEST, point.x, point.y))
    points = gpd.GeoSeries.from_xy([p[2] for p in found], [p[3] for p in found])
    degrees = to_wgs84(points.set_crs(BRITISH_NATIONAL_GRID))
    return [
        [name, size, round(at.y, 4), round(at.x, 4)]
        for (name, size, _, _), at in zip(found, degrees, strict=True)
    ]


def _middles(shapes: NDArray[np.object_]) -> list[Any]:
    """Return the middle of the widest part of each shape, where its name has most room."""
    return [shapely.Point(_widest(shape).coords[0]) for shape in shapes]


def _widest(shape: Any) -> Any:
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    return shapely.maximum_inscribed_circle(largest, tolerance=500.0)


def _view(options: Sequence[Option], zones: gpd.GeoDataFrame, council: Council) -> list[float]:
    """Return the box to show first, in degrees: the default option's, or that of the only one."""
    alone = options[0] if len(options) == 1 else None
    first = next((o for o in options if o.id == council.default_option), alone)
    held = zones.index.isin(first.zones) if first else np.ones(len(zones), dtype=bool)
    west, south, east, north = to_wgs84(zones.geometry[held]).total_bounds
    return [round(float(v), 4) for v in (south, west, north, east)]
