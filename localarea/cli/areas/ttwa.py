"""The command ``ttwa``, which computes travel to work areas from commuting flows."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localarea.cli.areas.ttwa_official import (
    areas_to_compare,
    compare_with_official,
    show_comparison,
)
from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import AsJson
from localarea.cli.shared.deployment import open_store
from localarea.cli.shared.numbers import drawable, finite
from localarea.errors import SettingError

if TYPE_CHECKING:
    import pandas as pd

    from localarea.datasets.flow_formats.flow_files import AnyFlows
    from localarea.labour.flow_matrix import FlowMatrix, SpecialRule
    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
    from localarea.labour.travel_to_work_areas.result import TtwaResult

# Of the release "Estimation of travel to work matrices, England and Wales", 23 June 2023.
MODELLED = (
    "Caution: the ONS publishes its modelled flows for 2021 as a matrix of the zones of 2011. They "
    'are experimental data that "should not be used to make decisions". If this file is one of '
    "them, compare its areas with those of the censuses (--sensitivity), and never use them "
    "instead."
)


def ttwa(
    out: Annotated[Path, typer.Option("--out", help="CSV file to write: zone,area.")],
    flows: Annotated[
        Path | None,
        typer.Option(
            "--flows",
            help="CSV or Parquet; the first columns are origin, destination, count. Or the name "
            "of flows that 'localarea data add' has added.",
        ),
    ] = None,
    vintage: Annotated[
        int | None,
        typer.Option("--vintage", help="Census of the embedded flows: 2011 or 2021."),
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="Thresholds and rules: ons2011 or istat.")
    ] = "ons2011",
    min_size: Annotated[
        float | None,
        typer.Option("--min-size", min=0, max=1_000_000_000, callback=finite, help="Persons."),
    ] = None,
    target_size: Annotated[
        float | None,
        typer.Option("--target-size", min=0, max=1_000_000_000, callback=finite, help="Persons."),
    ] = None,
    min_sc: Annotated[
        float | None,
        typer.Option("--min-sc", min=0, max=1, callback=finite, help="Share, such as 0.667."),
    ] = None,
    target_sc: Annotated[
        float | None,
        typer.Option("--target-sc", min=0, max=1, callback=finite, help="Share, such as 0.75."),
    ] = None,
    explain: Annotated[
        list[str] | None, typer.Option("--explain", help="Explain why this zone is in its area.")
    ] = None,
    choices: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="Other setting of the method, such as order=jobs or form=linear."
        ),
    ] = None,
    home: Annotated[
        str,
        typer.Option(
            "--home", help="Home workers and no fixed place: at_home, exclude or outside."
        ),
    ] = "at_home",
    zone: Annotated[
        list[str] | None,
        typer.Option("--zone", help="Treat this destination of --flows as a zone."),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(
            "--level", help="Sum the flows to larger zones of 2011 first: oa11, lsoa11 or msoa11."
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", help="Compare the areas with the official ones of 2011: official."
        ),
    ] = None,
    stability: Annotated[
        int,
        typer.Option(
            "--stability",
            min=0,
            max=10_000,
            help="Number of bootstrap runs, to measure the stability of each zone.",
        ),
    ] = 0,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help="Run a grid of thresholds, censuses and home rules."),
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option(
            "--map", callback=drawable, help="Map of the --stability result: PNG, SVG or PDF."
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot", callback=drawable, help="Chart of the --sensitivity result: PNG, SVG or PDF."
        ),
    ] = None,
    anchor: Annotated[
        str | None, typer.Option("--anchor", help="District whose area to report on.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Random seed.")] = 2011,
    processes: Annotated[
        int, typer.Option("--processes", min=1, max=256, help="Number of processes for the runs.")
    ] = 1,
    dask: Annotated[
        str | None, typer.Option("--dask", help="Address of a Dask scheduler for the runs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Group zones into travel-to-work areas by the official method."""
    _require_together(stability, sensitivity, flows, picture, plot)
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    thresholds = {
        "min_size": min_size,
        "target_size": target_size,
        "min_sc": min_sc,
        "target_sc": target_sc,
    }
    method = _parameters(preset, {k: v for k, v in thresholds.items() if v is not None})
    method = _with_choices(method, choices or [])
    accounts: dict[str, Any] = {}
    flows, own = _file_of(flows)
    matrix = _matrix(flows, vintage, home, zone or [], accounts)
    if level is not None:
        from localarea.labour.grains import flows_at

        matrix = flows_at(matrix, level, store=open_store())
        accounts["level"] = level
    official = areas_to_compare(against, matrix)
    borders = None if method.contiguity == "ignore" else _borders(matrix, flows, own)
    result = compute_travel_to_work_areas(matrix, method, borders=borders)
    reasons = {zone: str(result.explain(zone)) for zone in explain or ()}
    _write(result, out)
    document = {**_summary(result), **accounts, "out": str(out), "explanations": reasons}
    if official is not None:
        document["against"] = compare_with_official(result, official)
    how = {"anchor": anchor, "processes": processes, "dask": dask}
    if stability:
        runs = {"runs": stability, "seed": seed, "map_to": picture}
        document["stability"] = _stability(matrix, method, out, runs, how)
    if sensitivity:
        further = {} if flows is None else {flows.name: matrix}
        document["sensitivity"] = _sensitivity(method, out, plot, how, further)
    if as_json:
        print_json(document)
    else:
        _show(document)


