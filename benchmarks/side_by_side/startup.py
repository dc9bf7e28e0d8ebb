"""Commands from a cold start, beside what a script with the usual libraries waits for."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from side_by_side.asked import Asked, Found
from side_by_side.measuring import OURS, Aim, Comparison, take_turns

if TYPE_CHECKING:
    from side_by_side.measuring import Way

PROGRAM = Path(sys.executable).with_name("localarea")
PYTHON = [sys.executable, "-c"]
PART, UNIT = "Start", "seconds by the clock"
COLD_CHECK = """
import pandas as pd
from localarea.datasets.store import default_store
path = default_store().root / "postcodes.parquet"
print(pd.read_parquet(path, filters=[("key", "==", 1)]).size)
"""
REPORTED = ("ttwa-official", "ttwa-official+ipswich", "composite-region")
REPORTS = 2  # rounds at most of a report, which takes seconds
COMMANDS = {
    "check of one postcode": (["check", "CO1 1JB", "--json"], 0.25),
    "options of a council": (["options", "--json"], 2.0),
    **{
        f"report to Cabinet ({name})": (
            ["report", *REPORTED, "--out", f"{{folder}}/report{ending}"],
            10.0,
        )
        for name, ending in (("PDF", ".pdf"), ("Word", ".docx"), ("HTML", ".html"))
    },
}
PEERS = {
    "check of one postcode": ("pandas, one row of the same table", COLD_CHECK),
    "options of a council": ("import geopandas alone", "import geopandas"),
}


def run(asked: Asked) -> Found:
    """Start each command in a process of its own; a first run brings the files into memory."""
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        for what, (arguments, most) in COMMANDS.items():
            command = [str(PROGRAM), *(one.format(folder=folder) for one in arguments)]
            ways: dict[str, Way] = {OURS: _running(command)}
            if what in PEERS:
                name, code = PEERS[what]
                ways[name] = _running([*PYTHON, code])
            said = Comparison(PART, what, "cold process", UNIT)
            rounds = min(asked.rounds, REPORTS) if "report" in what else asked.rounds
            take_turns(said, ways, rounds, clock=time.perf_counter)
            said.hold_to(Aim("seconds", most=most), said.best(OURS))
            found.comparisons.append(said)
    said = Comparison(PART, "import localarea", "cold process", UNIT)
    ways = {
        OURS: _running([*PYTHON, "import localarea"]),
        "import geopandas": _running([*PYTHON, "import geopandas"]),
        "python alone": _running([*PYTHON, "pass"]),
    }
    found.comparisons.append(take_turns(said, ways, asked.rounds, clock=time.perf_counter))
    return found


def _running(command: list[str]) -> Way:
    return lambda: subprocess.run(command, check=True, capture_output=True)
