"""A road graph is checked when made, and comes back from disk and from OSMnx as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely

from localarea.errors import DataMissingError, EmptyResultError, FileFormatError, SchemaError
from localarea.roads.graph import RoadGraph, from_arcs, load_graph
from localarea.roads.osm.osmnx_graph import from_osmnx, read_graphml, to_networkx
from localarea.roads.shapes import Shapes

if TYPE_CHECKING:
    from pathlib import Path

# A square of four nodes, one-way round it, and a spur 3 -> 4 that nothing leaves.
TAILS, HEADS = np.array([0, 1, 2, 3, 3]), np.array([1, 2, 3, 0, 4])
POINTS = np.array([[0, 0], [1000, 0], [1000, 1000], [0, 1000], [0, 2000]], dtype=float)


def square(**changes: object) -> RoadGraph:
    arcs = {
        "minutes": np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
        "length_m": np.full(5, 1000.0),
        "points": POINTS,
    }
    return from_arcs(TAILS, HEADS, **(arcs | changes))


def test_arcs_are_found_by_their_tail() -> None:
    graph = square()
    assert (graph.n_nodes, graph.n_arcs) == (5, 5)
    assert graph.tails.tolist() == [0, 1, 2, 3, 3]
    assert graph.indices[graph.indptr[3] : graph.indptr[4]].tolist() == [0, 4]


@pytest.mark.parametrize("twice", [False, True])
def test_arcs_are_in_order_of_tail_head_and_time(twice: bool) -> None:
    tails, heads = np.array([2, 0, 0, 2 * twice]), np.array([1, 2, 1, 1 + 2 * (not twice)])
    graph = from_arcs(
        tails, heads, minutes=np.array([9.0, 2, 3, 1]), length_m=np.ones(4), points=POINTS
    )
    arcs = list(zip(graph.tails.tolist(), graph.indices.tolist(), graph.minutes, strict=True))
    last = (2, 1, 1.0) if twice else (0, 3, 1.0)
    assert arcs == sorted([(2, 1, 9.0), (0, 2, 2.0), (0, 1, 3.0), last])


def test_turned_round_every_arc_goes_back() -> None:
    back = square().reversed()
    arcs = set(zip(back.tails.tolist(), back.indices.tolist(), back.minutes.tolist(), strict=True))
    assert arcs == {(1, 0, 1.0), (2, 1, 2.0), (3, 2, 3.0), (0, 3, 4.0), (4, 3, 5.0)}


def test_the_largest_part_leaves_out_what_cannot_be_left() -> None:
    part = square(node_ids=np.array([10, 11, 12, 13, 14])).largest_component()
    assert part.node_ids.tolist() == [10, 11, 12, 13]
    assert part.n_arcs == 4


def test_what_was_left_out_is_counted_and_kept_on_disk(tmp_path: Path) -> None:
    part = square().largest_component()
    assert part.notes == ("omitted nodes that cannot be reached from the rest and back: 1",)
    part.save(tmp_path)
    assert load_graph(tmp_path).notes == part.notes
    assert part.largest_component().notes == part.notes


def test_without_a_way_back_there_is_no_largest_part() -> None:
    alone = from_arcs(
        np.array([0]), np.array([1]), minutes=np.ones(1), length_m=np.ones(1), points=POINTS[:2]
    )
    nothing = alone.subgraph(np.zeros(2, dtype=bool))
    for graph in (alone, nothing):
        with pytest.raises(EmptyResultError, match="there and back"):
            graph.largest_component()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": np.array([1.0, -2.0, 3.0, 4.0, 5.0])}, "not negative"),
        ({"minutes": np.array([1.0, np.nan, 3.0, 4.0, 5.0])}, "finite"),
        ({"length_m": np.ones(4)}, "4 rows for 5 arcs"),
        ({"points": POINTS[:4]}, "not among the 4"),
        ({"road_class": np.array([0, 0, 0, 0, 9])}, "class_names"),
        ({"node_ids": np.arange(3)}, "3 rows for 5 nodes"),
    ],
)
def test_wrong_arcs_are_refused_with_the_reason(changes: dict[str, object], said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        square(**changes)


def test_saved_and_mapped_it_is_the_same(tmp_path: Path) -> None:
    shapes = Shapes(np.array([0, 2, 4, 6, 8, 10]), np.arange(20.0).reshape(10, 2))
    graph = square(shapes=shapes, source="a test")
    graph.save(tmp_path / "saved")
    back = load_graph(tmp_path / "saved")
    assert isinstance(back.minutes, np.memmap)
    assert (back.source, back.class_names) == ("a test", ("road",))
    for name in ("indptr", "indices", "minutes", "length_m", "points", "node_ids"):
        np.testing.assert_array_equal(getattr(back, name), getattr(graph, name))
    np.testing.assert_array_equal(back.line(4), graph.line(4))


def test_a_folder_without_a_whole_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match="save"):
        load_graph(tmp_path)
    square().save(tmp_path)
    (tmp_path / "minutes.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(FileFormatError, match="not hold a whole road graph"):
        load_graph(tmp_path)


def test_arrays_of_two_graphs_do_not_mix(tmp_path: Path) -> None:
    square().save(tmp_path)
    np.save(tmp_path / "indices.npy", np.zeros(2, np.int32))
    with pytest.raises(FileFormatError, match="do not match"):
        load_graph(tmp_path)


def test_to_networkx_and_back_keeps_everything() -> None:
    graph = square(node_ids=np.arange(5) + 100)
    made = to_networkx(graph)
    assert made.graph["crs"] == "EPSG:27700"
    assert made.edges[3, 4, 0]["travel_time"] == pytest.approx(300)  # 5 minutes
    assert made.edges[3, 4, 0]["speed_kph"] == pytest.approx(12)  # 1 km in 5 minutes
    back = from_osmnx(made, times="travel_time")
    np.testing.assert_allclose(back.minutes, graph.minutes)
    np.testing.assert_allclose(back.points, graph.points)


def test_an_osmnx_graph_in_degrees_lands_on_the_grid() -> None:
    given = nx.MultiDiGraph(crs="EPSG:4326")
    # Colchester Castle and a point 0.01 degrees to the north, 1,113 m by the ellipsoid.
    given.add_node(1, x=0.9020, y=51.8906)
    given.add_node(2, x=0.9020, y=51.9006)
    line = shapely.LineString([(0.9020, 51.8906), (0.9100, 51.8950), (0.9020, 51.9006)])
    given.add_edge(1, 2, length=1600.0, highway="residential", maxspeed="20 mph", geometry=line)
    graph = from_osmnx(given)
    assert graph.points[0] == pytest.approx((599_860, 225_310), abs=150)
    assert np.hypot(*(graph.points[1] - graph.points[0])) == pytest.approx(1113, abs=5)
    assert len(graph.line(0)) == 3
    # 20 mph is 32.2 km/h, of which nine tenths are driven: 1.6 km take 3.31 minutes.
    assert graph.minutes[0] == pytest.approx(3.31, abs=0.01)


def test_unusable_osmnx_graphs_are_refused(tmp_path: Path) -> None:
    empty = nx.MultiDiGraph(crs="EPSG:4326")
    with pytest.raises(EmptyResultError):
        from_osmnx(empty)
    empty.add_node(1, x=0.0, y=52.0)
    empty.add_edge(1, 1, highway="primary")
    with pytest.raises(SchemaError, match="'length'"):
        from_osmnx(empty)
    del empty.graph["crs"]
    with pytest.raises(SchemaError, match="crs"):
        from_osmnx(empty)
    (tmp_path / "a.graphml").write_text("<graphml>")
    with pytest.raises(FileFormatError, match="GraphML"):
        read_graphml(tmp_path / "a.graphml")
    with pytest.raises(DataMissingError):
        read_graphml(tmp_path / "none.graphml")


def street(crs: object = "EPSG:27700", *, scale: float = 1.0, **edge: object) -> nx.MultiDiGraph:
    """Make one street of 500 metres, whose coordinates may be in other units."""
    made = nx.MultiDiGraph(crs=crs)
    made.add_node(1, x=599_000.0 * scale, y=225_000.0 * scale)
    made.add_node(2, x=599_500.0 * scale, y=225_000.0 * scale)
    for tail, head in ((1, 2), (2, 1)):
        made.add_edge(tail, head, **{"length": 500.0, **edge})
    return made


def test_the_number_of_a_reference_system_is_taken_as_geopandas_takes_it() -> None:
    named, numbered = (from_osmnx(street(crs)) for crs in ("EPSG:27700", 27700))
    np.testing.assert_array_equal(named.points, numbered.points)


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (street("EPSG:4326"), "x and y of 2 of 2 nodes are no place in EPSG:4326"),
        (street(scale=np.nan), "x and y of 2 of 2 nodes are no place"),
        (street(scale=1e-5), "look like degrees"),
        (street(length=None), r"2 edges lack 'length' \(metres\); osmnx.distance"),
        (street(geometry="LINESTRING (0 0, 1 1)"), "no line; read a file with osmnx.load_graphml"),
    ],
)
def test_what_is_wrong_in_a_graph_is_said(graph: nx.MultiDiGraph, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        from_osmnx(graph)
