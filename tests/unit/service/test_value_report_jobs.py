"""The jobs that make reports on social value hold nothing of the tables once they are done."""

from __future__ import annotations

import gc
import time
import weakref
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from localarea.contracts.value.value_reports import ValueReport
from localarea.reports.cabinet.formats import write
from localarea.service import value_report_jobs

if TYPE_CHECKING:
    import pytest


class Tables:
    """What stands for a state of the service."""

    council, database = SimpleNamespace(key="colchester"), None


def test_a_report_that_nobody_asks_for_again_holds_no_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(value_report_jobs, "composed", lambda *_: None)
    monkeypatch.setattr(value_report_jobs, "keep_value_report", lambda *_, **__: None)
    monkeypatch.setattr(write, "renderer_of", lambda _: lambda _: b"x")
    state: Any = Tables()
    who: Any = SimpleNamespace(acting=lambda _: None)
    jobs = value_report_jobs.ValueReportJobs()
    asked = ValueReport(1, "2026-04-01", (), None, "Sue", "2026-04-01T00:00:00Z")
    assert jobs.step_of(state, who, asked)
    held = weakref.ref(state)
    del state
    for _ in range(100):
        gc.collect()
        if held() is None:
            break
        time.sleep(0.05)
    assert held() is None
    jobs.close()
