"""The commands ``data status``, ``build``, ``update``, ``refresh`` and ``restore``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from localarea.cli.answers import print_json
from localarea.cli.arguments import AsJson
from localarea.cli.data_fetch import cache_folder, fetch
from localarea.cli.data_refresh import refresh, restore
from localarea.errors import ChecksumError, DataMissingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.sources import Source
    from localarea.datasets.store import DataStore
    from localarea.datasets.update import Outcome

EXIT_DATA = 3
REBUILT = ("postcodes",)
PACKAGE = Path(__file__).resolve().parents[1]

data_app = typer.Typer(no_args_is_help=True, help="Data tables that localarea uses.")
data_app.command("refresh")(refresh)
data_app.command("restore")(restore)


@data_app.command("status")
def status(as_json: AsJson = False) -> None:
    """Show each table's vintage, licence and size, and whether its checksum matches."""
    from localarea.cli.deployment import open_store

    store = open_store()
    rows = [_status_of(store, name) for name in sorted(store.registry)]
    directory = _directory_of(store)
    if as_json:
        document = {
            "root": str(store.root),
            "directory_date": store.directory_date,
            **directory,
            "tables": rows,
        }
        print_json(document)
    else:
        _show_status(store, rows)
        _show_directory(store, directory)
    if any(row["state"] != "verified" for row in rows):
        raise typer.Exit(EXIT_DATA)


def _directory_of(store: DataStore) -> dict[str, Any]:
    """Return the age of the postcode directory, the edition that is due, and the renewal in use."""
    from datetime import UTC, datetime

    from localarea.datasets.renewed import read_current
    from localarea.renewal.schedule import age_in_months, edition_due

    today = datetime.now(UTC).date()
    current = read_current(store.renewed) if store.renewed else None
    return {
        "age_months": age_in_months(store.directory_date, today),
        "due": edition_due(store.directory_date, today),
        "renewed_dir": str(store.renewed) if store.renewed else None,
        "edition": current.number if current else 0,
        "made": current.made if current else None,
    }


def _show_directory(store: DataStore, found: dict[str, Any]) -> None:
    typer.echo(
        f"Postcode directory of {store.directory_date}, {found['age_months']} months old."
        + (f" Renewed on {found['made'][:10]}, from:" if found["made"] else "")
        + (f" {store.info('postcodes').source}." if found["made"] else "")
    )
    if found["due"]:
        typer.echo(
            f"The directory of {found['due']} should be out: download it from the ONS, then run "
            "'localarea data refresh postcodes --from FILE'."
        )


def _status_of(store: DataStore, name: str) -> dict[str, Any]:
    """Return one table's row; ``state`` is verified, missing or corrupt."""
    info = store.info(name)
    size: int | None = None
    fault: str | None = None
    try:
        size = store.path(name).stat().st_size
        state = "verified"
    except DataMissingError as error:
        state, fault = "missing", str(error)
    except ChecksumError as error:
        size, state, fault = (store.root / info.file).stat().st_size, "corrupt", str(error)
    return {
        "name": name,
        "title": info.title,
        "vintage": info.vintage,
        "licence": info.licence,
        "rows": info.rows,
        "bytes": size,
        "state": state,
        "fault": fault,
        "file": info.file,
        "renewed": Path(info.file).is_absolute(),
        "rests_on": [n.removeprefix("table: ") for n, _ in info.inputs if n.startswith("table: ")],
        "rebuilt_by_refresh": name in REBUILT or name.endswith("_postcodes"),
        "sha256": info.sha256,
        "source": info.source,
    }


def _show_status(store: DataStore, rows: Sequence[dict[str, Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    total = sum(row["bytes"] or 0 for row in rows)
    # Narrow gaps, so that nothing is truncated on a terminal of 80 columns.
    title = f"{len(rows)} tables, {total / 1e6:.1f} MB, in {store.root}"
    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("table", "vintage", "licence", "rows", "MB", "state"):
        justify: Literal["right", "left"] = "right" if heading in ("rows", "MB") else "left"
        table.add_column(heading, justify=justify, no_wrap=True)
    for row in rows:
        size = "" if row["bytes"] is None else f"{row['bytes'] / 1e6:.2f}"
        style = None if row["state"] == "verified" else "red"
        cells = (row["name"], row["vintage"], row["licence"], f"{row['rows']:,}", size)
        table.add_row(*cells, row["state"], style=style)
    Console().print(table)
    for row in rows:
        if row["fault"]:
            typer.echo(f"localarea: {row['fault']}", err=True)


@data_app.command("build")
def build(
    raw: Annotated[Path, typer.Argument(help="Folder of the publishers' files.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; default data/.")]
    = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="Build only this table; may "
                                                   "be repeated.")] = None,
) -> None:  # fmt: skip
    """Build the tables from the publishers' files, with the repository's scripts/build_data.py."""
    command = [sys.executable, str(_build_script()), str(raw)]
    if out is not None:
        command += ["--out", str(out)]
    if only:
        command += ["--only", *only]
    done = subprocess.run(command, check=False)  # noqa: S603 -- our own script, no shell
    raise typer.Exit(done.returncode if done.returncode >= 0 else EXIT_DATA)


def _build_script() -> Path:
    script = PACKAGE.parent / "scripts" / "build_data.py"
    if not script.is_file():
        raise DataMissingError(
            script,
            hint="the tables are built in a checkout of the repository, which is not part of an "
            "installed localarea: get the repository (or unpack the source "
            "distribution), run ./scripts/environment there, then run this command again",
        )
    return script


@data_app.command("update")
def update(
    table: Annotated[
        list[str] | None, typer.Argument(help="Tables or sources; default all.")
    ] = None,
    base: Annotated[
        str | None, typer.Option("--from", help="Address of a mirror, or of one file.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder to fetch into; default the cache.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Fetch again even files that are intact.")
    ] = False,
    accept_changed: Annotated[
        bool, typer.Option("--accept-changed", help="Accept a file that the publisher has revised.")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="List the sources; fetch nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch the publishers' files, resuming interrupted downloads and verifying checksums."""
    from localarea.datasets.sources import choose_sources

    sources = choose_sources(table or ())
    if show:
        _show_sources(sources, as_json=as_json)
        return
    folder = to if to is not None else cache_folder()
    outcomes = fetch(sources, folder, base, again=again, accept_changed=accept_changed)
    if as_json:
        rows = [_outcome_row(outcome) for outcome in outcomes]
        print_json({"folder": str(folder), "sources": rows})
    for outcome in outcomes:
        if outcome.error is not None:
            typer.echo(f"localarea: {outcome.source.name}: {outcome.error}", err=True)
        elif not as_json:
            typer.echo(f"{outcome.state:9}  {outcome.source.name:18} {outcome.path}")
    if any(outcome.error is not None for outcome in outcomes):
        raise typer.Exit(EXIT_DATA)


def _outcome_row(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.source.name,
        "state": outcome.state,
        "path": str(outcome.path),
        "url": outcome.url,
        "sha256": outcome.sha256,
        "bytes": outcome.size,
        "resumed": outcome.resumed,
        "vintage": outcome.source.vintage,
        "error": None if outcome.error is None else str(outcome.error),
    }


def _show_sources(sources: Sequence[Source], *, as_json: bool) -> None:
    if as_json:
        names = ("name", "title", "publisher", "vintage", "licence", "url", "file", "tables")
        rows = [{n: getattr(source, n) for n in names} for source in sources]
        print_json({"sources": rows})
        return
    for source in sources:
        typer.echo(f"{source.name} ({source.vintage}): {source.title}\n    {source.url}")
