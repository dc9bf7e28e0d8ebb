"""Several processes answer as one, share what was worked out, and replace one that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from service_cases import server_in, set_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.datasets.store import DataStore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each process starts afresh"),
]


def from_nothing(command: list[str], **how: Any) -> Any:
    """
    Start a server of which the processes share what it has worked out itself, and nothing else.

    Pages that nobody asks for are not prepared, which takes as long as all the rest.
    """
    python, option, code, *arguments = command
    unprepared = "import localarea.service.server.server as server; server.PREPARED = (); "
    return subprocess.Popen([python, option, unprepared + code, *arguments], **how)


def servers(folder: Path) -> tuple[int, set[int]]:
    """Find the server that was started for a folder, and the processes it made."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            named = str(folder).encode() in (process / "environ").read_bytes()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if named and parent == os.getpid():
            children = (process / "task" / process.name / "children").read_text().split()
            return int(process.name), {int(pid) for pid in children}
    pytest.fail("the server is not to be found")


def shared(pid: int) -> float:
    """Give the share of a process's memory that is not its own alone."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = {line.split(":")[0]: line.split()[1] for line in text.splitlines()[1:]}
    private = int(kilobytes["Private_Clean"]) + int(kilobytes["Private_Dirty"])
    return 1 - private / int(kilobytes["Rss"])


def until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.2)


def test_processes_share_and_one_that_dies_is_replaced(
    tmp_path: Path, small_tables: DataStore
) -> None:
    settings = {"LOCALAREA_WORKERS": "2", **set_to(small_tables)}
    with server_in(tmp_path, start=from_nothing, **settings) as address:

        def check() -> str:
            answer = httpx.get(f"{address}/api/v1/check?postcode=CO1+1JB", timeout=30)
            return str(answer.json()["status"])

        assert {check() for _ in range(20)} == {"local"}
        parent, before = servers(tmp_path)
        assert len(before) == 2
        assert all(shared(pid) > 0.5 for pid in before)
        gone = min(before)
        os.kill(gone, signal.SIGKILL)
        until(lambda: gone not in servers(tmp_path)[1] and len(servers(tmp_path)[1]) == 2)
        until(lambda: httpx.get(f"{address}/ready", timeout=30).status_code == 200)
        assert {check() for _ in range(20)} == {"local"}
        # A file that one process takes in is checked, whichever process is asked of it.
        files = {"file": ("suppliers.csv", b"postcode\nCO1 1JB\nIP1 1DH\n", "text/csv")}
        with httpx.Client(base_url=address, timeout=30) as client:
            page = client.get("/files").text
            token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
            made = client.post("/api/v1/files", files=files, headers={"X-CSRF-Token": token})
            assert made.status_code in (201, 202), made.text
            job = made.json()["id"]
            until(lambda: client.get(f"/api/v1/files/{job}").json()["status"] == "done")
        _, after = servers(tmp_path)
        os.kill(parent, signal.SIGKILL)  # of which nobody but the system can tell its processes
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in after))
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in after | {parent}))
