"""What goes wrong around the service: it says so, loses nothing, and gets going again by itself."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from ready_processes import CLI, Started, popen
from service_cases import REPOSITORY, asked_until, free_port, service_in, set_to

from localarea.checking.csv_file import check_file
from localarea.decisions.database import open_database
from localarea.decisions.record.audit import verify
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.state.state import State
from localarea.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
KIND = "multipart/form-data; boundary=x"
ROW = b"CO1 1JB,somebody\n"


@contextmanager
def serving(folder: Path, tables: DataStore, **environment: str) -> Iterator[tuple[str, Started]]:
    """Run the service as a process that the test may kill."""
    port = free_port()
    env = {
        **os.environ,
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'decisions.sqlite'}",
        "LOCALAREA_JOBS_DIR": str(folder / "jobs"),
        **set_to(tables),
        **environment,
    }
    command = [sys.executable, "-c", CLI, "serve", "--port", str(port)]
    with (folder / "server.log").open("a") as log:
        process = popen(command, stdout=log, stderr=log, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: httpx.get(f"{address}/ready", timeout=30).status_code == 200)
        yield address, process
    finally:
        process.terminate()
        process.wait(30)


def _until(holds: Any) -> None:
    def held() -> bool:
        with suppress(httpx.TransportError):
            return bool(holds())
        return False

    asked_until(held, bool)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(n) for task in tasks for n in (task / "children").read_text().split()]


def test_killed_in_the_middle_of_a_file_it_is_done_once_by_the_next(
    tmp_path: Path, small_tables: DataStore
) -> None:
    content = b"postcode,name\n" + ROW * 200_000
    with serving(tmp_path, small_tables) as (address, process):
        sent = httpx.post(f"{address}/api/v1/files", files={"file": ("a.csv", content)}, timeout=60)
        job_id = sent.json()["id"]
        status = f"{address}/api/v1/files/{job_id}"
        _until(lambda: httpx.get(status).json()["status"] == "running")
        _until(lambda: bool(_children(process.pid)))
        workers = _children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    # The one that checks does not outlive the one that wanted the answer.
    _until(lambda: not any(_alive(pid) for pid in workers))
    folder = tmp_path / "jobs" / job_id
    assert list(folder.glob("result-????????.csv")) == []
    with sqlite3.connect(tmp_path / "decisions.sqlite") as store:  # as if the silence had lasted
        (found,) = store.execute("SELECT status FROM file_jobs").fetchall()
        assert found == ("running",)
        store.execute("UPDATE file_jobs SET beat_at = '2026-01-01T00:00:00.000000+00:00'")
    store.close()
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, jobs_dir=tmp_path / "jobs", **stated) as client:
        status = f"/api/v1/files/{job_id}"
        _until(lambda: client.get(status).json()["status"] == "done")
        told = client.get(status).json()
        fetched = client.get(f"{status}/result").content
    assert told["by_status"] == {"local": 200_000, "not_local": 0, "unknown": 0}
    source = tmp_path / "a.csv"
    source.write_bytes(content)
    settings = Settings(definitions_dir=tmp_path / "none", **stated)
    classifier = State(settings).classifier(BoundaryChoice())
    check_file(source, classifier, out=tmp_path / "expected.csv")
    assert fetched == (tmp_path / "expected.csv").read_bytes()
    assert len([path for path in folder.glob("result-*") if path.suffix == ".csv"]) == 1


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_killed_in_the_middle_of_a_migration_the_store_is_as_before(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    code = f"""
import os, signal
from alembic import command
from localarea.decisions.database import open_database
upgrade = command.upgrade
def struck(*args, **more):
    upgrade(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)  # every table is made, and nothing is committed
