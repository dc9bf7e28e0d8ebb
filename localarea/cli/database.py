"""The commands ``database status``, ``upgrade``, ``backup`` and ``restore``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import AsJson
from localarea.cli.shared.deployment import decisions_url, open_decisions

if TYPE_CHECKING:
    from localarea.decisions.backup import Copied

database_app = typer.Typer(
    help="The store of decisions: status, upgrade, backup, restore.", no_args_is_help=True
)


@database_app.command("status")
def status(as_json: AsJson = False) -> None:
    """Show the store's address, form and number of log entries, without changing it."""
    from localarea.decisions.database import describe_store

    found = describe_store(decisions_url())
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name.replace('_', ' ')}: {'none' if value is None else value}")


@database_app.command("upgrade")
def upgrade() -> None:
    """Upgrade the store to the form that this version needs."""
    from localarea.decisions.database import describe_store

    before = describe_store(decisions_url())["form"]
    open_decisions().close()
    after = describe_store(decisions_url())["form"]
    typer.echo(
        f"the store is already of form {after}" if before == after else
        f"the store was upgraded from form {before or 'none'} to {after}"
    )  # fmt: skip


@database_app.command("backup")
def backup(path: Annotated[Path, typer.Argument(metavar="FILE")], as_json: AsJson = False) -> None:
    """Copy a snapshot of the record into a new file, and verify the copy."""
    from localarea.decisions.backup import back_up
    from localarea.decisions.database import open_database

    # Brought up to date, a store gives a backup that the version before cannot go back to.
    database = open_database(decisions_url(), upgrade=False)
    try:
        _print_copied(back_up(database, path), f"written to {path}", as_json=as_json)
    finally:
        database.close()


@database_app.command("restore")
def restore(path: Annotated[Path, typer.Argument(metavar="FILE")], as_json: AsJson = False) -> None:
    """Restore a backup into an empty store of either kind, and verify it."""
    from localarea.decisions.backup import restore as restore_backup

    database = open_decisions()
    try:
        _print_copied(restore_backup(database, path), f"restored from {path}", as_json=as_json)
    finally:
        database.close()


def _print_copied(copied: Copied, where: str, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(copied))
        return
    for table, rows in copied.rows.items():
        typer.echo(f"{table.replace('_', ' ')}: {rows:,}")
    typer.echo(f"{where}; the record is sound, its last hash is\n{copied.head}")
    if where.startswith("restored") and copied.rows.get("definitions"):
        typer.echo("now restore the files that checks read: localarea definitions restore")