def _parameters(preset: str, thresholds: dict[str, float]) -> TtwaParameters:
    from localarea.labour.travel_to_work_areas.parameters import PRESETS

    if preset not in PRESETS:
        raise SettingError(f"preset {preset!r} is not known; the presets are: {', '.join(PRESETS)}")
    return PRESETS[preset].with_thresholds(**thresholds)


def _with_choices(method: TtwaParameters, choices: list[str]) -> TtwaParameters:
    named = {field.name for field in fields(method)} - {"criteria"} | {"form"}
    values = dict(choice.partition("=")[::2] for choice in choices)
    unknown = sorted(set(values) - named)
    if unknown:
        raise SettingError(
            f"--set {unknown[0]!r} is not a setting; the settings are: {', '.join(sorted(named))}"
        )
    if "form" in values:
        method = method.with_thresholds(form=values.pop("form"))  # type: ignore[arg-type]
    return replace(method, **values)  # type: ignore[arg-type]


def _require_together(
    stability: int, sensitivity: bool, flows: Path | None, picture: Path | None, plot: Path | None
) -> None:
    if stability and flows is not None:
        raise SettingError("--stability works on the census flows only; leave out --flows")
    if stability < 0:
        raise SettingError("--stability is a number of runs, 0 or more")
    if picture is not None and not stability:
        raise SettingError("--map draws the result of --stability N; add that option")
    if plot is not None and not sensitivity:
        raise SettingError("--plot draws the result of --sensitivity; add that option")


def _matrix(
    flows: Path | None, vintage: int | None, home: str, zones: list[str], accounts: dict[str, Any]
) -> FlowMatrix:
    from localarea.labour.flow_matrix import SpecialRule, read_flow_matrix

    if flows is None:
        rule = SpecialRule(home=home, no_fixed_place=home, home_or_no_fixed_place=home)  # type: ignore[arg-type]
        return read_flow_matrix(2011 if vintage is None else vintage, rule=rule, store=open_store())
    if vintage is not None:
        raise SettingError("use either --flows or --vintage: a file has its own year")
    from localarea.datasets.flow_formats.flow_files import read_any_flows
    from localarea.labour.own_flows import matrix_of_file

    found = read_any_flows(flows, accepted=zones)
    if found.special is None and home != "at_home":
        raise SettingError(
            "--home is for a census file, and this file has no rows of people who work at home"
        )
    rule = SpecialRule(home=home, no_fixed_place=home, home_or_no_fixed_place=home)  # type: ignore[arg-type]
    matrix = matrix_of_file(found, rule=rule, store=open_store())
    accounts["read"] = _account_for(found, matrix, rule)
    if found.form == "matrix" and matrix.zone_system == "msoa11":
        accounts["read"]["caution"] = MODELLED
    return matrix


def _account_for(found: AnyFlows, matrix: FlowMatrix, rule: SpecialRule) -> dict[str, Any]:
    """Count every worker of a file: those in the matrix, and those set aside by kind."""
    aside: dict[str, float] = {}
    if found.special is not None:
        by_kind = found.special.groupby("kind")["workers"].sum()
        aside = {str(k): float(n) for k, n in by_kind.items() if getattr(rule, str(k)) != "at_home"}
    return {
        "form": found.form,
        "zone_system": matrix.zone_system,
        "workers": found.workers,
        "workers_between_zones": float(matrix.matrix.sum()),
        "set_aside": aside,
        "rows_withheld": found.suppressed,
    }


def _file_of(flows: Path | None) -> tuple[Path | None, str | None]:
    """Return the file of flows, and their name if they were added under one."""
    from localarea.datasets.own_flows import own_flow_names, own_flows_file

    if flows is None or flows.is_file():
        return flows, None
    store, name = open_store(), str(flows)
    if name not in own_flow_names(store):
        return flows, None  # the reader says that there is no such file
    return own_flows_file(name, store), name