command.upgrade = struck
open_database({url!r})
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL
    store = sqlite3.connect(tmp_path / "store.sqlite")
    assert store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == []
    store.close()
    database = open_database(url)
    with database.reading() as connection:
        verify(connection)
    database.close()


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path, small_tables: DataStore) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if os.getuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root, outside a closed container")
    try:
        tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
        with service_in(tmp_path, jobs_dir=small / "jobs", **tables) as client:

            def send(rows: int) -> httpx.Response:
                content = b"postcode,name\n" + ROW * rows
                return client.post("/api/v1/files", files={"file": ("a.csv", content)})

            full = send(100_000)
            assert (full.status_code, full.json()["title"]) == (
                507,
                "There is not enough space for the file",
            )
            assert list((small / "jobs").iterdir()) == []
            assert (
                client.post("/files", files={"file": ("a.csv", ROW * 100_000)}).status_code == 507
            )
            # This one fits, and its result does not.
            job_id = send(40_000).json()["id"]
            job = _ended(client, job_id)
            assert (job["status"], "no room" in job["problem"]) == ("failed", True)
            kept = {path.name for path in (small / "jobs" / job_id).iterdir()}
            assert kept <= {"input", "detail.json"}
            client.delete(f"/api/v1/files/{job_id}")
            assert _ended(client, send(10).json()["id"])["status"] == "done"
    finally:
        subprocess.run(["umount", str(small)], check=True)


def _ended(client: Any, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def over() -> bool:
        found.update(client.get(f"/api/v1/files/{job_id}").json())
        return found["status"] not in ("waiting", "running")

    _until(over)
    return found


def test_a_damaged_table_is_named_and_never_answered_from(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(REPOSITORY / "data", data)
    (table,) = [p for p in data.rglob("*") if p.is_file() and p.name.startswith("postcodes")][:1]
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 0xFF
    table.write_bytes(content)
    with service_in(tmp_path, data_dir=data, cache_dir=tmp_path / "cache") as client:
        for _ in range(2):
            answer = client.get("/api/v1/check", params={"postcode": "CO1 1JB"})
            assert answer.status_code == 503
            assert table.name in answer.json()["detail"]
            assert "fetch it again" in answer.json()["detail"]
        assert client.get("/ready").status_code == 503
        assert client.get("/health").status_code == 200


def test_many_slow_clients_hold_nobody_up(tmp_path: Path, small_tables: DataStore) -> None:
    head = b"POST /api/v1/files HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Content-Type: {KIND}\r\nContent-Length: 100000\r\n\r\n".encode() + HEAD
    with serving(tmp_path, small_tables) as (address, _):
        port = int(address.rpartition(":")[2])
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
        try:
            for line in slow:  # more of them than the service has threads
                line.sendall(head)
            for k in range(3):
                for line in slow:
                    line.sendall(b"C")
                asked = {"postcode": "CO1 1JB"}
                for _ in range(10):
                    assert httpx.get(f"{address}/api/v1/check", params=asked).status_code == 200
                time.sleep(1 if k < 2 else 0)
        finally:
            for line in slow:
                line.close()
        _until(lambda: not any((tmp_path / "jobs").iterdir()))


def test_five_gigabytes_without_length_are_refused_soon_in_flat_memory(
    tmp_path: Path, small_tables: DataStore
) -> None:
    head = b"POST /api/v1/files HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Content-Type: {KIND}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    piece = ROW * 60_000
    chunk = f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    with serving(tmp_path, small_tables, LOCALAREA_UPLOAD_LIMIT_MB="50") as (address, process):
        # Options and pages are worked out by now, so what grows from here on is the upload's.
        assert httpx.get(f"{address}/api/v1/options", timeout=60).status_code == 200
        before = _settled(process.pid)
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as line:
            line.sendall(head + f"{len(HEAD):x}\r\n".encode() + HEAD + b"\r\n")
            sent, peak = 0, before
            try:
                while sent < 5_000_000_000:
                    line.sendall(chunk)
                    sent += len(piece)
                    peak = max(peak, _resident(process.pid))
            except (BrokenPipeError, ConnectionResetError):
                pass
        assert 50_000_000 <= sent < 150_000_000
        assert peak - before < 30_000_000  # of 50 MB that were taken in
        assert list((tmp_path / "jobs").iterdir()) == []
        assert "POST /api/v1/files 413" in (tmp_path / "server.log").read_text()
        asked = {"postcode": "CO1 1JB"}
        assert httpx.get(f"{address}/api/v1/check", params=asked).status_code == 200


def _settled(pid: int) -> int:
    """Wait until a process has stayed as large for two seconds."""
    held = [_resident(pid)]
    for _ in range(240):
        time.sleep(0.5)
        held.append(_resident(pid))
        if max(held[-5:]) - min(held[-5:]) < 1_000_000 and len(held) >= 5:
            break
    return held[-1]


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
