"""Minutes by road from one place and from many, and isochrones, on one graph for every program."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import bench_roads
import numpy as np

from side_by_side.asked import Asked, Found, missing
from side_by_side.measuring import OURS, Aim, Comparison, take_turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.roads.network import RoadNetwork
    from side_by_side.measuring import Way

SOURCES = 100
NETWORKS = ("scipy", "networkit", "igraph", "rustworkx", "networkx")
MANY_AT_ONCE = ("scipy", "networkit", "igraph")  # the others have no call for many sources
PART = "Minutes by road"


def run(asked: Asked) -> Found:
    """Take New York of the 9th DIMACS challenge if it is here, or the package's own graph."""
    from localarea.roads.embedded import read_embedded_network

    network = read_embedded_network()
    if asked.raw is not None:
        graph, name = bench_roads.read_new_york(asked.raw), "New York"
    else:
        graph, name = _arcs(network), "embedded network"
    size = f"{name}, {graph[0]:,} junctions"
    ours, peers = bench_roads.ours(*graph), bench_roads.peers(*graph)
    sources = np.random.default_rng(7).integers(0, graph[0], SOURCES)
    np.testing.assert_allclose(peers["scipy"]["one"](int(sources[0])), ours["one"](int(sources[0])))
    one = Comparison(PART, "from one junction to all", size)
    ours["build"]()  # compiled before it is timed
    ways: dict[str, Way] = {OURS: lambda: ours["one"](int(sources[0]))}
    for peer in NETWORKS:
        if peer not in peers:
            one.absent[peer] = missing(peer) or "it could not be set up"
            continue
        ways[peer] = _asking(peers[peer]["one"], int(sources[0]))
    take_turns(one, ways, asked.rounds)
    one.hold_to(Aim("times scipy", least=2.5), one.ratio("scipy"))
    one.absent["pandana"] = missing("pandana") or "it has no call that gives minutes to all"
    one.absent["Valhalla"] = "its engine has no package in the registries that are used here"
    many = Comparison(
        PART, "from many junctions to all", f"{size}, {SOURCES} sources", "seconds by the clock"
    )
    at_once = {peer: peers[peer]["many"] for peer in MANY_AT_ONCE if peer in peers}
    beside = {peer: _asking(call, sources) for peer, call in at_once.items()}
    ways = {OURS: lambda: ours["many"](sources)} | beside
    take_turns(many, ways, asked.rounds, clock=time.perf_counter)
    many.hold_to(Aim("times scipy", least=4), many.ratio("scipy"))
    many.note = (
        "Many sources are timed by the clock: ours and networkit use every core, scipy and igraph "
        "one, so on two cores half of the ratio to these is the cores."
    )
    ready = Comparison(PART, "from many junctions to all, hierarchy ready", many.size)
    before = time.process_time()
    ours["build"]()
    spent = time.process_time() - before
    ways = {OURS: lambda: ours["swept"](sources)}
    take_turns(ready, ways | {"scipy": beside["scipy"]}, asked.rounds)
    ready.hold_to(Aim("times scipy", least=4), ready.ratio("scipy"))
    ready.note = (
        f"The hierarchy, in use from 200 origins on, took {spent:.2g} processor seconds to build."
    )
    return Found([one, many, ready, _isochrone(network, asked)])


def _asking(call: Callable[[Any], object], sources: Any) -> Way:
    return lambda: call(sources)


def _arcs(network: RoadNetwork) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    graph = network.graph
    tails = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    return graph.n_nodes, tails, np.asarray(graph.indices), np.asarray(graph.minutes, float)


def _isochrone(network: RoadNetwork, asked: Asked) -> Comparison:
    """Draw where one gets in half an hour; the peer is the recipe of the osmnx examples."""
    import networkx as nx
    import shapely

    from localarea.roads.isochrone import BUFFER_M, compute_isochrone

    said = Comparison(PART, "area within 30 minutes", "embedded network, from Colchester")
    anchor = (599_500.0, 225_000.0)
    nodes = np.asarray(network.graph.points)
    n, tails, heads, minutes = _arcs(network)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from(
        zip(tails.tolist(), heads.tolist(), minutes.tolist(), strict=True), weight="minutes"
    )
    start = int(np.hypot(*(nodes - anchor).T).argmin())

    def recipe() -> object:
        near = nx.ego_graph(graph, start, radius=30, distance="minutes")
        ends = nodes[[list(edge) for edge in near.edges]]
        return shapely.union_all(shapely.buffer(shapely.linestrings(ends), BUFFER_M))

    ways: dict[str, Way] = {
        OURS: lambda: compute_isochrone(network, anchor, [30]),
        "networkx and shapely": recipe,
    }
    take_turns(said, ways, asked.rounds)
    said.note = (
        "The recipe of the osmnx examples: the graph within the minutes, with a strip of the same "
        "width around every road. Ours also cuts the last roads at the minute and the sea off."
    )
    return said
