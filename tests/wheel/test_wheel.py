"""The built wheel, used from an empty folder, where no file of the checkout can help it."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from national_directory import as_published, write_zip
from published_tables import enterprises_by_year, jobs_of_nomis, names_of_zones

from localarea.datasets.postcodes import read_postcodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin_country import Twin

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Give the address of a server that hands out the files of a folder."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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


def bring_what_is_compiled(package: Path, ours: Path) -> None:
    """Have the modules of the wheel that are the checkout's to the byte compiled, as those are."""
    for module in package.rglob("*.py"):
        same = ours / module.relative_to(package)
        if same.is_file() and same.read_bytes() == module.read_bytes():
            about = same.stat()  # by which Python and numba know what they have compiled
            os.utime(module, ns=(about.st_atime_ns, about.st_mtime_ns))
    for compiled in ours.rglob("__pycache__/*"):
        if compiled.suffix in {".pyc", ".nbi", ".nbc"}:  # not what another process begins to write
            folder = package / compiled.parent.relative_to(ours)
            folder.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                shutil.copy2(compiled, folder)


@pytest.fixture(scope="module")
def small(
    installed: Path,
    small_tables: DataStore,
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Give the same package with few postcodes: what is done with all is the same."""
    target = tmp_path_factory.mktemp("few") / "site"
    shutil.copytree(installed, target, ignore=shutil.ignore_patterns("_data"))
    shutil.copytree(small_tables.root, target / "localarea" / "_data")
    bring_what_is_compiled(target / "localarea", repository / "localarea")
    return target


# Each command is a process of its own, as a person's is, in which the libraries are imported.
READY = """
import json, os, sys, traceback
import geopandas, httpcore, httpx, pandas, pydantic_settings, scipy.sparse
import pyarrow.dataset, pyarrow.parquet
from localarea.cli import app, main
import localarea.classify.loaded, localarea.definitions.boundary_choice
import localarea.renewal.minutes, localarea.renewal.refresh
from localarea.renewal.kinds import enterprises, jobs, names

for line in sys.stdin:
    folder, own, arguments = json.loads(line)
    if not (process := os.fork()):
        os.chdir(folder)
        os.environ.update(own)
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv[1:] = arguments
        main()
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def standing_by(
    small: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[str]]:
    """Start the process of which each command is a copy."""
    folder = tmp_path_factory.mktemp("standing-by")
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", READY],
        cwd=folder,
        env=environment(small, folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process


@pytest.fixture
def command(standing_by: subprocess.Popen[str], tmp_path: Path) -> Callable[..., str]:
    """Give a command of the package, each time in a new process, that must end well."""
    assert standing_by.stdin is not None
    assert standing_by.stdout is not None
    asking, answers = standing_by.stdin, standing_by.stdout

    def command(*arguments: str, **settings: str) -> str:
        asking.write(json.dumps([str(tmp_path), homes(tmp_path) | settings, arguments]) + "\n")
        asking.flush()
        assert answers.readline() == "0\n", (tmp_path / "err").read_text()
        return (tmp_path / "out").read_text()

    return command


def homes(folder: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(folder / "c"), "XDG_DATA_HOME": str(folder / "d")}


def environment(installed: Path, folder: Path) -> dict[str, str]:
    own = {"PYTHONPATH": str(installed), "NO_PROXY": "127.0.0.1", **homes(folder)}
    return {**os.environ, **own}


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=folder,
        env=environment(installed, folder),
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


NEW, ENDED = "CO1 8ZZ", "CO1 1AA"


@pytest.fixture
def publisher(small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the directory of February, with one postcode more and one that ended."""
    folder = tmp_path_factory.mktemp("publisher")
    table = as_published(read_postcodes(store=small_tables))
    names = table["pcd7"].to_pylist()
    ended = names.index("CO1 1AA")
    months = table["doterm"].to_pylist()
    assert months[ended] is None
    months[ended] = 202601
    table = table.set_column(2, "doterm", pa.array(months, pa.int32()))
    beside = table.slice(names.index("CO1 1JB"), 1).set_column(0, "pcd7", pa.array(["CO1 8ZZ"]))
    write_zip(folder / "ONSPD_FEB_2026.zip", pa.concat_tables([table, beside]))
    (folder / "items" / "abc").mkdir(parents=True)
    (folder / "items" / "abc" / "data").hardlink_to(folder / "ONSPD_FEB_2026.zip")
    with served(folder) as address:
        yield address


def test_a_directory_is_brought_in_from_an_address_and_stepped_back_from(
    command: Callable[..., str], publisher: str
) -> None:
    def answers() -> list[tuple[str, str]]:
        found = json.loads(command("check", NEW, ENDED, "--option", "drive-30", "--json"))
        return [(verdict["status"], verdict["reason"]) for verdict in found]

    before = answers()
    assert before[0][0] == "unknown"
    assert before[1][0] == "local"
    named = ("data", "refresh", "postcodes", "--from", f"{publisher}/ONSPD_FEB_2026.zip")
    told = command(*named)
    assert "1 postcode new" in told
    assert "1 no longer live" in told
    assert "minutes_colchester_postcodes, postcodes" in told
    after = answers()
    assert after[0][0] == "local"
    assert after[1][1] == "terminated"
    found = json.loads(command("data", "status", "--json"))
    assert found["directory_date"] == "2026-02"
    table = next(t for t in found["tables"] if t["name"] == "postcodes")
    assert table["source"].endswith(f"from {publisher}/ONSPD_FEB_2026.zip")
    command("data", "restore", "postcodes")
    assert answers() == before
    # An address without a file name: the month is that of the table in the zip.
    told = command(*named[:3], "--from", f"{publisher}/items/abc/data", "--dry-run")
    assert "Directory of 2026-02, after that of 2025-11" in told
    assert "Nothing was changed" in told
    assert answers() == before


@pytest.fixture
def tables(twin: Twin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """
    Serve other tables as their publishers do: names, jobs of 2025, enterprises to 2023.

    They are the invented country's: to press the outlines of the whole country takes seconds.
    """
    folder, store = tmp_path_factory.mktemp("tables"), twin.store
    for name, text in (
        ("MSOA-Names-Latest2.csv", names_of_zones(store, E02004511="Higher Woods")),
        ("nomis_2025.csv", jobs_of_nomis(store, 2025, more=40)),
        ("enterprises.csv", enterprises_by_year(store, 2023)),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    with served(folder) as address:
        yield address


def test_other_tables_are_brought_in_from_addresses_and_stepped_back_from(
    command: Callable[..., str], tables: str, twin: Twin, tmp_path: Path
) -> None:
    of_twin = {"DATA_DIR": twin.data, "RENEWED_DIR": tmp_path / "renewed"}
    settings = {f"LOCALAREA_{name}": str(folder) for name, folder in of_twin.items()}
    command = functools.partial(command, **settings)

    def vintages() -> dict[str, tuple[str, int]]:
        rows = json.loads(command("data", "status", "--json"))["tables"]
        return {row["name"]: (row["vintage"], row["edition"]) for row in rows}

    before = vintages()
    told = command("data", "refresh", "jobs", "--from", f"{tables}/nomis_2025.csv")
    assert "1 changed" in told
    assert "the employee jobs are those of 2025" in told
    told = command("data", "refresh", "enterprises", "--from", f"{tables}/enterprises.csv")
    assert "4 new" in told  # a figure of 2023 for every district
    told = command("data", "refresh", "names", "--from", f"{tables}/MSOA-Names-Latest2.csv")
    assert "minutes_colchester_postcodes" in told  # brought along
    after = vintages()
    assert after["jobs_msoa21_2024"] == ("2025", 1)
    assert after["enterprises_lad"] == ("2017-2023", 2)
    assert after["zones_msoa11"] == ("2011", 3)
    (verdict,) = json.loads(command("check", "CO1 9ZB", "--json"))
    assert verdict["status"] == "local"
    for name in ("names", "enterprises", "jobs"):
        command("data", "restore", name)
    assert vintages() == before


def test_data_status_verifies_every_table(installed: Path, tmp_path: Path) -> None:
    code = "from localarea.cli import main; main()"
    done = run(installed, tmp_path, "-c", code, "data", "status", "--json")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
