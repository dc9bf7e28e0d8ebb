"""The commands ``keys make``, ``keys list`` and ``keys revoke``, for API keys."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import AsJson
from localarea.cli.shared.deployment import open_decisions, operator
from localarea.records import british_day

if TYPE_CHECKING:
    from localarea.decisions.api_keys import ApiKey

keys_app = typer.Typer(help="API keys, with which programs use the service.", no_args_is_help=True)


@keys_app.command("make")
def make(
    name: Annotated[
        str, typer.Option("--name", help="Name of the program that will hold the key.")
    ],
    roles: Annotated[
        str,
        typer.Option(
            "--roles", help="Comma-separated: viewer, checker, analyst, admin; or supplier."
        ),
    ] = "checker",
    days: Annotated[
        int, typer.Option("--days", min=1, max=366, help="Number of days for which it is valid.")
    ] = 90,
    contracts: Annotated[
        str,
        typer.Option("--contracts", help="Comma-separated contracts that a supplier's key is for."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Create a key, and print it once."""
    from localarea.decisions import api_keys

    wanted = [role.strip().casefold() for role in roles.split(",") if role.strip()]
    database = open_decisions()
    try:
        key, text = api_keys.make(
            database,
            name=name,
            roles=wanted,
            days=days,
            actor=operator(),
            now=datetime.now(UTC),
            contracts=contracts.split(","),
        )
    finally:
        database.close()
    if as_json:
        print_json({**_document(key), "key": text})
        return
    typer.echo(text)
    typer.echo(
        f"Keep it safe: it will not be shown again. It is valid until {key.expires_on} for "
        f"{', '.join(key.roles)}; to revoke it, run: localarea keys revoke {key.id}",
        err=True,
    )


@keys_app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List all keys, including expired and revoked ones."""
    from localarea.decisions import api_keys

    database = open_decisions()
    try:
        with database.reading() as connection:
            keys = api_keys.list_keys(connection)
    finally:
        database.close()
    if as_json:
        print_json([_document(key) for key in keys])
        return
    today = british_day(datetime.now(UTC)).isoformat()
    for key in keys:
        standing = f"until {key.expires_on}" if key.holds(today) else "ended"
        used = key.last_used_on or "never"
        typer.echo(f"{key.id}  {standing}  used {used}  {','.join(key.roles)}  {key.name}")
    if not keys:
        typer.echo("No keys have been created yet.")


@keys_app.command("revoke")
def revoke(identity: Annotated[str, typer.Argument(metavar="ID", help="Id of the key.")]) -> None:
    """Revoke a key permanently; a running service stops accepting it within 15 seconds."""
    from localarea.decisions import api_keys

    database = open_decisions()
    try:
        key = api_keys.revoke(database, identity, actor=operator(), now=datetime.now(UTC))
    finally:
        database.close()
    typer.echo(f"Key {key.id} ({key.name}) is revoked.")


def _document(key: ApiKey) -> dict[str, object]:
    return asdict(key)
