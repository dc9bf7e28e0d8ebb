"""The service beside a bare route of the same framework, and many verdicts in one request."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import bench_service

from side_by_side.asked import Asked, Found
from side_by_side.measuring import OURS, Aim, Comparison

PART = "Service"
CONNECTIONS = (16, 200)


def run(asked: Asked) -> Found:
    """Load both with wrk, in turns; time ten thousand postcodes on an open connection."""
    found = Found()
    with tempfile.TemporaryDirectory() as name, bench_service.served(Path(name)) as served:
        ours, bare, _ = served
        if shutil.which("wrk"):
            found.comparisons += _beside_bare(ours, bare, Path(name), asked)
        else:
            said = Comparison(PART, "one check", "a request each", "requests a second")
            said.absent["bare route"] = "wrk, which makes the load, is not installed"
            found.comparisons.append(said)
        many = Comparison(PART, "10,000 verdicts", "one request", "milliseconds by the clock")
        many.rounds[OURS] = [bench_service.bulk(ours, "identity")["least"]]
        many.hold_to(Aim("milliseconds", most=30), many.best(OURS))
        many.absent["postcodes.io"] = "a server of its own with a database, not a package"
        found.comparisons.append(many)
    return found


def _beside_bare(ours: str, bare: str, folder: Path, asked: Asked) -> list[Comparison]:
    quoted = [f'"{one.replace(" ", "%20")}"' for one in bench_service.postcodes()]
    script = folder / "drawn.lua"
    script.write_text(bench_service.DRAWN % ",".join(quoted))
    found = []
    for connections, loads in bench_service.compare(
        ours, bare, 2 if asked.quick else 8, script
    ).items():
        said = Comparison(
            PART, "one check", f"{connections.removeprefix('at_')} connections", "ms a request"
        )
        said.rounds[OURS] = [1000 / one["per_s"] for one in loads["ours"]]
        said.rounds["bare route"] = [1000 / one["per_s"] for one in loads["bare"]]
        said.hold_to(Aim("of the bare route's rate", least=0.8), said.ratio("bare route"))
        said.load = round(os.getloadavg()[0], 1)
        found.append(said)
    return found
