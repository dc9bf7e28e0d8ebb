"""Stability and sensitivity of the areas of ``ttwa``: bootstrap runs and a grid of settings."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from localarea.cli.files.file_checks import cluster_client
from localarea.cli.shared.deployment import open_council, open_store
from localarea.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from localarea.labour.flow_matrix import FlowMatrix
    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters

# Looser, official and stricter readings of the official criteria.
GRID = {"min_sc": [0.6, 0.667, 0.7], "target_sc": [0.7, 0.75, 0.8], "min_size": [3_500.0, 10_000.0]}


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error if it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)


def anchor_zones(anchor: str | None, system: str) -> tuple[str, list[str]]:
    """Return the anchor's name and its zones in a zone system."""
    from localarea.options.anchors.place import find_anchor

    store = open_store()
    council = open_council(anchor, None, store)
    found = find_anchor(council.anchor, system, store)
    return council.anchor, list(found.zones)


def measure(
    flows: FlowMatrix,
    method: TtwaParameters,
    *,
    runs: int,
    seed: int,
    anchor: str | None,
    processes: int,
    dask: str | None,
    map_to: Path | None,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Run the bootstrap; return the figures, and write one row per zone."""
    from localarea.labour.travel_to_work_areas.resampling import measure_stability

    name, zones = anchor_zones(anchor, flows.zone_system)
    with cluster_client(dask) as client, progress(runs, "Runs on redrawn flows") as tell:
        found = measure_stability(
            flows,
            zones,
            parameters=method,
            n_runs=runs,
            seed=seed,
            processes=processes,
            client=client,
            on_done=tell,
        )
    if map_to is not None:
        _draw(map_to, flows, found.with_anchor, name, f"{name}, {runs} runs on redrawn flows")
    overlap = found.areas.reindex(found.membership).reset_index(drop=True)
    table = found.with_anchor.rename_axis("zone").reset_index()
    table = table.assign(
        area=found.membership.to_numpy(), area_recovered=overlap["recovered_share"].to_numpy()
    )
    figures = {
        "anchor": name,
        "runs": runs,
        "seed": seed,
        "anchor_zones_median": float(found.runs["anchor_zones"].median()),
        "anchor_zones_least": float(found.runs["anchor_zones"].min()),
        "anchor_zones_most": float(found.runs["anchor_zones"].max()),
        "zones_always": int((found.with_anchor == 1).sum()),
        "zones_sometimes": int(found.with_anchor.between(0, 1, inclusive="neither").sum()),
        "areas_recovered_mean": float(found.areas["recovered_share"].mean()),
    }
    return figures, table


def run_grid(
    method: TtwaParameters,
    *,
    further: Mapping[str, FlowMatrix],
    anchor: str | None,
    processes: int,
    dask: str | None,
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Run the grid over both censuses, both treatments of home workers and any file given."""
    from localarea.labour.travel_to_work_areas.sensitivity import run_sensitivity

    name, zones = anchor_zones(anchor, "msoa11")
    anchors = {"msoa11": zones, "msoa21": anchor_zones(anchor, "msoa21")[1]}
    for file, matrix in further.items():
        _require_anchor(file, matrix, anchors, name)
    matrices = _censuses() | {f"{file} (a file)": matrix for file, matrix in further.items()}
    total = len(matrices)
    for values in GRID.values():
        total *= len(values)
    with cluster_client(dask) as client, progress(total, "Runs of the grid") as tell:
        found = run_sensitivity(
            matrices, GRID, anchors, base=method, processes=processes, client=client, on_done=tell
        )
    by_matrix = found.runs.groupby("matrix")["anchor_zones"].agg(["min", "median", "max"])
    figures = {
        "anchor": name,
        "runs": len(found.runs),
        "anchor_zones": {str(k): v for k, v in by_matrix.to_dict("index").items()},
    }
    return figures, found.runs, found.frequency


def _censuses() -> dict[str, FlowMatrix]:
    """Read the flows of both censuses, with those who work at home counted and left out."""
    from localarea.labour.flow_matrix import TTWA_RULE, SpecialRule, read_flow_matrix

    left_out = SpecialRule(
        home="exclude", no_fixed_place="exclude", home_or_no_fixed_place="exclude"
    )
    store = open_store()
    return {
        f"{year}, home workers {words}": read_flow_matrix(year, rule=rule, store=store)
        for year in (2011, 2021)
        for words, rule in (("at home", TTWA_RULE), ("left out", left_out))
    }


def _require_anchor(
    file: str, matrix: FlowMatrix, anchors: Mapping[str, Sequence[str]], name: str
) -> None:
    zones = anchors.get(matrix.zone_system)
    if zones is None:
        raise SettingError(
            f"--sensitivity compares areas made of the same zones, and the zones of {file} "
            "are neither the MSOAs of 2011 nor those of 2021: leave it out"
        )
    if not set(zones) <= set(matrix.codes.tolist()):
        raise SettingError(
            f"{file} lacks zones of {name}, so its area cannot be worked out; name another --anchor"
        )


def _draw(path: Path, flows: FlowMatrix, share: pd.Series, anchor: str, title: str) -> None:
    from localarea.datasets.districts import read_districts
    from localarea.datasets.zones import read_zones
    from localarea.options.zone_figures import attributions
    from localarea.reports.print_maps.labour_pictures import write_membership_map

    zones = read_zones(flows.zone_system, store=open_store())  # type: ignore[arg-type]
    districts = read_districts(store=open_store())
    write_membership_map(
        path,
        zones,
        share,
        title=f"Share of runs in which a zone shares an area with {title}",
        outlines={anchor: districts.geometry[districts["name"] == anchor]},
        note="\n".join(attributions([f"zones_{flows.zone_system}", "districts_lad25"])),
    )
