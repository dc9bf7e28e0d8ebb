"""The option ``--version``: the program, and the editions of the data that it answers from."""

from __future__ import annotations

import typer


def show_version(asked: bool) -> None:
    """Print the version and the vintage of each table in use, and end."""
    if not asked:
        return
    from localarea import __version__
    from localarea.cli.shared.deployment import open_store
    from localarea.datasets.storage.renewed import read_all

    typer.echo(f"localarea {__version__}")
    store = open_store()
    typer.echo(f"postcode directory: {store.directory_date}")
    renewed = {
        table: edition.number
        for edition in read_all(store.renewed).values()
        for table in edition.tables
    }
    width = max(map(len, store.registry))
    for name in sorted(store.registry):
        edition = f", edition {renewed[name]}" if name in renewed else ""
        typer.echo(f"{name:<{width}}  {store.info(name).vintage}{edition}")
    raise typer.Exit
