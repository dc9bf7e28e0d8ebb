"""The script that makes the environment, where only a stand-in for Python runs, and its locks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from itertools import chain
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RUN, ALL = "requirements-run.lock", "requirements.lock"
# A Python that makes an environment of itself, and notes what it is asked to install.
STAND_IN = """#!/usr/bin/env bash
case "$1 $2" in
"--version "*) echo "Python 3.11.7" ;;
"-m venv") echo cleared >>"$ASKED"; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
"-m pip") echo "${@: -1}" >>"$ASKED" ;;
esac
"""


@pytest.fixture
def checkout(repository: Path, tmp_path: Path) -> Path:
    """Make a folder with the script and empty locks."""
    (tmp_path / "checkout" / "scripts").mkdir(parents=True)
    for name in (RUN, ALL, "pyproject.toml"):
        (tmp_path / "checkout" / name).write_text("", encoding="utf-8")
    shutil.copy(repository / "scripts" / "environment", tmp_path / "checkout" / "scripts")
    return tmp_path / "checkout"


@pytest.fixture
def make(checkout: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """Return what runs the script with a stand-in for Python, and returns what that did."""
    python, asked = tmp_path / "python", tmp_path / "asked"
    python.write_text(STAND_IN, encoding="utf-8")
    python.chmod(0o755)

    def run(*words: str) -> list[str]:
        asked.write_text("", encoding="utf-8")
        subprocess.run(
            ["bash", "scripts/environment", *words],
            cwd=checkout,
            env={**os.environ, "PYTHON": str(python), "ASKED": str(asked)},
            check=True,
            capture_output=True,
        )
        return asked.read_text(encoding="utf-8").split()

    return run


def refused(checkout: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", checkout / "scripts" / "environment", *words]
    environment = os.environ | env
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_an_environment_is_not_made_anew_through_a_link(checkout: Path, tmp_path: Path) -> None:
    """It would be taken from under another checkout, which goes on using it."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "stamp").write_text("of another lock\n", encoding="utf-8")
    (checkout / ".venv").symlink_to(theirs)
    done = refused(checkout)
    assert done.returncode == 1
    assert "remove the link first" in done.stderr
    assert [path.name for path in theirs.iterdir()] == ["stamp"]


def test_what_runs_is_made_first_and_the_rest_is_added(
    make: Callable[..., list[str]], checkout: Path
) -> None:
    """Who only runs localarea waits for nothing else, and who then tests it keeps what is there."""
    assert make() == ["cleared", RUN, "."]
    assert make() == []
    assert make("all") == [ALL]
    assert make("all") == []
    assert make() == []
    (checkout / ALL).write_text("another==1\n", encoding="utf-8")
    assert make("all") == ["cleared", ALL, "."]
    assert make() == []


def test_rules_for_checkers_change_nothing_that_is_installed(
    make: Callable[..., list[str]], checkout: Path
) -> None:
    (checkout / "pyproject.toml").write_text("[project]\n[tool.ruff]\n", encoding="utf-8")
    assert make("all")
    (checkout / "pyproject.toml").write_text("[project]\n[tool.ruff]\na = 1\n", encoding="utf-8")
    assert make("all") == []
    (checkout / "pyproject.toml").write_text("[project]\nname = 'a'\n", encoding="utf-8")
    assert make("all")


def test_another_word_is_refused(checkout: Path) -> None:
    done = refused(checkout, "test")
    assert done.returncode == 2
    assert done.stderr == "scripts/environment takes all, or nothing; not test\n"


@pytest.mark.parametrize(
    ("system", "path", "taken"),
    [
        (["python3.13"], ["python3.13"], "system"),  # it is the quicker of the two
        (["python3.12"], ["python3.13"], "path"),  # the newer
        ([], ["python3"], "path"),
    ],
)
def test_the_newest_python_is_taken_and_of_one_version_that_of_the_system(
    checkout: Path, tmp_path: Path, system: list[str], path: list[str], taken: str
) -> None:
    for folder, names in (("system", system), ("path", path)):
        (tmp_path / folder).mkdir()
        for name in names:
            python = tmp_path / folder / name
            python.write_text(f"#!/bin/sh\necho {folder} >>{tmp_path / 'asked'}\n", "utf-8")
            python.chmod(0o755)
        for name in {"python3.14", "python3.13", "python3.12", "python3.11"} - set(names):
            python = tmp_path / folder / name  # one without venv, as Debian has it
            python.write_text("#!/bin/sh\nexit 1\n", "utf-8")
            python.chmod(0o755)
    where = f"{tmp_path / 'path'}:{os.environ['PATH']}"
    refused(checkout, PYTHON="", SYSTEM_BIN=str(tmp_path / "system"), PATH=where)
    assert set((tmp_path / "asked").read_text("utf-8").split()) == {taken}


def test_a_python_that_is_named_and_will_not_do_is_refused(checkout: Path, tmp_path: Path) -> None:
    """Another would have been taken in its place without a word."""
    done = refused(checkout, PYTHON=str(tmp_path / "none"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"PYTHON={tmp_path / 'none'} cannot make the environment")
    assert not (checkout / ".venv").exists()


def test_what_runs_is_a_part_of_what_is_tested(repository: Path) -> None:
    """The same versions with the same hashes, and every package that an extra names."""
    every, run = (_pinned(repository / name) for name in (ALL, RUN))
    assert {name: run[name] for name in run if run[name] != every.get(name)} == {}
    assert _pinned(repository / "requirements-service.lock").keys() <= run.keys()
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = chain(project["dependencies"], *project["optional-dependencies"].values())
    assert {_name(each) for each in named} - {"localarea"} <= run.keys()
    assert "ipykernel" in run  # notebooks open in it
    assert run.keys().isdisjoint({"pytest", "mypy", "polars", "duckdb", "playwright"})


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()


def _pinned(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the version and the hashes of each package."""
    text = lock.read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==(\S+)[^\n]*\n((?:    --hash\S+[^\n]*\n)+)", text, re.MULTILINE)
    return {name: (version, sorted(hashes.split())) for name, version, hashes in found}
