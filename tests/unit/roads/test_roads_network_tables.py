"""What the embedded network is made of: water, settlement, carriageways, inferred local roads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely
from building.strategic import (
    DUAL,
    MOTORWAY,
    SINGLE,
    SurveyedRoads,
    find_twins,
    match_survey,
    with_survey,
)

from localarea.errors import InputError, SettingError
from localarea.roads.embedded import EmbeddedTables, build_embedded
from localarea.roads.ground.land import MOST_CORNERS, Land
from localarea.roads.ground.local_roads import gather_places, link_places
from localarea.roads.ground.network_tables import make_network
from localarea.roads.ground.settlement import measure_settlement
from localarea.roads.speeds import MAJOR_KPH, read_speed_model
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from pathlib import Path

# Two shores with a river of 300 m between, joined by a strip at the western end.
SHORES = shapely.union_all(
    [
        shapely.box(0, 0, 10_000, 4_000),
        shapely.box(0, 4_300, 10_000, 8_000),
        shapely.box(0, 0, 500, 8_000),
    ]
)


def test_water_is_measured_on_the_straight_line() -> None:
    starts = np.array([[5000.0, 3900], [200, 3900], [5000, 3900], [5000, 9000], [5000, 4100]])
    ends = np.array([[5000.0, 4400], [200, 4400], [5500, 3900], [5000, 9100], [5050, 4150]])
    water = Land(SHORES).water_on_the_way(starts, ends)
    # Across the river; along the strip; on land; far out at sea; from bank to bank of nothing.
    assert water == pytest.approx([300, 0, 0, 100, np.hypot(50, 50)])


def test_split_land_answers_like_whole_land() -> None:
    angles = np.linspace(0, 2 * np.pi, 3000)
    radius = 5000 + 300 * np.sin(40 * angles)
    coast = shapely.Polygon(np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1))
    land = Land(coast)
    assert shapely.get_num_coordinates(land._parts).max() <= MOST_CORNERS
    assert shapely.area(land._parts).sum() == pytest.approx(coast.area)
    rng = np.random.default_rng(1)
    starts, ends = rng.uniform(-6000, 6000, (2, 300, 2))
    lines = shapely.linestrings(np.stack([starts, ends], 1))
    wet = shapely.length(shapely.difference(lines, coast))
    assert land.water_on_the_way(starts, ends) == pytest.approx(wet, abs=1e-6)


def test_land_must_be_land() -> None:
    with pytest.raises(InputError, match="polygon"):
        Land(shapely.Point(0, 0))
    with pytest.raises(InputError, match="empty"):
        Land(shapely.Polygon())


def test_clipping_drops_islands_that_hold_no_point() -> None:
    land = Land(shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)]))
    area = land.clip(shapely.box(50, 20, 400, 80), from_land_of=np.array([[60.0, 50.0]]))
    assert area.equals(shapely.box(50, 20, 100, 80))


def test_postcodes_of_a_cell_make_one_place() -> None:
    places = gather_places(np.array([[100.0, 100], [300, 500], [2100, 100]]))
    assert places.tolist() == [[200.0, 300.0], [2100.0, 100.0]]


def test_local_roads_do_not_cross_the_river() -> None:
    x, y = np.meshgrid(np.arange(500.0, 10_000, 1000), np.array([3000.0, 5000.0]))
    places = np.stack([x.ravel(), y.ravel()], axis=1)
    links = link_places(np.array([[0.0, -9_000.0]]), places, Land(SHORES))
    points = np.vstack([[[0.0, -9_000.0]], places])
    over = points[links][:, :, 1].min(axis=1) != points[links][:, :, 1].max(axis=1)
    crossing = points[links[over & (links[:, 0] > 0)]]
    assert (crossing[:, :, 0].min(axis=1) <= 500).all()  # only by the strip
    assert (links[:, 0] < links[:, 1]).all()


def test_settlement_is_densest_where_postcodes_are() -> None:
    rng = np.random.default_rng(2)
    town = rng.normal((50_000, 50_000), 300, (2000, 2))
    found = measure_settlement(np.vstack([town, [[60_000.0, 60_000.0]]]))
    middle, edge, outside = found.at(
        np.array([[50_000.0, 50_000], [52_000, 50_000], [57_000, 50_000]])
    )
    assert middle[0] > edge[0] > outside[0] >= 0
    # 2,000 postcodes, spread by sqrt(300^2 + 500^2) = 583 m: 2000 / (2 pi 0.583^2) = 936 per km2.
    assert middle[0] == pytest.approx(np.log1p(936), abs=0.15)
    along = found.along(np.array([[50_000.0, 50_000]]), np.array([[57_000.0, 50_000]]))
    assert middle[0] > along[0, 0] > outside[0]


def test_an_edge_follows_a_survey_by_its_ends_and_length() -> None:
    # A dual carriageway bends away and back; edge 0 has its length, edge 1 is the straight road.
    bend = shapely.LineString([(0, 0), (5000, 4000), (10_000, 0)])
    side = shapely.LineString([(0, 9000), (3000, 9000)])
    survey = SurveyedRoads(
        np.array([bend, side, shapely.LineString([(0, 19_000), (3000, 19_000)])]),
        np.array([DUAL, MOTORWAY, SINGLE]),
        (0, 0, 1, 1),
    )
    points = np.array(
        [[10.0, 50], [10_050, 0], [0, 9050], [3000, 9000], [0, 19_000], [3000, 19_000]]
    )
    edges = np.array([[0, 1], [0, 1], [2, 3], [4, 5]])
    shares = match_survey(points, edges, np.array([12.8, 10.1, 3.0, 3.0]), survey)
    assert shares.tolist() == [[1, 0], [0, 0], [1, 1], [0, 0]]


def test_two_carriageways_are_twins_and_a_single_road_is_not() -> None:
    points = np.array([[0.0, 0], [5000, 0], [40, 90], [5060, 100], [0, 5000], [5000, 5000]])
    edges = np.array([[0, 1], [3, 2], [4, 5], [0, 2]])
    twins = find_twins(points, edges, np.array([5.0, 5.1, 5.0, 0.1]))
    assert twins.tolist() == [True, True, False, False]


def small_tables() -> EmbeddedTables:
    rng = np.random.default_rng(3)
    nodes = pd.DataFrame({"easting": [2000, 8000], "northing": [2000, 2000]})
    edges = pd.DataFrame({"u": [0], "v": [1], "km": [6.2]})
    survey = SurveyedRoads(
        np.array([shapely.LineString([(2000, 2000), (8000, 2000)])]),
        np.array([DUAL]),
        (0, 0, 9000, 9000),
    )
    postcodes = rng.uniform((200, 200), (9800, 3800), (500, 2))
    known = with_survey(nodes, edges, survey)
    return EmbeddedTables(*make_network(nodes, known, postcodes, land=Land(SHORES)))


def test_tables_hold_major_roads_first_and_measure_each_edge() -> None:
    tables = small_tables()
    assert tables.nodes[["easting", "northing"]].head(2).to_numpy().tolist() == [
        [2000, 2000],
        [8000, 2000],
    ]
    major = tables.edges[tables.edges["kind"] == "major"]
    assert major[["u", "v", "km", "dual", "motorway", "surveyed"]].to_numpy().tolist() == [
        [0, 1, 6.2, 1, 0, True]
    ]
    local = tables.edges[tables.edges["kind"] == "local"]
    assert len(local) > 10
    assert (local["dual"] == 0).all()


def test_the_dual_carriageway_is_taken_and_slower_speeds_take_longer() -> None:
    tables, model = small_tables(), read_speed_model()
    ends = tables.points()[:2]
    by_road = tables.minutes(model)[(tables.edges["kind"] == "major").to_numpy()].item()
    fast = build_embedded(tables, model, None)
    total = travel_minutes(fast, ends[:1], ends[1:]).item()
    assert total == pytest.approx(by_road + model.terminal_min)
    slow = build_embedded(tables, replace(model, major=-3.0, local=-3.0), None)
    assert travel_minutes(slow, ends[:1], ends[1:]).item() > total


def test_fitted_speeds_mean_what_their_names_say() -> None:
    model = read_speed_model()
    roads = pd.DataFrame(
        {
            "near": [0.0, 6.0, 0.0, 0.0],
            "wide": [1.0, 6.0, 1.0, 1.0],
            "dual": [0.0, 0.0, 1.0, 1.0],
            "motorway": [0.0, 0.0, 0.0, 1.0],
            "surveyed": [True] * 4,
        }
    )
    open_road, town, dual, motorway = model.major_kph(roads)
    assert MAJOR_KPH[0] < town < open_road < dual < motorway < MAJOR_KPH[1]
    assert 50 < open_road < 97  # under the national limit for single carriageways, 60 mph


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[coefficients]\nmajor = 1.0", "missing"),
        ("[coefficients]\nmajor = 'fast'", "could not convert"),
        ("nothing = 1", "coefficients"),
        ("[", "not a speed model"),
    ],
)
def test_an_unusable_speed_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "speeds.toml"
    path.write_text(text)
    with pytest.raises(SettingError, match=said):
        read_speed_model(path)
    with pytest.raises(SettingError, match="terminal_min"):
        replace(read_speed_model(), terminal_min=-1.0)
