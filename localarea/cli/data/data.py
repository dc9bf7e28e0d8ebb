"""The commands ``data status``, ``build``, ``update``, ``refresh``, ``restore`` and ``add``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localarea.cli.data.data_add import add
from localarea.cli.data.data_fetch import cache_folder, fetch
from localarea.cli.data.data_refresh import refresh, restore
from localarea.cli.data.data_status import EXIT_DATA, status
from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import AsJson
from localarea.errors import DataMissingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.download.sources import PublishedFile
    from localarea.datasets.download.update import Outcome

PACKAGE = Path(__file__).resolve().parents[2]

data_app = typer.Typer(no_args_is_help=True, help="Data tables that localarea uses.")
data_app.command("status")(status)
data_app.command("refresh")(refresh)
data_app.command("restore")(restore)
data_app.command("add")(add)


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
    from localarea.datasets.download.sources import choose_sources

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


def _show_sources(sources: Sequence[PublishedFile], *, as_json: bool) -> None:
    if as_json:
        names = ("name", "title", "publisher", "vintage", "licence", "url", "file", "tables")
        rows = [{n: getattr(source, n) for n in names} for source in sources]
        print_json({"sources": rows})
        return
    for source in sources:
        typer.echo(f"{source.name} ({source.vintage}): {source.title}\n    {source.url}")
