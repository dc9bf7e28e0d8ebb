"""Isochrones worked by hand: where the road is cut, what is clipped, what stays a hole."""

from __future__ import annotations

import json
import pickle
import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from localarea.errors import FileFormatError, InputError, UnreachableError
from localarea.roads.access import Access
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.ground.land import Land
from localarea.roads.isochrone import compute_isochrone
from localarea.roads.network import RoadNetwork
from localarea.roads.polygons._reach import cut_edges
from localarea.roads.shapes import Shapes

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ("edges", "grid")


def local_kph(points: np.ndarray) -> np.ndarray:
    return np.full(len(points), 30.0)


def grid_graph(size: int = 9, step: float = 1000.0) -> RoadGraph:
    """Make streets on a square grid, a minute per side, open both ways."""
    x, y = (a.ravel() for a in np.meshgrid(np.arange(size), np.arange(size)))
    number = y * size + x
    east, north = number[x < size - 1], number[y < size - 1]
    tails = np.concatenate([east, east + 1, north, north + size])
    heads = np.concatenate([east + 1, east, north + size, north])
    points = np.stack([x, y], axis=1) * step
    return from_arcs(
        tails, heads, minutes=np.ones(len(tails)), length_m=np.full(len(tails), step), points=points
    )


def network(graph: RoadGraph | None = None, land: Land | None = None) -> RoadNetwork:
    access = Access(local_kph, n_nearest=4, longest_m=2000.0)
    return RoadNetwork(graph or grid_graph(), access, land=land)


MIDDLE = (4000.0, 4000.0)


def test_roads_are_cut_where_the_time_runs_out() -> None:
    graph = from_arcs(
        np.array([0, 1, 1, 2]),
        np.array([1, 0, 2, 1]),
        minutes=np.array([2.0, 2.0, 4.0, 4.0]),
        length_m=np.full(4, 1000.0),
        points=np.array([[0.0, 0], [1000, 0], [2000, 0]]),
    )
    reached = cut_edges(graph, np.array([0.0, 2.0, np.inf]), 3.0)
    # The first road whole, once; of the second a quarter: one minute of four.
    found = sorted((int(a), float(s)) for a, s in zip(reached.arcs, reached.share, strict=True))
    assert found == [(0, 1.0), (2, 0.25)]
    assert sorted(shapely.length(reached.lines).tolist()) == [250.0, 1000.0]


def test_a_bent_road_is_cut_along_its_line() -> None:
    corners = np.array([[0.0, 0], [300, 0], [300, 700]])
    graph = from_arcs(
        np.array([0]),
        np.array([1]),
        minutes=np.array([10.0]),
        length_m=np.array([1000.0]),
        points=corners[[0, 2]],
        shapes=Shapes(np.array([0, 3]), corners),
    )
    line = cut_edges(graph, np.array([0.0, np.inf]), 5.0).lines[0]
    assert shapely.get_coordinates(line).tolist() == [[0.0, 0.0], [300.0, 0.0], [300.0, 200.0]]


@pytest.mark.parametrize("form", FORMS)
def test_areas_are_valid_and_nest(form: str) -> None:
    found = compute_isochrone(network(), MIDDLE, [3, 1, 2, 2], form=form)
    assert found.minutes == (1.0, 2.0, 3.0)
    assert all(area.is_valid and not area.is_empty for area in found.areas)
    assert all(b.covers(a) for a, b in zip(found.areas, found.areas[1:], strict=False))
    assert found.areas[0].contains(shapely.Point(MIDDLE))
    assert not found.areas[0].contains(shapely.Point(6000, 4000))  # two minutes away


def test_strips_have_the_width_asked_for() -> None:
    found = compute_isochrone(network(), MIDDLE, [1], buffer_m=100, tolerance_m=0)
    # A cross of two strips of 2,000 m by 200 m, one square of 200 m counted twice, and four
    # half circles of 100 m radius, which four corners a quarter draw 2.6% small.
    whole = 2 * 2000 * 200 - 200**2 + 2 * np.pi * 100**2
    assert found.areas[0].area == pytest.approx(whole, rel=0.01)


@pytest.mark.parametrize("form", FORMS)
def test_large_holes_stay_and_small_ones_go(form: str) -> None:
    # A ring road round nothing: a block of 8 km whose inside cannot be driven to.
    ring = np.array([[0.0, 0], [8000, 0], [8000, 8000], [0, 8000]])
    tails, heads = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0])
    corners = np.concatenate(
        [np.linspace(ring[a], ring[b], 9) for a, b in zip(tails, heads, strict=True)]
    )
    graph = from_arcs(
        np.concatenate([tails, heads]),
        np.concatenate([heads, tails]),
        minutes=np.full(8, 2.0),
        length_m=np.full(8, 8000.0),
        points=ring,
        shapes=Shapes(
            np.arange(9) * 9,
            np.concatenate([corners, corners.reshape(4, 9, 2)[:, ::-1].reshape(-1, 2)]),
        ),
    )
    kept = compute_isochrone(network(graph), (0.0, 0.0), [8], form=form)
    assert sum(len(part.interiors) for part in kept.areas[0].geoms) == 1
    filled = compute_isochrone(network(graph), (0.0, 0.0), [8], form=form, smallest_hole_m2=1e9)
    assert sum(len(part.interiors) for part in filled.areas[0].geoms) == 0


