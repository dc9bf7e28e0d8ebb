"""The commands ``audit verify`` and ``audit list``: read the record of decisions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.deployment import open_decisions

if TYPE_CHECKING:
    from localarea.decisions.audit import AuditReport

audit_app = typer.Typer(help="Read and verify the record of decisions.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@audit_app.command("verify")
def verify(
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="HASH", help="A hash noted earlier, in the minutes say."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find any edit of the record; leaves with 3 where there is one."""
    from localarea.cli.deployment import open_definitions
    from localarea.decisions.audit import verify as verify_log
    from localarea.decisions.reconcile import folder_faults
    from localarea.settings import read_settings

    wanted = _hash(expect)
    database = open_decisions()
    try:
        with database.reading() as connection:
            report = verify_log(connection, expect=wanted)
            edited = not report.sound
            if report.sound:
                kept = open_definitions(read_settings().definitions_dir)
                report = replace(report, faults=tuple(folder_faults(connection, kept)))
    finally:
        database.close()
    if as_json:
        typer.echo(json.dumps(_document(report), ensure_ascii=False, indent=1))
    else:
        _show(report, edited=edited)
    if not report.sound:
        raise typer.Exit(3)


def _hash(stated: str | None) -> str | None:
    from localarea.errors import InputError

    if stated is None:
        return None
    tidy = stated.strip().casefold()
    if not 8 <= len(tidy) <= 64 or set(tidy) - set("0123456789abcdef"):
        raise InputError(f"{stated!r} is no hash; give 8 to 64 of the digits 0-9 and a-f")
    return tidy


def _document(report: AuditReport) -> dict[str, object]:
    return {
        "sound": report.sound,
        "entries": report.entries,
        "head": report.head,
        "faults": list(report.faults),
    }


def _show(report: AuditReport, *, edited: bool) -> None:
    for fault in report.faults:
        typer.echo(f"- {fault}")
    if report.sound:
        typer.echo(f"The record is sound: {report.entries:,} entries, the last with the hash")
        typer.echo(report.head)
    elif not edited:
        typer.echo("The record is sound, and the folder of definitions is not as it says.")
    else:
        typer.echo("The record has been changed. Keep it, and restore a back-up beside it.")


@audit_app.command("list")
def list_entries(
    last: Annotated[
        int, typer.Option("--last", min=1, max=1_000_000, help="So many of the latest.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the latest entries of the record: who did what, when."""
    from localarea.decisions.audit import latest

    database = open_decisions()
    try:
        with database.reading() as connection:
            entries = latest(connection, last)
    finally:
        database.close()
    if as_json:
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=1))
        return
    for entry in entries:
        said = f"{entry['at'][:19]}Z  {entry['actor']} ({entry['role']})"
        typer.echo(f"{entry['seq']:>5}  {said}  {entry['action']}  {entry['subject']}")
    if not entries:
        typer.echo("The record has no entry yet.")
