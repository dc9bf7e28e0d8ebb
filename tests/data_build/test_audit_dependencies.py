"""The audit of dependencies: a known fault fails, what nobody knows is said, lists run out."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 3, 2)
FAULT = {"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.1"]}


@pytest.fixture(scope="module")
def auditing(repository: Path) -> Any:
    spec = importlib.util.spec_from_file_location(
        "auditing", repository / "scripts" / "auditing.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["auditing"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["auditing"]


def _report(*packages: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(packages)}


SOUND = {"name": "a", "version": "1", "vulns": []}
VULNERABLE = {"name": "b", "version": "2.0", "vulns": [FAULT]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


def test_a_known_fault_fails_and_says_where_it_is_mended(auditing: Any) -> None:
    code, said = auditing.judge(_report(SOUND, VULNERABLE), [])
    assert code == 1
    assert said[0] == "VULNERABLE: b 2.0: PYSEC-1; mended in: 2.1"


@pytest.mark.parametrize("name", ["PYSEC-1", "CVE-2026-1"])
def test_a_line_of_the_list_lets_it_pass_by_any_of_its_names(auditing: Any, name: str) -> None:
    ignored = auditing.read_ignored(f"{name} 2026-03-02 not reachable here", today=TODAY)
    code, said = auditing.judge(_report(VULNERABLE), ignored)
    assert code == 0
    assert said[0].startswith("let pass")


def test_a_line_runs_out(auditing: Any) -> None:
    assert auditing.read_ignored("PYSEC-1 2026-03-01 because", today=TODAY) == []


@pytest.mark.parametrize(
    "line", ["PYSEC-1", "PYSEC-1 2026-03-05", "PYSEC-1 soon because", "P 2027-01-01 too long"]
)
def test_a_line_without_day_or_reason_or_end_is_refused(auditing: Any, line: str) -> None:
    with pytest.raises(auditing.FaultyListError):
        auditing.read_ignored(line, today=TODAY)


def test_an_index_without_advisories_is_said_and_does_not_fail(auditing: Any) -> None:
    code, said = auditing.judge(_report(SKIPPED), [])
    assert code == 0
    assert said == ["not known: this package index has no advisories, so nothing was audited"]


def test_what_is_partly_known_is_said(auditing: Any) -> None:
    code, said = auditing.judge(_report(SOUND, SKIPPED), [])
    assert code == 0
    assert "not known of 1 packages of 2" in said


def test_the_list_that_is_kept_can_be_read(auditing: Any, repository: Path) -> None:
    text = (repository / "scripts" / "audit-ignored").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    early = date(2026, 1, 1) if not lines else min(date.fromisoformat(x.split()[1]) for x in lines)
    assert len(auditing.read_ignored(text, today=early)) == len(lines)
