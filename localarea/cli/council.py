"""The command ``council new``, for a council's file."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from localarea.cli.shared.arguments import AsJson

council_app = typer.Typer(help="A council's file, which states its options.", no_args_is_help=True)


@council_app.callback()
def _group() -> None:
    """Keep ``new`` the name of a command, though it is the only one."""


@council_app.command("new")
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A district, town, postcode or lat,lon.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write; by default NAME.toml in this folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a council file to start from, with every option and the places in dispute."""
    from localarea.cli.shared.answers import print_json
    from localarea.cli.shared.deployment import open_store
    from localarea.errors import InputError
    from localarea.options.anchors.place import find_anchor
    from localarea.options.by_name.any_council import plain_council
    from localarea.options.by_name.template import council_file_text
    from localarea.options.council import read_council_file, require_file_name
    from localarea.tables.atomic import placing

    store = open_store()
    path = out or Path(f"{plain_council(name, store=store).key}.toml")
    require_file_name(path)
    if path.exists():  # fail before the work, not after it
        raise InputError(
            f"{path} already exists and will not be overwritten; choose another file",
            parameter="out",
        )
    text = council_file_text(name, store=store)
    with placing(path) as partial:
        partial.write_text(text, encoding="utf-8")
    made = read_council_file(path)
    if as_json:
        places = [contested.place for contested in made.contested]
        options = [spec.id for spec in made.options]
        print_json(
            {"file": str(path), "anchor": made.anchor, "options": options, "contested": places}
        )
        return
    read_as = find_anchor(name, "msoa11", store).note
    if read_as:
        typer.echo(f"note: {read_as}", err=True)
    disputed = " and ".join(contested.place for contested in made.contested) or "none"
    typer.echo(f"Written: {path}, with {len(made.options)} options; in dispute: {disputed}.")
    typed = shlex.quote(str(path))
    typer.echo(f"To see the options: localarea options --council {typed}")
    typer.echo(
        f"To make it the council of every command and the service: LOCALAREA_COUNCIL={typed}"
    )
