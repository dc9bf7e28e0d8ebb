"""The command ``spend``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.files.check import DefinitionId, OnDate, OptionName, Strict
from localarea.cli.shared.answers import classifier_for, print_json, printable
from localarea.cli.shared.arguments import Anchor, AsJson, CouncilName
from localarea.cli.shared.numbers import number_of
from localarea.records import british_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.spend.payments import Payments
    from localarea.spend.report import Line, SpendReport

EXIT_INCOMPLETE = 1
_WIDEST = 72  # characters of a name on a terminal; room for most titles of options
_MAX_SHOWN = 25  # lines of a breakdown, or rows, on a terminal


def spend(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES...",
            help="Published payments: CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet, or folders.",
        ),
    ],
    option: OptionName = None,
    definition: DefinitionId = None,
    on: OnDate = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="Breakdowns to show: quarter, category, district, size, supplier."
        ),
    ] = None,
    suppliers: Annotated[
        Path | None,
        typer.Option("--suppliers", help="List of suppliers with postcodes, for missing ones."),
    ] = None,
    companies: Annotated[
        Path | None,
        typer.Option("--companies", help="BasicCompanyData CSV, for registered offices."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="ROLE=HEADER",
            help="Column to use, such as amount=Net or postcode=Site; may be repeated.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="Sheet to read; default all with payments.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write: .xlsx, .html, .pdf, .docx or .json."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Dask scheduler for many files."),
    ] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Add up published payments: how much is local, by quarter, category, place and option."""
    from localarea.cli.shared.deployment import open_council, open_store
    from localarea.options.membership import compute_options
    from localarea.reports.spend.write import require_writable, write_spend
    from localarea.spend.asked import read_breakdowns, read_columns
    from localarea.spend.document import as_document
    from localarea.spend.report import report_spend

    shown = read_breakdowns(by)
    if out is not None:
        require_writable(out)
    wanted = read_columns(column or ())
    classifier = classifier_for(option, definition, on, council, anchor=anchor)
    payments = _read(sources, wanted, sheet, cluster, (suppliers, companies))
    store = open_store()
    chosen = open_council(anchor, council, store)
    options = compute_options(chosen, store=store)
    methods = {spec.id for spec in chosen.options}
    report = report_spend(payments, classifier, options, methods=methods, store=store)
    if out is not None:
        today = british_day(datetime.now(UTC))
        write_spend(report, out, by=shown, author=chosen.title, dated=today, store=store)
    if as_json:
        print_json(as_document(report, shown))
    else:
        _show(report, shown, written=out)
    if strict and report.whole.by_status["unknown"].rows:
        raise typer.Exit(EXIT_INCOMPLETE)


def _read(
    sources: Sequence[Path],
    wanted: dict[str, str],
    sheet: str | None,
    cluster: str | None,
    books: tuple[Path | None, Path | None],
) -> Payments:
    from localarea.cli.files.file_checks import cluster_client, progress_bar
    from localarea.spend.addresses import (
        read_companies,
        read_suppliers,
        with_companies,
        with_suppliers,
    )
    from localarea.spend.reading import read_payments

    suppliers, companies = books
    with cluster_client(cluster) as client, progress_bar("Reading payments") as advance:
        payments = read_payments(
            sources, wanted=wanted, sheet=sheet, client=client, progress=advance
        )
    if suppliers is not None:
        payments = with_suppliers(payments, read_suppliers(suppliers))
    if companies is not None:
        payments = with_companies(payments, read_companies(companies, payments))
    return payments


def _show(report: SpendReport, by: Sequence[str], *, written: Path | None) -> None:
    from dataclasses import replace

    from localarea.spend.document import notes_of
    from localarea.spend.faults import faults_of
    from localarea.spend.payments import spoken

    said = [
        f"local means {report.boundary.area}; directory of {report.directory_date}",
        report.boundary.basis,
    ]
    for table in report.payments.tables:
        rows, paid = number_of(table.rows, "row"), number_of(table.payments, "payment")
        verb = "is" if table.set_apart == 1 else "are"
        said.append(f"{table.name}: {rows} = {paid} + {table.set_apart:,} that {verb} none")
    said += [f"note: {note}" for note in notes_of(report)]
    faults = faults_of(report.payments)
    said += [f"{f.file} row {f.row} {f.column}: {f.explanation}" for f in faults[:_MAX_SHOWN]]
    if len(faults) > _MAX_SHOWN:
        said.append(f"and {len(faults) - _MAX_SHOWN:,} more: the JSON document lists every one")
    if written is not None:
        said.append(f"written to {written}")
    sys.stderr.write(printable("\n".join(said)) + "\n")
    lines = [*_table("all payments", [report.whole])]
    for name in by:
        lines += ["", *_table(name, report.by[name])]
    lines += ["", *_table("option", [replace(o.line, name=o.title) for o in report.options])]
    for option in report.options:
        if option.becomes_local.rows or option.stops_local.rows:
            lines.append(
                f"  {option.title}: {spoken(option.becomes_local.amount)} becomes local, "
                f"{spoken(option.stops_local.amount)} stops being local"
            )
    sys.stdout.write(printable("\n".join(lines)) + "\n")


def _table(title: str, lines: Sequence[Line]) -> list[str]:
    from localarea.spend.payments import in_pounds
    from localarea.spend.standing import STATES

    heads = [title, "rows", *(state.replace("_", " ") for state in STATES), "local share"]
    cells = [heads]
    for line in lines[:_MAX_SHOWN]:
        share = line.local_share
        cells.append(
            [
                line.name if len(line.name) <= _WIDEST else f"{line.name[: _WIDEST - 1]}…",
                f"{line.rows:,}",
                *(in_pounds(line.by_status[state].amount) for state in STATES),
                "" if share is None else f"{share:.1%}",
            ]
        )
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    made = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in cells
    ]
    if len(lines) > _MAX_SHOWN:
        made.append(f"and {len(lines) - _MAX_SHOWN:,} more: the JSON document lists every one")
    return made
