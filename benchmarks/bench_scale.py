"""
Parquet on a local Dask cluster of two workers against one process: the same counts, and the time.

    python benchmarks/bench_scale.py [ROWS]    # 100,000,000 by default, in files of five million
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.classify.parquet_files import check_parquet
from localarea.datasets.postcodes import read_postcodes
from localarea.geo.postcodes import postcode_of
from localarea.options.council import read_council
from localarea.options.membership import option_zones

FILE_ROWS = 5_000_000


def spend(folder: Path, rows: int) -> None:
    """Write spend lines with postcodes drawn at random, half as typed in haste."""
    keys = read_postcodes(["key"])["key"].to_numpy()
    rng = np.random.default_rng(1)
    drawn = rng.choice(keys, 200_000, replace=False)
    neat = pa.array([postcode_of(int(key)) for key in drawn])
    known = pa.concat_arrays([neat, pc.utf8_lower(pc.replace_substring(neat, " ", ""))])
    for number, start in enumerate(range(0, rows, FILE_ROWS)):
        count = min(FILE_ROWS, rows - start)
        which = pa.array(rng.integers(0, len(known), count))
        amounts = rng.integers(100, 10_000_000, count)
        table = pa.table({"amount_pence": amounts, "supplier_postcode": known.take(which)})
        pq.write_table(table, folder / f"part-{number:04d}.parquet", compression="zstd")


def main(rows: int) -> None:
    from distributed import Client, LocalCluster

    classifier = Classifier(boundary_of_option(option_zones("ttwa-official", read_council())))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "spend"
        folder.mkdir()
        spend(folder, rows)
        size = sum(path.stat().st_size for path in folder.iterdir())
        started = time.perf_counter()
        alone = check_parquet(folder, classifier, out=Path(name) / "alone")
        one = time.perf_counter() - started
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            started = time.perf_counter()
            together = check_parquet(folder, classifier, out=Path(name) / "two", client=client)
            two = time.perf_counter() - started
            memory = client.run(_peak_mb)
    assert alone.by_reason == together.by_reason
    assert alone.rows == together.rows == rows
    report = {
        "rows": rows,
        "files": alone.files,
        "megabytes_in": size / 1e6,
        "one_process_seconds": one,
        "two_workers_seconds": two,
        "two_over_one": two / one,
        "million_rows_per_second_two_workers": rows / two / 1e6,
        "worker_peak_mb": sorted(memory.values()),
        "load_average": os.getloadavg()[0],
        "by_status": asdict(alone)["by_status"],
    }
    print(json.dumps(report, indent=1))


def _peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000_000)
