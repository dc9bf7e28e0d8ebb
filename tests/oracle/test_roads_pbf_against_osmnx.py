"""Our reading of an OpenStreetMap extract, beside OSMnx's reading of the same ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import osmnx as ox
import pytest

from localarea.roads._kernel import spread_one
from localarea.roads.osm_pbf import may_drive, read_osm

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.roads.graph import RoadGraph

osmium = pytest.importorskip("osmium")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def both(raw_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[RoadGraph, Any]:
    source = raw_folder / "roads" / "newport-2023-06-13.osm.pbf"
    drivable = tmp_path_factory.mktemp("osm") / "newport.osm"
    with osmium.BackReferenceWriter(str(drivable), ref_src=str(source)) as writer:
        for way in osmium.FileProcessor(str(source), osmium.osm.WAY):
            if "highway" in way.tags and may_drive({t.k: t.v for t in way.tags}):
                writer.add(way)
    theirs = ox.graph_from_xml(drivable, simplify=False, retain_all=True)
    theirs = ox.truncate.largest_component(ox.simplify_graph(theirs), strongly=True)
    return read_osm(source), theirs


def test_the_same_junctions_and_roads(both: tuple[RoadGraph, Any]) -> None:
    ours, theirs = both
    assert ours.n_nodes == pytest.approx(theirs.number_of_nodes(), rel=0.01)
    assert ours.n_arcs == pytest.approx(theirs.number_of_edges(), rel=0.01)
    shared = set(ours.node_ids.tolist()) & set(theirs.nodes)
    assert len(shared) > 0.99 * ours.n_nodes
    length = sum(d["length"] for _, _, d in theirs.edges(data=True))
    # Theirs lie on a sphere, ours on the grid: within 0.4% of each other in Great Britain.
    assert float(ours.length_m.sum()) == pytest.approx(length, rel=0.01)


def test_the_same_share_of_one_way_roads(both: tuple[RoadGraph, Any]) -> None:
    ours, theirs = both
    pairs = set(zip(ours.tails.tolist(), ours.indices.tolist(), strict=True))
    one_way = np.mean([(b, a) not in pairs for a, b in pairs])
    there = {(u, v) for u, v, _ in theirs.edges}
    assert one_way == pytest.approx(np.mean([(v, u) not in there for u, v in there]), abs=0.01)


def test_the_same_distances(both: tuple[RoadGraph, Any]) -> None:
    ours, theirs = both
    number = {osmid: i for i, osmid in enumerate(ours.node_ids.tolist())}
    shared = sorted(set(number) & set(theirs.nodes))[:: len(number) // 40]
    gaps = []
    for node in shared[:10]:
        said = nx.single_source_dijkstra_path_length(theirs, node, weight="length")
        found = metres_from(ours, number[node])
        gaps += [found[number[t]] / said[t] - 1 for t in shared if t in said and said[t] > 500]
    assert abs(np.median(gaps)) < 0.005
    assert np.quantile(np.abs(gaps), 0.95) < 0.02


def metres_from(graph: RoadGraph, node: int) -> np.ndarray:
    seeds, start = np.array([node], np.int32), np.zeros(1)
    metres = graph.length_m.astype(np.float64)
    buckets = int(metres.max() / 50.0) + 3
    found: np.ndarray = spread_one(
        graph.indptr, graph.indices, metres, seeds, start, np.inf, 50.0, buckets, False
    )[0]
    return found
