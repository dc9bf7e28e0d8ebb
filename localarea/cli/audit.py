"""The commands ``audit verify`` and ``audit list``: read the record of decisions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.deployment import open_decisions

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    from localarea.decisions.audit import published
    from localarea.decisions.audit import verify as verify_log

    wanted = _hash(expect)
    database = open_decisions()
    try:
        with database.reading() as connection:
            report = verify_log(connection, expect=wanted)
            if report.sound:
                faults = tuple(_changed_files(published(connection)))
                report = replace(report, faults=faults)
    finally:
        database.close()
    if as_json:
        typer.echo(json.dumps(_document(report), ensure_ascii=False, indent=1))
    else:
        _show(report)
    if not report.sound:
        raise typer.Exit(3)


def _changed_files(recorded: dict[str, str]) -> Iterator[str]:
    """Hold the files of published definitions to what was recorded when they were published."""
    from localarea.cli.deployment import open_definitions
    from localarea.errors import LocalareaError
    from localarea.settings import Settings

    kept = open_definitions(Settings().definitions_dir)
    for name, sealed in recorded.items():
        try:
            found = kept.open(name).definition.terms_sha256
        except LocalareaError as error:
            yield f"definition {name} was published, and its file is not sound: {error}"
            continue
        if found != sealed:
            yield f"definition {name}: its file is not the one that was published"


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


def _show(report: AuditReport) -> None:
    for fault in report.faults:
        typer.echo(f"- {fault}")
    if report.sound:
        typer.echo(f"The record is sound: {report.entries:,} entries, the last with the hash")
        typer.echo(report.head)
    else:
        typer.echo("The record has been changed. Keep it, and restore a back-up beside it.")


@audit_app.command("list")
def list_entries(
    last: Annotated[int, typer.Option("--last", min=1, help="So many of the latest.")] = 20,
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
