"""Our search says what networkx's Dijkstra says, on random graphs and on a real town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from localarea.roads._kernel import spread_one
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.network import full_network
from localarea.roads.osmnx_graph import read_graphml, to_networkx
from localarea.roads.travel_time import make_job, travel_minutes

if TYPE_CHECKING:
    from pathlib import Path


def minutes_from(graph: RoadGraph, node: int, limit: float = np.inf) -> np.ndarray:
    job = make_job(graph, limit)
    seeds, start = np.array([node], np.int32), np.zeros(1)
    found: np.ndarray = spread_one(
        job.indptr, job.indices, job.minutes, seeds, start, limit, job.width, job.n_buckets, False
    )[0]
    return found


def said_by_networkx(graph: RoadGraph, node: int) -> np.ndarray:
    lengths = nx.single_source_dijkstra_path_length(to_networkx(graph), node, weight="travel_time")
    answer = np.full(graph.n_nodes, np.inf)
    answer[list(lengths)] = np.array(list(lengths.values())) / 60
    return answer


def random_graph(seed: int) -> RoadGraph:
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(2, 60))
    n_arcs = int(rng.integers(1, 4 * n_nodes))
    spread = rng.choice([0.01, 1.0, 1000.0])  # from alleys to motorways, and both together
    minutes = rng.exponential(1.0, n_arcs) * spread ** rng.random(n_arcs)
    minutes[rng.random(n_arcs) < 0.05] = 0.0
    return from_arcs(
        rng.integers(0, n_nodes, n_arcs),
        rng.integers(0, n_nodes, n_arcs),
        minutes=minutes,
        length_m=np.ones(n_arcs),
        points=rng.random((n_nodes, 2)) * 1000,
    )


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs_against_networkx(seed: int) -> None:
    graph = random_graph(seed)
    found = minutes_from(graph, 0)
    np.testing.assert_allclose(found, said_by_networkx(graph, 0), rtol=1e-12)
    limit = float(np.median(found[np.isfinite(found)]))
    near = minutes_from(graph, 0, limit)
    np.testing.assert_array_equal(near, np.where(found <= limit, found, np.inf))


def test_cambridge_against_networkx(raw_folder: Path) -> None:
    graph = read_graphml(raw_folder / "roads" / "cambridge_osmnx.graphml")
    assert (graph.n_nodes, graph.n_arcs) == (3_295, 7_238)  # as its maker counted them
    for node in (0, 1_000, 3_000):
        np.testing.assert_allclose(
            minutes_from(graph, node), said_by_networkx(graph, node), rtol=1e-9
        )


def test_cambridge_matrix_against_networkx(raw_folder: Path) -> None:
    graph = read_graphml(raw_folder / "roads" / "cambridge_osmnx.graphml").largest_component()
    nodes = np.arange(0, graph.n_nodes, 500)
    points = graph.points[nodes]
    found = travel_minutes(full_network(graph), points, points)
    direct = np.array([said_by_networkx(graph, int(node))[nodes] for node in nodes])
    # A leg over open ground may save a little road, never cost any.
    assert (found <= direct + 1e-9).all()
    assert np.median(direct - found) < 0.5
