"""Travel to work areas of the country, beside the same method in dictionaries, and R."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import bench_ttwa

from side_by_side.asked import Asked, Found
from side_by_side.measuring import OURS, Aim, Comparison, take_turns

if TYPE_CHECKING:
    from localarea.labour.flow_matrix import FlowMatrix

ZONES = 3_600
WHAT = "travel to work areas (ons2011)"


def run(asked: Asked) -> Found:
    """Work out the areas of all MSOAs by both ways; then ours alone as the zones grow finer."""
    from localarea.labour.flow_matrix import read_flow_matrix
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    bench_ttwa.warm_up()
    flows = read_flow_matrix(2011)
    found = Found()
    said = Comparison("Travel to work areas", WHAT, f"{flows.n_zones:,} zones")
    take_turns(said, {OURS: lambda: compute_travel_to_work_areas(flows)}, asked.rounds)
    said.rounds["dictionaries"] = [_by_dictionaries(flows) for _ in range(asked.rounds)]
    said.hold_to(Aim("times the dictionaries", least=60), said.ratio("dictionaries"))
    said.note = (
        "The dictionaries are the method as it is written, in plain Python, kept as an oracle of "
        "the tests; both gave the same areas."
    )
    found.comparisons.append(said)
    found.comparisons.append(_beside_r(asked))
    sizes, spent = asked.sizes(ZONES), []
    for zones in sizes:
        finer = bench_ttwa.flows_of_size(zones)
        before = time.process_time()
        compute_travel_to_work_areas(finer)
        spent.append(time.process_time() - before)
    found.grow(WHAT, sizes, spent)
    return found


def _by_dictionaries(flows: FlowMatrix) -> float:
    """Time the run alone: building its tables is not counted, nor is reading ours."""
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    country = bench_ttwa.in_dictionaries(flows)
    before = time.process_time()
    theirs = country.run()
    seconds = time.process_time() - before
    ours = compute_travel_to_work_areas(flows).trace.replay()
    if not all(ours[zone] == theirs[zone] for zone in ours.index):
        raise ValueError("the two ways do not give the same areas")
    return seconds


def _beside_r(asked: Asked) -> Comparison:
    """Run LabourMarketAreas on the flows of Sardinia that come with it, where both are here."""
    said = Comparison("Travel to work areas", "labour market areas (istat)", "Sardinia", "seconds")
    if asked.raw is None:
        said.absent["LabourMarketAreas (R)"] = "its flows of Sardinia are not here"
    elif shutil.which("Rscript") is None:
        said.absent["LabourMarketAreas (R)"] = "Rscript is not installed"
    else:
        told = bench_ttwa.run_sardinia(asked.raw)
        said.rounds[OURS] = [told["localarea_s"]]
        if "r_s" in told:
            said.rounds["LabourMarketAreas (R)"] = [told["r_s"]]
        else:
            said.absent["LabourMarketAreas (R)"] = told["r"].splitlines()[-1]
    return said
