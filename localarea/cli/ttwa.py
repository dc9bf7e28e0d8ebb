"""The command ``ttwa``: travel-to-work areas from commuting flows."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localarea.cli.deployment import open_store
from localarea.errors import SettingError

if TYPE_CHECKING:
    from localarea.labour.flow_matrix import FlowMatrix
    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
    from localarea.labour.travel_to_work_areas.result import TtwaResult


def ttwa(
    out: Annotated[Path, typer.Option("--out", help="CSV to write: zone,area.")],
    flows: Annotated[
        Path | None,
        typer.Option("--flows", help="CSV or Parquet: origin, destination, count come first."),
    ] = None,
    vintage: Annotated[
        int | None, typer.Option("--vintage", help="Census of the embedded flows: 2011 or 2021.")
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="Thresholds and rules: ons2011 or istat.")
    ] = "ons2011",
    min_size: Annotated[float | None, typer.Option("--min-size", help="Persons.")] = None,
    target_size: Annotated[float | None, typer.Option("--target-size", help="Persons.")] = None,
    min_sc: Annotated[float | None, typer.Option("--min-sc", help="Share, such as 0.667.")] = None,
    target_sc: Annotated[
        float | None, typer.Option("--target-sc", help="Share, such as 0.75.")
    ] = None,
    explain: Annotated[
        list[str] | None, typer.Option("--explain", help="Say why this zone is where it is.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Group zones into travel-to-work areas by the official method."""
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    thresholds = {
        "min_size": min_size,
        "target_size": target_size,
        "min_sc": min_sc,
        "target_sc": target_sc,
    }
    method = _parameters(preset, {k: v for k, v in thresholds.items() if v is not None})
    result = compute_travel_to_work_areas(_matrix(flows, vintage), method)
    reasons = {zone: str(result.explain(zone)) for zone in explain or ()}
    _write(result, out)
    document = {**_summary(result), "out": str(out), "explanations": reasons}
    if as_json:
        typer.echo(json.dumps(document, indent=1))
    else:
        _show(document)


def _parameters(preset: str, thresholds: dict[str, float]) -> TtwaParameters:
    from localarea.labour.travel_to_work_areas.parameters import PRESETS

    if preset not in PRESETS:
        raise SettingError(f"preset {preset!r} is not known; there are: {', '.join(PRESETS)}")
    return PRESETS[preset].with_thresholds(**thresholds)


def _matrix(flows: Path | None, vintage: int | None) -> FlowMatrix:
    from localarea.labour.flow_matrix import build_flow_matrix, read_flow_matrix

    if flows is None:
        return read_flow_matrix(2011 if vintage is None else vintage, store=open_store())
    if vintage is not None:
        raise SettingError("--flows and --vintage exclude each other: a file has its own year")
    from localarea.datasets.flow_pairs import read_flow_pairs

    return build_flow_matrix(read_flow_pairs(flows), vintage=0)


def _write(result: TtwaResult, out: Path) -> None:
    import os

    table = result.membership.rename("area").rename_axis("zone").reset_index()
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        table.to_csv(partial, index=False, lineterminator="\n")
        partial.replace(out)
    except OSError as error:
        raise SettingError(f"cannot write {out}: {error.strerror}; name another --out") from error
    finally:
        partial.unlink(missing_ok=True)


def _summary(result: TtwaResult) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "zones": result.flows.n_zones,
        "workers": result.flows.workers,
        "vintage": result.flows.vintage or None,
        "parameters": result.parameters.as_dict(),
        **asdict(result.quality),
        "invalid_areas": list(result.invalid_areas),
    }


def _show(document: dict[str, Any]) -> None:
    typer.echo(
        f"{document['areas']:,} areas of {document['zones']:,} zones and "
        f"{document['workers']:,.0f} workers; {document['valid_areas']:,} meet the criteria."
    )
    typer.echo(
        f"{document['self_containment']:.1%} of the workers live and work in one area; "
        f"Q-modularity {document['q_modularity']:.4f}, mean validity "
        f"{document['mean_validity']:.3f}."
    )
    for text in document["explanations"].values():
        typer.echo(f"\n{text}")
    typer.echo(f"\nWritten: {document['out']}")
