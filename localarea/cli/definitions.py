"""The commands ``publish`` and ``definitions``."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localarea.cli.answers import print_json, printable
from localarea.cli.numbers import finite
from localarea.cli.progress import show_step

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.refresh import Refresh
    from localarea.definitions.store import DefinitionStore, Kept
    from localarea.options.council import Council
    from localarea.records import Option

definitions_app = typer.Typer(
    help="Published definitions: list, show, export, verify and refresh them.",
    invoke_without_command=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a definition.")]
_MAX_SHOWN = 40  # changed postcodes listed on a terminal


def publish(
    option: Annotated[
        str, typer.Argument(help="An option such as ttwa-official, or a scenario's TOML file.")
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="Purpose: measure or reservation.")],
    definition_id: Annotated[
        str, typer.Option("--id", help="Permanent identifier, such as colchester-measure-2026.1.")
    ],
    by: Annotated[str, typer.Option("--by", help="Who approved it.")],
    role: Annotated[str, typer.Option("--role", help="Job title.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it was chosen.")],
    start: Annotated[
        str | None, typer.Option("--from", help="First day in force, YYYY-MM-DD; default today.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Last day in force; default until further notice.")
    ] = None,
    minute: Annotated[
        str, typer.Option("--minute", help="Minute that gives the approver authority.")
    ] = "",
    approved_on: Annotated[
        str | None, typer.Option("--approved-on", help="Day of the approval; default today.")
    ] = None,
    supersede: Annotated[
        str | None, typer.Option("--supersede", help="Id of the definition that it replaces.")
    ] = None,
    borderline_m: Annotated[
        float,
        typer.Option(
            "--borderline-m",
            min=0,
            max=1_000_000,
            callback=finite,
            help="Metres from the boundary that count as borderline.",
        ),
    ] = 500.0,
    borderline_min: Annotated[
        float | None,
        typer.Option(
            "--borderline-min",
            min=0,
            max=600,
            callback=finite,
            help="Minutes from a drive option's limit that count as borderline; default 5.23.",
        ),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="Public name of the area; default the option's title.")
    ] = "",
    backdated_because: Annotated[
        str,
        typer.Option("--backdated-because", help="Reason for starting in the past, if it does."),
    ] = "",
    council: Annotated[
        str | None, typer.Option("--council", help="Council whose options to use.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Approve an option as a definition, and record who approved it and why."""
    from localarea.cli.deployment import open_council, open_decisions, open_store
    from localarea.decisions.publication import Chosen, enact
    from localarea.decisions.roles import Actor
    from localarea.definitions.terms import Approval
    from localarea.options.membership import compute_options

    today = datetime.now(UTC).date().isoformat()
    approval = Approval(
        id=definition_id,
        purpose=purpose,  # type: ignore[arg-type]  # another value is refused below
        approved_by=by,
        role=role,
        reason=reason,
        approved_on=approved_on or today,
        effective_from=start or today,
        effective_to=end,
        supersedes=supersede,
        minute=minute,
        borderline_m=borderline_m,
        borderline_min=borderline_min,
        title=name,
        backdated_because=backdated_because,
    )
    if approval.effective_from < approval.approved_on and not backdated_because:
        _say(
            f"note: it begins on {approval.effective_from}, before it is approved, so answers "
            "given since then will change; give the reason with --backdated-because"
        )
    store = open_store()
    chosen = open_council(None, council, store)
    what = Chosen(
        option=_candidate(option, chosen, store),
        council=chosen,
        approval=approval,
        proposal_id=None,
        options=lambda: compute_options(chosen, store=store),
        store=store,
    )
    kept = _definitions()
    show_step("indexing every postcode")
    with closing(open_decisions()) as database:
        made = enact(database, kept, what, actor=Actor(by, "approver", role), now=datetime.now(UTC))
    show_step("")
    if made.repeated:
        _say(
            f"{made.definition.id} is already on record with the same details; nothing was changed"
        )
    if purpose == "reservation":
        _say(
            "note: a contract may be reserved only to the authority's own area, alone or with "
            "bordering counties or London boroughs; whether these districts form such an area is "
            "for a lawyer to decide. This is not legal advice."
        )
    opened = kept.open(made.definition.id)
    _answer(_document(opened) | {"file": opened.path}, as_json=as_json)


@definitions_app.callback()
def definitions(context: typer.Context, as_json: AsJson = False) -> None:
    """List the published definitions."""
    if context.invoked_subcommand is not None:
        return
    today = datetime.now(UTC).date().isoformat()
    rows = [_row(kept, today) for kept in _definitions().kept()]
    if as_json:
        print_json(rows)
        return
    if not rows:
        _say("no definition has been published or imported yet; run: localarea publish")
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for heading in ("Id", "Purpose", "Area", "From", "To", "Standing", "Directory"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"Id", "From"})
    for row in rows:
        cells = ("id", "purpose", "title", "effective_from", "last_day", "standing")
        editions = ", ".join(row["editions"])
        table.add_row(*(escape(row[cell] or "further notice") for cell in cells), editions)
    Console().print(table)


@definitions_app.command()
def show(definition_id: Id, as_json: AsJson = False) -> None:
    """Show a definition: its approval, its period in force and its sources."""
    _answer(_document(_definitions().open(definition_id)), as_json=as_json)


