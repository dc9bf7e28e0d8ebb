"""
Time the check of a million rows beside what Arrow takes only to read and write them.

Run ``python benchmarks/bench_check.py [ROWS]``. Every figure comes from a process of
its own, started cold, with start-up and compilation apart; the best of five counts.
``cpu_seconds`` counts both cores, and is what to look at on a machine that is busy.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np


def make_file(path: Path, rows: int) -> None:
    """Write suppliers at real postcodes, half of them typed untidily, with quoted names."""
    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    rng = np.random.default_rng(2019)
    keys = read_postcodes(["key"])["key"].to_numpy()
    picked = [postcode_of(key) for key in rng.choice(keys, min(rows, 200_000)).tolist()]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("supplier_id,supplier_name,trading_postcode,annual_spend_gbp,size\r\n")
        for row in range(rows):
            postcode = picked[row % len(picked)]
            postcode = postcode.lower() if row % 4 == 1 else postcode
            postcode = postcode.replace(" ", "") if row % 4 == 2 else postcode
            name = f'"Example Supplier {row}, Ltd"'
            file.write(f"{row:07d},{name},{postcode},{row * 37 % 1_000_003}.50,micro\r\n")


def arrow_round_trip(source: Path, out: Path) -> dict[str, Any]:
    """Read every column as text and write it again, as Arrow does it best."""
    import pyarrow as pa
    from pyarrow import csv

    names = source.open().readline().strip().split(",")
    started, cpu = time.perf_counter(), time.process_time()
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    csv.write_csv(csv.read_csv(source, convert_options=convert), out)
    return {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "megabytes_out": out.stat().st_size / 1e6,
    }


def check(source: Path, out: Path) -> dict[str, Any]:
    """Check the file, with the loading of code and of the index timed apart."""
    from localarea.checking.csv_file import check_file
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    started = time.perf_counter()
    council = read_council()
    option = option_zones(council.default_option, council)
    classifier = Classifier(boundary_of_option(option, default=True))
    _ = classifier.verdicts
    indexed = time.perf_counter()
    warm = source.with_name("warm.csv")
    warm.write_text("postcode\n" + "CO1 1JB\n" * 150_000, encoding="utf-8")
    check_file(warm, classifier, out=out)
    compiled, cpu = time.perf_counter(), time.process_time()
    report = check_file(source, classifier, out=out)
    return {
        "seconds": time.perf_counter() - compiled,
        "cpu_seconds": time.process_time() - cpu,
        "megabytes_out": out.stat().st_size / 1e6,
        "index_seconds": indexed - started,
        "warm_seconds": compiled - indexed,
        "rows": report.rows,
        "by_status": report.by_status,
    }


def bulk(source: Path, out: Path) -> dict[str, Any]:
    """Time Arrow strings to verdict codes on one core."""
    import pyarrow as pa
    from pyarrow import csv

    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    del out
    council = read_council()
    classifier = Classifier(
        boundary_of_option(option_zones(council.default_option, council), default=True)
    )
    texts = csv.read_csv(source)["trading_postcode"].combine_chunks()
    order = np.random.default_rng(1).integers(0, len(texts), 5_000_000)
    texts = texts.take(pa.array(order))
    classifier.check_arrow(texts[:10])
    started = time.perf_counter()
    classifier.check_arrow(texts)
    seconds = time.perf_counter() - started
    index = classifier.verdicts.index
    arrays = [getattr(index, name) for name in index.__slots__] + [classifier.verdicts.codes]
    held = sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
    return {
        "seconds": seconds,
        "index_megabytes": (held + index.first_rows.size * 4_000) / 1e6,
        "million_rows_per_second": len(texts) / seconds / 1e6,
    }


def in_own_process(task: str, source: Path, out: Path) -> dict[str, Any]:
    """Run one task five times, each in a fresh process, and keep the fastest."""
    command = [sys.executable, __file__, task, str(source), str(out)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(5)
    ]
    return min(runs, key=lambda run: run["seconds"])


def cold_check() -> float:
    """Time ``localarea check`` of one postcode from a cold process: the best of five."""
    program = Path(sys.executable).with_name("localarea")
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([str(program), "check", "CO11JB", "--json"], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return min(times)


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "suppliers.csv", Path(folder) / "out.csv"
        make_file(source, rows)
        size = source.stat().st_size
        found = {task: in_own_process(task, source, out) for task in TASKS}
        arrow, ours = found["arrow"]["seconds"], found["check"]["seconds"]
        document = {
            "rows": rows,
            "megabytes_in": round(size / 1e6, 1),
            **found,
            "check_over_arrow": round(ours / arrow, 2),
            "load_average": os.getloadavg()[0],
            "cold_check_seconds": round(cold_check(), 3),
        }
        print(json.dumps(document, indent=2))


TASKS = {"arrow": arrow_round_trip, "check": check, "bulk": bulk}

if __name__ == "__main__":
    if len(sys.argv) > 2:
        result = TASKS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
        result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        print(json.dumps(result))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
