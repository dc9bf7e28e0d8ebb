"""
Measure travel-to-work areas: against dictionaries, against R, and as matrices grow.

    python benchmarks/bench_ttwa.py [--raw FOLDER] [--oracle] [--output-areas] [--out FILE.json]

Every size runs in a process of its own, whose peak of memory counts; compilation is done before
the clock starts, and the best of three runs is kept, by the clock and in processor time.
``--oracle`` runs the same method written in dictionaries (tests/helpers/ttwa_oracle.py) on the same
flows and compares the areas.
``--raw`` names the folder of the publishers' files, for LabourMarketAreas on Sardinia, if
``Rscript`` and the package are there.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from side_by_side.measuring import exponent, machine

HERE = Path(__file__).resolve().parent
ROUNDS = 3
SIZES = (3_600, 7_201, 14_402, 34_753, 69_506)
R_PROGRAM = """
suppressMessages(library(LabourMarketAreas)); library(data.table)
flows <- fread(commandArgs(TRUE)[1])
names(flows) <- c("community_live", "community_work", "amount")
spent <- system.time(findClusters(LWCom=flows, minSZ=1000, minSC=0.6667, tarSZ=10000, tarSC=0.75,
                                  verbose=FALSE))
cat(spent["elapsed"])
"""


def flows_of_size(n_zones: int) -> Any:
    """Give the real flows, the real ones of the first zones, or finer ones made of them."""
    from finer_flows import make_finer_flows

    from localarea.labour.flow_matrix import build_flow_matrix, read_flow_matrix

    real = read_flow_matrix(2011)
    if n_zones == real.n_zones:
        return real
    if n_zones > real.n_zones:
        return make_finer_flows(n_zones)
    import pandas as pd

    coo = real.matrix[:n_zones, :n_zones].tocoo()
    table = pd.DataFrame(
        {"origin": real.codes[coo.row], "destination": real.codes[coo.col], "workers": coo.data}
    )
    return build_flow_matrix(table, codes=real.codes[:n_zones])


def warm_up() -> None:
    """Compile, or load what is compiled, ledgers included."""
    import pandas as pd

    from localarea.labour.flow_matrix import build_flow_matrix
    from localarea.labour.travel_to_work_areas import hubs
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    table = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "b"], "workers": [1, 1]})
    read_before, hubs.READ_BEFORE = hubs.READ_BEFORE, 0
    compute_travel_to_work_areas(build_flow_matrix(table))
    hubs.READ_BEFORE = read_before


def run_size(n_zones: int) -> dict[str, Any]:
    """Time one size, and say how much memory it took at most."""
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    started = time.perf_counter()
    flows = flows_of_size(n_zones)
    made = time.perf_counter() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    warm_up()
    seconds, of_processor = [], []
    for _ in range(ROUNDS if n_zones <= 40_000 else 1):
        started, used = time.perf_counter(), time.process_time()
        result = compute_travel_to_work_areas(flows)
        seconds.append(time.perf_counter() - started)
        of_processor.append(time.process_time() - used)
    return {
        "zones": flows.n_zones,
        "pairs": int(flows.matrix.nnz),
        "made_s": round(made, 2),
        "seconds": round(min(seconds), 3),
        "processor_s": round(min(of_processor), 3),
        "areas": int(result.membership.nunique()),
        "moves": int(result.trace.moves.size),
        "peak_before_mb": round(before),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def in_dictionaries(flows: Any) -> Any:
    """Build the same method in dictionaries: loading is not counted for them, nor for us."""
    sys.path.insert(0, str(HERE.parent / "tests" / "helpers"))
    import numpy as np
    import ttwa_oracle

    from localarea.labour.travel_to_work_areas.compute import canonical_order

    coo = flows.matrix.tocoo()
    pairs = zip(flows.codes[coo.row].tolist(), flows.codes[coo.col].tolist(), strict=True)
    away = flows.employed_residents - np.asarray(flows.matrix.sum(axis=1)).ravel()
    return ttwa_oracle.Country(
        zones=flows.codes[canonical_order(flows)].tolist(),
        flows=dict(zip(pairs, coo.data.tolist(), strict=True)),
        method=ttwa_oracle.Method(),
        outside=dict(zip(flows.codes.tolist(), away.tolist(), strict=True)),
    )


def run_oracle() -> dict[str, Any]:
    """Time the dictionaries on the real flows, and ours in the same process."""
    from localarea.labour.flow_matrix import read_flow_matrix
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    flows = read_flow_matrix(2011)
    warm_up()
    started = time.perf_counter()
    result = compute_travel_to_work_areas(flows)
    ours = time.perf_counter() - started
    country = in_dictionaries(flows)
    started = time.perf_counter()
    theirs = country.run()
    oracle = time.perf_counter() - started
    replayed = result.trace.replay()
    return {
        "localarea_s": round(ours, 3),
        "dictionaries_s": round(oracle, 1),
        "times_faster": round(oracle / ours, 1),
        "same_areas": bool((replayed == [theirs[zone] for zone in replayed.index]).all()),
    }


def run_sardinia(raw: Path | None) -> dict[str, Any]:
    """Time LabourMarketAreas, if it is here, and the preset ``istat``."""
    if raw is None:
        return {"skipped": "the flows of Sardinia are not here: name their folder with --raw"}
    import pandas as pd

    from localarea.labour.flow_matrix import build_flow_matrix
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
    from localarea.labour.travel_to_work_areas.parameters import ISTAT_METHOD

    path = raw / "lma" / "Sardinia_flows.csv"
    table = pd.read_csv(path).set_axis(["origin", "destination", "workers"], axis=1)
    flows = build_flow_matrix(table.astype({"origin": str, "destination": str}))
    warm_up()
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        compute_travel_to_work_areas(flows, ISTAT_METHOD)
        seconds.append(time.perf_counter() - started)
    found: dict[str, Any] = {"localarea_s": round(min(seconds), 5)}
    program = shutil.which("Rscript")
    if program is None:
        return found | {"r": "Rscript is not here, so LabourMarketAreas was not run"}
    done = subprocess.run(
        [program, "-e", R_PROGRAM, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return found | {"r": f"Rscript could not run it: {done.stderr.strip()[-200:]}"}
    spent = float(done.stdout.split()[-1])
    return found | {"r_s": spent, "times_faster": round(spent / min(seconds), 1)}


def grown_by(rows: list[dict[str, Any]], of: str) -> float:
    """Fit seconds as a power of zones or pairs."""
    return exponent([row[of] for row in rows], [row["seconds"] for row in rows])


def in_own_process(*arguments: str) -> dict[str, Any]:
    """Run one part in a fresh process."""
    command = [sys.executable, __file__, "--part", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run_part(name: str, value: str) -> dict[str, Any]:
    """Run the part that a process of its own was started for."""
    if name == "size":
        return run_size(int(value))
    if name == "sardinia":
        return run_sardinia(Path(value))
    return run_oracle()


def main() -> None:
    """Run all parts, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--output-areas", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(run_part(*options.part)))
        return
    sizes = [*SIZES, 181_408] if options.output_areas else list(SIZES)
    rows = [in_own_process("size", str(size)) for size in sizes]
    grown = [row for row in rows if 7_201 <= row["zones"] <= 69_506]
    result = {
        "machine": machine(),
        "sizes": rows,
        "exponent_by_zones": grown_by(grown, "zones"),
        "exponent_by_pairs": grown_by(grown, "pairs"),
        "sardinia": in_own_process("sardinia", str(options.raw))
        if options.raw
        else run_sardinia(None),
    }
    if options.oracle:
        result["oracle"] = in_own_process("oracle", "")
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
