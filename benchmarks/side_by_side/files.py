"""Workbooks and text files checked, beside programs that only copy them."""

from __future__ import annotations

import bench_files

from side_by_side.asked import Asked, Found
from side_by_side.measuring import OURS, Aim, Comparison

ROWS = 10_000
AIMS = {
    "csv": ("arrow", Aim("times Arrow's read and write", most=1.6)),
    "xlsx": ("openpyxl", Aim("times openpyxl's load and save", most=0.3)),
}
LARGEST = {"csv": 64 * ROWS, "xlsx": 16 * ROWS, "ods": 4 * ROWS}


def run(asked: Asked) -> Found:
    """Check files of eight columns; each figure comes from a process of its own."""
    found = Found()
    for kind in bench_files.MAKERS:
        sizes, spent = [], []
        first = 4 * ROWS if kind == "csv" else ROWS
        for rows in asked.sizes(first):
            if rows > LARGEST[kind]:
                continue
            told = bench_files.measure(kind, rows, quick=asked.quick or rows > 4 * ROWS)
            said = _comparison(kind, rows, told)
            sizes.append(rows)
            spent.append(said.best(OURS))
            found.comparisons.append(said)
        found.grow(f"check of .{kind}", sizes, spent)
    return found


def _comparison(kind: str, rows: int, told: dict[str, dict[str, float]]) -> Comparison:
    said = Comparison("Files", f"check of .{kind}", f"{rows:,} rows of 8 columns")
    said.load = float(told["load_average"])  # type: ignore[arg-type]
    for task in ("check", *bench_files.BESIDE[kind]):
        name = OURS if task == "check" else task
        if task not in told:
            said.absent[name] = "not asked for at this size: it takes minutes"
        elif "failed" in told[task]:
            said.absent[name] = str(told[task]["failed"]).removeprefix("absent: ")
        else:
            said.rounds[name] = [told[task]["processor_s"]]
    peak = told["check"]["peak_mb"]
    said.note = f".{kind}, {rows:,} rows: the check took {peak:.0f} MB at most."
    if kind in AIMS and AIMS[kind][0] in said.rounds:
        peer, aim = AIMS[kind]
        said.hold_to(aim, 1 / said.ratio(peer))
    return said
