"""
The service under load, beside a bare FastAPI route that returns a constant, in the same run.

``python benchmarks/bench_service.py [--seconds 10] [--minutes 10]`` needs ``wrk`` (Debian:
``apt-get install wrk``). One uvicorn worker each, on loopback; the two are loaded in turns,
round after round, so that what else the machine does falls on both. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from localarea.datasets.store import default_store
from localarea.geo.postcodes import postcode_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 3
BARE = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/constant")
async def constant() -> dict[str, str]:
    return {"status": "local"}
"""


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=int, default=10, help="of load, each round")
    parser.add_argument("--minutes", type=float, default=0, help="of load to watch the memory")
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is not here: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (ours, bare, process):
        found = compare(ours, bare, asked.seconds)
        found["bulk_10000_ms"] = bulk(ours)
        if asked.minutes:
            found["memory_mb"] = memory(ours, process, asked.minutes)
    print(json.dumps(found, indent=2))


def compare(ours: str, bare: str, seconds: int) -> dict[str, Any]:
    """Load both in turns, with few connections and with 200."""
    found: dict[str, Any] = {}
    for connections in (16, 200):
        rounds = [
            (
                load(ours + "/api/v1/check?postcode=CO1%201JB", seconds, connections),
                load(bare + "/constant", seconds, connections),
            )
            for _ in range(ROUNDS)
        ]
        spread = statistics.median(one["p99_ms"] / one["p50_ms"] for one, _ in rounds)
        found[f"at_{connections}"] = {
            "ours": [one for one, _ in rounds],
            "bare": [other for _, other in rounds],
            "ratio": round(statistics.median(a["per_s"] / b["per_s"] for a, b in rounds), 3),
            "p99_over_p50": round(spread, 2),
        }
    return found


def load(address: str, seconds: int, connections: int) -> dict[str, float]:
    """Load one address with wrk."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["--timeout", "20s", address]  # or what waits long is left out of the 99th of 100
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"not every request was answered:\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate is not None, said
    return {
        "per_s": float(rate[1]),
        "p50_ms": _milliseconds(said, "50%"),
        "p99_ms": _milliseconds(said, "99%"),
    }


def _milliseconds(said: str, share: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s)\b", said)
    assert found is not None, said
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def bulk(ours: str) -> dict[str, float]:
    """Time 10,000 postcodes drawn from the country in one request, the answer read whole."""
    keys = default_store().open("postcodes").read(columns=["key"])["key"].to_numpy()
    drawn = np.random.default_rng(20261123).choice(keys, 10_000)
    body = {"postcodes": [postcode_of(int(key)) for key in drawn]}
    times = []
    for _ in range(11):
        started = time.perf_counter()
        answer = httpx.post(ours + "/api/v1/check", json=body, timeout=60)
        times.append((time.perf_counter() - started) * 1000)
        assert len(answer.json()["verdicts"]) == len(body["postcodes"])
    return {"median": round(statistics.median(times), 1), "least": round(min(times), 1)}


def memory(ours: str, process: subprocess.Popen[bytes], minutes: float) -> list[float]:
    """Give the resident memory every tenth of the time, under load."""
    each = max(1, round(minutes * 6))
    held = []
    for _ in range(10):
        load(ours + "/api/v1/check?postcode=CO1%201JB", each, 16)
        bulk(ours)
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        held.append(round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1))
    return held


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str, subprocess.Popen[bytes]]]:
    """Run the service and the bare application, each as one uvicorn process."""
    (folder / "bare_app.py").write_text(BARE)
    env = {
        **os.environ,
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'decisions.sqlite'}",
    }
    ours, bare = _free_port(), _free_port()
    serve = ["-c", "from localarea.cli import main; main()", "serve", "--port", str(ours)]
    plain = ["-m", "uvicorn", "bare_app:app", "--app-dir", str(folder), "--port", str(bare)]
    with (folder / "log").open("w") as log:
        started = [
            subprocess.Popen([sys.executable, *arguments], env=env, stdout=log, stderr=log)
            for arguments in (serve, [*plain, "--no-access-log"])
        ]
        try:
            addresses = f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{bare}"
            for address in (addresses[0] + "/ready", addresses[1] + "/constant"):
                _wait(address)
            time.sleep(12)  # the service goes on to work out its options
            yield *addresses, started[0]
        finally:
            for process in started:
                process.terminate()
                process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(address, timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    sys.exit(f"{address} does not answer")


if __name__ == "__main__":
    main()
