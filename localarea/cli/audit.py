"""The commands ``audit verify`` and ``audit list``: read the record of decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import AsJson
from localarea.cli.shared.deployment import decisions_url, open_definitions
from localarea.errors import InputError

if TYPE_CHECKING:
    from localarea.decisions.record.audit import AuditReport

audit_app = typer.Typer(help="Read and verify the record of decisions.", no_args_is_help=True)

_LEAST_HASH = 8  # digits; fewer could match an entry by chance
_WHOLE_HASH = 64  # digits of a SHA-256


@audit_app.command("verify")
def verify(
    expect: Annotated[
        str | None,
        typer.Option(
            "--expect", metavar="HASH", help="A hash noted earlier, for example in the minutes."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify that the record is unedited; exit with status 3 if it is not."""
    from localarea.decisions.backup import opened_to_read
    from localarea.decisions.reconcile import folder_faults
    from localarea.decisions.record.audit import verify as verify_log
    from localarea.settings import read_settings

    wanted = _hash(expect)
    with opened_to_read(decisions_url()) as database, database.reading() as connection:
        report = verify_log(connection, expect=wanted)
        edited = not report.sound
        if report.sound:
            kept = open_definitions(read_settings().definitions_dir)
            report = replace(report, faults=tuple(folder_faults(connection, kept)))
    if as_json:
        print_json(report.as_document())
    else:
        _show(report, edited=edited)
    if not report.sound:
        raise typer.Exit(3)


def _hash(text: str | None) -> str | None:
    if text is None:
        return None
    tidy = text.strip().casefold()
    if not _LEAST_HASH <= len(tidy) <= _WHOLE_HASH or set(tidy) - set("0123456789abcdef"):
        raise InputError(f"{text!r} is not a hash; give 8 to 64 hexadecimal digits (0-9, a-f)")
    return tidy


def _show(report: AuditReport, *, edited: bool) -> None:
    from localarea.decisions.record.audit import NOT_MET

    for fault in report.faults:
        typer.echo(f"- {fault}")
    if report.sound and not report.entries:
        typer.echo("The record is sound, and has no entries yet. Its hash is")
        typer.echo(report.head)
    elif report.sound:
        one = report.entries == 1
        entries = "1 entry, with" if one else f"{report.entries:,} entries, the last with"
        typer.echo(f"The record is sound: {entries} the hash")
        typer.echo(report.head)
    elif not edited:
        typer.echo("The record is sound, but the folder of definitions differs from it.")
    elif len(report.faults) == 1 and report.faults[0].startswith(NOT_MET):
        typer.echo(
            "The entries agree with one another. See first whether the hash is typed as it was "
            "noted. If it is, this is another record, or one that was written again: keep it, and "
            "restore a backup into a new store."
        )
    else:
        typer.echo("The record has been changed. Keep it, and restore a backup into a new store.")


@audit_app.command("list")
def list_entries(
    last: Annotated[
        int, typer.Option("--last", min=1, max=1_000_000, help="Number of latest entries to show.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the latest entries of the record: who did what, and when."""
    from localarea.decisions.backup import opened_to_read
    from localarea.decisions.record.audit import latest

    with opened_to_read(decisions_url()) as database, database.reading() as connection:
        entries = latest(connection, last)
    if as_json:
        print_json(entries)
        return
    for entry in entries:
        when_and_who = f"{entry['at'][:19]}Z  {entry['actor']} ({entry['role']})"
        typer.echo(f"{entry['seq']:>5}  {when_and_who}  {entry['action']}  {entry['subject']}")
    if not entries:
        typer.echo("The record has no entries yet.")
