"""What is left of a home after the end of it: on disk, in dumps, in what others can see."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import FIRST, TERMS, coarse_classifier, published
from ready_processes import run_code
from service_cases import ended, service_in, warmed_up

from localarea.decisions.record import engines
from localarea.service.files import runner as jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

HOME = "CO4 9ZZ"
CONTENT = f"employee,home postcode\nSmithson,{HOME}\n".encode()
NAMED = "smithson-home.csv"


@pytest.fixture
def client(
    tmp_path: Path, small_tables: DataStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)  # asked of the environment anew
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, jobs_dir=tmp_path / "jobs", **tables) as made:
        yield made
    monkeypatch.setattr(tempfile, "tempdir", None)


def holding(folder: Path, *texts: str) -> list[str]:
    """Name the files under a folder that hold any of some texts, in their name or their bytes."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        for text in texts
        if text in path.name or text.encode() in path.read_bytes()
    ]


@pytest.mark.slow
def test_nobody_else_sees_a_file_and_nothing_is_left_of_it(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look(process: subprocess.Popen[str]) -> str:
        said = [Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
        return b"".join(said).decode() if all(said) else ""  # before it is set up both are empty

    class Watched(subprocess.Popen[str]):
        """A process begun from nothing, seen while it waits for its task and once it has it."""

        def __init__(self, *command: Any, **how: Any) -> None:
            super().__init__(*command, **how)
            until = time.monotonic() + 60
            while not (said := look(self)):
                assert time.monotonic() < until
                time.sleep(0.01)
            seen.append(said)

    listen = jobs._Attempt._listen

    def listened(self: Any, process: Any) -> None:
        process.send_signal(signal.SIGSTOP)  # lest it be over before it is seen
        seen.append(look(process))
        process.send_signal(signal.SIGCONT)
        listen(self, process)

    monkeypatch.setattr(jobs._Attempt, "_listen", listened)
    begun = SimpleNamespace(Popen=Watched, PIPE=subprocess.PIPE)
    monkeypatch.setattr(jobs, "subprocess", begun)
    sent, column = {"file": (NAMED, CONTENT)}, {"column": "home postcode"}
    job_id = client.post("/api/v1/files", files=sent, data=column).json()["id"]
    assert ended(client, f"/api/v1/files/{job_id}")["status"] == "done"
    assert ["localarea.service.files.worker" in said for said in seen] == [True, True]
    for said in (HOME, "Smithson", NAMED, job_id):
        assert said not in "".join(seen)
    folder = tmp_path / "jobs" / job_id
    for path in (folder, *folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    assert holding(tmp_path, NAMED)  # while it is there, the record has its name
    assert holding(tmp_path / "jobs", HOME)
    assert not holding(tmp_path / "tmp", HOME, "Smithson")
    assert client.delete(f"/api/v1/files/{job_id}").status_code == 204
    assert holding(tmp_path, NAMED, HOME, "Smithson") == []  # not even its name


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/measures", "/api/v1/measures"])
def test_returns_lie_where_they_are_swept_should_the_service_be_killed(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    class KilledError(Exception):
        pass

    def killed(paths: Any) -> None:
        found.extend(holding(tmp_path, HOME))
        found.extend(str(one.relative_to(tmp_path).parts[0]) for one in paths)
        monkeypatch.setattr(jobs.JobRunner, "forget", lambda *_: None)  # it does not come to that
        raise KilledError

    found: list[str] = []
    monkeypatch.setattr("localarea.service.files.returns.read_apart", killed)
    with pytest.raises(KilledError):
        client.post(path, files={"file": (NAMED, CONTENT)})
    assert found == [NAMED, "jobs"]
    monkeypatch.setattr(jobs, "_UPLOAD_SILENT_S", -1.0)
    client.app.state.jobs.sweep()  # type: ignore[attr-defined]
    assert holding(tmp_path, HOME, "Smithson") == []


@pytest.mark.slow
def test_a_return_of_a_contract_leaves_nothing_should_the_service_be_killed(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(*_: Any, **__: Any) -> None:
        found.extend(holding(tmp_path, HOME))
        raise KilledError

    found: list[str] = []
    definitions = published(tmp_path / "definitions")
    state: Any = client.app.state.localarea  # type: ignore[attr-defined]
    warmed_up()  # with a classifier that is one
    monkeypatch.setattr(state, "classifier", lambda _: coarse_classifier(definitions.open(FIRST)))
    assert client.post("/api/v1/contracts", json=TERMS).status_code == 201
    rows = f"C1,E1,{HOME},1,2026-04-01\nC1,Smithson,{HOME},9,2026-04-01\n"
    sent = f"contract,employee,home_postcode,fte,start_date,end_date\n{rows}".encode()
    asked: dict[str, Any] = {
        "data": {"quarter": "2026-27 Q1"},
        "files": {"file": (NAMED, sent)},
    }
    monkeypatch.setattr("localarea.service.own_contracts.enter_return", killed)
    with pytest.raises(KilledError):
        client.post("/api/v1/contracts/C1/returns", **asked)
    monkeypatch.undo()
    monkeypatch.setattr(state, "classifier", lambda _: coarse_classifier(definitions.open(FIRST)))
    assert found == []  # between the count and the commit nothing of it is left
    answer = client.post("/api/v1/contracts/C1/returns", **asked)
    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    state.database.settle()
    assert holding(tmp_path, HOME, HOME.replace(" ", ""), "Smithson", NAMED) == []


def test_no_process_of_the_service_leaves_a_dump() -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such limit")
    program = (
        "import resource, uvicorn\n"
        "from localarea.service.server import server\n"
        "allowed = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (allowed, allowed))\n"
        "uvicorn.run = lambda *_, **__: print(resource.getrlimit(resource.RLIMIT_CORE))\n"
        "server.run()"
    )
    done = run_code(program)
    assert (done.returncode, done.stdout.strip()) == (0, "(0, 0)")


@pytest.mark.slow
@pytest.mark.parametrize("held", ["to write", "alone"])
def test_a_database_that_somebody_holds_is_told_and_holds_up_no_check(
    tmp_path: Path, small_tables: DataStore, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    monkeypatch.setattr(engines, "BUSY_S", 0.2)
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    check = {"postcodes": ["CO1 1JB"]}
    put = {
        "option": "district",
        "purpose": "measure",
        "note": "x",
        "half_left_out": "Few commute across the Stour",
    }
    settings = {"jobs_dir": tmp_path / "jobs", "job_workers": 0, **tables}
    with service_in(tmp_path, **settings) as client:
        assert client.post("/api/v1/proposals", json=put).status_code == 201
        if held == "alone":  # else connections that are open already share what they have
            client.app.state.localarea.database.close()  # type: ignore[attr-defined]
        with closing(sqlite3.connect(tmp_path / "decisions.sqlite", isolation_level=None)) as other:
            if held == "alone":
                other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            if held == "alone":
                other.execute("UPDATE proposals SET status = status")
            assert client.post("/api/v1/check", json=check).status_code == 200
            assert client.get("/definitions").status_code == 200
            reads = client.get("/api/v1/proposals")
            assert reads.status_code == (503 if held == "alone" else 200)
            for answer in (
                client.post("/api/v1/proposals", json={**put, "note": "y"}),
                client.post("/api/v1/files", files={"file": (NAMED, CONTENT)}),
            ):
                assert answer.status_code == 503
            assert holding(tmp_path / "jobs", HOME) == []  # what was not taken in is not kept
            other.execute("ROLLBACK")
        assert client.post("/api/v1/proposals", json={**put, "note": "y"}).status_code == 201
        assert client.get("/api/v1/audit/verify").json()["sound"] is True
    assert list((tmp_path / "jobs").iterdir()) == []