@pytest.mark.parametrize("form", FORMS)
def test_the_sea_and_islands_nobody_reached_are_left_out(form: str) -> None:
    mainland, island = shapely.box(-500, -500, 8500, 4250), shapely.box(3900, 4350, 4100, 4500)
    land = Land(shapely.MultiPolygon([mainland, island]))
    graph = grid_graph()
    ashore = network(graph.subgraph(graph.points[:, 1] <= 4000), land)
    area = compute_isochrone(ashore, MIDDLE, [3], form=form).areas[0]
    assert mainland.buffer(1e-6).covers(area)
    assert not area.intersects(island)


def test_a_point_in_the_sea_is_refused() -> None:
    land = Land(shapely.box(-500, -500, 8500, 8500))
    with pytest.raises(UnreachableError, match="in the sea"):
        compute_isochrone(network(land=land), (9900.0, 4000.0), [10])
    with pytest.raises(UnreachableError, match="outside"):
        compute_isochrone(network(), (90_000.0, 4000.0), [10])


@pytest.mark.parametrize("minutes", [[], [0], [-5, 10], [np.nan], [np.inf], [601], "10", ["10"]])
def test_impossible_limits_are_refused(minutes: list[float]) -> None:
    with pytest.raises(InputError, match="above 0"):
        compute_isochrone(network(), MIDDLE, minutes)
    with pytest.raises(InputError, match="form"):
        compute_isochrone(network(), MIDDLE, [5], form="circle")  # type: ignore[arg-type]


def test_a_limit_used_up_by_the_terminal_time_is_empty_and_nests() -> None:
    whole = network()
    tired = RoadNetwork(whole.graph, whole.access, terminal_min=5.0)
    found = compute_isochrone(tired, MIDDLE, [4, 7])
    assert found.areas[0].is_empty
    assert not found.areas[1].is_empty


def test_written_in_degrees_for_the_web_and_in_metres_for_a_gis(tmp_path: Path) -> None:
    access = Access(local_kph, n_nearest=4, longest_m=2000.0)
    graph = grid_graph()
    moved = from_arcs(
        graph.tails,
        graph.indices,
        minutes=graph.minutes,
        length_m=graph.length_m,
        points=graph.points + np.array([595_000, 221_000]),
    )
    found = compute_isochrone(RoadNetwork(moved, access), (599_000.0, 225_000.0), [1, 2])
    found.write(tmp_path / "a.geojson")
    document = json.loads((tmp_path / "a.geojson").read_text())
    assert [f["properties"]["minutes"] for f in document["features"]] == [2.0, 1.0]
    written = [shapely.geometry.shape(f["geometry"]) for f in document["features"]]
    assert all(p.exterior.is_ccw for shape in written for p in shapely.get_parts(shape))  # RFC 7946
    x, y = document["features"][0]["geometry"]["coordinates"][0][0][0]
    assert (0.8 < x < 1.0, 51.8 < y < 52.0) == (True, True)  # Colchester
    found.write(tmp_path / "a.gpkg")
    frame = gpd.read_file(tmp_path / "a.gpkg")
    assert frame.crs == "EPSG:27700"
    assert frame["minutes"].tolist() == [2.0, 1.0]
    with pytest.raises(FileFormatError, match="gpkg"):
        found.write(tmp_path / "a.shp")


def test_explore_needs_no_tiles() -> None:
    import folium

    page = compute_isochrone(network(), MIDDLE, [1, 2]).explore()
    assert isinstance(page, folium.Map)
    assert not any(isinstance(c, folium.TileLayer) for c in page._children.values())


def test_explore_asks_for_nothing_from_the_internet() -> None:
    html = compute_isochrone(network(), MIDDLE, [1, 2]).explore().get_root().render()
    assert "leaflet" in html.lower()
    assert "L.geoJson" in html
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)\s*=", html)


def test_an_isochrone_is_equal_to_the_same_one() -> None:
    one = compute_isochrone(network(), MIDDLE, [3])
    assert one == compute_isochrone(network(), MIDDLE, [3])
    assert one == pickle.loads(pickle.dumps(one))  # noqa: S301
    assert one != compute_isochrone(network(), MIDDLE, [4])
    assert one.reached[0] != 3


def test_an_isochrone_is_written_where_a_text_says(tmp_path: Path) -> None:
    found = compute_isochrone(network(), MIDDLE, [3])
    found.write(f"{tmp_path}/reach.geojson")
    assert len(gpd.read_file(tmp_path / "reach.geojson")) == 1
    with pytest.raises(InputError, match="does not exist; create it first"):
        found.write(f"{tmp_path}/none/reach.gpkg")


@pytest.mark.parametrize("minutes", [[], [0], [601], ["3"], [3, True]])
def test_impossible_minutes_are_refused(minutes: list[float]) -> None:
    with pytest.raises(InputError, match="numbers above 0 and up to 600"):
        compute_isochrone(network(), MIDDLE, minutes)


@pytest.mark.parametrize("peak", [0, -1, np.nan, "1", True])
def test_impossible_factors_are_refused(peak: float) -> None:
    with pytest.raises(InputError, match="peak must be a number above 0"):
        compute_isochrone(network(), MIDDLE, [3], peak=peak)


def test_a_map_of_nothing_shows_where_the_minutes_start() -> None:
    whole = network()
    tired = RoadNetwork(whole.graph, whole.access, terminal_min=5.0)
    page = compute_isochrone(tired, MIDDLE, [4]).explore().get_root().render()
    bounds = re.findall(r"fitBounds\(\s*(\[\[.*?\]\])", page, re.DOTALL)[-1]  # Leaflet has one too
    (south, west), (north, east) = json.loads(bounds)
    # 4 km east and north of the origin of the grid, which is at 49.766 north and 7.557 west.
    assert (south, west) == pytest.approx((49.8, -7.5), abs=0.1)
    assert 0 < north - south < 0.02 > east - west > 0
