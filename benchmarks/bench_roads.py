"""
Measure roads against their peers, in one run, on the same graph.

    python benchmarks/bench_roads.py RAW_FOLDER [--sources 100] [--matrix] [--out FILE.json]

RAW_FOLDER holds the publishers' files; peers that are not installed are left out. Every
figure is the best of three. Ratios count, not seconds: the machine is named by nobody.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = 1_000
ROUNDS = 3


def read_new_york(folder: Path) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """Read the arcs of the 9th DIMACS challenge; of parallel arcs the shortest."""
    with gzip.open(folder / "roads" / "dimacs_ny" / "USA-road-t.NY.gr.gz", "rt") as lines:
        arcs = np.array([line.split()[1:] for line in lines if line[0] == "a"], dtype=np.int64)
    tails, heads, times = arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 2].astype(float)
    order = np.lexsort((times, heads, tails))
    tails, heads, times = tails[order], heads[order], times[order]
    first = np.r_[True, (np.diff(tails) != 0) | (np.diff(heads) != 0)]
    return int(tails.max()) + 1, tails[first], heads[first], times[first]


def best(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the least seconds of some rounds, after one to warm up."""
    run()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def ours(n: int, tails: np.ndarray, heads: np.ndarray, times: np.ndarray) -> dict[str, Callable]:
    """Prepare our search: from one source; from many over two threads, plain and by a hierarchy."""
    from localarea.roads import travel_time
    from localarea.roads.access import Legs
    from localarea.roads.graph import from_arcs
    from localarea.roads.search._kernel import spread_one
    from localarea.roads.search.hierarchy import build_hierarchy

    graph = from_arcs(tails, heads, minutes=times, length_m=times, points=np.zeros((n, 2)))
    job = travel_time.make_job(graph)

    def one(source: int) -> np.ndarray:
        return spread_one(
            job.indptr, job.indices, job.minutes, np.array([source], np.int32), np.zeros(1),
            np.inf, job.width, job.n_buckets,
        )  # fmt: skip

    def at_nodes(nodes: np.ndarray) -> Legs:
        return Legs(np.arange(len(nodes) + 1), nodes.astype(np.int32), np.zeros(len(nodes)))

    def many(sources: np.ndarray, fewest: float) -> np.ndarray:
        with patch.object(travel_time, "FEWEST_ORIGINS", fewest):
            rows = travel_time.search_minutes(graph, at_nodes(sources), at_nodes(np.arange(n)))
            return np.concatenate(list(rows))

    return {
        "one": one,
        "many": lambda sources: many(sources, np.inf),
        "build": lambda: build_hierarchy(job.indptr, job.indices, job.minutes),
        "swept": lambda sources: many(sources, 0),
    }


def peers(n: int, tails: np.ndarray, heads: np.ndarray, times: np.ndarray) -> dict[str, dict]:
    """Prepare every peer that is installed."""
    found: dict[str, dict] = {}
    with suppress(ImportError):
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        matrix = csr_array((times, (tails, heads)), shape=(n, n))
        found["scipy"] = {
            "one": lambda s: dijkstra(matrix, indices=s),
            "many": lambda s: dijkstra(matrix, indices=s),
        }
    with suppress(ImportError):
        import networkit as nk

        nk.setNumberOfThreads(2)
        net = nk.Graph(n, weighted=True, directed=True)
        for u, v, w in zip(tails.tolist(), heads.tolist(), times.tolist(), strict=True):
            net.addEdge(u, v, w)
        found["networkit"] = {
            "one": lambda s: nk.distance.Dijkstra(net, s, storePaths=False).run().getDistances(),
            "many": lambda s: nk.distance.SPSP(net, s.tolist()).run().getDistances(),
        }
    with suppress(ImportError):
        import igraph

        ig = igraph.Graph(n, np.stack([tails, heads], 1), directed=True)
        weights = times.tolist()
        found["igraph"] = {
            "one": lambda s: ig.distances([s], weights=weights),
            "many": lambda s: ig.distances(s.tolist(), weights=weights),
        }
    with suppress(ImportError):
        import rustworkx as rx

        rust = rx.PyDiGraph()
        rust.add_nodes_from(range(n))
        rust.add_edges_from(list(zip(tails.tolist(), heads.tolist(), times.tolist(), strict=True)))
        found["rustworkx"] = {"one": lambda s: rx.dijkstra_shortest_path_lengths(rust, s, float)}
    with suppress(ImportError):
        import networkx as nx

        net_x = nx.DiGraph()
        net_x.add_weighted_edges_from(
            zip(tails.tolist(), heads.tolist(), times.tolist(), strict=True)
        )
        found["networkx"] = {"one": lambda s: nx.single_source_dijkstra_path_length(net_x, s)}
    return found


def bench_new_york(raw: Path, count: int) -> dict[str, object]:
    """Time one source and many, to all nodes."""
    graph = read_new_york(raw)
    n = graph[0]
    sources = np.random.default_rng(7).integers(0, n, count)
    mine = ours(*graph)
    expected = mine["one"](FIRST)
    table = {
        "localarea": {
            "one_s": best(lambda: mine["one"](FIRST)),
            "many_s": best(lambda: mine["many"](sources), 1),
            "build_s": best(mine["build"], 1),
            "swept_s": best(lambda: mine["swept"](sources), 1),
        }
    }
    np.testing.assert_allclose(mine["swept"](sources), mine["many"](sources), rtol=1e-12)
    for name, peer in peers(*graph).items():
        row = {"one_s": best(lambda p=peer: p["one"](FIRST))}
        if name in ("scipy", "networkit", "igraph"):
            few = sources if name != "igraph" else sources[:20]
            row["many_s"] = best(lambda p=peer, f=few: p["many"](f), 1) * count / len(few)
        if name == "scipy":
            np.testing.assert_allclose(peer["one"](FIRST), expected)
        table[name] = row
    return {"nodes": n, "arcs": len(graph[1]), "sources": count, "seconds": table}


def bench_matrix() -> dict[str, float]:
    """Time every zone of England and Wales to every other over the embedded network."""
    from localarea.datasets.centroids import read_centroids
    from localarea.roads.embedded import read_embedded_network
    from localarea.roads.travel_time import travel_minutes

    network = read_embedded_network()
    points = read_centroids("msoa11")[["easting", "northing"]].to_numpy(float)
    table: dict[str, float] = {}
    for count in (100, 1_000, len(points)):
        start, cpu = time.perf_counter(), time.process_time()
        travel_minutes(network, points[:count], points)
        table[f"{count}_origins_s"] = time.perf_counter() - start
        table[f"{count}_origins_cpu_s"] = time.process_time() - cpu
    return table


def main() -> None:
    """Run, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--matrix", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    result: dict[str, object] = {"new_york": bench_new_york(options.raw, options.sources)}
    if options.matrix:
        result["matrix"] = bench_matrix()
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
