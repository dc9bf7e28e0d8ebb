"""
The figures of docs/scale.md are those of benchmarks/scale.json, and its sums come out.

A check of consistency between two files that people edit, and no more: nothing of localarea is
run. What the figures are is measured by `benchmarks/bench_scale.py`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BILLION = 1_000_000_000
CORES = 2
PRICE_CORE_HOUR, PRICE_GB_MONTH = 0.0408, 0.023


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "scale.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def measured(repository: Path) -> dict[str, Any]:
    text = (repository / "benchmarks" / "scale.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def row_of(page: str, section: str, begins: str) -> list[str]:
    part = page.partition(f"## {section}")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith(f"| {begins} |")]
    assert len(lines) == 1, begins
    return [cell.strip() for cell in lines[0].strip("|").split("|")]


def loads(run: dict[str, Any]) -> str:
    before, after = run["load_average"]
    return f"{before:.1f}, {after:.1f}"


def test_the_measured_table_is_what_was_measured(page: str, measured: dict[str, Any]) -> None:
    joins, parquet, files = measured["joins"], measured["parquet"], measured["files"]
    assert parquet["rows"] == 100 * 1_000_000
    assert parquet["same_counts"]
    runs = {
        "folder, one process": (parquet["one_process"], parquet["rows"]),
        "folder, Dask, two workers": (parquet["two_workers"], parquet["rows"]),
        "one Parquet file, `check-file`": (joins["by_localarea"], joins["rows"]),
        "the same file, DuckDB": (joins["by_duckdb"], joins["rows"]),
        "the same file, Spark `local[2]`": (joins["by_spark"], joins["rows"]),
    }
    for rows in ("200000", "500000", "1000000"):
        runs[f".csv, {int(rows):,} rows"] = (files["csv"][rows], int(rows))
    for name, (run, rows) in runs.items():
        cells = row_of(page, "Measured", name)
        peak = run.get("peak_mb", "")
        stated = ", ".join(map(str, peak)) if isinstance(peak, list) else str(peak)
        assert cells[1:] == [f"{rows:,}", f"{run['seconds']:.1f}", stated, loads(run)]
    few, many = (files["csv"][rows]["peak_mb"] for rows in ("200000", "1000000"))
    assert many <= 1.3 * few  # what "bounded" is taken to mean


PROGRAMS = {
    "check": "`check-file`",
    "openpyxl": "openpyxl, load and save",
    "libreoffice": "LibreOffice, its own conversion",
    "pandas": "pandas, read by calamine and written by xlsxwriter",
}


def test_the_table_of_workbooks_is_what_was_measured(page: str, repository: Path) -> None:
    text = (repository / "benchmarks" / "files.json").read_text(encoding="utf-8")
    part = page.partition("## Workbooks")[2].partition("\n## ")[0]
    for found in json.loads(text)["files"]:
        ours = found["check"]["processor_s"]
        assert found.keys() >= {"check", "openpyxl"}
        for task, name in PROGRAMS.items():
            if task not in found:  # a machine that was too busy for all of them
                continue
            run = found[task]
            ratio = "" if task == "check" else f"{ours / run['processor_s']:.2f}"
            cells = [f"{found['rows']:,}", name, f"{run['processor_s']:.1f}"]
            assert f"| {' | '.join([*cells, str(run['peak_mb']), ratio])} |" in part


def test_a_billion_rows_are_the_rates_carried_on(page: str, measured: dict[str, Any]) -> None:
    parquet, joins = measured["parquet"], measured["joins"]
    ways = {
        "`check-file --cluster`": parquet["two_workers"]["seconds"] / parquet["rows"],
        "DuckDB": joins["by_duckdb"]["seconds"] / joins["rows"],
        "Spark": joins["by_spark"]["seconds"] / joins["rows"],
    }
    for name, seconds_a_row in ways.items():
        hours = seconds_a_row * BILLION * CORES / 3_600
        stated = row_of(page, "A billion rows: an estimate", name)[1:]
        assert stated == [f"{hours:.2f}", f"{hours * PRICE_CORE_HOUR:.3f}"]
    gigabytes = (
        parquet["megabytes_in_per_million_rows"]
        + parquet["two_workers"]["megabytes_out_per_million_rows"]
    )
    said = re.search(r"storage: ([0-9.]+) GB in and ([0-9.]+) GB out, ([0-9.]+) USD a month", page)
    assert said is not None
    assert float(said[1]) + float(said[2]) == pytest.approx(gigabytes, abs=0.1)
    assert float(said[3]) == pytest.approx(gigabytes * PRICE_GB_MONTH, abs=0.01)
