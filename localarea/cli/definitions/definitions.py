"""The commands of ``definitions``."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localarea.cli.definitions.definition_refresh import refresh
from localarea.cli.shared.answers import print_json, printable, say
from localarea.cli.shared.arguments import AsJson
from localarea.definitions.decided.endings import END_FILE
from localarea.definitions.geopackage import read_definition
from localarea.definitions.model import require_day
from localarea.errors import ChecksumError
from localarea.records import british_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.store import DefinitionStore, PublishedDefinition

definitions_app = typer.Typer(
    help="Published definitions: list, show, export, verify and refresh them.",
    invoke_without_command=True,
)

_HEADINGS = ("Id", "Purpose", "Area", "From", "To", "Standing", "Directory")
_WIDE = 110  # characters needed to show the table without breaking words

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a definition.")]


@definitions_app.callback()
def definitions(context: typer.Context, as_json: AsJson = False) -> None:
    """List the published definitions."""
    if context.invoked_subcommand is not None:
        return
    today = british_day(datetime.now(UTC)).isoformat()
    rows = [_row(kept, today) for kept in folder_of_definitions().kept()]
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("no definition has been published or imported yet; run: localarea publish")
        return
    from rich.console import Console

    console = Console()
    if console.width < _WIDE:
        console.print(_list_of(rows), markup=False, highlight=False, soft_wrap=False)
    else:
        console.print(_table_of(rows))


def _cells(row: Mapping[str, Any]) -> list[str]:
    """Return what is shown of a definition, in the order of the headings."""
    cells = ("id", "purpose", "title", "effective_from", "last_day", "standing")
    found = {cell: row[cell] or "further notice" for cell in cells}
    if row["last_day"] and row["last_day"] < row["effective_from"]:
        found["last_day"] = "never in force"
    return [*found.values(), ", ".join(row["editions"])]


def _table_of(rows: Sequence[Mapping[str, Any]]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold", no_wrap=heading in {"Id", "From"})
    for row in rows:
        table.add_row(*map(escape, _cells(row)))
    return table


def _list_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write a line for each figure, for a terminal whose table would break words."""
    return "\n\n".join(
        "\n".join(
            f"{heading}: {cell}" for heading, cell in zip(_HEADINGS, _cells(row), strict=True)
        )
        for row in rows
    )


@definitions_app.command()
def show(definition_id: Id, as_json: AsJson = False) -> None:
    """Show a definition: its approval, its period in force and its sources."""
    kept = folder_of_definitions()
    opened = kept.open(definition_id)
    found = next(k for k in kept.kept() if k.definition.id == definition_id)
    print_definition(document_of(opened) | _since(found), as_json=as_json)


@definitions_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of the definition (.gpkg).")],
    as_json: AsJson = False,
) -> None:
    """Import a definition published on another machine."""
    opened = read_definition(file)
    path = folder_of_definitions().add(opened.data, name=str(file))
    print_definition(document_of(opened) | {"file": str(path)}, as_json=as_json)


@definitions_app.command()
def export(
    definition_id: Id,
    out: Annotated[
        Path, typer.Option("--out", help="File to write: .gpkg, .parquet, .geojson or .csv.")
    ],
    edition: Annotated[
        str | None, typer.Option("--edition", help="Month of the directory; default the newest.")
    ] = None,
) -> None:
    """Export a definition to share (.gpkg) or to use in other programs."""
    from localarea.definitions.exports import export_definition

    kept = folder_of_definitions()
    opened = kept.open(definition_id, edition)
    say(f"written to {export_definition(opened, out)}")
    if out.suffix.lower() != ".gpkg":
        return
    found = next(k for k in kept.kept() if k.definition.id == definition_id)
    if found.end is not None and found.end.kind == "withdrawn":
        beside = Path(opened.path).parent / END_FILE
        say(
            f"note: {definition_id} was withdrawn from {found.end.ended_on}, which its file cannot "
            f"say: send {beside} as well, to be put in the folder {definition_id} beside the "
            "definition once that is imported"
        )
    elif found.superseded_by is not None:
        say(
            f"note: {definition_id} is superseded by {found.superseded_by}, which its file cannot "
            "say: export that one as well, to be imported after this one"
        )


