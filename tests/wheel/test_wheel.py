"""The built wheel, used from an empty folder, where no file of the checkout can help it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(repository)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "XDG_CACHE_HOME": str(folder / "c")}
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheel_carries_every_table_of_the_registry(wheel: Path, repository: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tables = {f"localarea/_data/{p.name}" for p in (repository / "data").glob("*.parquet")}
    assert tables, "the repository holds no tables"
    assert tables <= names
    assert {"localarea/_data/registry.toml", "localarea/_data/councils/colchester.toml"} <= names
    assert "localarea/py.typed" in names


def test_wheel_carries_the_templates_and_what_they_are_drawn_with(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    service = "localarea/service"
    assert f"{service}/templates/base.html" in names
    assert f"{service}/static/localarea.css" in names
    assert f"{service}/static/vendor/govuk-frontend.css" in names
    assert f"{service}/static/vendor/govuk-frontend.js" in names


def test_package_is_the_installed_one(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-c", "import localarea; print(localarea.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_check_answers_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    code = "from localarea.cli import main; main()"
    done = run(installed, tmp_path, "-c", code, "check", "CO1 1JB", "--json")
    assert done.returncode == 0, done.stderr
    (verdict,) = json.loads(done.stdout)
    assert (verdict["postcode"], verdict["status"]) == ("CO1 1JB", "local")


def test_data_status_verifies_every_table(installed: Path, tmp_path: Path) -> None:
    code = "from localarea.cli import main; main()"
    done = run(installed, tmp_path, "-c", code, "data", "status", "--json")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