@definitions_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of the definition (.gpkg).")],
    as_json: AsJson = False,
) -> None:
    """Import a definition published on another machine."""
    from localarea.definitions.geopackage import read_definition

    opened = read_definition(file)
    path = _definitions().add(opened.data, name=str(file))
    _answer(_document(opened) | {"file": str(path)}, as_json=as_json)


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

    opened = _definitions().open(definition_id, edition)
    _say(f"written to {export_definition(opened, out)}")


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
    from localarea.definitions.geopackage import read_definition
    from localarea.errors import ChecksumError

    kept = _definitions()
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
        _say(f"{row['id']} ({row['edition']}) is intact: sha256 {row['sha256']}")


@definitions_app.command()
def refresh(definition_id: Id, as_json: AsJson = False) -> None:
    """Index the postcodes of a newer directory, keeping the boundary and the terms."""
    from localarea.cli.deployment import open_store
    from localarea.definitions.refresh import refresh as index_again

    kept = _definitions()
    done = index_again(kept.open(definition_id), store=open_store())
    path = kept.add(done.data)
    if as_json:
        print_json(done.as_document() | {"file": str(path)})
    else:
        _report(done)
        _say(f"kept as {path}")


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
    from localarea.cli.deployment import open_decisions
    from localarea.decisions.publication import end
    from localarea.decisions.roles import Actor
    from localarea.definitions.model import require_day

    day = date.fromisoformat(require_day(on, "the day (--on)"))
    actor, now = Actor(by, "approver", role), datetime.now(UTC)
    with closing(open_decisions()) as database:
        end(database, _definitions(), definition_id, reason, on=day, actor=actor, now=now)
    _say(f"{definition_id} is withdrawn: it is not in force from {on} on")


@definitions_app.command()
def restore() -> None:
    """Restore missing files from the record; exit with status 3 if any file is damaged."""
    from localarea.cli.deployment import open_decisions
    from localarea.decisions.reconcile import restore_folder

    with closing(open_decisions()) as database:
        done = restore_folder(database, _definitions())
    for name in done.written:
        _say(f"written: {name}")
    for fault in done.damaged:
        _say(fault)
    if not done.written and not done.damaged:
        _say("the folder holds everything on record")
    if done.damaged:
        raise typer.Exit(3)


def _definitions() -> DefinitionStore:
    from localarea.cli.deployment import open_definitions
    from localarea.settings import read_settings

    return open_definitions(read_settings().definitions_dir)


def _candidate(text: str, council: Council, store: DataStore) -> Option:
    if not text.lower().endswith(".toml"):
        from localarea.options.membership import option_zones

        return option_zones(text, council, store=store)
    from localarea.comparison.scenario import Scenario
    from localarea.errors import FileFormatError, InputError

    read = getattr(Scenario, "from_toml", None)
    if read is None:
        raise InputError("scenarios cannot be read from TOML here; name an option")
    try:
        scenario = read(Path(text).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(text, f"it cannot be read ({error})") from error
    option: Option = scenario.option(council, store=store)
    return option


def _files(kept: DefinitionStore, name: str) -> list[Path]:
    if name in kept.ids():
        return [Path(kept.open(name, month).path) for month in kept.editions(name)]
    path = Path(name)
    return [path] if path.suffix or path.exists() else [Path(kept.open(name).path)]


def _row(kept: Kept, today: str) -> dict[str, Any]:
    made = kept.definition
    keys = ("id", "purpose", "council", "title", "option", "effective_from")
    row = {key: getattr(made, key) for key in keys}
    row["last_day"] = None if kept.last_day == "9999-12-31" else kept.last_day
    row["standing"] = kept.standing(today)
    row["superseded_by"] = kept.superseded_by
    row["withdrawn"] = kept.end is not None and kept.end.kind == "withdrawn"
    row |= {"approved_by": made.approved_by, "role": made.role, "editions": list(kept.editions)}
    return row | {"terms_sha256": made.terms_sha256, "file": str(kept.path)}


def _document(opened: OpenDefinition) -> dict[str, Any]:
    made = opened.definition
    hashes = {"terms_sha256": made.terms_sha256, "sha256": opened.sha256}
    return made.as_document() | hashes


def _answer(document: dict[str, Any], *, as_json: bool) -> None:
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


def _report(done: Refresh) -> None:
    def counted(numbers: dict[str, int]) -> str:
        total = sum(numbers.values())
        parts = ", ".join(f"{n:,} {s.replace('_', ' ')}" for s, n in numbers.items() if n)
        return f"{total:,}" + (f" ({parts})" if parts else "")

    lines = [
        f"{done.definition}: directory of {done.before} -> {done.after}",
        f"  added: {counted(done.added)}",
        f"  terminated since: {counted(done.terminated)}",
        f"  live again: {counted(done.revived)}",
        f"  no longer listed: {counted(done.removed)}",
        f"  moved to another place: {done.moved:,}",
        f"  answer changed: {len(done.changed):,}",
    ]
    lines += [f"    {c.postcode}: {c.before} -> {c.after}" for c in done.changed[:_MAX_SHOWN]]
    if len(done.changed) > _MAX_SHOWN:
        lines.append(f"    and {len(done.changed) - _MAX_SHOWN:,} more; --json lists them all")
    _say("\n".join(lines))


def _say(text: str) -> None:
    sys.stderr.write(printable(text).encode("utf-8", "replace").decode("utf-8") + "\n")
