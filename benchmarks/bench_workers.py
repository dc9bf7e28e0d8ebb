"""
Memory of the service's processes: how much each holds alone, and how much they share.

    python benchmarks/bench_workers.py [--workers 1 2 4]

Proportional set size (PSS) counts a page that three processes share as a third in each; what
is private is the cost of one process more. Read once the options are worked out and each
process has answered. Linux only.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from pathlib import Path

import bench_service
import httpx

ASKED = 400  # requests, so that every process has answered some


def processes(parent: int) -> list[int]:
    """Give the server and the processes that it copied itself to."""
    return [parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]


def memory(pid: int) -> dict[str, int]:
    """Give the megabytes of a process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = {name: int(n) for name, n in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {"pss": kilobytes["Pss"] // 1024, "private": private // 1024}


def measure(workers: int) -> dict[str, object]:
    """Run the service and read its memory."""
    with tempfile.TemporaryDirectory() as name:
        settings = {"LOCALAREA_WORKERS": str(workers)}
        with bench_service.served(Path(name), **settings) as (address, _, server):
            for _ in range(ASKED):
                httpx.get(f"{address}/api/v1/check", params={"postcode": "CO1 1JB"})
            time.sleep(10 * workers)  # until each process has worked out its options
            found = [memory(pid) for pid in processes(server.pid)]
    return {
        "workers": workers,
        "pss_mb": [one["pss"] for one in found],
        "private_mb": [one["private"] for one in found],
        "all_mb": sum(one["pss"] for one in found),
    }


def main() -> None:
    """Measure each number of processes, and print a line of JSON for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    for workers in parser.parse_args().workers:
        print(json.dumps(measure(workers)), flush=True)


if __name__ == "__main__":
    main()
