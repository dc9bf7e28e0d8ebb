"""What scripts rely on in every command: one JSON document, exit codes, one sentence on error."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from command_cases import commanded
from options_county import make_store

import localarea

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("pandas", "geopandas", "numba", "scipy", "matplotlib", "folium", "openpyxl")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the settings of a county: what its commands write is written as a country's is."""
    root = str(make_store(tmp_path_factory.mktemp("county")).root)
    return {
        "LOCALAREA_DATA_DIR": root,
        "LOCALAREA_CACHE_DIR": root,
        "LOCALAREA_COUNCIL": "anchorton",
    }


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own: nothing else may write to its output either."""
    return subprocess.run(
        [sys.executable, "-c", "from localarea.cli import main; main()", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "CO1 1JB", "nonsense", "--json"],
        ["options", "--json"],
        ["scenario", "district", "--include", "Farley", "--json"],
        ["compare", "district", "ttwa-official", "--json"],
        ["data", "status", "--json"],
    ],
    ids=lambda a: a[0],
)
def test_json_is_one_document_and_nothing_else(
    arguments: list[str], county: dict[str, str]
) -> None:
    done = run(*arguments, **county)
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["options", "--anchor", "Colchestr"], 2, "Colchester"),
        (["scenario", "ttwa-oficial", "--include", "Ipswich"], 2, "ttwa-official"),
        (["scenario", "district", "--include", "Ipswitch"], 2, "Ipswich"),
        (["compare", "district", "nothing-like-it"], 2, "nothing-like-it"),
        (["check", "CO1 1JB", "--option", "distric"], 2, "district"),
        (["check-file", "no-such-file.csv"], 2, "no-such-file.csv"),
        (["check", "CO1 1JB", "--strict"], 0, ""),
        (["check", "CO1 1JB", "XX99 9XX", "--strict"], 1, ""),
    ],
)
def test_exit_code_and_one_sentence(arguments: list[str], code: int, says: str) -> None:
    done = commanded(*arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if code == 2:
        assert done.stdout == ""


@pytest.fixture
def damaged_data(repository: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(repository / "data", folder)
    table = folder / "postcodes.parquet"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 0xFF
    table.write_bytes(content)
    return folder


def test_damaged_table_is_exit_three(damaged_data: Path, tmp_path: Path) -> None:
    places = {"LOCALAREA_DATA_DIR": str(damaged_data), "LOCALAREA_CACHE_DIR": str(tmp_path)}
    done = commanded("check", "CO1 1JB", **places)
    assert done.returncode == 3, done.stderr
    assert "postcodes.parquet" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_table_is_exit_three(damaged_data: Path, tmp_path: Path) -> None:
    (damaged_data / "postcodes.parquet").unlink()
    places = {"LOCALAREA_DATA_DIR": str(damaged_data), "LOCALAREA_CACHE_DIR": str(tmp_path)}
    done = commanded("check", "CO1 1JB", **places)
    assert done.returncode == 3, done.stderr
    assert "missing" in done.stderr


@pytest.mark.parametrize("words", [[], ["--option", "drive-30"]])
def test_one_check_imports_nothing_heavy(words: list[str]) -> None:
    asked = ["check", "CO1 1JB", "--json", *words]
    code = (
        f"import sys; from localarea.cli.app import run; code = run({asked!r});"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().splitlines()[-1] == "[]"


def test_the_first_line_of_the_version_is_that_of_the_package() -> None:
    done = commanded("--version")
    assert done.stdout.splitlines()[0] == f"localarea {localarea.__version__}"


def test_the_package_is_a_command_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m localarea``, where no folder of commands is on the path."""
    monkeypatch.setattr(sys, "argv", ["localarea", "--version"])
    monkeypatch.delitem(sys.modules, "localarea.__main__", raising=False)  # whoever looked at it
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("localarea", run_name="__main__")
    assert not ended.value.code
    assert capsys.readouterr().out.startswith(f"localarea {localarea.__version__}")


@pytest.mark.parametrize(
    ("typed", "noted"), [(["ZZ1", "1ZZ"], True), (["ZZ1 1ZZ"], False), (["ZZ1", "ZZ2"], False)]
)
def test_a_postcode_without_quotation_marks_is_noted(
    typed: list[str], noted: bool, county: dict[str, str]
) -> None:
    done = commanded("check", *typed, "--option", "district", **county)
    assert ('put it in quotation marks: "ZZ1 1ZZ"' in done.stderr) == noted
