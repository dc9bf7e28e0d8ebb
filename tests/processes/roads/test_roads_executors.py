"""Blocks of origins on other processes give the plain result (on a cluster: tests/country)."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from road_blocks import case

from localarea.errors import InputError
from localarea.roads import matrix
from localarea.roads.travel_time import BLOCK, travel_minutes

if TYPE_CHECKING:
    from pathlib import Path


def test_blocks_in_a_file_are_the_plain_result(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, origins, ends = case()
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
    network, origins, ends = case()
    with pytest.raises(InputError, match="one for each"):
        matrix.write_travel_minutes(network, (["a"], origins), (["b"], ends), tmp_path / "a")


@pytest.mark.slow
def test_processes_give_the_plain_result() -> None:
    network, origins, ends = case()
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
