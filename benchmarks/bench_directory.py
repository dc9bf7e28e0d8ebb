"""
Time and memory to bring in a whole postcode directory, as large as the ONS publishes it.

    python benchmarks/bench_directory.py

Writes the directory of the whole country from our own table, about fifty columns and 1.3 GB of
CSV in a zip, into a temporary folder. Each figure comes from a process of its own, so that its
peak memory is that of the work alone: ``read``, then ``fit`` (with what it reads of the tables),
then ``refresh``, the whole work with minutes by road, its tables written to the disk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

if TYPE_CHECKING:
    from collections.abc import Callable

MONTH = "2026-02"
TARGET = {"seconds": 60, "peak_mb": 1000}  # of reading the directory


def write(folder: Path) -> dict[str, Any]:
    """Write the directory, and give its size."""
    import zipfile

    from national_directory import as_published, write_zip

    from localarea.datasets.postcodes import read_postcodes

    columns = as_published(read_postcodes(), wide=True)
    path = write_zip(folder / "ONSPD_FEB_2026.zip", columns)
    with zipfile.ZipFile(path) as archive:
        (member,) = archive.infolist()
    sizes = {"zip_mb": path.stat().st_size // 10**6, "csv_mb": member.file_size // 10**6}
    return {"rows": columns.num_rows, "columns": columns.num_columns, **sizes}


def read(folder: Path) -> dict[str, Any]:
    """Read the directory."""
    from localarea.datasets.publishers.onspd import read_postcode_directory

    return _timed(lambda: read_postcode_directory(folder / "ONSPD_FEB_2026.zip"))


def fit(folder: Path) -> dict[str, Any]:
    """Fit the directory to our table, after reading it; the time is of fitting alone."""
    from localarea.datasets.publishers.onspd import read_postcode_directory
    from localarea.datasets.store import default_store
    from localarea.renewal.directory import fit as fit_to_ours

    raw = read_postcode_directory(folder / "ONSPD_FEB_2026.zip")
    return _timed(lambda: fit_to_ours(raw, MONTH, default_store()))


def refresh(folder: Path) -> dict[str, Any]:
    """Bring the directory in, with the minutes by road from Colchester."""
    from localarea.datasets.store import DataStore, default_store
    from localarea.renewal.refresh import refresh_postcodes
    from localarea.renewal.request import Request

    tables = folder / "tables"
    store = DataStore(default_store().root, folder / "cache", renewed=tables)
    path, now = folder / "ONSPD_FEB_2026.zip", "2026-03-01T09:00:00+00:00"
    return _timed(
        lambda: refresh_postcodes(Request(path, store, tables, now=now, anchors=("Colchester",)))
    )


def _timed(work: Callable[[], object]) -> dict[str, Any]:
    import resource

    load, cpu, began = os.getloadavg()[0], time.process_time(), time.perf_counter()
    work()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_mb": used.ru_maxrss // 1000,
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
    }


def main() -> None:
    """Run each part in a process of its own, and print the figures as JSON."""
    parts = {part.__name__: part for part in (write, read, fit, refresh)}
    if len(sys.argv) == 3:
        print(json.dumps(parts[sys.argv[1]](Path(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory(prefix="bench-directory-") as folder:
        found: dict[str, Any] = {"target of read": TARGET}
        for name in parts:
            done = subprocess.run(
                [sys.executable, __file__, name, folder], check=True, capture_output=True, text=True
            )
            found[name] = json.loads(done.stdout)
            print(name, found[name], file=sys.stderr, flush=True)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
