"""
Time and memory to count published payments.

    python benchmarks/bench_spend.py [ROWS] [--files N]

Writes a file of payments, a million unless told otherwise, with the postcodes of the directory, and
counts it with every option of the council. Each figure comes from a process of its own, so that its
peak memory is that of the work alone: ``read`` (the file to columns of numbers), ``count`` (and
the report on it), ``peer`` (pandas: the file read as text, amounts and days parsed, grouped by
category, without any verdict).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SUPPLIERS = 20_000
CATEGORIES = ("Repairs", "Care", "Consultancy", "IT", "Stationery", "Agency staff", "Transport")


def write(folder: Path, rows: int, files: int) -> dict[str, Any]:
    """Write the files, and give their size."""
    import numpy as np

    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    rng = np.random.default_rng(19)
    keys = read_postcodes(columns=["key"])["key"].to_numpy()
    codes = [postcode_of(int(key)) for key in rng.choice(keys, SUPPLIERS)]
    supplier = (rng.pareto(1.2, rows) * 40).astype(int) % SUPPLIERS
    pence = (rng.lognormal(7, 1.2, rows) * 100).astype(int) + 50_000
    days = np.datetime64("2025-04-01") + rng.integers(0, 365, rows)
    refund, category = rng.random(rows) < 0.02, rng.integers(0, len(CATEGORIES), rows)
    header = "Supplier Name,Supplier Postcode,Payment Date,Transaction No,Expense Type,Net Amount\n"
    size = 0
    for part in range(files):
        path = folder / f"payments-{part}.csv"
        with path.open("w") as out:
            out.write(header)
            for at in range(part, rows, files):
                year, month, day = str(days[at]).split("-")
                who, amount = supplier[at], f"{pence[at] / 100:,.2f}"
                paid = f'"({amount})"' if refund[at] else f'"£{amount}"'
                place = "" if who % 50 == 0 else codes[who]
                out.write(
                    f"Supplier {who} Ltd,{place},{day}/{month}/{year},T{at},"
                    f"{CATEGORIES[category[at]]},{paid}\n"
                )
        size += path.stat().st_size
    return {"rows": rows, "files": files, "csv_mb": round(size / 1e6, 1)}


def read(folder: Path) -> dict[str, Any]:
    """Read the files."""
    from localarea.spend.reading import read_payments

    return _timed(lambda: read_payments([folder]))


def count(folder: Path) -> dict[str, Any]:
    """Read and count the files, with every option."""
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import compute_options
    from localarea.spend.document import as_document
    from localarea.spend.reading import read_payments
    from localarea.spend.report import report_spend

    options = compute_options(read_council())
    classifier = Classifier(boundary_of_option(options[0]))
    return _timed(lambda: as_document(report_spend(read_payments([folder]), classifier, options)))


def peer(folder: Path) -> dict[str, Any]:
    """Do with pandas what is nearest to it, with floats and without verdicts."""
    import pandas as pd

    def work() -> object:
        parts = [pd.read_csv(path, dtype=str) for path in sorted(folder.glob("*.csv"))]
        frame = pd.concat(parts)
        text = frame["Net Amount"].str.replace(r"[£,)]", "", regex=True).str.replace("(", "-")
        frame["amount"] = text.astype(float)
        frame["day"] = pd.to_datetime(frame["Payment Date"], format="%d/%m/%Y")
        return frame.groupby(["Expense Type", frame["day"].dt.quarter])["amount"].sum()

    return _timed(work)


def _timed(work: Any) -> dict[str, Any]:
    load, cpu, began = os.getloadavg()[0], time.process_time(), time.perf_counter()
    work()
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": round(load, 1),
    }


def main() -> None:
    """Write the files, and measure each piece of work in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--work", choices=["read", "count", "peer"])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.work:
        works = {"read": read, "count": count, "peer": peer}
        sys.stdout.write(json.dumps(works[asked.work](asked.folder)) + "\n")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sys.stdout.write(json.dumps(write(folder, asked.rows, asked.files)) + "\n")
        for work in ("read", "count", "peer"):
            command = [sys.executable, __file__, "--work", work, "--folder", name]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            sys.stdout.write(f"{work}: {done.stdout}")


if __name__ == "__main__":
    main()
