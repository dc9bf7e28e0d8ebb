"""The commands ``data refresh`` and ``data restore``."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from localarea.cli.data.data_changes import show_refreshed
from localarea.cli.shared.deployment import open_definitions, open_store, stated_council
from localarea.cli.shared.numbers import stated
from localarea.cli.shared.progress import show_step
from localarea.errors import InputError, SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.renewal.changes import DirectoryChanges
    from localarea.renewal.refresh import Renewal
    from localarea.renewal.renewable import Renewable
    from localarea.renewal.request import RefreshResult, Request

_WORDS = {
    "new": "new",
    "ended": "no longer live",
    "live_again": "live again",
    "moved": "with another grid reference",
    "zone_changed": "in another zone",
    "district_changed": "in another district",
    "gone": "no longer listed",
}


def refresh(
    table: Annotated[
        str, typer.Argument(help="What to refresh: 'localarea data status' names each.")
    ] = "postcodes",
    source: Annotated[
        str | None,
        typer.Option("--from", help="The publisher's file, of any edition, or its address."),
    ] = None,
    edition: Annotated[
        str | None,
        typer.Option("--edition", help="Date of the file, if neither it nor its name has one."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report the changes; change nothing.")
    ] = False,
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Accept an older file, or one that loses too much."),
    ] = False,
    known_minutes: Annotated[
        Path | None,
        typer.Option(
            "--known-minutes", metavar="FILE", help="Driving times to measure new roads by: .csv."
        ),
    ] = None,
    council: Annotated[
        str | None,
        typer.Option("--council", callback=stated, help="Council whose districts are reported on."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Bring in a newer edition of a table, with everything that rests on it, in one step."""
    from localarea.places.gazetteer import read_gazetteer
    from localarea.renewal.refresh import Renewal, anchors_with_tables
    from localarea.renewal.renewable import renewable
    from localarea.renewal.request import Request

    wanted = renewable(table)
    if known_minutes is not None and wanted.name != "roads":
        raise InputError("only roads are measured by known minutes", parameter="known_minutes")
    store = open_store()
    folder = renewed_folder()
    chosen = stated_council(None, council, store)
    request = Request(
        _file(source, wanted),
        store,
        folder,
        datetime.now(UTC).isoformat(timespec="seconds"),
        edition,
        _origin(source),
        dry_run,
        accept_loss,
        frozenset(_districts_around(chosen, store)),
        anchors_with_tables(store, [chosen.anchor]),
        show_step,
        known_minutes=known_minutes,
    )
    try:
        done = _refreshed(wanted, request)
    finally:
        show_step("")
    if as_json:
        from localarea.cli.shared.answers import print_json

        print_json(asdict(done))
    elif isinstance(done, Renewal):
        _show(done, chosen.title, read_gazetteer(store=store).districts)
    else:
        show_refreshed(done, chosen.title)


def _refreshed(wanted: Renewable, request: Request) -> Renewal | RefreshResult:
    """Refresh what is wanted; a refresh of postcodes concerns definitions as well."""
    from localarea.settings import read_settings

    definitions = open_definitions(read_settings().definitions_dir)
    request = replace(request, definitions=definitions)
    if wanted.name != "postcodes":
        return wanted.refresh(request)
    from localarea.renewal.refresh import refresh_postcodes

    return refresh_postcodes(request)


