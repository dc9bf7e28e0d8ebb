"""
Serve an instance with several processes and PostgreSQL; load it, and restart the database.

Prints what was asked and what came of it as JSON; leaves with 1 for a write that was acknowledged
and is not there, a broken record, or an answer that a database being away does not explain.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx

from soaking.load import Client, Tally

ROOT: Final = Path(__file__).resolve().parents[2]
_POSTGRESQL: Final = ROOT / "scripts" / "postgresql"


def main() -> int:
    """Run for the minutes asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--restart-every", type=float, default=60, help="seconds; 0 for never")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "soak.json")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    with tempfile.TemporaryDirectory(prefix="localarea-soak-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        database = str(folder / "postgresql")
        address = _postgresql("start", database)
        if not address:
            print("PostgreSQL is not here: nothing was soaked", file=sys.stderr)
            return 2
        try:
            found = _soak(asked, folder, address, database)
        finally:
            _postgresql("stop", database)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))
    return 1 if found["lost"] or found["unexpected"] or not found["record_is_whole"] else 0


def _postgresql(do: str, folder: str) -> str:
    done = subprocess.run(
        [str(_POSTGRESQL), do, folder], stdout=subprocess.PIPE, text=True, check=False
    )
    return done.stdout.strip()


def _soak(asked: Any, folder: Path, address: str, database: str) -> dict[str, Any]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "LOCALAREA_DATABASE_URL": address,
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_JOBS_DIR": str(folder / "jobs"),
        "LOCALAREA_REQUESTS_PER_MINUTE": "0",
        "LOCALAREA_CHECKS_PER_MINUTE": "0",
        "LOCALAREA_UPLOADS_PER_HOUR": "0",
        "LOCALAREA_JOB_QUEUE": "200",
    }
    code = "from localarea.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", str(port)]
    log_path = ROOT / "out" / "soak.log"
    log_path.parent.mkdir(exist_ok=True)
    with log_path.open("w") as log:
        server = subprocess.Popen(
            [*command, "--workers", str(asked.workers)], env=environment, stdout=log, stderr=log
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _until_ready(base, 600)
            return _load(asked, base, server.pid, database)
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(90)
            server.kill()


def _until_ready(base: str, seconds: float) -> float:
    """Wait until the service is ready; give how long it took."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        with suppress(httpx.TransportError):
            if httpx.get(f"{base}/ready", timeout=60).status_code == 200:
                return time.monotonic() - began
        time.sleep(0.1)
    raise TimeoutError(f"{base} was not ready within {seconds:.0f} s")


def _load(asked: Any, base: str, server: int, database: str) -> dict[str, Any]:
    tally, began = Tally(), time.monotonic()
    warm = Client(base, 0, Tally(), 0)
    for ask in (warm.page, warm.check, warm.bulk, warm.study, warm.file):
        ask()  # memory is compared between a service in use and the same later
    before = memory_mb(server)
    until = time.monotonic() + asked.minutes * 60
    threads = [
        threading.Thread(target=Client(base, number, tally, until).run, daemon=True)
        for number in range(1, asked.clients + 1)
    ]
    for thread in threads:
        thread.start()
    recovered: list[float] = []
    while asked.restart_every and time.monotonic() + asked.restart_every < until:
        time.sleep(asked.restart_every)
        _postgresql("restart", database)
        recovered.append(round(_until_ready(base, 120), 2))
    for thread in threads:
        thread.join()
    _until_ready(base, 120)
    lost = [n for n, note in sorted(tally.acknowledged.items()) if not _is_kept(base, n, note)]
    record = httpx.get(f"{base}/api/v1/audit/verify", timeout=120)
    asked_for = sum(map(len, tally.seconds.values())) + sum(tally.faults.values())
    return {
        "minutes": round((time.monotonic() - began) / 60, 1),
        "load_average": [round(one, 1) for one in os.getloadavg()],
        "workers": asked.workers,
        "clients": asked.clients,
        "restarts": len(recovered),
        "seconds_until_ready_again": recovered,
        "requests": asked_for,
        "faults": {f"{kind}: {fault}": n for (kind, fault), n in sorted(tally.faults.items())},
        "unexpected": tally.unexpected,
        "milliseconds": {kind: _percentiles(all_) for kind, all_ in sorted(tally.seconds.items())},
        "memory_mb": {"before": before, "after": memory_mb(server)},
        "acknowledged": len(tally.acknowledged),
        "lost": lost,
        "record_is_whole": record.status_code == 200 and bool(record.json()["sound"]),
    }


def _is_kept(base: str, number: int, note: str) -> bool:
    answer = httpx.get(f"{base}/api/v1/proposals/{number}", timeout=120)
    return answer.status_code == 200 and str(answer.json().get("note")).startswith(note)


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    at = {"50": 0.5, "95": 0.95, "99": 0.99}
    found = {k: round(ordered[int(len(ordered) * v)] * 1000, 1) for k, v in at.items()}
    return {"requests": len(ordered), **found, "most": round(ordered[-1] * 1000, 1)}


def memory_mb(process: int) -> dict[str, float]:
    """Give the memory of a process and its children: what is shared is divided among them."""
    found = {}
    for pid in [process, *_children(process)]:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            pss = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            found[str(len(found))] = round(pss / 1024, 1)
    return found | {"all": round(sum(found.values()), 1)}


def _children(process: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for pid in map(int, path.read_text().split()):
                found += [pid, *_children(pid)]
    return found


if __name__ == "__main__":
    sys.exit(main())
