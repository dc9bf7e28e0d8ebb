"""The command ``data add``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import Annotated

import typer

from localarea.cli.data.data_refresh import renewed_folder
from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import AsJson
from localarea.errors import InputError


def add(
    kind: Annotated[str, typer.Argument(help="What to add: flows.")],
    file: Annotated[Path, typer.Argument(help="Flows between zones: CSV, Parquet or a zip.")],
    name: Annotated[
        str, typer.Option("--name", help="Name by which to ask for them, such as survey-2025.")
    ],
    zones: Annotated[
        Path | None,
        typer.Option("--zones", help="Polygons of the zones: GeoPackage, Shapefile or GeoJSON."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the files; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add flows between your own zones, to be asked for by name."""
    from localarea.renewal.own_flows import add_flows

    if kind != "flows":
        raise InputError(f"{kind!r} cannot be added; what can be: flows", parameter="kind")
    for path in (file, zones):
        if path is not None and not path.exists():
            raise InputError(f"there is no file {path}; check the path")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    done = add_flows(file, name, renewed_folder(), now=now, zones=zones, dry_run=dry_run)
    if as_json:
        print_json(asdict(done))
        return
    typer.echo(
        f"{done.workers:,.0f} workers between {done.zones:,} zones, read as {done.form}"
        + (f"; {done.outlines:,} outlines" if done.outlines else "; no outlines")
        + (f", of which {done.without_flows:,} are in no flow" if done.without_flows else "")
        + "."
    )
    if done.edition is None:
        typer.echo("Nothing was changed (--dry-run).")
        return
    typer.echo(
        f"Added as {name!r} (edition {done.edition}): 'localarea ttwa --flows {name}' uses them, "
        f"'localarea data restore flows-{name}' takes them away again."
    )
