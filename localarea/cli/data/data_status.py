"""The command ``data status``."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from localarea.records import british_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from localarea.datasets.storage.renewed import Edition
    from localarea.datasets.store import DataStore

EXIT_DATA: Final = 3
_WIDTH: Final = 80


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show each table's vintage, age, size and origin, and whether its checksum matches."""
    from datetime import UTC, datetime

    from localarea.cli.shared.deployment import open_store
    from localarea.datasets.storage.renewed import read_all

    store, today = open_store(), british_day(datetime.now(UTC))
    editions = read_all(store.renewed)
    rows = [_status_of(store, name, editions, today) for name in sorted(store.registry)]
    made_with = _definitions_by_table()
    for row in rows:
        row["definitions"] = None if made_with is None else made_with.get(row["name"], ())
    directory = _directory_of(store, editions.get("postcodes"), today)
    if as_json:
        document = {
            "root": str(store.root),
            "directory_date": store.directory_date,
            **directory,
            "refreshable": _refreshable(),
            "tables": rows,
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _show_status(store, rows, today)
        _show_resting(rows)
        _show_definitions(rows)
        _show_directory(store, directory)
    if any(row["state"] != "verified" for row in rows):
        raise typer.Exit(EXIT_DATA)


def _definitions_by_table() -> dict[str, tuple[str, ...]] | None:
    """Return the definitions made with each table; None if one is damaged."""
    from localarea.cli.shared.deployment import open_definitions
    from localarea.definitions.resting import definitions_by_table
    from localarea.errors import DataError
    from localarea.settings import read_settings

    try:
        return definitions_by_table(open_definitions(read_settings().definitions_dir).kept())
    except DataError as error:
        typer.echo(f"localarea: {error}", err=True)
        return None


def _directory_of(store: DataStore, current: Edition | None, today: date) -> dict[str, Any]:
    """Return the age of the postcode directory, the edition that is due, and the renewal in use."""
    from localarea.renewal.schedule import age_in_months, edition_due

    return {
        "age_months": age_in_months(store.directory_date, today),
        "due": edition_due(store.directory_date, today),
        "renewed_dir": str(store.renewed) if store.renewed else None,
        "edition": current.number if current else 0,
        "made": current.made if current else None,
    }


def _show_directory(store: DataStore, found: dict[str, Any]) -> None:
    _say(
        f"Postcode directory of {store.directory_date}, {found['age_months']} months old."
        + (f" Renewed on {found['made'][:10]}, from:" if found["made"] else "")
        + (f" {store.info('postcodes').source}." if found["made"] else "")
    )
    if found["due"]:
        _say(
            f"The directory of {found['due']} should be out: download it from the ONS, then run "
            "'localarea data refresh postcodes --from FILE'."
        )


def _refreshable() -> list[dict[str, Any]]:
    """Return what can be refreshed: from what, and which tables that makes."""
    from localarea.renewal.renewable import RENEWABLE

    return [
        {"name": one.name, "reads": one.reads, "makes": one.makes, "rebuilds": one.rebuilds}
        for one in RENEWABLE
    ]


def _status_of(
    store: DataStore, name: str, editions: Mapping[str, Edition], today: date
) -> dict[str, Any]:
    """Return one table's row; ``state`` is verified, missing or corrupt."""
    from localarea.errors import ChecksumError, DataMissingError
    from localarea.renewal import foundations, resting
    from localarea.renewal.renewable import makers_of

    info = store.info(name)
    size: int | None = None
    fault: str | None = None
    try:
        size = store.path(name).stat().st_size
        state = "verified"
    except DataMissingError as error:
        state, fault = "missing", str(error)
    except ChecksumError as error:
        size, state, fault = (store.root / info.file).stat().st_size, "corrupt", str(error)
    edition = next((one for one in editions.values() if one.tables.get(name) == info), None)
    return {
        "name": name,
        "title": info.title,
        "vintage": info.vintage,
        "age_months": resting.age_of(info.vintage, today),
        "licence": info.licence,
        "rows": info.rows,
        "bytes": size,
        "state": state,
        "fault": fault,
        "file": info.file,
        "renewed": edition is not None,
        "edition": edition.number if edition else 0,
        "refreshed": edition.made if edition else None,
        "refreshed_by": makers_of(name),
        "rests_on": foundations.rests_on(info),
        "resting_on_it": foundations.resting_on(name, store.registry),
        "rebuilt_by_refresh": resting.is_made_again(name),
        "fixed": resting.fixed_with(name),
        "why_not_rebuilt": resting.why_not_made_again(name, store.registry),
        "sha256": info.sha256,
        "source": info.source,
    }


def _show_status(store: DataStore, rows: Sequence[dict[str, Any]], today: date) -> None:
    from rich.console import Console
    from rich.table import Table

    from localarea.renewal import resting

    total = sum(row["bytes"] or 0 for row in rows)
    # Narrow gaps and no rules, so that nothing is cut on a terminal of 80 columns.
    title = f"{len(rows)} tables, {total / 1e6:.1f} MB, in {store.root}"
    table = Table(title=title, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("table", "vintage", "age", "rows", "MB", "state", "from"):
        right = heading in ("age", "rows", "MB")
        justify: Literal["right", "left"] = "right" if right else "left"
        table.add_column(heading, justify=justify, no_wrap=heading != "table", overflow="fold")
    for row in rows:
        size = "" if row["bytes"] is None else f"{row['bytes'] / 1e6:.2f}"
        words = resting.age_in_words(row["vintage"], today)
        age = re.sub(r" (?:(y)ears?|months?)$", r"\1", words)
        style = None if row["state"] == "verified" else "red"
        origin = f"edition {row['edition']}" if row["renewed"] else "package"
        cells = (row["name"], row["vintage"], age, f"{row['rows']:,}", size, row["state"], origin)
        table.add_row(*cells, style=style)
    Console().print(table)
    for row in rows:
        if row["fault"]:
            typer.echo(f"localarea: {row['fault']}", err=True)


def _show_resting(rows: Sequence[dict[str, Any]]) -> None:
    """Show what a refresh makes again, and what depends on postcodes and stays."""
    resting = next((row["resting_on_it"] for row in rows if row["name"] == "postcodes"), ())
    again = [row["name"] for row in rows if row["rebuilt_by_refresh"]]
    stay = [name for name in resting if name not in again]
    _say(
        "Ages are in months, or in years (y). 'localarea data refresh postcodes' makes again: "
        f"{', '.join(again)}."
    )
    others = ", ".join(one["name"] for one in _refreshable() if one["name"] != "postcodes")
    _say(
        f"'localarea data refresh NAME --from FILE' renews others, where NAME is one of: {others}. "
        "--json says which tables each of them makes, and from which file."
    )
    fixed = [row["name"] for row in rows if row["fixed"]]
    stay = [name for name in stay if name not in fixed]
    _say(f"Fixed with a census, and never refreshed: {', '.join(fixed)}.")
    _say(
        f"Made from postcodes too, but left as they are: {', '.join(stay)}. They describe zones of "
        "the census or roads, and a refresh of postcodes moves no published figure. --json says "
        "more."
    )


def _show_definitions(rows: Sequence[dict[str, Any]]) -> None:
    """Show which published definitions were made with which tables."""
    tables: dict[str, list[str]] = {}
    for row in rows:
        for definition in row["definitions"] or ():
            tables.setdefault(definition, []).append(row["name"])
    for definition, names in sorted(tables.items()):
        _say(
            f"The definition {definition} was made with {', '.join(names)}, and answers as "
            f"published. 'localarea definitions refresh {definition}' brings a newer postcode "
            "directory into it."
        )


def _say(text: str) -> None:
    typer.echo(textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False))
