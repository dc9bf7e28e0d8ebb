"""
Measure how stable Colchester's area is, and draw it.

Run it with ``.venv/bin/python scripts/ttwa_stability.py``.

Writes docs/images/ttwa-stability.png, ttwa-sensitivity.png and docs/ttwa-stability.json, from
which docs/methods/ttwa-stability.md takes its figures. Takes about two minutes on two cores.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from localarea.datasets.districts import read_districts
from localarea.datasets.zones import read_zones
from localarea.labour.flow_matrix import TTWA_RULE, SpecialRule, read_flow_matrix
from localarea.labour.travel_to_work_areas.resampling import measure_stability
from localarea.labour.travel_to_work_areas.sensitivity import run_sensitivity
from localarea.reports.maps.options_page import attributions
from localarea.reports.print_maps.labour_pictures import (
    write_membership_map,
    write_sensitivity_picture,
)

DOCS = Path(__file__).resolve().parents[1] / "docs"
COLCHESTER, IPSWICH = "E07000071", "E07000202"
N_RUNS, SEED = 100, 2011
HOME_LEFT_OUT = SpecialRule(
    home="exclude", no_fixed_place="exclude", home_or_no_fixed_place="exclude"
)


def zones_of(district: str, system: str) -> list[str]:
    """List the zones of a district."""
    zones = read_zones(system)  # type: ignore[arg-type]
    return [str(code) for code in zones.index[zones["lad25cd"] == district]]


def stability() -> dict[str, Any]:
    """Resample the flows and map the share of runs."""
    zones = read_zones("msoa11")
    found = measure_stability(
        read_flow_matrix(2011),
        zones_of(COLCHESTER, "msoa11"),
        n_runs=N_RUNS,
        seed=SEED,
        processes=2,
    )
    districts = read_districts()
    write_membership_map(
        DOCS / "images" / "ttwa-stability.png",
        zones,
        found.with_anchor,
        title=f"Share of {N_RUNS} runs on redrawn flows of 2011 in which a zone shares an area "
        "with Colchester",
        outlines={
            name: districts.geometry.loc[[code]]
            for name, code in (("Colchester", COLCHESTER), ("Ipswich", IPSWICH))
        },
        note="\n".join(attributions(["zones_msoa11", "districts_lad25"])),
    )
    ever = found.with_anchor[found.with_anchor > 0]
    share = found.with_anchor.groupby(zones["lad25cd"].reindex(found.with_anchor.index)).mean()
    names = districts["name"]
    return {
        "runs": N_RUNS,
        "seed": SEED,
        "areas_mean": round(float(found.runs["areas"].mean()), 1),
        "anchor_zones": {
            str(k): round(float(v), 1) for k, v in found.runs["anchor_zones"].describe().items()
        },
        "zones_ever_with_anchor": len(ever),
        "ipswich_share": found.share_of(zones_of(IPSWICH, "msoa11")),
        "district_share": {
            str(names[code]): round(float(value), 3) for code, value in share.items() if value > 0
        },
        "area_recovered_share_mean": round(float(found.areas["recovered_share"].mean()), 3),
        "area_jaccard_mean": round(float(found.areas["mean_jaccard"].mean()), 3),
    }


def sensitivity() -> dict[str, Any]:
    """Run the grid of thresholds, vintages and rules."""
    systems = {2011: "msoa11", 2021: "msoa21"}
    matrices = {
        f"{year}, home workers {words}": read_flow_matrix(year, rule=rule)
        for year in systems
        for words, rule in (("at home", TTWA_RULE), ("left out", HOME_LEFT_OUT))
    }
    found = run_sensitivity(
        matrices,
        {"min_sc": [0.6, 0.667, 0.7], "target_sc": [0.7, 0.75, 0.8], "min_size": [3500, 10000]},
        {system: zones_of(COLCHESTER, system) for system in systems.values()},
        processes=2,
    )
    write_sensitivity_picture(
        DOCS / "images" / "ttwa-sensitivity.png",
        found.runs,
        title="Zones in Colchester's area, by the minimum self-containment asked for",
    )
    ipswich = {system: zones_of(IPSWICH, system) for system in systems.values()}
    by_matrix = found.runs.groupby("matrix")[["areas", "anchor_zones"]].agg(["min", "max"])
    return {
        "runs": len(found.runs),
        "ipswich_share": {s: float(found.share_of(ipswich[s])[s]) for s in systems.values()},
        "by_matrix": {
            str(name): {"_".join(column): int(value) for column, value in row.items()}
            for name, row in by_matrix.iterrows()
        },
    }


def main() -> None:
    """Measure, draw and write the results."""
    figures = {"stability": stability(), "sensitivity": sensitivity()}
    text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    (DOCS / "ttwa-stability.json").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
