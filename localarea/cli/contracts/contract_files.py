"""The commands ``contracts report``, ``export`` and ``import``."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import Annotated

import typer

from localarea.cli.contracts.contracts import (
    Internal,
    ProxyFile,
    contracts_app,
    council_of,
    held_values,
    series_for,
)
from localarea.cli.shared.answers import print_json, printable, say
from localarea.cli.shared.arguments import AsJson, CouncilName
from localarea.cli.shared.deployment import open_decisions, open_definitions, operator
from localarea.cli.shared.numbers import number_of
from localarea.errors import FileFormatError
from localarea.records import british_day


@contracts_app.command("report")
def report(
    out: Annotated[Path, typer.Option("--out", help="File to write: .pdf, .docx or .html.")],
    learnt: Annotated[
        Path | None,
        typer.Option("--learnt", help="Text file of what was learnt, a line of the report each."),
    ] = None,
    proxies: ProxyFile = None,
    council: CouncilName = None,
) -> None:
    """Write the report to Cabinet on social value: small counts are withheld."""
    from localarea.contracts.in_force import notes_on_period
    from localarea.contracts.register import contracts, returns
    from localarea.measures.rules import read_proxies
    from localarea.reports.cabinet.formats.write import renderer_for, write_report
    from localarea.reports.contracts.document import social_value_document
    from localarea.reports.contracts.facts import SocialValueFacts, read_lessons, titles_of
    from localarea.settings import read_settings

    renderer_for(out)  # fail before anything is released
    lessons = read_lessons(_text(learnt)) if learnt else ()
    stated = read_proxies(proxies) if proxies else None
    definitions = open_definitions(read_settings().definitions_dir)
    titles = titles_of(definitions)
    where, today = council_of(council), british_day(datetime.now(UTC))
    with closing(open_decisions()) as database:
        series = series_for(database, where.key, internal=False)
        with database.reading() as connection:
            kept = contracts(connection, council=where.key)
            sent = {k.contract.reference: returns(connection, k.contract.reference) for k in kept}
            worth = stated or held_values(connection, where.key)
    facts = SocialValueFacts(
        tuple(series), tuple(kept), sent, today,
        priority=tuple(where.priority_measures), titles=titles, lessons=lessons, proxies=worth,
        notes={one.contract.reference: notes_on_period(one.contract, definitions) for one in kept},
    )  # fmt: skip
    write_report(social_value_document(facts, author=where.title, dated=today), out)
    say(f"written: {out}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(path, f"it cannot be read as UTF-8 text ({error})") from None


@contracts_app.command("export")
def export(
    out: Annotated[
        Path, typer.Option("--out", help="Workbook (.xlsx), or a new folder for CSV files.")
    ],
    internal: Internal = False,
    council: CouncilName = None,
) -> None:
    """Write contracts, pledges and figures as tables, which can be taken in again."""
    from localarea.contracts.exchange.files import require_writable, write_exchange
    from localarea.contracts.exchange.tables import figure_tables, published_table, terms_tables
    from localarea.contracts.register import contracts, newest_returns

    require_writable(out)
    key = council_of(council).key
    with closing(open_decisions()) as database:
        series = [] if internal else series_for(database, key, internal=False)
        with database.reading() as connection:
            kept = contracts(connection, council=key)
            own = {one.contract.reference for one in kept}
            newest = [one for one in newest_returns(connection) if one.reference in own]
    tables = terms_tables(kept)
    tables |= figure_tables(newest) if internal else published_table(kept, series)
    write_exchange(tables, out)
    said = ", ".join(_counted(kind, len(rows)) for kind, rows in tables.items())
    say(f"written: {out} ({said})")
    if internal:
        say("it shows small counts and must not be shared")


def _counted(kind: str, rows: int) -> str:
    """Say how many rows a table has: each but that of published figures is named by its rows."""
    if kind == "published":
        return number_of(rows, "published figure")
    return number_of(rows, kind.removesuffix("s"))


@contracts_app.command("import")
def take_in(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Workbooks, CSV files, or folders of CSV files."),
    ],
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Enter contracts, pledges and figures from tables; what is there already stays."""
    from localarea.contracts.exchange.entering import enter_exchange
    from localarea.contracts.exchange.files import read_every
    from localarea.contracts.exchange.parsing import parse_exchange
    from localarea.contracts.terms_notes import notes_on_terms
    from localarea.settings import read_settings

    found = parse_exchange(read_every(sources))
    definitions = open_definitions(read_settings().definitions_dir)
    key = council_of(council).key
    with closing(open_decisions()) as database:
        taken = enter_exchange(
            database, found, definitions, council=key, actor=operator(), now=datetime.now(UTC)
        )
    for name in found.read_only:
        say(f"{name}: figures as published are not taken in")
    for one in taken:
        made = one.contract if one.result != "unchanged" else None
        for note in notes_on_terms(made, definitions) if made else ():
            say(f"note: {one.reference}: {note}")
    if as_json:
        print_json(
            [{"reference": one.reference, "quarter": one.quarter, "version": one.version,
              "result": one.result} for one in taken]
        )  # fmt: skip
        return
    for one in taken:
        quarter = f", {one.quarter}" if one.quarter else ""
        typer.echo(printable(f"{one.reference}{quarter}, version {one.version}: {one.result}"))
