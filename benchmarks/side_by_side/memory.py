"""What a serving process holds, and what each further worker adds."""

from __future__ import annotations

import bench_workers

from side_by_side.asked import Asked, Found
from side_by_side.measuring import OURS, Aim, Comparison

WHAT = "memory of the service"


def run(asked: Asked) -> Found:
    """Read the proportional set size once the options are worked out; Linux only."""
    found, held = Found(), {}
    for workers in (1,) if asked.quick else (1, 3):
        told = bench_workers.measure(workers)
        said = Comparison("Memory", WHAT, f"{workers} serving", "MB")
        held[workers] = float(str(told["all_mb"]))
        said.rounds[OURS] = [held[workers]]
        found.comparisons.append(said)
    one, *others = found.comparisons
    one.hold_to(Aim("MB", most=450), held[1])
    for more in others:
        more.hold_to(Aim("MB for each further one", most=40), (held[3] - held[1]) / 2)
    return found
