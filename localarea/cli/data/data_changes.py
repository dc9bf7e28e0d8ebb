"""Show what a refresh of tables changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from localarea.renewal.differences import Differences
    from localarea.renewal.request import RefreshResult
    from localarea.renewal.verdicts import Resting


def show_refreshed(done: RefreshResult, title: str) -> None:
    """Print what was done and what changes, in the country and in the council's area."""
    for one in done.changes:
        _show_differences(one, title)
    for row in done.verdicts:
        typer.echo(_resting(row))
    if done.left:
        typer.echo(
            f"Made from what differs, and left as it is: {', '.join(done.left)}; "
            "'localarea data status --json' says why."
        )
    for note in done.notes:
        typer.echo(f"Note: {note}.")
    if done.edition is None:
        typer.echo(f"It would make: {', '.join(done.tables)}.")
        typer.echo("Nothing was changed (--dry-run).")
        return
    typer.echo(
        f"In use as edition {done.edition}: {', '.join(done.tables)}. "
        f"'localarea data restore {done.of}' steps back."
    )


def _resting(row: Resting) -> str:
    """Describe how a published definition depends on a renewed table."""
    told = f"Definition {row.definition} rests on {', '.join(row.tables)}, and answers as published"
    if row.changed is None:
        return (
            f"{told}; with these outlines of zones it cannot be indexed from a newer postcode "
            "directory, as distances would not be to the approved boundary."
        )
    noun = "postcode" if row.changed == 1 else "postcodes"
    return f"{told}; indexed again, {row.changed:,} {noun} would be answered otherwise."


def _show_differences(one: Differences, title: str) -> None:
    typer.echo(
        f"{one.table} of {one.after}, after that of {one.before}: {one.rows_after:,} {one.what}, "
        f"before {one.rows_before:,}."
    )
    for name, (before, after) in one.totals.items():
        typer.echo(f"  {after:>12,} {name}, before {before:,}")
    for kind, count in one.counts.items():
        if count:
            here = f", of which {one.here[kind]:,} in the area of {title}" if one.here else ""
            found = one.examples.get(kind, ())
            shown = f": {'; '.join(found[:3])}{'; ...' if count > 3 else ''}" if found else ""
            typer.echo(f"  {count:>12,} {kind}{here}{shown}")
    if not any(one.counts.values()):
        typer.echo("  nothing differs")
