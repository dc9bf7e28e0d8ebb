"""Blocks of origins on other processes and on a Dask cluster give the plain result."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from localarea.errors import InputError
from localarea.roads import matrix
from localarea.roads.graph import from_arcs
from localarea.roads.network import full_network
from localarea.roads.travel_time import BLOCK, travel_minutes

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.roads.network import RoadNetwork


def _case() -> tuple[RoadNetwork, np.ndarray, np.ndarray]:
    random = np.random.default_rng(8)
    points = random.uniform(0, 2_000, (400, 2)) + 500_000
    u, v = random.integers(0, 400, (2, 2_000))
    length = np.hypot(*(points[u] - points[v]).T) + 1
    graph = from_arcs(u, v, minutes=length / 500, length_m=length, points=points)
    origins = random.uniform(0, 2_000, (BLOCK * 2 + 5, 2)) + 500_000
    return full_network(graph), origins, points[: BLOCK * 3]


def test_blocks_in_a_file_are_the_plain_result(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, origins, ends = _case()
    monkeypatch.setattr(matrix, "ROWS_AT_ONCE", 10 * len(ends))
    codes = [f"o{i}" for i in range(len(origins))], [f"d{i}" for i in range(len(ends))]
    path = tmp_path / "minutes.parquet"
    done: list[int] = []
    with matrix.progress_bar("minutes"):  # the stream is no terminal, so nothing is shown
        rows = matrix.write_travel_minutes(
            network, (codes[0], origins), (codes[1], ends), path,
            limit_min=3, progress=lambda a, _: done.append(a),
        )  # fmt: skip
    frame = pd.read_parquet(path)
    assert rows == len(frame) == len(origins) * len(ends)
    plain = travel_minutes(network, origins, ends, limit_min=3)
    wide = frame["minutes"].to_numpy().reshape(plain.shape)
    np.testing.assert_array_equal(wide, plain.astype(np.float32))
    assert np.isinf(wide).any()
    assert np.isfinite(wide).any()
    assert frame["origin"].iloc[len(ends)] == "o1"
    assert frame["destination"].iloc[len(ends) + 1] == "d1"
    assert done[0] == 10
    assert done[-1] == len(origins)
    assert capfd.readouterr().err == ""
    assert list(tmp_path.iterdir()) == [path]


def test_a_code_too_few_is_refused(tmp_path: Path) -> None:
    network, origins, ends = _case()
    with pytest.raises(InputError, match="one for each"):
        matrix.write_travel_minutes(network, (["a"], origins), (["b"], ends), tmp_path / "a")


@pytest.mark.slow
def test_processes_give_the_plain_result() -> None:
    network, origins, ends = _case()
    plain = travel_minutes(network, origins, ends)
    done: list[tuple[int, int]] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        found = travel_minutes(
            network,
            origins,
            ends,
            executor=pool,
            progress=lambda a, b: done.append((a, b)),
        )
    np.testing.assert_array_equal(found, plain)
    assert np.isfinite(plain).any()
    assert [a for a, _ in done] == [BLOCK, BLOCK * 2, len(origins)]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_dask_client_gives_the_plain_result() -> None:
    distributed = pytest.importorskip("distributed")
    network, origins, ends = _case()
    plain = travel_minutes(network, origins, ends)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = travel_minutes(network, origins, ends, executor=client.get_executor())
    np.testing.assert_array_equal(found, plain)
