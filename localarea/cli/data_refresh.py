"""The commands ``data refresh`` and ``data restore``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from localarea.cli.deployment import open_definitions, open_store, stated_council
from localarea.cli.progress import show_step
from localarea.errors import InputError, SettingError

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.renewal.changes import Changes
    from localarea.renewal.refresh import Renewal

_TABLES = ("postcodes",)
_WORDS = {
    "new": "new postcodes",
    "ended": "no longer live",
    "live_again": "live again",
    "moved": "with another grid reference",
    "zone_changed": "in another zone",
    "district_changed": "in another district",
    "gone": "no longer listed",
}


def refresh(
    table: Annotated[str, typer.Argument(help="Table to refresh: postcodes.")] = "postcodes",
    source: Annotated[
        str | None,
        typer.Option("--from", help="ONSPD or NSPL, any edition: a file, or an address."),
    ] = None,
    edition: Annotated[
        str | None, typer.Option("--edition", help="Month of the file, if its name has none.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report the changes; change nothing.")
    ] = False,
    accept_loss: Annotated[
        bool,
        typer.Option(
            "--accept-loss", help="Accept an older file, or one that loses live postcodes."
        ),
    ] = False,
    council: Annotated[
        str | None, typer.Option("--council", help="Council whose districts are reported on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Bring in a newer postcode directory, with everything that rests on it, in one step."""
    _require_table(table)
    from localarea.renewal.refresh import anchors_with_tables, refresh_postcodes
    from localarea.settings import read_settings

    store = open_store()
    folder = _folder()
    chosen = stated_council(None, council, store)
    path = _file(source)
    try:
        done = refresh_postcodes(
            path,
            store,
            folder,
            now=datetime.now(UTC).isoformat(timespec="seconds"),
            edition=edition,
            origin=_origin(source),
            dry_run=dry_run,
            accept_loss=accept_loss,
            districts=_districts_around(chosen, store),
            anchors=anchors_with_tables(store, [chosen.anchor]),
            definitions=open_definitions(read_settings().definitions_dir),
            progress=show_step,
        )
    finally:
        show_step("")
    if as_json:
        from localarea.cli.answers import print_json

        print_json(asdict(done))
        return
    _show(done, chosen.title)


def restore(
    table: Annotated[str, typer.Argument(help="Table to restore: postcodes.")] = "postcodes",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Step back to the tables that were in use before the last refresh."""
    _require_table(table)
    from localarea.datasets.renewed import restore as step_back

    now = step_back(_folder())
    if as_json:
        from localarea.cli.answers import print_json

        print_json({"edition": now.number if now else 0, "directory": now and now.directory_date})
    elif now is None:
        typer.echo("The tables of the package are in use again.")
    else:
        typer.echo(f"The directory of {now.directory_date} is in use again (edition {now.number}).")


def _require_table(table: str) -> None:
    if table not in _TABLES:
        raise InputError(
            f"table {table!r} cannot be refreshed; those that can be: {', '.join(_TABLES)}",
            parameter="table",
        )


def _districts_around(council: Council, store: DataStore) -> set[str]:
    """Return the districts in which the council's default option has zones."""
    from localarea.datasets.zones import zone_districts
    from localarea.options.membership import option_zones

    inside = set(option_zones(council.default_option, council, store=store).zones)
    table = zone_districts(council.zone_system, store=store)  # type: ignore[arg-type]
    pairs = zip(table["code"].to_pylist(), table["lad25cd"].to_pylist(), strict=True)
    return {district for code, district in pairs if code in inside}


def _folder() -> Path:
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


def _file(source: str | None) -> Path:
    """Return the directory's file, fetched if it is an address."""
    if source is not None and not _is_address(source):
        path = Path(source)
        if not path.is_file():
            raise InputError(
                f"there is no file {source}; check the path, or give the address of the file",
                parameter="from",
            )
        return path
    from localarea.cli.data_fetch import fetch_directory

    return fetch_directory(source)


def _show(done: Renewal, title: str) -> None:
    changes = done.changes
    typer.echo(
        f"Directory of {changes.after}, after that of {changes.before}: {changes.live_after:,} "
        f"live postcodes, before {changes.live_before:,}."
    )
    for kind, words in _WORDS.items():
        if changes.counts[kind]:
            typer.echo(f"  {changes.counts[kind]:>9,} {words}")
    if not any(changes.counts.values()):
        typer.echo("  nothing differs")
    _show_districts(changes, title)
    for row in done.verdicts:
        typer.echo(
            f"Definition {row.definition}: {row.changed:,} postcodes would be answered otherwise, "
            f"{row.added:,} are new; 'localarea definitions refresh {row.definition}' indexes them."
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


def _show_districts(changes: Changes, title: str) -> None:
    rows: list[Any] = [
        (code, row) for code, row in changes.by_district.items() if any(row.values())
    ]
    if not rows:
        return
    typer.echo(f"Districts of {title}:")
    for code, row in rows:
        told = ", ".join(f"{n:,} {_WORDS[kind]}" for kind, n in row.items() if n)
        typer.echo(f"  {code}: {told}")
