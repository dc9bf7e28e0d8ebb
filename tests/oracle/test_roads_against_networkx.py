"""Our search says what networkx's Dijkstra says, on random graphs and on a real town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely

from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.network import full_network
from localarea.roads.osm.osmnx_graph import from_osmnx, read_graphml, to_networkx
from localarea.roads.search._kernel import spread_one
from localarea.roads.travel_time import make_job, travel_minutes

if TYPE_CHECKING:
    from pathlib import Path


def minutes_from(graph: RoadGraph, node: int, limit: float = np.inf) -> np.ndarray:
    job = make_job(graph, limit)
    seeds, start = np.array([node], np.int32), np.zeros(1)
    found: np.ndarray = spread_one(
        job.indptr, job.indices, job.minutes, seeds, start, limit, job.width, job.n_buckets
    )
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


def made_town(folder: Path) -> Path:
    """Save a town of 15 by 15 crossings in OSMnx's form, with a one-way stub at its edge."""
    import osmnx as ox

    rng = np.random.default_rng(7)
    town = nx.MultiDiGraph(crs="EPSG:27700", simplified=True)
    for number in range(225):
        x, y = divmod(number, 15)
        shift = rng.normal(0, 20, 2)
        town.add_node(number, x=600_000 + 150 * x + shift[0], y=225_000 + 150 * y + shift[1])
    for number in range(225):
        for other in (number + 1, number + 15):
            if other < 225 and (other % 15 or other == number + 15):
                add_street(town, number, other, one_way=rng.random() < 0.1)
    town.add_node(225, x=602_300, y=225_000)
    add_street(town, 210, 225, one_way=True)
    ox.save_graphml(town, folder / "town.graphml")
    return folder / "town.graphml"


def add_street(town: nx.MultiDiGraph, u: int, v: int, *, one_way: bool) -> None:
    a, b = ((town.nodes[n]["x"], town.nodes[n]["y"]) for n in (u, v))
    bend = ((a[0] + b[0]) / 2 + 15, (a[1] + b[1]) / 2 - 15)
    for line in ([a, bend, b],) if one_way else ([a, bend, b], [b, bend, a]):
        ends = (u, v) if line[0] == a else (v, u)
        geometry = shapely.LineString(line)
        about = {"geometry": geometry, "length": geometry.length, "oneway": one_way}
        town.add_edge(*ends, highway="residential", osmid=u * 1000 + v, **about)


@pytest.fixture(params=["made", "cambridge"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, tuple[int, int]]:
    """Give a file of OSMnx, and how many nodes and edges its maker counted."""
    if request.param == "made":
        import osmnx as ox

        path = made_town(tmp_path)
        whole = ox.load_graphml(path)
        return path, (226, whole.number_of_edges())
    raw_folder: Path = request.getfixturevalue("raw_folder")
    return raw_folder / "roads" / "cambridge_osmnx.graphml", (3_295, 7_238)


def test_a_saved_town_against_networkx(saved: tuple[Path, tuple[int, int]]) -> None:
    import osmnx as ox

    path, counted = saved
    graph = from_osmnx(ox.load_graphml(path))
    assert (graph.n_nodes, graph.n_arcs) == counted
    for node in (0, graph.n_nodes // 3, graph.n_nodes - 5):
        np.testing.assert_allclose(
            minutes_from(graph, node), said_by_networkx(graph, node), rtol=1e-9
        )


def test_a_saved_town_is_cut_as_networkx_cuts_it(saved: tuple[Path, tuple[int, int]]) -> None:
    import osmnx as ox

    whole = ox.load_graphml(saved[0])
    largest = max(nx.strongly_connected_components(whole), key=len)
    assert 1 < len(largest) < len(whole)
    assert sorted(read_graphml(saved[0]).node_ids.tolist()) == sorted(largest)


def test_the_matrix_of_a_saved_town_against_networkx(saved: tuple[Path, tuple[int, int]]) -> None:
    graph = read_graphml(saved[0])
    nodes = np.arange(0, graph.n_nodes, graph.n_nodes // 6)
    points = graph.points[nodes]
    found = travel_minutes(full_network(graph), points, points)
    direct = np.array([said_by_networkx(graph, int(node))[nodes] for node in nodes])
    # A leg over open ground may save a little road, never cost any.
    assert (found <= direct + 1e-9).all()
    assert np.median(direct - found) < 0.5
