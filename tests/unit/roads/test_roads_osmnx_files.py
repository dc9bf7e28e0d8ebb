"""GraphML as OSMnx saves it: directed and not, with stubs, in capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely

from localarea.errors import EmptyResultError
from localarea.roads.network import full_network
from localarea.roads.osm.osmnx_graph import from_osmnx, read_graphml
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.roads.graph import RoadGraph

# Four places 500 m apart along a street, and one 550 m north of the second.
PLACES = {1: (0.9, 51.89), 2: (0.9073, 51.89), 3: (0.9146, 51.89), 4: (0.9219, 51.89)}
PLACES |= {5: (0.9073, 51.895)}
STREETS = ((1, 2), (2, 3), (3, 4), (2, 5))


def town(*, one_way: tuple[tuple[int, int], ...] = ()) -> nx.MultiDiGraph:
    made = nx.MultiDiGraph(crs="EPSG:4326", simplified=True)
    for number, (x, y) in PLACES.items():
        made.add_node(number, x=x, y=y, street_count=2)
    about = {"highway": "residential", "length": 500.0, "osmid": 10}
    for u, v in (*STREETS, *((v, u) for u, v in STREETS)):
        if (v, u) not in one_way:
            made.add_edge(u, v, oneway=(u, v) in one_way, **about)
    return made


def saved(graph: nx.MultiGraph | nx.MultiDiGraph, folder: Path, name: str) -> RoadGraph:
    import osmnx as ox

    ox.save_graphml(graph, folder / name)
    return read_graphml(folder / name)


def undirected(made: nx.MultiDiGraph) -> nx.MultiGraph:
    import osmnx as ox

    return ox.convert.to_undirected(made)


def there_and_back(graph: RoadGraph) -> list[float]:
    ends = graph.points[np.searchsorted(graph.node_ids, [1, 4])]
    minutes = travel_minutes(full_network(graph), ends, ends)
    return [float(minutes[0, 1]), float(minutes[1, 0])]


def test_an_undirected_file_is_open_both_ways(tmp_path: Path) -> None:
    graph = saved(undirected(town()), tmp_path, "undirected.graphml")
    assert "undirected" in (tmp_path / "undirected.graphml").read_text()
    # 1.5 km at 24 mph.
    assert there_and_back(graph) == pytest.approx([2.33, 2.33], abs=0.01)
    assert there_and_back(saved(town(), tmp_path, "A.GRAPHML")) == there_and_back(graph)
    assert (graph.n_arcs, graph.notes) == (8, ())


def test_lines_of_an_undirected_file_run_from_tail_to_head(tmp_path: Path) -> None:
    graph = saved(undirected(town()), tmp_path, "undirected.graphml")
    for arc in range(graph.n_arcs):
        line = graph.line(arc)
        np.testing.assert_allclose(line[0], graph.points[graph.tails[arc]], atol=0.01)
        np.testing.assert_allclose(line[-1], graph.points[graph.indices[arc]], atol=0.01)


def test_one_way_streets_of_an_undirected_file_stay_so(tmp_path: Path) -> None:
    made = town(one_way=((3, 2),))
    made.add_edge(2, 3, oneway=True, highway="residential", length=2000.0, osmid=11)
    line = shapely.LineString([PLACES[2], (0.911, 51.88), PLACES[3]])
    made.edges[2, 3, 0]["geometry"] = line
    graph = saved(undirected(made), tmp_path, "undirected.graphml")
    ways = sorted(
        zip(graph.tails.tolist(), graph.indices.tolist(), graph.length_m.tolist(), strict=True)
    )
    assert [w for w in ways if set(w[:2]) == {1, 2}] == [(1, 2, 2000.0), (2, 1, 500.0)]
    assert graph.notes == ()


def test_a_one_way_street_whose_direction_is_lost_is_said() -> None:
    made = nx.MultiGraph(crs="EPSG:4326")
    for number in (1, 2):
        made.add_node(number, x=PLACES[number][0], y=PLACES[number][1])
    made.add_edge(1, 2, length=500.0, oneway=True)
    made.add_edge(1, 1, length=90.0, oneway=[True, False])
    graph = from_osmnx(made)
    assert graph.n_arcs == 3
    assert graph.notes == ("one-way roads of unknown direction, treated as two-way: 1",)


def test_what_cannot_be_left_is_cut_from_a_file(tmp_path: Path) -> None:
    made = town()
    before = 4
    for number in range(300, 305):  # a slip road that ends at the edge of the file
        made.add_node(number, x=0.9221 + 0.0002 * (number - 300), y=51.8901)
        made.add_edge(before, number, highway="primary_link", length=14.0, oneway=True, osmid=78)
        before = number
    graph = saved(made, tmp_path, "stub.graphml")
    assert graph.node_ids.tolist() == [1, 2, 3, 4, 5]
    assert there_and_back(graph) == pytest.approx([2.33, 2.33], abs=0.01)
    assert graph.notes == ("omitted nodes that cannot be reached from the rest and back: 5",)


def test_a_file_with_one_way_streets_alone_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(EmptyResultError, match="there and back"):
        saved(town(one_way=STREETS), tmp_path, "one-way.graphml")
