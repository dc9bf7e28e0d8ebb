"""The plain package, in one process in which nothing that an extra brings can be imported."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# What the extras bring, and what comes with it.
BROUGHT = """
alembic mako sqlalchemy folium branca requests xyzservices matplotlib fontTools kiwisolver
cycler PIL xstatic docx typst osmium osmnx fiona psycopg dask distributed fastapi starlette
uvicorn authlib joserfc cryptography limits prometheus_client sse_starlette httptools
itsdangerous pythonjsonlogger httpx2
""".split()  # noqa: SIM905
CODE = """
import contextlib, importlib, io, json, pkgutil, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BROUGHT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

BROUGHT = set(json.loads(sys.argv[1]))
sys.meta_path.insert(0, Missing())
import localarea
from localarea.cli.app import run
from localarea.errors import MissingExtraError

def command(*words):
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in "oe")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(words))
    return [code, *(each.buffer.getvalue().decode() for each in (out, err))]

told = {"check": command("check", "CO1 1JB", "--json")}
told["file"] = command("check-file", "in.csv", "--out", "out.csv")
told["python"] = localarea.check(["CO1 1JB"], option="drive-30")["status"].tolist()
told["doors"] = {words: command(*words.split()) for words in json.loads(sys.argv[2])}
told["lacking"] = lacking = {}
for found in pkgutil.walk_packages(localarea.__path__, "localarea.", onerror=lambda name: None):
    if found.name.startswith(("localarea.service", "localarea.decisions.migrations")):
        continue
    try:
        importlib.import_module(found.name)
    except MissingExtraError as error:
        lacking[found.name] = error.extra
told["loaded"] = sorted(BROUGHT & {name.split(".")[0] for name in sys.modules})
print(json.dumps(told))
"""
DOORS = {
    "serve": "service",
    "audit verify": "record",
    "contracts list": "record",
    "report ttwa-official --out report.pdf": "reports",
    "demo --out demo": "maps",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "in.csv").write_text("name,postcode\nA,CO1 1JB\nB,PL1 1AA\n", encoding="utf-8")
    given = (json.dumps(BROUGHT), json.dumps(list(DOORS)))
    done = subprocess.run(
        [sys.executable, "-c", CODE, *given],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    found["folder"] = folder
    return found


def test_postcodes_and_files_are_checked(told: dict[str, Any]) -> None:
    code, out, _ = told["check"]
    assert code == 0
    assert [one["status"] for one in json.loads(out)] == ["local"]
    assert told["file"][0] == 0
    assert told["python"] == ["local"]
    folder: Path = told["folder"]
    lines = (folder / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[3] for line in lines] == ["local_status", "local", "not_local"]


@pytest.mark.parametrize("words", DOORS)
def test_what_needs_an_extra_says_what_to_install(words: str, told: dict[str, Any]) -> None:
    code, out, err = told["doors"][words]
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert f"pip install 'localarea[{DOORS[words]}]'" in err


def test_no_module_lacks_a_package_without_saying_so(told: dict[str, Any]) -> None:
    """Every module is imported, or names the extra: only rooms that rest on one do the latter."""
    assert told["loaded"] in ([], ["xstatic"])  # the name of several packages, made at the start
    lacking = told["lacking"]
    assert {name.split(".")[1] for name in lacking} == {"decisions", "contracts", "reports"}
    assert {
        name: extra
        for name, extra in lacking.items()
        if extra != "record" and not name.startswith("localarea.reports.")
    } == {}
