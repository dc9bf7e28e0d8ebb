"""Journeys from many origins, by a hierarchy of nodes, against sums by hand and a plain search."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from localarea.roads import travel_time
from localarea.roads.access import Access, Legs
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.network import RoadNetwork, full_network
from localarea.roads.search._kernel import spread_one
from localarea.roads.travel_time import make_job, search_minutes, travel_minutes


def graph_of(tails: list[int], heads: list[int], minutes: list[float], n_nodes: int) -> RoadGraph:
    points = np.arange(n_nodes)[:, None] * np.array([1000.0, 0.0])
    length = np.array(minutes) * 500
    return from_arcs(
        np.array(tails), np.array(heads), minutes=minutes, length_m=length, points=points
    )


def at_nodes(nodes: np.ndarray) -> Legs:
    return Legs(np.arange(len(nodes) + 1), nodes.astype(np.int32), np.zeros(len(nodes)))


def swept(graph: RoadGraph, limit: float = np.inf, *, backwards: bool = False) -> np.ndarray:
    every = at_nodes(np.arange(graph.n_nodes))
    return np.concatenate(list(search_minutes(graph, every, every, limit, backwards=backwards)))


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build a hierarchy for however few origins."""
    monkeypatch.setattr(travel_time, "FEWEST_ORIGINS", 0)


@pytest.mark.usefixtures("always")
def test_one_way_streets_parallel_roads_loops_and_islands_by_hand() -> None:
    # 0 - 1 - 2, 2 and 3 minutes; a slower road beside the first; one way from 2 to 0 in a minute;
    # a loop at 1; 3 and 4 together elsewhere, 0 minutes apart; 5 alone.
    graph = graph_of(
        [0, 0, 1, 1, 2, 2, 1, 3, 4], [1, 1, 0, 2, 1, 0, 1, 4, 3], [2, 9, 2, 3, 3, 1, 7, 0, 0], 6
    )
    far = np.inf
    expected = [
        [0, 2, 5, far, far, far],
        [2, 0, 3, far, far, far],
        [1, 3, 0, far, far, far],
        [far, far, far, 0, 0, far],
        [far, far, far, 0, 0, far],
        [far, far, far, far, far, 0],
    ]
    assert swept(graph, 60.0).tolist() == expected
    assert swept(graph, 60.0, backwards=True).tolist() == np.transpose(expected).tolist()


@pytest.mark.usefixtures("always")
def test_a_limit_and_legs_of_several_nodes() -> None:
    graph = graph_of([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [30.0] * 6, 4)
    # From 0 after 5 minutes or from 3 after 1: to 1 it is 35 from 0; to 2 it is 31 from 3.
    seeds = Legs(np.array([0, 2, 2]), np.array([0, 3], np.int32), np.array([5.0, 1.0]))
    # Ends: 1 and a leg of 4; 1 or 2 and legs of 4 and 50; nowhere.
    legs = Legs(np.array([0, 1, 3, 3]), np.array([1, 1, 2], np.int32), np.array([4.0, 4.0, 9.0]))
    (found,) = search_minutes(graph, seeds, legs)
    assert found.tolist() == [[39.0, 39.0, np.inf], [np.inf] * 3]  # 40 over 2, 39 over 1
    (near,) = search_minutes(graph, at_nodes(np.array([0])), at_nodes(np.arange(4)), 60.0)
    assert near.tolist() == [[0.0, 30.0, 60.0, np.inf]]


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_against_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(1, 90))
    n_arcs = int(rng.integers(0, 5 * n_nodes))
    tails, heads = rng.integers(0, n_nodes, (2, n_arcs))
    minutes = rng.exponential(1.0, n_arcs) * 1000.0 ** rng.random(n_arcs)
    graph = graph_of(tails.tolist(), heads.tolist(), minutes.tolist(), n_nodes)
    # Of parallel roads the quickest, which scipy would add up; they are sorted by time.
    pair = graph.tails.astype(np.int64) * n_nodes + graph.indices
    first = np.unique(pair, return_index=True)[1]
    shape = (n_nodes, n_nodes)
    ends = graph.tails[first], graph.indices[first]
    said = dijkstra(csr_array((graph.minutes[first], ends), shape=shape))
    np.testing.assert_allclose(swept(graph), said, rtol=1e-12)
    np.testing.assert_allclose(swept(graph, backwards=True), said.T, rtol=1e-12)


def town() -> tuple[RoadNetwork, np.ndarray]:
    """Make a grid of 20 by 20 crossings, and a point beside each."""
    rng = np.random.default_rng(5)
    number = np.arange(400).reshape(20, 20)
    ends = [(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]
    tails = np.concatenate([np.r_[a.ravel(), b.ravel()] for a, b in ends])
    heads = np.concatenate([np.r_[b.ravel(), a.ravel()] for a, b in ends])
    points = np.stack(np.divmod(np.arange(400), 20), axis=1) * 300.0 + 500_000
    minutes = rng.uniform(0.5, 2.0, len(tails))
    graph = from_arcs(tails, heads, minutes=minutes, length_m=minutes * 500, points=points)
    return full_network(graph), points + rng.uniform(-40, 40, points.shape)


@pytest.mark.parametrize(("origins", "ends"), [(400, 250), (250, 400)])
def test_many_origins_or_few_give_the_same_minutes(
    origins: int, ends: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, points = town()
    many = travel_minutes(network, points[:origins], points[:ends])
    assert "hierarchy" in vars(network.graph)
    monkeypatch.setattr(travel_time, "FEWEST_ORIGINS", np.inf)
    plain = travel_minutes(network, points[:origins], points[:ends])
    assert np.isfinite(plain).all()
    np.testing.assert_allclose(many, plain, rtol=1e-12)


def test_few_origins_or_a_near_limit_build_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network, points = town()
    travel_minutes(network, points[:199], points)
    travel_minutes(network, points, points, limit_min=59.0)
    monkeypatch.setattr(travel_time, "MOST_NODES", 399)
    travel_minutes(network, points, points)
    assert "hierarchy" not in vars(network.graph)


def test_a_node_may_be_improved_more_often_than_the_queue_is_long() -> None:
    # From i to j > i in (j - i) squared minutes: every step by one is a gain, so that node j is
    # improved by each of the j nodes before it, 1,225 times in all; there is room for 164.
    low, top = np.triu_indices(50, 1)
    graph = graph_of(low.tolist(), top.tolist(), ((top - low) ** 2.0).tolist(), 50)
    job = make_job(graph)
    found = spread_one(
        job.indptr, job.indices, job.minutes, np.array([0], np.int32), np.zeros(1), np.inf,
        job.width, job.n_buckets,
    )  # fmt: skip
    assert found.tolist() == list(range(50))


def test_a_graph_with_no_road_has_a_hierarchy() -> None:
    points = np.array([[0.0, 0.0], [5.0, 0.0]])
    none = np.empty(0)
    graph = from_arcs(none, none, minutes=none, length_m=none, points=points)
    network = RoadNetwork(graph, Access(lambda p: np.full(len(p), 12.0), n_nearest=1))
    where = np.repeat(points, 200, axis=0)
    assert travel_minutes(network, where, where).shape == (400, 400)
