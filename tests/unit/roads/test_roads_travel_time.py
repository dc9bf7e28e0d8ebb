"""Travel times worked by hand on a ladder of roads beside a strait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely

from localarea.errors import InputError, SchemaError, SettingError
from localarea.roads.access import Access
from localarea.roads.anchor import make_anchor, minutes_from_anchor
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.ground.land import Land
from localarea.roads.network import KEPT, RoadNetwork
from localarea.roads.travel_time import travel_minutes

# Nodes on a line, 1 km apart; 2 minutes each way between neighbours, and a one-way short
# cut from the last to the first in 1 minute. Node 4 stands alone, on the far shore.
POINTS = np.array([[0, 0], [1000, 0], [2000, 0], [3000, 0], [1000, 3000]], dtype=float)
TWO_KPH = 12.0  # 200 m take a minute


def local_kph(points: np.ndarray) -> np.ndarray:
    return np.full(len(points), TWO_KPH)


def line_graph() -> RoadGraph:
    tails, heads = np.array([0, 1, 1, 2, 2, 3, 3]), np.array([1, 0, 2, 1, 3, 2, 0])
    minutes = np.array([2.0, 2, 2, 2, 2, 2, 1])
    return from_arcs(tails, heads, minutes=minutes, length_m=minutes * 500, points=POINTS)


def network(**changes: object) -> RoadNetwork:
    access = Access(local_kph, n_nearest=1, longest_m=900.0, direct_m=changes.pop("direct_m", 0.0))
    return RoadNetwork(line_graph(), access, **changes)


def test_legs_and_roads_add_up() -> None:
    # 200 m to node 0 (1 minute), two roads (4), 400 m from node 2 (2): 7 minutes.
    minutes = travel_minutes(network(), np.array([[0.0, 200.0]]), np.array([[2000.0, 400.0]]))
    assert minutes.tolist() == [[7.0]]


def test_terminal_time_is_added_once_and_peak_only_to_driving() -> None:
    there = network(terminal_min=5.0), np.array([[0.0, 0.0]]), np.array([[1000.0, 0.0]])
    assert travel_minutes(*there).item() == 7.0
    assert travel_minutes(*there, peak=1.5).item() == 8.0  # 2 x 1.5 + 5


def test_a_place_is_no_minutes_from_itself() -> None:
    here = np.array([[0.0, 200.0]])
    assert travel_minutes(network(terminal_min=5.0), here, here).item() == 0.0


def test_legs_of_many_points_are_of_the_points_asked_for() -> None:
    """Those of many are kept: other points, or the same in another order, have their own."""
    many = np.linspace([0.0, 200.0], [3000.0, 400.0], KEPT[0])
    ours = network()
    for points in (many, many, many[::-1], many + 100.0, many):
        found, own = ours.legs(points), ours.access.legs(ours.graph, points)
        for name in ("start", "nodes", "minutes"):
            np.testing.assert_array_equal(getattr(found, name), getattr(own, name))


def test_one_way_roads_count_one_way() -> None:
    ends = POINTS[[0, 3]]
    assert travel_minutes(network(), ends, ends).tolist() == [[0.0, 6.0], [1.0, 0.0]]


def test_many_to_one_runs_backwards_and_says_the_same() -> None:
    whole = travel_minutes(network(), POINTS, POINTS)
    np.testing.assert_array_equal(travel_minutes(network(), POINTS, POINTS[:1]), whole[:, :1])


def test_what_cannot_be_reached_is_a_value_in_its_row() -> None:
    places = np.array([[1000.0, 0.0], [1000, 3000], [50_000, 50_000], [np.nan, np.nan]])
    minutes = travel_minutes(network(), POINTS[:1], places)
    assert minutes.tolist() == [[2.0, np.inf, np.inf, np.inf]]


def test_a_limit_cuts_off_and_nothing_else_changes() -> None:
    whole = travel_minutes(network(terminal_min=1.0), POINTS, POINTS)
    some = travel_minutes(network(terminal_min=1.0), POINTS, POINTS, limit_min=5.0)
    np.testing.assert_array_equal(some, np.where(whole <= 5.0, whole, np.inf))


def test_neighbours_need_no_road_between_them() -> None:
    near, far = np.array([[400.0, 0.0]]), np.array([[600.0, 0.0]])
    # By the nodes: 400 m back, the road, 400 m back: 2 + 2 + 2. Straight on: 200 m, 1 minute.
    assert travel_minutes(network(), near, far).item() == 6.0
    assert travel_minutes(network(direct_m=300.0), near, far).item() == 1.0


def test_a_straight_way_is_taken_only_where_it_is_quicker() -> None:
    # 1 km straight on at 12 km an hour: 5 minutes; by the road 2.
    assert travel_minutes(network(direct_m=1_200.0), POINTS[:1], POINTS[1:2]).item() == 2.0


def test_a_straight_way_goes_at_the_mean_slowness_of_both_ends() -> None:
    def kph(points: np.ndarray) -> np.ndarray:
        return np.where(points[:, 0] < 500, 12.0, 6.0)

    access = Access(kph, n_nearest=1, longest_m=900.0, direct_m=300.0)
    ends = np.array([[400.0, 0.0]]), np.array([[600.0, 0.0]])
    # 100 m at 12 km an hour, half a minute, and 100 m at 6, one minute; the same back again.
    assert travel_minutes(RoadNetwork(line_graph(), access), *ends).item() == pytest.approx(1.5)
    assert travel_minutes(RoadNetwork(line_graph(), access), *ends[::-1]).item() == pytest.approx(
        1.5
    )


def test_two_metres_apart_is_not_the_same_place() -> None:
    here, there = np.array([[0.0, 200.0]]), np.array([[0.0, 202.0]])
    assert travel_minutes(network(terminal_min=5.0), here, there).item() > 5.0
    half = np.array([[0.0, 200.4]])  # within the metre of a grid reference
    assert travel_minutes(network(terminal_min=5.0), here, half).item() == 0.0


def test_a_limit_is_of_the_minutes_at_that_hour() -> None:
    # From node 0 to node 3 it is 6 minutes; at twice the pace 3, which is within 4.
    ends = POINTS[:1], POINTS[3:4]
    assert travel_minutes(network(), *ends, peak=0.5, limit_min=4.0).item() == 3.0
    assert travel_minutes(network(), *ends, peak=1.5, limit_min=8.9).item() == np.inf
    assert travel_minutes(network(), *ends, peak=1.5, limit_min=9.0).item() == 9.0


def test_progress_is_of_the_side_that_is_searched_from() -> None:
    seen: list[tuple[int, int]] = []
    many = np.repeat(POINTS, 40, axis=0)
    travel_minutes(network(), POINTS, many, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(5, 5)]


def test_water_stops_a_leg_and_a_straight_way() -> None:
    shore = Land(
        shapely.MultiPolygon([shapely.box(-100, -100, 3100, 300), shapely.box(0, 700, 2000, 900)])
    )
    island = np.array([[1000.0, 800.0]])
    assert travel_minutes(network(), POINTS[:1], island).item() == 6.0  # 800 m: 4 minutes
    assert travel_minutes(network(land=shore), POINTS[:1], island).item() == np.inf
    beside = np.array([[1000.0, 280.0]])
    assert travel_minutes(network(land=shore, direct_m=900.0), beside, island).item() == np.inf


@pytest.mark.parametrize(("most_m", "minutes"), [(400.0, 2.2), (399.0, np.inf)])
def test_as_much_water_as_is_allowed_may_lie_on_a_straight_way(
    most_m: float, minutes: float
) -> None:
    shores = Land(
        shapely.MultiPolygon([shapely.box(-100, -100, 3100, 300), shapely.box(0, 700, 2000, 900)])
    )
    access = Access(local_kph, n_nearest=1, longest_m=600.0, direct_m=600.0, most_water_m=most_m)
    near, far = np.array([[1000.0, 280.0]]), np.array([[1000.0, 720.0]])
    # From 300 to 700 m is water: 400 m of the 440 m, which take 2.2 minutes.
    found = travel_minutes(RoadNetwork(line_graph(), access, land=shores), near, far)
    assert found.item() == pytest.approx(minutes)


def test_another_executor_and_progress() -> None:
    seen: list[tuple[int, int]] = []
    many = np.repeat(POINTS, 40, axis=0)
    with ThreadPoolExecutor(1) as pool:
        minutes = travel_minutes(
            network(), many, many, executor=pool, progress=lambda done, of: seen.append((done, of))
        )
    assert seen == [*((done, 200) for done in range(32, 200, 32)), (200, 200)]
    np.testing.assert_array_equal(minutes, travel_minutes(network(), many, many))


@pytest.mark.parametrize("wrong", [{"peak": 0.0}, {"peak": np.nan}, {"limit_min": 0.0}])
def test_impossible_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="not"):
        travel_minutes(network(), POINTS, POINTS, **wrong)


def test_points_must_be_pairs() -> None:
    with pytest.raises(SchemaError, match="shape"):
        travel_minutes(network(), np.zeros(3), POINTS)
    with pytest.raises(SettingError, match="terminal_min"):
        network(terminal_min=-1.0)


def test_no_points_give_an_empty_table() -> None:
    assert travel_minutes(network(), np.empty((0, 2)), POINTS).shape == (0, 5)
    assert travel_minutes(network(), POINTS, np.empty((0, 2))).shape == (5, 0)


def test_the_centre_of_an_anchor_lies_where_people_live() -> None:
    # The weighted mean is (1750, 0): node 2 is nearest to it.
    anchor = make_anchor(POINTS[[0, 1, 2, 3]], np.array([1.0, 1, 0, 2]))
    assert anchor.points.tolist() == [[2000.0, 0.0]]


def test_minutes_from_zones_are_the_mean_of_the_residents() -> None:
    # From node 0: 0, 2; from node 3: 1, 3 (short cut). A quarter and three quarters of them.
    anchor = make_anchor(POINTS[[0, 3]], np.array([10.0, 30.0]), form="zones")
    minutes = minutes_from_anchor(network(), anchor, POINTS[[0, 1, 1, 4]])
    assert minutes.tolist() == [0.75, 2.75, 2.75, np.inf]


@pytest.mark.parametrize("weights", [[-1.0, 2.0], [0.0, 0.0], [1.0], [np.nan, 1.0]])
def test_anchors_with_impossible_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(SchemaError, match="weights"):
        make_anchor(POINTS[:2], np.array(weights))
    with pytest.raises(SchemaError, match="at least one"):
        make_anchor(np.empty((0, 2)))
