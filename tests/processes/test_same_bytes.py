"""Everything that is kept or sent has the same bytes in another process, order of sets and zone."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import every_document
import pytest
import twin_country

from localarea.datasets.store import DataStore

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
TOGETHER = 39  # documents, or something was left out


@pytest.fixture
def tables(twin: twin_country.Twin, tmp_path: Path) -> Path:
    """Give the invented country, of which all is smaller, with two options to compare."""
    folder = tmp_path / "tables"
    (folder / "councils").mkdir(parents=True)
    for table in twin.data.iterdir():
        if table.is_file():
            (folder / table.name).symlink_to(table)
    council = f'{twin_country.COUNCIL}[options.ttwa-official]\ntitle = "Travel to work area"\n'
    (folder / "councils" / "colchester.toml").write_text(council, encoding="utf-8")
    return folder


def made_in_another_process(folder: Path, tables: Path, **environment: str) -> None:
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, every_document.__file__, folder, tables],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(map(str, filter(None, sys.path)))}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def hashes_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_processes_make_the_same_bytes(tables: Path, tmp_path: Path) -> None:
    every_document.give(tmp_path / "given")
    every_document.give_returns(tmp_path / "returns")
    (tmp_path / "first").mkdir()
    every_document.make_everything(tmp_path / "first", DataStore(tables, tmp_path / "cache"))
    time.sleep(2.1)  # times in an archive are even seconds
    elsewhere = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "2"}
    made_in_another_process(tmp_path / "second", tables, **elsewhere)
    one, other = hashes_in(tmp_path / "first"), hashes_in(tmp_path / "second")
    assert len(one) >= TOGETHER
    assert sorted(name for name in one if one[name] != other.get(name)) == []
    assert one.keys() == other.keys()
