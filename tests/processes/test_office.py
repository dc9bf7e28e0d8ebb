"""The LibreOffice of the tests: one that gets stuck is ended, and another is begun."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import office
import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Begun with a document, it locks that and stays; asked to convert, it is stuck as often as told.
_SOFFICE = """#!/bin/sh
for last; do :; done
case "$*" in
*--convert-to*) ;;
*) echo >>{folder}/begun && touch "$(dirname "$last")/.~lock.open.xlsx#" && exec sleep 600 ;;
esac
echo >>{folder}/asked
[ "$(wc -l <{folder}/asked)" -gt {stuck} ] || exec sleep 600
touch "$(dirname "$last")/trial.ods"
"""


def put_in_place(folder: Path, stuck: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a program found as soffice that is stuck when it is first asked."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "soffice"
    program.write_text(_SOFFICE.format(folder=folder, stuck=stuck), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(office, "_CALM", 0.0)
    monkeypatch.setattr(office, "_TRIAL", 1.5)


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_one_that_is_stuck_is_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(tmp_path, 2, monkeypatch)
    (tmp_path / "work").mkdir()
    with office.office_in(tmp_path / "work") as begun:
        begun.convert([tmp_path / "work" / "trial.xlsx"], "ods", tmp_path)
    assert lines_of(tmp_path / "begun") == 3
    assert lines_of(tmp_path / "asked") == 4  # three trials and the workbook above


def test_one_that_is_always_stuck_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(tmp_path, 99, monkeypatch)
    (tmp_path / "work").mkdir()
    with (
        pytest.raises(RuntimeError, match="LibreOffice got stuck 4 times"),
        office.office_in(tmp_path / "work"),
    ):
        pytest.fail("it was handed out")
    assert lines_of(tmp_path / "begun") == 4
