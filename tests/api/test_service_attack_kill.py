"""Killed at a moment drawn by chance: nothing is lost, done twice or left about."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from ready_processes import CLI, Started, popen
from service_cases import ended, free_port, service_in, set_to

from localarea.service.files import runner as jobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.datasets.store import DataStore

ROWS: Final = 60_000
PAYMENTS: Final = 10_000  # whose documents and pictures take longest, however few there are
HOME: Final = b"CO4 9ZZ"
APPROVAL: Final = {
    "id": "killed-2031.1",
    "effective_from": "2031-04-01",
    "reasons": "x",
    "minute_reference": "x",
    "half_left_out": "Few commute across the Stour",
}
STAFF: Final = b"contract,person,postcode,fte,start,end\n" + b"".join(
    b"A,E%d,%s,1,2026-04-01,\n" % (number, HOME) for number in range(50_000)
)
PAID: Final = b"Supplier,Postcode,Date,Amount\n" + b"".join(
    b"A%d,%s,01/04/2026,1\n" % (number, HOME) for number in range(PAYMENTS)
)
ASYNC: Final = {"Prefer": "respond-async"}
PUT: Final = {
    "option": "district",
    "purpose": "measure",
    "note": "x",
    "half_left_out": "Few commute across the Stour",
}


def environment(folder: Path, tables: DataStore) -> dict[str, str]:
    """Give settings under which all that is written is in one folder, temporary files as well."""
    (folder / "tmp").mkdir(exist_ok=True)
    return {
        **os.environ,
        "TMPDIR": str(folder / "tmp"),
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'decisions.sqlite'}",
        "LOCALAREA_JOBS_DIR": str(folder / "jobs"),
        **set_to(tables),
    }


@contextmanager
def running(env: dict[str, str]) -> Iterator[tuple[Started, httpx.Client]]:
    """Run a server that is killed at the end, if not before."""
    port = free_port()
    command = [sys.executable, "-c", CLI, "serve", "--port", str(port)]
    out = subprocess.DEVNULL
    process = popen(command, env=env, stdout=out, stderr=out)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60) as client:
            for _ in range(600):
                with suppress(httpx.TransportError):
                    if client.get("/audit").status_code == 200:
                        break
                time.sleep(0.05)
            yield process, client
    finally:
        process.kill()
        process.wait()


def quietly(act: Any, *args: Any, **more: Any) -> None:
    """Ask for something of a server that may be killed before it answers."""
    with suppress(httpx.TransportError):
        act(*args, **more)


def left_in(folder: Path) -> list[str]:
    """Name the files under a folder that hold somebody's home."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and HOME in path.read_bytes()
    ]


def give_back(path: Path) -> None:
    """Let a job that was begun wait anew, as is done once its worker was silent for long."""
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE file_jobs SET status = 'waiting' WHERE status = 'running'")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("TESTS_KILLS", "1"))))
def test_killed_at_any_moment_nothing_is_lost_or_left(
    tmp_path: Path, small_tables: DataStore, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    env = environment(tmp_path, small_tables)
    rows = b"postcode\n" + b"CO1 1JB\n" * ROWS + HOME + b"\n"
    returns = {"file": ("staff.csv", STAFF)}
    with running(env) as (process, client):
        file_id = client.post("/files", files={"file": ("a.csv", rows)}).json()["id"]
        spent = client.post("/spend", files={"file": ("p.csv", PAID)}, headers=ASYNC).json()["id"]
        number = client.post("/proposals", json=PUT).json()["id"]
        address = f"/proposals/{number}/approve"
        acts = [
            threading.Thread(
                target=quietly, args=(client.post, address), kwargs={"json": APPROVAL}
            ),
            threading.Thread(
                target=quietly, args=(client.post, "/measures"), kwargs={"files": returns}
            ),
        ]
        for act in acts:
            act.start()
        time.sleep(chance.uniform(0, 3))
        process.send_signal(signal.SIGKILL)
        for act in acts:
            act.join()
    give_back(tmp_path / "decisions.sqlite")
    stated = {"jobs_dir": tmp_path / "jobs", "data_dir": small_tables.root}
    with service_in(tmp_path, cache_dir=small_tables.cache_dir, **stated) as again:
        report = again.get("/api/v1/audit/verify").json()
        assert (report["sound"], report["faults"]) == (True, [])
        entries = again.get("/api/v1/audit").json()["entries"]
        decided = [entry["action"] for entry in entries].count("approve")
        assert decided == (again.get(f"/definitions/{APPROVAL['id']}").status_code == 200)
        job = ended(again, f"/api/v1/files/{file_id}")
        assert (job["status"], sum(job["by_status"].values())) == ("done", ROWS + 1)
        assert again.get(f"/api/v1/files/{file_id}/result").text.count("\n") == ROWS + 2
        held = {path.name.split(".")[0] for path in (tmp_path / "jobs" / file_id).iterdir()}
        named = sorted(stem.split("-")[0] for stem in held)  # a receipt has the stem of its result
        assert named == ["detail", "input", "result"]
        assert again.delete(f"/api/v1/files/{file_id}").status_code == 204
        count = ended(again, f"/api/v1/spend/{spent}")
        assert (count["status"], count["rows"]) == ("done", PAYMENTS)
        assert count["amount"] == f"{PAYMENTS}.00"
        assert len(again.get("/api/v1/spend").json()["counts"]) == 1
        held = {path.name.partition(".")[0] for path in (tmp_path / "jobs" / spent).iterdir()}
        assert sorted(stem.split("-")[0] for stem in held) == ["detail", "result"]
        assert not any(spent in name for name in left_in(tmp_path))
        # What was being read is swept with uploads that never became a job; here, at once.
        assert all(name.startswith("jobs/") for name in left_in(tmp_path))
        monkeypatch.setattr(jobs, "_UPLOAD_SILENT_S", -1.0)
        again.app.state.jobs.sweep()  # type: ignore[attr-defined]
    assert left_in(tmp_path) == []
