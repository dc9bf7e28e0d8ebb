"""What ``compare`` says in words counts one thing as one."""

from __future__ import annotations

import pandas as pd
import pytest

from localarea.checking.replay import Replay
from localarea.cli.options.comparing import CompareResult, _replay_note
from localarea.comparison.robustness import Robustness


@pytest.mark.parametrize(
    ("unread", "says"), [(0, "'Paid')"), (1, ", 1 amount not read)"), (2, ", 2 amounts not read)")]
)
def test_amounts_that_could_not_be_read_are_counted(unread: int, says: str) -> None:
    nothing = pd.DataFrame()
    assert _replay_note(Replay(nothing, nothing, "Postcode", "Paid", unread)).endswith(says)


def test_a_single_zone_is_inside(capsys: pytest.CaptureFixture[str]) -> None:
    zones = pd.DataFrame({"standing": ["core"]}, index=pd.Index(["E02004512"]))
    contested = pd.DataFrame({"employed_residents": pd.Series(dtype=float)})
    CompareResult._show_robustness(None, Robustness((), zones, zones, contested))  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert said == "1 zone is inside under every option, 0 under some of them.\n"
