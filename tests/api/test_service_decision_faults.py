"""Decisions when a process is killed, and when the database goes away and comes back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from ready_processes import CLI, Started, popen
from service_cases import free_port, service_in, set_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.datasets.store import DataStore

PUT = {
    "option": "district",
    "purpose": "measure",
    "note": "As the minute of 2019 suggests",
    "half_left_out": "Few commute across the Stour",
}
APPROVAL = {
    "id": "colchester-measure-2026.1",
    "effective_from": "2026-04-01",
    "reasons": "Travel to work and labour market criteria",
    "minute_reference": "Cabinet, 13 February 2019",
    "backdated_because": "Contracts of the year rest on it",
    "half_left_out": "Few commute across the Stour",
}


@contextmanager
def running(folder: Path, tables: DataStore) -> Iterator[tuple[Started, httpx.Client]]:
    """Run a server of its own that may be killed."""
    port = free_port()
    env = {
        **os.environ,
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'decisions.sqlite'}",
        **set_to(tables),
    }
    command = [sys.executable, "-c", CLI, "serve", "--port", str(port)]
    with (folder / "log").open("a") as log:
        process = popen(command, env=env, stdout=log, stderr=log)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60) as client:
                for _ in range(600):
                    try:
                        if client.get("/audit").status_code == 200:
                            break
                    except httpx.TransportError:
                        time.sleep(0.1)
                yield process, client
        finally:
            process.kill()
            process.wait()


def decided(folder: Path) -> bool:
    """Look into the record, as nobody's program would."""
    import sqlite3

    with sqlite3.connect(folder / "decisions.sqlite") as store:
        found = store.execute("SELECT count(*) FROM definitions").fetchone()[0]
    store.close()
    return bool(found)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["freezing", "placing"])
def test_a_service_killed_while_it_approves(
    tmp_path: Path, small_tables: DataStore, moment: str
) -> None:
    with running(tmp_path, small_tables) as (process, client):
        number = client.post("/proposals", json=PUT).json()["id"]
        address = f"/proposals/{number}/approve"

        def ask() -> None:
            with suppress(httpx.TransportError):  # it is killed
                client.post(address, json=APPROVAL)

        asking = threading.Thread(target=ask)
        asking.start()
        if moment == "placing":  # as soon as the record has it
            while asking.is_alive() and not decided(tmp_path):
                time.sleep(0.001)
        else:
            time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        asking.join()
    there = decided(tmp_path)
    assert there == (moment == "placing")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **tables) as client:  # the next service, in this process
        client.base_url = client.base_url.join("/api/v1")
        report = client.get("/audit/verify").json()
        assert (report["sound"], report["faults"]) == (True, [])
        found = client.get(f"/proposals/{number}").json()
        assert found["status"] == ("approved" if there else "put_forward")
        question = {"postcodes": ["CO1 1JB"], "on": "2026-04-01"}
        (verdict,) = client.post("/check", json=question).json()["verdicts"]
        assert verdict["definition"] == (APPROVAL["id"] if there else "option:ttwa-official")
        again = client.post(address, json=APPROVAL)
        assert (again.status_code, again.json()["repeated"]) == (201, there)
        (verdict,) = client.post("/check", json=question).json()["verdicts"]
        assert verdict["definition"] == APPROVAL["id"]
        acts = [entry["action"] for entry in client.get("/audit").json()["entries"]]
        assert acts == ["approve", "put_forward"]


class Server:
    """A PostgreSQL that may be stopped and started again."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self.binaries = folder, binaries
        self.url = f"postgresql://localarea@/postgres?host={folder}"
        self._run("initdb", "--username", "localarea", "--auth", "trust", "--no-sync")

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses="
        log = str(self.folder / "log")
        self._run("pg_ctl", "--log", log, "--wait", "--silent", "--options", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--mode", "immediate", "--wait", "--silent", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), "--pgdata", str(self.folder / "data"), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not os.environ.get("TESTS_POSTGRESQL") or not binaries:
        pytest.skip("no PostgreSQL; ./scripts/test starts one, or see scripts/postgresql")
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="la-pg-"))  # a socket's path must be short
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    made = Server(folder, binaries[-1].parent)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_database_that_goes_away_and_comes_back(
    tmp_path: Path, small_tables: DataStore, server: Server
) -> None:
    tables, cache = small_tables.root, small_tables.cache_dir
    stated = {"data_dir": tables, "cache_dir": cache, "database_url": server.url}
    with service_in(tmp_path, **stated) as client:
        number = client.post("/api/v1/proposals", json=PUT).json()["id"]
        address = f"/api/v1/proposals/{number}/comments"
        met: list[tuple[str, Any]] = []
        stop = threading.Event()

        def load(name: str) -> None:
            count = 0
            while not stop.is_set():
                text, count = f"{name} {count}", count + 1
                met.append((text, client.post(address, json={"text": text})))
                time.sleep(0.02)  # or the two of them take all of the machine

        threads = [threading.Thread(target=load, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for act, status in ((None, 201), (server.stop, 503), (server.start, 201)):
            if act is not None:
                act()
            before = len(met)
            deadline = time.monotonic() + 60
            while not any(a.status_code == status for _, a in met[before:]):
                assert time.monotonic() < deadline, f"no answer with {status}"
                time.sleep(0.01)
        stop.set()
        for thread in threads:
            thread.join()
        assert {answer.status_code for _, answer in met} <= {201, 503}
        refused = next(answer for _, answer in met if answer.status_code == 503)
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"]
        assert "password" not in refused.text
        said = [c["text"] for c in client.get(f"/api/v1/proposals/{number}").json()["comments"]]
        assert len(said) == len(set(said))
        assert {text for text, answer in met if answer.status_code == 201} <= set(said)
        assert client.get("/api/v1/audit/verify").json()["sound"] is True
