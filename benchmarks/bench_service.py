"""
The service under load, beside a bare FastAPI route that returns a constant, in the same run.

``python benchmarks/bench_service.py [--seconds 10] [--minutes 10]`` needs ``wrk`` (Debian:
``apt-get install wrk``). One uvicorn worker each, on loopback, neither with a line of log for
each request; the two are loaded in turns, round after round, so that what else the machine
does falls on both. Each check is of another of ten thousand postcodes. Prints JSON.
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
# wrk's own random numbers begin alike in every run.
DRAWN = """
postcodes = {%s}
request = function()
  return wrk.format("GET", "/api/v1/check?postcode=" .. postcodes[math.random(#postcodes)])
end
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
        quoted = [f'"{postcode.replace(" ", "%20")}"' for postcode in postcodes()]
        script = Path(folder) / "drawn.lua"
        script.write_text(DRAWN % ",".join(quoted))
        found = compare(ours, bare, asked.seconds, script)
        found["bulk_10000_ms"] = bulk(ours, "identity")
        found["bulk_10000_gzip_ms"] = bulk(ours, "gzip")
        if asked.minutes:
            found["memory_mb"] = memory(ours, process, asked.minutes, script)
    print(json.dumps(found, indent=2))


def postcodes() -> list[str]:
    """Draw ten thousand postcodes from the country."""
    keys = default_store().open("postcodes").read(columns=["key"])["key"].to_numpy()
    drawn = np.random.default_rng(20261123).choice(keys, 10_000)
    return [postcode_of(int(key)) for key in drawn]


def compare(ours: str, bare: str, seconds: int, script: Path) -> dict[str, Any]:
    """Load both in turns, with few connections and with 200."""
    found: dict[str, Any] = {}
    for connections in (16, 200):
        rounds = [
            (
                load(ours, seconds, connections, script),
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


def load(
    address: str, seconds: int, connections: int, script: Path | None = None
) -> dict[str, float]:
    """Load one address with wrk."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["--timeout", "20s"]  # or what waits long is left out of the 99th of 100
    command += [address] if script is None else ["-s", str(script), address]
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


def bulk(ours: str, encoding: str) -> dict[str, float]:
    """Time 10,000 postcodes in one request on an open connection, the answer read whole."""
    body = {"postcodes": postcodes()}
    times = []
    with httpx.Client(headers={"Accept-Encoding": encoding}, timeout=60) as client:
        for _ in range(12):
            started = time.perf_counter()
            answer = client.post(ours + "/api/v1/check", json=body)
            times.append((time.perf_counter() - started) * 1000)
            assert len(answer.json()["verdicts"]) == len(body["postcodes"])
    first, *others = times
    spread = {"median": statistics.median(others), "least": min(others), "first": first}
    return {name: round(value, 1) for name, value in spread.items()}


def memory(
    ours: str, process: subprocess.Popen[bytes], minutes: float, script: Path
) -> list[float]:
    """Give the resident memory every tenth of the time, under load."""
    each = max(1, round(minutes * 6))
    held = []
    for _ in range(10):
        load(ours, each, 16, script)
        bulk(ours, "identity")
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        held.append(round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1))
    return held


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[tuple[str, str, subprocess.Popen[bytes]]]:
    """Run the service and the bare application, each as one uvicorn process unless settings say."""
    (folder / "bare_app.py").write_text(BARE)
    env = {
        **os.environ,
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'decisions.sqlite'}",
        "LOCALAREA_LOG_LEVEL": "warning",
        **settings,
    }
    ours, bare = _free_port(), _free_port()
    serve = ["-c", "from localarea.cli import main; main()", "serve", "--port", str(ours)]
    plain = ["-m", "uvicorn", "bare_app:app", "--app-dir", str(folder), "--port", str(bare)]
    with (folder / "log").open("w") as log:
        started = [
            subprocess.Popen([sys.executable, *arguments], env=env, stdout=log, stderr=log)
            for arguments in (serve, [*plain, "--no-access-log", "--loop", "asyncio"])
        ]
        try:
            addresses = f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{bare}"
            for address in (addresses[0] + "/ready", addresses[1] + "/constant"):
                _wait(address)
            # It waits for what the service works out at its start; the distances come last.
            httpx.get(addresses[0] + "/api/v1/options", timeout=120).raise_for_status()
            time.sleep(12)
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
