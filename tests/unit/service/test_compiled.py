"""What a service compiles is compiled once, by a process of its own that ends."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from localarea.service.server import compiled

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Have the other process add a line to a file, and keep the marker in the same folder."""
    (tmp_path / "beside").mkdir()
    file = tmp_path / "runs"
    file.touch()
    monkeypatch.setattr(compiled, "_marker", lambda: tmp_path / "beside" / "marker")
    monkeypatch.setattr(compiled, "_CHILD", f"open({str(file)!r}, 'a').write('ran\\n')")
    return file


def count(runs: Path) -> int:
    return len(runs.read_text().splitlines())


def test_what_was_compiled_is_not_again_until_the_code_changes(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        compiled.compile_apart(threading.Event())
    assert count(runs) == 1
    monkeypatch.setattr(compiled, "_stamp", lambda: "of other code")
    compiled.compile_apart(threading.Event())
    assert count(runs) == 2


def test_a_process_that_fails_is_told_of_and_tried_again(
    runs: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    works = compiled._CHILD
    monkeypatch.setattr(compiled, "_CHILD", "raise SystemExit(3)")
    compiled.compile_apart(threading.Event())
    assert "holds more memory" in caplog.text
    monkeypatch.setattr(compiled, "_CHILD", works)
    compiled.compile_apart(threading.Event())
    assert count(runs) == 1


def test_where_no_marker_can_be_written_the_service_starts_all_the_same(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_marker", lambda: runs / "no folder" / "marker")
    for _ in range(2):
        compiled.compile_apart(threading.Event())
    assert count(runs) == 2


def test_the_other_process_ends_with_the_service(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_CHILD", "import time; time.sleep(600)")
    closing, began = threading.Event(), time.monotonic()
    closing.set()
    compiled.compile_apart(closing)
    assert time.monotonic() - began < 60
    assert not (runs.parent / "beside" / "marker").exists()


def test_the_stamp_changes_with_the_time_of_a_module(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(compiled.localarea, "__file__", str(tmp_path / "__init__.py"))
    before = compiled._stamp()
    assert compiled._stamp() == before
    os.utime(tmp_path / "__init__.py", ns=(1, 1))
    assert compiled._stamp() != before


def test_the_marker_lies_beside_what_numba_keeps() -> None:
    assert compiled._marker().parent.is_absolute()
    assert compiled._marker().name == "localarea-compiled"