def _borders(matrix: FlowMatrix, flows: Path | None, own: str | None) -> list[tuple[str, str]]:
    from localarea.datasets.own_flows import read_own_zones
    from localarea.datasets.zones import read_zones

    zones = read_own_zones(own, open_store()) if own is not None else None
    if zones is not None:
        zones = zones[zones.index.isin(matrix.codes)]
    if flows is not None and zones is None:
        raise SettingError(
            "contiguity needs the polygons of the zones: leave out --flows, or add the flows with "
            "their zones ('localarea data add flows FILE --zones ZONES --name NAME')"
        )
    if zones is None:
        zones = read_zones(matrix.zone_system, store=open_store())  # type: ignore[arg-type]
    left, right = zones.sindex.query(zones.geometry, predicate="touches")
    codes = zones.index.astype(str).to_numpy()
    return list(zip(codes[left[left < right]], codes[right[left < right]], strict=True))


def _beside(out: Path, what: str) -> Path:
    return out.with_name(f"{out.stem}-{what}.csv")


def _stability(
    matrix: FlowMatrix, method: TtwaParameters, out: Path, runs: dict[str, Any], how: dict[str, Any]
) -> dict[str, Any]:
    from localarea.cli.areas.ttwa_firmness import measure

    figures, table = measure(matrix, method, **runs, **how)
    _write_table(table, _beside(out, "stability"))
    drawn = {"map": str(runs["map_to"])} if runs["map_to"] else {}
    return {**figures, "out": str(_beside(out, "stability")), **drawn}


def _sensitivity(
    method: TtwaParameters,
    out: Path,
    plot: Path | None,
    how: dict[str, Any],
    further: dict[str, FlowMatrix],
) -> dict[str, Any]:
    from localarea.cli.areas.ttwa_firmness import run_grid

    figures, runs, frequency = run_grid(method, further=further, **how)
    _write_table(runs, _beside(out, "sensitivity"))
    _write_table(frequency, _beside(out, "frequency"))
    files = [str(_beside(out, "sensitivity")), str(_beside(out, "frequency"))]
    if plot is not None:
        from localarea.reports.print_maps.labour_pictures import write_sensitivity_picture

        title = f"Zones in the area of {figures['anchor']}, by minimum self-containment"
        write_sensitivity_picture(plot, runs, title=title)
        files.append(str(plot))
    return {**figures, "files": files}


def _write(result: TtwaResult, out: Path) -> None:
    _write_table(result.membership.rename("area").rename_axis("zone").reset_index(), out)


def _write_table(table: pd.DataFrame, out: Path) -> None:
    from localarea.tables.atomic import replacing
    from localarea.tables.plain_cells import without_formulas

    with replacing(out) as partial:
        without_formulas(table).to_csv(partial, index=False, lineterminator="\n")


def _summary(result: TtwaResult) -> dict[str, Any]:
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
    if "read" in document:
        _show_read(document["read"])
    if "against" in document:
        show_comparison(document["against"])
    for text in document["explanations"].values():
        typer.echo(f"\n{text}")
    if "stability" in document:
        _show_stability(document["stability"])
    if "sensitivity" in document:
        found = document["sensitivity"]
        typer.echo(f"\nZones in the area of {found['anchor']} over {found['runs']} settings:")
        for name, count in found["anchor_zones"].items():
            typer.echo(f"  {name}: {count['min']:.0f} to {count['max']:.0f}")
        typer.echo(f"Written: {', '.join(found['files'])}")
    typer.echo(f"\nWritten: {document['out']}")


def _show_read(read: dict[str, Any]) -> None:
    """Print how many workers of the file were used and set aside."""
    aside = ", ".join(
        f"{count:,.0f} {kind.replace('_', ' ')}" for kind, count in read["set_aside"].items()
    )
    typer.echo(
        f"The file was read as {read['form']}: {read['workers']:,.0f} workers, of whom "
        f"{read['workers_between_zones']:,.0f} are between or within zones"
        + (f"; set aside: {aside}" if aside else "")
        + (f"; {read['rows_withheld']:,} rows are withheld" if read["rows_withheld"] else "")
        + "."
    )
    if "caution" in read:
        typer.echo(read["caution"])


def _show_stability(found: dict[str, Any]) -> None:
    typer.echo(
        f"\nOver {found['runs']} bootstrap runs the area of {found['anchor']} has "
        f"{found['anchor_zones_least']:.0f} to {found['anchor_zones_most']:.0f} zones (median "
        f"{found['anchor_zones_median']:.0f}): {found['zones_always']} always, "
        f"{found['zones_sometimes']} sometimes.\nWritten: {found['out']}"
    )