def restore(
    table: Annotated[
        str, typer.Argument(help="What to restore: 'localarea data status' names each.")
    ] = "postcodes",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Step back to the tables that were in use before the last refresh."""
    from localarea.datasets.storage.renewed import read_all
    from localarea.datasets.storage.renewed import restore as step_back
    from localarea.renewal.renewable import renewable

    folder = renewed_folder()
    of = table if table in read_all(folder) else renewable(table).name  # or flows of the user
    now = step_back(folder, of)
    if as_json:
        from localarea.cli.shared.answers import print_json

        print_json(
            {
                "of": of,
                "edition": now.number if now else 0,
                "directory": now and (now.directory_date or None),
            }
        )
    elif now is None:
        typer.echo(f"The tables of the package are in use again for {of}.")
    elif now.directory_date:
        typer.echo(f"The directory of {now.directory_date} is in use again (edition {now.number}).")
    else:
        typer.echo(f"The {of} from {now.source} are in use again (edition {now.number}).")


def _districts_around(council: Council, store: DataStore) -> set[str]:
    """Return the districts in which the council's default option has zones."""
    from localarea.datasets.zones import zone_districts
    from localarea.options.membership import option_zones

    inside = set(option_zones(council.default_option, council, store=store).zones)
    table = zone_districts(council.zone_system, store=store)  # type: ignore[arg-type]
    pairs = zip(table["code"].to_pylist(), table["lad25cd"].to_pylist(), strict=True)
    return {district for code, district in pairs if code in inside}


def renewed_folder() -> Path:
    """Return the folder of renewed tables; refuse tables of another folder, which have none."""
    folder = open_store().renewed
    if folder is None:
        raise SettingError(
            "LOCALAREA_DATA_DIR names other tables than those of the package; name a folder for "
            "the renewed ones in LOCALAREA_RENEWED_DIR"
        )
    return folder


def _is_address(source: str) -> bool:
    return source.casefold().startswith(("http://", "https://"))


def _origin(source: str | None) -> str | None:
    """Return what to record as the origin of a fetched file: no password and no query."""
    if source is None or not _is_address(source):
        return None
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _file(source: str | None, wanted: Renewable) -> Path:
    """Return the publisher's file, fetched if it is an address."""
    if source is not None and not _is_address(source):
        path = Path(source).expanduser()
        if path.is_dir():
            raise InputError(
                f"{source} is a folder; name the publisher's file in it", parameter="from"
            )
        if not path.is_file():
            raise InputError(
                f"there is no file {source}; check the path, or give the address of the file",
                parameter="from",
            )
        return path
    if source is None and not wanted.source:
        raise InputError(
            f"no address is known from which {wanted.name} could be fetched; download "
            f"{wanted.reads}, and name the file",
            parameter="from",
        )
    from localarea.cli.data.data_fetch import fetch_edition

    return fetch_edition(wanted.source or wanted.name, source)


def _show(done: Renewal, title: str, names: Mapping[str, str]) -> None:
    changes = done.changes
    typer.echo(
        f"Directory of {changes.after}, after that of {changes.before}: {changes.live_after:,} "
        f"live postcodes, before {changes.live_before:,}."
    )
    for kind, words in _WORDS.items():
        if changes.counts[kind]:
            noun = "postcode" if changes.counts[kind] == 1 else "postcodes"
            typer.echo(f"  {changes.counts[kind]:>9,} {noun} {words}")
    if not any(changes.counts.values()):
        typer.echo("  nothing differs")
    _show_districts(changes, title, names)
    for row in done.verdicts:
        postcodes = "postcode" if row.changed == 1 else "postcodes"
        typer.echo(
            f"Definition {row.definition}: {row.changed:,} {postcodes} would be answered "
            f"otherwise, {row.added:,} {'is' if row.added == 1 else 'are'} new; "
            f"'localarea definitions refresh {row.definition}' indexes them."
        )
    for note in done.notes:
        typer.echo(f"Note: {note}.")
    if done.edition is None:
        typer.echo("Nothing was changed (--dry-run).")
    else:
        typer.echo(
            f"In use as edition {done.edition}: {', '.join(done.tables)}. "
            "'localarea data restore postcodes' steps back."
        )


def _show_districts(changes: DirectoryChanges, title: str, names: Mapping[str, str]) -> None:
    rows: list[Any] = [
        (code, row) for code, row in changes.by_district.items() if any(row.values())
    ]
    if not rows:
        return
    typer.echo(f"Of these in the districts of the default option of {title}:")
    for code, row in rows:
        told = ", ".join(f"{n:,} {_WORDS[kind]}" for kind, n in row.items() if n)
        typer.echo(f"  {names.get(code, code)} ({code}): {told}")
