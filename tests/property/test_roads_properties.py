"""What must hold on every network of roads."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.roads.access import Access
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.isochrone import compute_isochrone
from localarea.roads.network import RoadNetwork
from localarea.roads.travel_time import travel_minutes

SMALL = settings(max_examples=60, deadline=None)


@st.composite
def arc_lists(draw: st.DrawFn) -> dict[str, Any]:
    n_nodes = draw(st.integers(2, 12))
    ends = st.tuples(st.integers(0, n_nodes - 1), st.integers(0, n_nodes - 1))
    arcs = draw(st.lists(st.tuples(ends, st.floats(0.0, 90.0)), min_size=1, max_size=40))
    spots = st.tuples(st.integers(0, 20), st.integers(0, 20))
    points = draw(st.lists(spots, min_size=n_nodes, max_size=n_nodes, unique=True))
    return {
        "tails": np.array([a[0][0] for a in arcs]),
        "heads": np.array([a[0][1] for a in arcs]),
        "minutes": np.array([a[1] for a in arcs]),
        "points": np.array(points, dtype=float) * 500,
    }


def graph_of(arcs: dict[str, Any]) -> RoadGraph:
    return from_arcs(length_m=np.ones(len(arcs["tails"])), **arcs)


def network(graph: RoadGraph, terminal_min: float = 3.0) -> RoadNetwork:
    access = Access(
        lambda points: np.full(len(points), 20.0), n_nearest=1, longest_m=400, direct_m=0
    )
    return RoadNetwork(graph, access, terminal_min)


def matrix(graph: RoadGraph) -> np.ndarray:
    return travel_minutes(network(graph), graph.points, graph.points)


@SMALL
@given(arc_lists())
def test_no_way_round_is_shorter(arcs: dict[str, Any]) -> None:
    minutes = matrix(graph_of(arcs))
    round_about = (minutes[:, :, None] + minutes[None, :, :]).min(axis=1)
    assert (minutes <= round_about + 1e-9).all()


@SMALL
@given(arc_lists(), st.data())
def test_a_new_road_never_lengthens_a_trip(arcs: dict[str, Any], data: st.DataObject) -> None:
    before = matrix(graph_of(arcs))
    node = st.integers(0, len(arcs["points"]) - 1)
    more = {
        **arcs,
        "tails": np.append(arcs["tails"], data.draw(node)),
        "heads": np.append(arcs["heads"], data.draw(node)),
        "minutes": np.append(arcs["minutes"], data.draw(st.floats(0.0, 90.0))),
    }
    assert (matrix(graph_of(more)) <= before + 1e-9).all()


@SMALL
@given(arc_lists())
def test_roads_turned_round_transpose_the_matrix(arcs: dict[str, Any]) -> None:
    graph = graph_of(arcs)
    np.testing.assert_allclose(matrix(graph.reversed()), matrix(graph).T, rtol=1e-12)


@SMALL
@given(arc_lists(), st.floats(0.5, 3.0), st.floats(1.0, 100.0))
def test_a_slower_peak_never_shortens_and_a_limit_never_changes(
    arcs: dict[str, Any], peak: float, limit: float
) -> None:
    graph = graph_of(arcs)
    places = network(graph), graph.points, graph.points
    free = travel_minutes(*places)
    slow = travel_minutes(*places, peak=max(peak, 1.0))
    assert (slow >= free - 1e-9).all()
    within = travel_minutes(*places, limit_min=limit, peak=peak)
    whole = travel_minutes(*places, peak=peak)
    clear = np.abs(whole - limit) > 1e-6  # at the limit itself the last digit decides
    np.testing.assert_allclose(within[clear], np.where(whole <= limit, whole, np.inf)[clear])


@settings(max_examples=25, deadline=None)
@given(
    arc_lists(),
    st.lists(st.floats(4.0, 60.0), min_size=2, max_size=4),
    st.sampled_from(["edges", "grid"]),
)
def test_areas_nest_and_are_valid(arcs: dict[str, Any], minutes: list[float], form: str) -> None:
    graph = graph_of(arcs)
    origin = (float(graph.points[0, 0]), float(graph.points[0, 1]))
    found = compute_isochrone(network(graph), origin, minutes, form=form)  # type: ignore[arg-type]
    assert all(area.is_valid for area in found.areas)
    for inner, outer in zip(found.areas, found.areas[1:], strict=False):
        assert inner.difference(outer).area < 1.0  # a square metre, of rounding
