"""
What public downloads cost those who check at the same time.

``python benchmarks/bench_downloads.py [--seconds 20] [--downloaders 4]`` runs the service with
one published definition of the whole country, asks for one check after another, by GET and by
POST, and does so again while strangers fetch every file of the definition over and over. Prints
JSON: latency of the checks, downloads done, and the most memory that the service held.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from bench_service import postcodes, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME = "colchester-measure-2026.1"
FILES = ("postcodes.csv", "postcodes.parquet", "definition.gpkg", "boundary.geojson")
PATIENCE_S = 300


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=int, default=20, help="of checks, each time")
    parser.add_argument("--downloaders", type=int, default=4, help="strangers at once")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (ours, _, process):
        publish(ours)
        found: dict[str, Any] = {"alone": checks(ours, asked.seconds)}
        with downloading(ours, asked.downloaders) as done:
            found["beside_downloads"] = checks(ours, asked.seconds)
        found["downloads"], found["downloaders"] = done["count"], asked.downloaders
        found["most_memory_mb"] = most_memory(process.pid)
    print(json.dumps(found, indent=2))


def publish(address: str) -> None:
    """Approve a definition that holds today, so that there is something to fetch."""
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as client:
        asked = {"option": "ttwa-official", "purpose": "measure", "title": "Area", "note": "Area"}
        number = client.post("/api/v1/proposals", json=asked).raise_for_status().json()["id"]
        decided = {
            "id": NAME,
            "effective_from": time.strftime("%Y-%m-%d", time.gmtime()),
            "reasons": "to measure",
            "minute_reference": "none",
        }
        client.post(f"/api/v1/proposals/{number}/approve", json=decided).raise_for_status()
        for one in postcodes()[:50]:  # until the index of the definition is ready
            client.get("/api/v1/check", params={"postcode": one}).raise_for_status()


def checks(address: str, seconds: float) -> dict[str, dict[str, float]]:
    """Time one check after another, by GET and by POST in turns."""
    times: dict[str, list[float]] = {"get": [], "post": []}
    until = time.monotonic() + seconds
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as client:
        asks: dict[str, Callable[[str], httpx.Response]] = {
            "get": lambda one: client.get("/api/v1/check", params={"postcode": one}),
            "post": lambda one: client.post("/api/v1/check", json={"postcodes": [one]}),
        }
        for one, (how, ask) in zip(
            itertools.cycle(postcodes()), itertools.cycle(asks.items()), strict=False
        ):
            started = time.perf_counter()
            ask(one).raise_for_status()
            times[how].append((time.perf_counter() - started) * 1000)
            if time.monotonic() > until:
                break
            time.sleep(0.01)
    return {how: spread(each) for how, each in times.items()}


def spread(times: list[float]) -> dict[str, float]:
    """Describe latencies in milliseconds."""
    hundredths = statistics.quantiles(times, n=100)
    found = {"median": hundredths[49], "p99": hundredths[98], "most": max(times)}
    return {"checks": len(times), **{name: round(value, 1) for name, value in found.items()}}


class downloading:  # noqa: N801 -- used as a function is
    """Fetch every file over and over, by so many strangers, until the end."""

    def __init__(self, address: str, count: int) -> None:
        self.address, self.done, self.over = address, {"count": 0}, threading.Event()
        self.threads = [threading.Thread(target=self._fetch, args=(k,)) for k in range(count)]

    def __enter__(self) -> dict[str, int]:
        """Begin."""
        for thread in self.threads:
            thread.start()
        time.sleep(1)
        return self.done

    def __exit__(self, *_: object) -> None:
        """End with the download that each is at."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _fetch(self, first: int) -> None:
        with httpx.Client(base_url=self.address, timeout=PATIENCE_S) as client:
            for name in self._names(first):
                with client.stream("GET", f"/definitions/{NAME}/files/{name}") as answer:
                    for _ in answer.iter_raw():
                        if self.over.is_set():
                            return
                self.done["count"] += 1

    def _names(self, first: int) -> Iterator[str]:
        for name in itertools.cycle(FILES[first % len(FILES) :] + FILES[: first % len(FILES)]):
            if self.over.is_set():
                return
            yield name


def most_memory(process: int) -> float:
    """Give the most that a process has held so far, in megabytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (most,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return round(int(most) / 1000, 1)


if __name__ == "__main__":
    os.environ.pop("LOCALAREA_REQUESTS_PER_MINUTE", None)
    main()
