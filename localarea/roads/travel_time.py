"""Minutes by road from places to places: one to many, many to one, many to many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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

UNREACHABLE: Final = np.inf  # minutes; never a missing row
BLOCK: Final = 64  # origins searched together: 64 rows at a time keep a thread busy
MOST_BUCKETS: Final = 1 << 20
SAME_PLACE_M: Final = 0.5
WIDTH_SHARE: Final = 0.1  # of a typical arc: the best of those tried on three graphs


@dataclass(frozen=True, slots=True)
class _Job:
    """All that one block of origins needs; travels to another process when it must."""

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
    Compute minutes by road from every origin to every destination.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins : numpy.ndarray, shape (n, 2)
        Eastings and northings, EPSG:27700, metres.
    destinations : numpy.ndarray, shape (m, 2)
        The same.
    limit_min : float
        Journeys longer than this count as unreachable; stops the search early.
    peak : float
        Factor on all driving times, 1 for free-flowing roads; not on terminal time.
    workers : int
        Threads to use when no executor is given.
    executor : concurrent.futures.Executor, optional
        Where to run the blocks: a process pool, or that of a Dask client
        (``client.get_executor()``).
    progress : callable, optional
        Called with the number of origins done and their total.

    Returns
    -------
    numpy.ndarray, shape (n, m)
        Minutes; `numpy.inf` where no road leads or the limit is passed; 0 from a place to
        itself.

    Raises
    ------
    InputError
        If the limit or the peak factor is not a positive number.
    """
    origins, destinations = require_points(origins), require_points(destinations)
    drive_limit = _drive_limit(network, limit_min, peak)
    # The search is run from the fewer side: backwards, on the graph turned round, if need be.
    backwards = len(destinations) < len(origins)
    graph = network.graph.reversed() if backwards else network.graph
    near, far = (destinations, origins) if backwards else (origins, destinations)
    rows = _search(
        graph, network.legs(near), network.legs(far), drive_limit, workers, executor, progress
    )
    drive = np.concatenate(list(rows)) if len(near) else np.empty((0, len(far)))
    _allow_direct(network, near, far, drive)
    total = drive * peak + network.terminal_min
    _stay_at_home(near, far, total)
    total[total > limit_min] = UNREACHABLE
    return total.T if backwards else total


def _drive_limit(network: RoadNetwork, limit_min: float, peak: float) -> float:
    if not (np.isfinite(peak) and peak > 0):
        raise InputError(f"peak must be a number above 0, such as 1.2, not {peak}")
    if not limit_min > 0:
        raise InputError(f"the limit must be more than 0 minutes, not {limit_min}")
    return max((limit_min - network.terminal_min) / peak, 0.0)


def make_job(graph: RoadGraph, limit: float = np.inf, *, spread: float = 0.0) -> _Job:
    """
    Prepare the search of a graph.

    Parameters
    ----------
    graph : RoadGraph
        The graph.
    limit : float
        Minutes at which to stop.
    spread : float
        Most minutes that a search may start with, which the buckets must hold too.

    Returns
    -------
    _Job
        Arrays and the width of the buckets.
    """
    longest = float(graph.minutes.max(initial=0.0))
    typical = float(np.median(graph.minutes)) if graph.n_arcs else 1.0
    span = max(longest, spread)
    width = max(typical * WIDTH_SHARE, span / (MOST_BUCKETS - 3), 1e-6)
    return _Job(
        graph.indptr, graph.indices, graph.minutes, width, int(span / width) + 3, float(limit)
    )


def _search(
    graph: RoadGraph,
    seeds: Legs,
    legs: Legs,
    limit: float,
    workers: int,
    executor: Executor | None,
    progress: Callable[[int, int], None] | None,
) -> Iterator[np.ndarray]:
    """Yield driving minutes block by block, in the order of the origins."""
    job = make_job(graph, limit, spread=float(seeds.minutes.max(initial=0.0)))
    blocks = [(a, min(a + BLOCK, len(seeds))) for a in range(0, len(seeds), BLOCK)]
    if executor is None:
        with ThreadPoolExecutor(max(workers, 1)) as own:
            yield from _collect(own, job, seeds, legs, blocks, progress)
    else:
        yield from _collect(executor, job, seeds, legs, blocks, progress)


def _collect(
    executor: Executor,
    job: _Job,
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


def _search_block(job: _Job, seeds: Legs, legs: Legs) -> np.ndarray:
    from localarea.roads._kernel import spread_to_points

    out = np.empty((len(seeds), len(legs)))
    spread_to_points(
        job.indptr,
        job.indices,
        job.minutes,
        seeds.start,
        seeds.nodes,
        seeds.minutes,
        legs.start,
        legs.nodes,
        legs.minutes,
        job.limit,
        job.width,
        job.n_buckets,
        out,
    )
    return out


def _pairs(near: np.ndarray, far: np.ndarray, most_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Find pairs of points within a distance; unknown points have none."""
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
    """Join neighbours without going to a node and back, where that is shorter and dry."""
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


def _stay_at_home(near: np.ndarray, far: np.ndarray, total: np.ndarray) -> None:
    row, column = _pairs(near, far, SAME_PLACE_M)
    total[row, column] = 0.0
