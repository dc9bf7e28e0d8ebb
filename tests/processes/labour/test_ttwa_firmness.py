"""How firm areas are, as the command asks it: options that go together, bars, and a real Dask."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from localarea.cli.app import run
from localarea.cli.areas.ttwa_firmness import progress
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
from localarea.labour.travel_to_work_areas.resampling import measure_overlaps, measure_stability

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [("a", "a", 400), ("b", "a", 90), ("b", "b", 60), ("c", "c", 300), ("b", "c", 40)]


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_bar_shows_on_a_terminal_and_not_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, said in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress(2, "Runs") as tell:
            tell(1)
        assert bool(stream.getvalue()) is said


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (["--map", "m.png"], "--stability N"),
        (["--plot", "p.png"], "add that option"),
        (["--stability", "2", "--flows", "f.csv"], "leave out --flows"),
        (["--set", "moon=1"], "'moon' is not a setting"),
        (["--set", "order=moon"], "not one of"),
        (["--home", "moon"], "not one of"),
        (["--stability", "-1"], "not in the range"),
    ],
)
def test_options_that_do_not_go_together_are_one_sentence(
    extra: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ttwa", "--out", str(tmp_path / "a.csv"), *extra]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_real_dask_cluster_gives_what_one_process_gives() -> None:
    distributed = pytest.importorskip("distributed")
    flows = build_flow_matrix(pd.DataFrame(ROWS, columns=["origin", "destination", "workers"]))
    method = TtwaParameters(criteria=Criteria(100, 600, 0.6, 0.7))
    told: list[int] = []
    here = measure_stability(flows, ["a"], parameters=method, n_runs=4, seed=7)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = measure_stability(
            flows, ["a"], parameters=method, n_runs=4, seed=7, client=client, on_done=told.append
        )
    pd.testing.assert_frame_equal(here.runs, there.runs)
    pd.testing.assert_series_equal(here.with_anchor, there.with_anchor)
    assert sum(told) == 4


def test_area_is_found_again_from_three_quarters_of_overlap() -> None:
    """Hennig (2007): a cluster is recovered where the Jaccard coefficient is 0.75 or more."""
    counted = pd.Series(list("AAAABBBB"))
    runs = [
        np.array([0, 0, 0, 0, 1, 1, 1, 1]),  # both whole
        np.array([0, 0, 0, 1, 1, 1, 1, 1]),  # A: 3 of 4 = 0.75; B: 4 of 5 = 0.8
        np.array([0, 0, 1, 1, 1, 1, 1, 1]),  # A: 2 of 4 = 0.5; B: 4 of 6 = 0.67
        np.array([0, 0, 0, 1, 2, 2, 1, 1]),  # A: 3 of 4 = 0.75; B: 2 of 4 = 0.5
    ]
    found = measure_overlaps(counted, runs)
    assert found["recovered_share"].to_dict() == {"A": 3 / 4, "B": 2 / 4}
    assert found["mean_jaccard"].to_list() == pytest.approx(
        [3 / 4, (1 + 4 / 5 + 2 / 3 + 1 / 2) / 4]
    )
    assert found["min_jaccard"].to_list() == [0.5, 0.5]
    assert found["zones"].to_list() == [4, 4]
