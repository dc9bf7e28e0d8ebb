"""Travel times by road: one to many, many to one, and many to many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import InputError
from localarea.roads.access import require_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from localarea.roads.access import Legs
    from localarea.roads.graph import RoadGraph
    from localarea.roads.network import RoadNetwork
    from localarea.roads.search.hierarchy import Hierarchy

UNREACHABLE: Final = np.inf  # minutes
BLOCK: Final = 32  # origins in a block: enough to keep a thread busy
# A hierarchy takes as long to build as the search from so many origins. Within fewer minutes a
# plain search is as quick, and for more nodes it would fill the memory.
FEWEST_ORIGINS: Final = 200
SHORTEST_LIMIT: Final = 60.0  # minutes
MOST_NODES: Final = 500_000
MOST_BUCKETS: Final = 1 << 20
SAME_PLACE_M: Final = 0.5
WIDTH_SHARE: Final = 0.1  # of a typical arc: the fastest of several on three graphs


@dataclass(frozen=True, slots=True)
class _Job:
    """The graph and settings of a plain search, which can be pickled."""

    indptr: np.ndarray
    indices: np.ndarray
    minutes: np.ndarray
    width: float
    n_buckets: int
    limit: float


def travel_minutes(
    network: RoadNetwork,
    origins: np.ndarray,
    destinations: np.ndarray,
    *,
    limit_min: float = np.inf,
    peak: float = 1.0,
    workers: int = 2,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """
    Calculate minutes by road from every origin to every destination.

    Parameters
    ----------
    origins : numpy.ndarray, shape (n, 2)
        Eastings and northings, EPSG:27700, metres.
    destinations : numpy.ndarray, shape (m, 2)
        Likewise.
    limit_min : float
        Journeys longer than this count as unreachable, which shortens the search.
    peak : float
        Factor on driving times but not on terminal time; 1 for free-flowing roads.
    workers : int
        Number of threads, without an executor.
    executor : concurrent.futures.Executor, optional
        Runs the blocks: a process pool, or a Dask client's executor
        (``client.get_executor()``).
    progress : callable, optional
        Called with the number of origins done and their total.

    Returns
    -------
    numpy.ndarray, shape (n, m)
        Minutes; `numpy.inf` if unreachable or over the limit; 0 from a place to itself.

    Raises
    ------
    InputError
        If the limit or the peak factor is not a positive number.
    """
    origins, destinations = require_points(origins), require_points(destinations)
    drive_limit = _drive_limit(network, limit_min, peak)
    # Search from the side with fewer points: from destinations, on the reversed graph.
    backwards = len(destinations) < len(origins)
    near, far = (destinations, origins) if backwards else (origins, destinations)
    rows = search_minutes(
        network.graph,
        network.legs(near),
        network.legs(far),
        drive_limit,
        backwards=backwards,
        workers=workers,
        executor=executor,
        progress=progress,
    )
    drive = np.concatenate(list(rows)) if len(near) else np.empty((0, len(far)))
    _allow_direct(network, near, far, drive)
    total = drive * peak + network.terminal_min
    _zero_same_place(near, far, total)
    total[total > limit_min] = UNREACHABLE
    return total.T if backwards else total


def _drive_limit(network: RoadNetwork, limit_min: float, peak: float) -> float:
    require_peak(peak)
    if not (is_number(limit_min) and limit_min > 0):
        raise InputError(f"the limit must be more than 0 minutes, not {limit_min}")
    return max((limit_min - network.terminal_min) / peak, 0.0)


def require_peak(peak: float) -> None:
    """Check a factor on driving times; InputError if it is not a positive number."""
    if not (is_number(peak) and 0 < peak < np.inf):
        raise InputError(f"peak must be a number above 0, such as 1.2, not {peak}")


def is_number(value: object) -> bool:
    """Check that a value is a real number, which True and False are only to Python."""
    return isinstance(value, Real) and not isinstance(value, bool)


def make_job(graph: RoadGraph, limit: float = np.inf, *, spread: float = 0.0) -> _Job:
    """
    Prepare the search on a graph.

    ``limit``: minutes at which to stop. ``spread``: greatest initial minutes of a search, which the
    buckets must also hold. Returns arrays, and the width of the buckets.
    """
    longest = float(graph.minutes.max(initial=0.0))
    typical = float(np.median(graph.minutes)) if graph.n_arcs else 1.0
    span = max(longest, spread)
    width = max(typical * WIDTH_SHARE, span / (MOST_BUCKETS - 3), 1e-6)
    return _Job(
        graph.indptr, graph.indices, graph.minutes, width, int(span / width) + 3, float(limit)
    )


def search_minutes(
    graph: RoadGraph,
    seeds: Legs,
    legs: Legs,
    limit: float = np.inf,
    *,
    backwards: bool = False,
    workers: int = 2,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[np.ndarray]:
    """
    Generate driving minutes along the roads, block by block, in the order of the origins.

    Parameters
    ----------
    seeds, legs : Legs
        Nodes at which the origins begin and the destinations end, with their minutes.
    limit : float
        Minutes at which to stop.
    backwards : bool
        Drive from the destinations to the origins.
    workers : int
        Number of threads, without an executor.
    progress : callable, optional
        Called with the number of origins done and their total.

    Yields
    ------
    numpy.ndarray, shape (n_origins_of_the_block, n_destinations)
        Minutes; `numpy.inf` if unreachable or over the limit.
    """
    job: _Job | _Sweep
    many = len(seeds) >= FEWEST_ORIGINS and limit >= SHORTEST_LIMIT
    if many and graph.n_nodes <= MOST_NODES:
        hierarchy = graph.hierarchy.reversed() if backwards else graph.hierarchy
        job = _Sweep(hierarchy, float(limit))
    else:
        spread = float(seeds.minutes.max(initial=0.0))
        job = make_job(graph.reversed() if backwards else graph, limit, spread=spread)
    blocks = [(a, min(a + BLOCK, len(seeds))) for a in range(0, len(seeds), BLOCK)]
    if executor is None:
        with ThreadPoolExecutor(max(workers, 1)) as own:
            yield from _collect(own, job, seeds, legs, blocks, progress)
    else:
        yield from _collect(executor, job, seeds, legs, blocks, progress)


@dataclass(frozen=True, slots=True)
class _Sweep:
    """The hierarchy and limit of a search for many origins, which can be pickled."""

    hierarchy: Hierarchy
    limit: float


def _collect(
    executor: Executor,
    job: _Job | _Sweep,
    seeds: Legs,
    legs: Legs,
    blocks: list[tuple[int, int]],
    progress: Callable[[int, int], None] | None,
) -> Iterator[np.ndarray]:
    waiting = [executor.submit(_search_block, job, seeds.part(a, b), legs) for a, b in blocks]
    for future, (_, done) in zip(waiting, blocks, strict=True):
        yield future.result()
        if progress is not None:
            progress(done, len(seeds))


def _search_block(job: _Job | _Sweep, seeds: Legs, legs: Legs) -> np.ndarray:
    from localarea.roads.search._hierarchy_kernel import sweep_to_points
    from localarea.roads.search._kernel import spread_to_points

    out = np.empty((len(seeds), len(legs)))
    ends = seeds.start, seeds.nodes, seeds.minutes, legs.start, legs.nodes, legs.minutes
    if isinstance(job, _Sweep):
        h = job.hierarchy
        sweep_to_points(h.place, h.parent, h.start, h.high, h.up, h.down, *ends, job.limit, out)
    else:
        spread_to_points(
            job.indptr, job.indices, job.minutes, *ends, job.limit, job.width, job.n_buckets, out
        )
    return out


def _pairs(near: np.ndarray, far: np.ndarray, most_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of points within a distance, without unknown points."""
    from scipy.spatial import cKDTree

    a, b = (np.flatnonzero(np.isfinite(p).all(axis=1)) for p in (near, far))
    if not (a.size and b.size):
        return a[:0], b[:0]
    found = cKDTree(near[a]).sparse_distance_matrix(
        cKDTree(far[b]), most_m, output_type="coo_matrix"
    )
    return a[found.row], b[found.col]


def _allow_direct(
    network: RoadNetwork, near: np.ndarray, far: np.ndarray, drive: np.ndarray
) -> None:
    """Use the direct line between close points, if that is shorter and over land."""
    access = network.access
    if access.direct_m <= 0:
        return
    row, column = _pairs(near, far, access.direct_m)
    if network.land is not None and row.size:
        water = network.land.water_on_the_way(near[row], far[column])
        row, column = row[water <= access.most_water_m], column[water <= access.most_water_m]
    away_km = np.hypot(*(near[row] - far[column]).T) / 1000
    slowness = (1 / access.kph(near)[row] + 1 / access.kph(far)[column]) / 2
    drive[row, column] = np.minimum(drive[row, column], away_km * slowness * 60)


def _zero_same_place(near: np.ndarray, far: np.ndarray, total: np.ndarray) -> None:
    row, column = _pairs(near, far, SAME_PLACE_M)
    total[row, column] = 0.0
