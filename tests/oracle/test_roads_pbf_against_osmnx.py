"""Our reading of an OpenStreetMap extract, beside OSMnx's reading of the same ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from localarea.roads.osm.osm_pbf import may_drive, read_osm
from localarea.roads.search._kernel import spread_one

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.roads.graph import RoadGraph

osmium = pytest.importorskip("osmium")


def made_town(path: Path) -> Path:
    """
    Write a town of 20 by 20 crossings in the binary format, as osmium does.

    Streets bend between crossings; some are one-way either way round, some carry a limit,
    and there are footways, a roundabout and a village that no road joins to the town.
    """
    rng = np.random.default_rng(3)
    places: list[tuple[float, float]] = []
    ways: list[tuple[list[int], dict[str, str]]] = []

    def node(x: float, y: float) -> int:
        places.append((1.0 + x * 0.002, 52.0 + y * 0.0013))
        return len(places)

    crossing = {(x, y): node(x + rng.normal(0, 0.1), y) for x in range(20) for y in range(20)}
    for (x, y), here in crossing.items():
        for to in ((x + 1, y), (x, y + 1)):
            if to in crossing:
                bend = node((x + to[0]) / 2 + 0.1, (y + to[1]) / 2 + 0.1)
                ways.append(([here, bend, crossing[to]], street(rng)))
    ways.append(([crossing[2, 2], crossing[3, 3]], {"highway": "footway"}))
    ring = [node(-1 + 0.2 * np.cos(a), 5 + 0.2 * np.sin(a)) for a in np.arange(8) * np.pi / 4]
    about = {"highway": "primary", "junction": "roundabout"}
    ways.append(([*ring, ring[0]], about))
    ways += [([ring[i], crossing[0, y]], {"highway": "primary"}) for i, y in ((7, 4), (1, 6))]
    village = [node(40 + x, 5) for x in range(5)]
    ways.append((village, {"highway": "residential"}))
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in enumerate(places, start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=place))
        for number, (nodes, tags) in enumerate(ways, start=1):
            way = osmium.osm.mutable.Way(id=number, version=1, nodes=nodes, tags=tags)
            writer.add_way(way)
    return path


def street(rng: np.random.Generator) -> dict[str, str]:
    tags = {"highway": str(rng.choice(["residential", "tertiary", "unclassified"]))}
    if rng.random() < 0.15:
        tags["oneway"] = str(rng.choice(["yes", "-1"]))
    if rng.random() < 0.3:
        tags["maxspeed"] = str(rng.choice(["20 mph", "30 mph"]))
    return tags


@pytest.fixture(scope="module", params=["made", pytest.param("newport", marks=pytest.mark.slow)])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RoadGraph, Any]:
    import osmnx as ox

    folder = tmp_path_factory.mktemp("osm")
    if request.param == "made":
        source = made_town(folder / "town.osm.pbf")
    else:
        raw_folder: Path = request.getfixturevalue("raw_folder")
        source = raw_folder / "roads" / "newport-2023-06-13.osm.pbf"
    drivable = folder / "drivable.osm"
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
        graph.indptr, graph.indices, metres, seeds, start, np.inf, 50.0, buckets
    )
    return found
