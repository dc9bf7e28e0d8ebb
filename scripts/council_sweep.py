"""
Compute the same options for every district of England and Wales, and rank one council's.

    python scripts/council_sweep.py [--out sweep.csv] [--page docs/council-sweep.md] [--workers 2]

The work runs on a local Dask cluster.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import pandas as pd

from localarea.comparison.sweep import SWEPT, sweep_districts
from localarea.options.region_options import OF_REGION

ANCHOR = "Colchester"
RANKED = {
    "supply_side": ("Supply-side self-containment 2011", "{:.1%}", False),
    "demand_side": ("Demand-side self-containment 2011", "{:.1%}", False),
    "supply_side_2021": ("Supply-side 2021 (lockdown)", "{:.1%}", False),
    "employed_residents": ("Residents at work 2011", "{:,.0f}", False),
    "minutes_p90": ("Minutes that nine in ten live within", "{:.0f}", True),
}


def main() -> None:
    """Compute, and write what was asked for."""
    parser = argparse.ArgumentParser(description="Compute the options of every district.")
    parser.add_argument("--out", type=Path, help="CSV file for the whole table")
    parser.add_argument("--page", type=Path, help="Markdown page to write")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    table, seconds = _computed(arguments.workers)
    if arguments.out:
        table.to_csv(arguments.out, index=False)
    if arguments.page:
        arguments.page.write_text(_page(table, seconds, arguments.workers), encoding="utf-8")


def _computed(workers: int) -> tuple[pd.DataFrame, float]:
    from distributed import Client, LocalCluster
    from rich.progress import Progress

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        Progress(transient=True) as progress,
    ):
        bar = progress.add_task("Districts", total=None)
        started = time.perf_counter()
        table = sweep_districts(
            client=client,
            progress=lambda done, of: progress.update(bar, completed=done, total=of),
        )
        return table, time.perf_counter() - started


def _page(table: pd.DataFrame, seconds: float, workers: int) -> str:
    count = table["district"].nunique()
    faults = table[table["fault"] != ""]
    took = f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.1f} minutes"
    lines = [
        f"# {ANCHOR}'s options among those of all districts",
        "",
        f"The same {len(SWEPT)} options for each of the {count} districts of England and Wales as",
        "the anchor, by `python scripts/council_sweep.py --page docs/council-sweep.md`. Rank 1",
        "is the highest share or number, and for minutes the shortest; equal figures share a rank.",
        "",
        f"It took {took} on {workers} Dask workers of one core each, travel times included.",
        "",
    ]
    for option in SWEPT:
        lines += [f"## {option}", "", *_ranks(table[table["option"] == option]), ""]
    lines += _of_region(table)
    passing = table[table["valid"].eq(True)].groupby("option")["district"].nunique()
    lines += ["## How many pass the official criteria", ""]
    lines += ["| option | districts whose area passes | of |", "|---|---|---|"]
    lines += [f"| {o} | {int(passing.get(o, 0))} | {count} |" for o in SWEPT]
    if len(faults):
        lines += ["", "Without figures: " + "; ".join(sorted(set(faults["fault"]))) + "."]
    return "\n".join([*lines, ""])


def _of_region(table: pd.DataFrame) -> list[str]:
    """Give the figures of the options for a mandate's region, where a council's file states one."""
    rows = table[table["option"].isin(OF_REGION) & (table["fault"] == "")]
    lines = ["## Where a council's file states the area of its mandate", ""]
    lines += ["| option | district | supply side | demand side | residents at work |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {row.option} | {row.district} | {row.supply_side:.1%} | {row.demand_side:.1%} | "
        f"{row.employed_residents:,.0f} |"
        for row in rows.itertuples()
    ]
    return [*lines, ""]


def _ranks(rows: pd.DataFrame) -> list[str]:
    lines = [
        f"| figure | {ANCHOR} | rank | of | median | highest | lowest |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (heading, form, ascending) in RANKED.items():
        known: Any = pd.to_numeric(rows.set_index("district")[name]).dropna()
        rank = int(known.rank(ascending=ascending, method="min")[ANCHOR])
        most, least = known.idxmax(), known.idxmin()
        cells = [
            form.format(known[ANCHOR]), str(rank), str(len(known)), form.format(known.median()),
            f"{form.format(known[most])} ({most})", f"{form.format(known[least])} ({least})",
        ]  # fmt: skip
        lines.append(f"| {heading} | " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    main()