@definitions_app.command()
def verify(
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|FILE]...", help="Definitions to verify; default all."),
    ] = None,
    expect: Annotated[
        str | None, typer.Option("--expect", help="First characters of the sha256 noted earlier.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify that definitions are unchanged since they were published."""
    kept = folder_of_definitions()
    paths = [p for name in which or kept.ids() for p in _files(kept, name)]
    kept.kept()  # raises an error if any definition is damaged
    found = []
    for path in paths:
        opened = read_definition(path)
        opened.check()
        if expect is not None and not opened.sha256.startswith(expect.lower()):
            raise ChecksumError(path, expected=expect, found=opened.sha256)
        made = opened.definition
        found.append({"id": made.id, "edition": made.directory_date, "sha256": opened.sha256})
    if as_json:
        print_json(found)
    for row in () if as_json else found:
        say(f"{row['id']} ({row['edition']}) is intact: sha256 {row['sha256']}")


definitions_app.command("refresh")(refresh)


@definitions_app.command()
def withdraw(
    definition_id: Id,
    on: Annotated[
        str, typer.Option("--on", help="First day on which it is no longer in force, YYYY-MM-DD.")
    ],
    by: Annotated[str, typer.Option("--by", help="Who withdraws it.")],
    role: Annotated[str, typer.Option("--role", help="Job title.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Withdraw a definition without replacing it; it stays in force until --on."""
    from localarea.cli.shared.deployment import open_decisions
    from localarea.decisions.publication import end
    from localarea.decisions.record.roles import Actor

    day = date.fromisoformat(require_day(on, "the day (--on)"))
    actor, now = Actor(by, "approver", role), datetime.now(UTC)
    with closing(open_decisions()) as database:
        end(database, folder_of_definitions(), definition_id, reason, on=day, actor=actor, now=now)
    say(f"{definition_id} is withdrawn: it is not in force from {on} on")


@definitions_app.command("take-over")
def take_over(
    definition_id: Id,
    authority: Annotated[
        str,
        typer.Option("--authority", help="Successor, by its name in the file of successors."),
    ],
    by: Annotated[str, typer.Option("--by", help="Who takes it over.")],
    role: Annotated[str, typer.Option("--role", help="Job title at the successor.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_json: AsJson = False,
) -> None:
    """Take over a definition for the successor of its council; its answers stay as they are."""
    from dataclasses import asdict

    from localarea.cli.shared.deployment import open_decisions, open_store, open_successors
    from localarea.decisions.record.roles import Actor
    from localarea.decisions.taking_over import take_over as enter
    from localarea.places.authorities import find_successor

    store = open_store()
    successor = find_successor(authority, open_successors(store))
    actor, now = Actor(by, "approver", role), datetime.now(UTC)
    with closing(open_decisions()) as database:
        taken = enter(
            database, folder_of_definitions(), definition_id, successor, reason,
            actor=actor, now=now, store=store,
        )  # fmt: skip
    if as_json:
        print_json(asdict(taken))
        return
    say(f"{definition_id} is a definition of {taken.authority} from {taken.taken_from} on")


@definitions_app.command()
def restore() -> None:
    """Restore missing files from the record; exit with status 3 if any file is damaged."""
    from localarea.cli.shared.deployment import open_decisions
    from localarea.decisions.reconcile import restore_folder

    with closing(open_decisions()) as database:
        done = restore_folder(database, folder_of_definitions())
    for name in done.written:
        say(f"written: {name}")
    for fault in done.damaged:
        say(fault)
    if not done.written and not done.damaged:
        say("the folder holds everything on record")
    if done.damaged:
        raise typer.Exit(3)


def folder_of_definitions() -> DefinitionStore:
    """Open the folder that the settings name."""
    from localarea.cli.shared.deployment import open_definitions
    from localarea.settings import read_settings

    return open_definitions(read_settings().definitions_dir)


def _files(kept: DefinitionStore, name: str) -> list[Path]:
    if name in kept.ids():
        return [Path(kept.open(name, month).path) for month in kept.editions(name)]
    path = Path(name)
    return [path] if path.suffix or path.exists() else [Path(kept.open(name).path)]


def _row(kept: PublishedDefinition, today: str) -> dict[str, Any]:
    made = kept.definition
    keys = ("id", "purpose", "council", "title", "option", "effective_from")
    row = {key: getattr(made, key) for key in keys}
    row["last_day"] = None if kept.last_day == "9999-12-31" else kept.last_day
    row["standing"] = kept.standing(today)
    row["superseded_by"] = kept.superseded_by
    row["withdrawn"] = kept.end is not None and kept.end.kind == "withdrawn"
    row["taken_over_by"] = kept.taken.council if kept.taken else None
    row |= {"approved_by": made.approved_by, "role": made.role, "editions": list(kept.editions)}
    return row | {"terms_sha256": made.terms_sha256, "file": str(kept.path)}


def _since(kept: PublishedDefinition) -> dict[str, Any]:
    """Return what was decided about a definition since it was published: its file cannot say it."""
    row = _row(kept, british_day(datetime.now(UTC)).isoformat())
    found = {name: row[name] for name in ("standing", "last_day", "superseded_by")}
    end = kept.end if row["withdrawn"] else None
    found |= {
        "withdrawn_from": end and end.ended_on,
        "withdrawn_by": end and end.by,
        "withdrawn_because": end and end.reason,
    }
    return found | {"taken_over_by": row["taken_over_by"]}


def document_of(opened: OpenDefinition) -> dict[str, Any]:
    """Return a definition with its hashes."""
    made = opened.definition
    hashes = {"terms_sha256": made.terms_sha256, "sha256": opened.sha256}
    return made.as_document() | hashes


def print_definition(document: dict[str, Any], *, as_json: bool) -> None:
    """Print a definition."""
    if as_json:
        print_json(document)
        return
    lines = [
        f"{key.replace('_', ' ')}: {len(value) if key in {'zones', 'inputs'} else _plain(value)}"
        for key, value in document.items()
        if value not in (None, "", [], {}) and key != "format"
    ]
    sys.stdout.buffer.write((printable("\n".join(lines)) + "\n").encode("utf-8", "replace"))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)
