"""Blocks of origins on other processes and on a Dask cluster give the plain result."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from localarea.roads.graph import from_arcs
from localarea.roads.network import full_network
from localarea.roads.travel_time import BLOCK, travel_minutes


def _case() -> tuple[object, np.ndarray, np.ndarray]:
    random = np.random.default_rng(8)
    points = random.uniform(0, 2_000, (400, 2)) + 500_000
    u, v = random.integers(0, 400, (2, 2_000))
    length = np.hypot(*(points[u] - points[v]).T) + 1
    graph = from_arcs(u, v, minutes=length / 500, length_m=length, points=points)
    origins = random.uniform(0, 2_000, (BLOCK * 2 + 5, 2)) + 500_000
    return full_network(graph), origins, points[: BLOCK * 3]


@pytest.mark.slow
def test_processes_give_the_plain_result() -> None:
    network, origins, ends = _case()
    plain = travel_minutes(network, origins, ends)  # type: ignore[arg-type]
    done: list[tuple[int, int]] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        found = travel_minutes(
            network,
            origins,
            ends,
            executor=pool,
            progress=lambda a, b: done.append((a, b)),  # type: ignore[arg-type]
        )
    np.testing.assert_array_equal(found, plain)
    assert np.isfinite(plain).any()
    assert [a for a, _ in done] == [BLOCK, BLOCK * 2, len(origins)]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_dask_client_gives_the_plain_result() -> None:
    distributed = pytest.importorskip("distributed")
    network, origins, ends = _case()
    plain = travel_minutes(network, origins, ends)  # type: ignore[arg-type]
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = travel_minutes(network, origins, ends, executor=client.get_executor())  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, plain)
