"""The commands ``check`` and ``check-file``."""

from __future__ import annotations

import sys
from dataclasses import fields
from enum import StrEnum
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from localarea.cli.shared.answers import (
    EXIT_INCOMPLETE,
    answer,
    classifier_for,
    evidence_for,
    options_beside,
    print_json,
    printable,
    reserving_for,
)
from localarea.cli.shared.arguments import Anchor, AsJson, BorderlineMin, CouncilName
from localarea.cli.shared.numbers import finite, number_of, stated
from localarea.definitions.boundary_choice import Nearness
from localarea.records import write_pounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.classify.boundary import Boundary

_FOR_PROGRAMS: Final = frozenset({"spend", "receipt"})  # parts of a report that are not printed
_MOST_READ_AGAIN: Final = 1_000_000  # rows of a text or Parquet file, to add up its money

OptionName = Annotated[
    str | None,
    typer.Option(
        "--option", callback=stated, help="Check against this option, such as ttwa-official."
    ),
]
DefinitionId = Annotated[
    str | None, typer.Option("--definition", help="Check against this published definition.")
]
OnDate = Annotated[
    str | None, typer.Option("--on", help="The definition in force on this date, YYYY-MM-DD.")
]
Borderline = Annotated[
    float | None,
    typer.Option(
        "--borderline-m",
        min=0,
        max=1_000_000,
        callback=finite,
        help="Metres from an option's boundary that count as borderline; default 500.",
    ),
]
WithEvidence = Annotated[
    bool,
    typer.Option(
        "--evidence", help="Add the number of options in which it is local, and any doubts."
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit with status 1 if any postcode is unknown.")
]


class HeaderWording(StrEnum):
    """Wordings of the added columns."""

    codes = "codes"
    people = "people"


def check(
    postcodes: Annotated[list[str], typer.Argument(help="Postcodes, in any usual spelling.")],
    option: OptionName = None,
    definition: DefinitionId = None,
    on: OnDate = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    borderline_m: Borderline = None,
    borderline_min: BorderlineMin = None,
    evidence: WithEvidence = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Check whether postcodes are local, and why."""
    near = Nearness(borderline_m, borderline_min)
    classifier = classifier_for(option, definition, on, council, near, anchor)
    gather = evidence_for(classifier, council, anchor) if evidence else None
    reserving = reserving_for(option, definition, on, council, anchor)
    code = answer(
        classifier, postcodes, as_json=as_json, strict=strict, evidence=gather, reserving=reserving
    )
    raise typer.Exit(code)


def check_file(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet file, or a folder of Parquet.",
        ),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            help="Header or number of the postcode column; repeat for fallback columns.",
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", help="Sheet to read, or 'all'; default the one with postcodes."),
    ] = None,
    option: OptionName = None,
    definition: DefinitionId = None,
    on: OnDate = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default IN.checked.EXTENSION.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Dask scheduler for a folder."),
    ] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    borderline_m: Borderline = None,
    borderline_min: BorderlineMin = None,
    evidence: WithEvidence = False,
    receipt: Annotated[
        bool,
        typer.Option("--receipt", help="Write the receipt beside the result, as OUT.receipt.json."),
    ] = False,
    receipt_file: Annotated[
        Path | None, typer.Option("--receipt-file", help="Write the receipt to this file.")
    ] = None,
    unresolved: Annotated[
        Path | None,
        typer.Option(
            "--unresolved",
            metavar="U.xlsx",
            help="Write the rows without an answer to this workbook, to be mended.",
        ),
    ] = None,
    headers: Annotated[
        HeaderWording, typer.Option("--headers", help="Whether to add codes, or words for people.")
    ] = HeaderWording.codes,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Check every row of a file and write it with the verdicts added."""
    from localarea.checking.check_file import check_any
    from localarea.cli.files.file_checks import checking

    near = Nearness(borderline_m, borderline_min)
    classifier = classifier_for(option, definition, on, council, near, anchor)
    firm = None
    if evidence:
        from localarea.checking.rows.row_evidence import RowEvidence

        firm = RowEvidence(classifier, options_beside(classifier, council, anchor))
    columns = tuple(column or ())
    gathered: dict[str, UnresolvedSheet] | None = {} if unresolved else None
    with checking(source, cluster) as (client, advance):
        report = check_any(
            source,
            classifier,
            out=out,
            columns=columns,
            sheet=sheet,
            client=client,
            progress=advance,
            evidence=firm,
            on=on,
            wording=headers.value,
            unresolved=gathered,
        )
    beside = []
    if receipt or receipt_file:
        from localarea.cli.files.receipts import write_receipt

        made = write_receipt(report, classifier, on=on, path=receipt_file)
        beside.append(f"receipt written to {made}")
    if unresolved:
        from localarea.cli.files.receipts import write_unresolved

        beside.append(write_unresolved(report, classifier, gathered, on=on, path=unresolved))
    if as_json:
        print_json(_as_document(report))
    else:
        _summarise(report, classifier.boundary, beside)
    if strict and report.by_status["unknown"]:
        raise typer.Exit(EXIT_INCOMPLETE)


def _as_document(report: FileReport | ParquetReport) -> dict[str, Any]:
    """Return the report, the money by answer and the biggest suppliers as JSON values."""
    from localarea.checking.report_spend import money_and_suppliers, spend_of

    names = (each.name for each in fields(report) if each.name not in _FOR_PROGRAMS)
    document = {name: getattr(report, name) for name in names}
    money, suppliers = money_and_suppliers(spend_of(report, most=_MOST_READ_AGAIN))
    return {**document, "money": money, "suppliers": suppliers}


def _summarise(
    report: FileReport | ParquetReport, boundary: Boundary, beside: Sequence[str] = ()
) -> None:
    form = getattr(report, "encoding", "Parquet")
    lines = [
        f"{number_of(report.rows, 'row')} checked by {report.column!r} ({form})",
        f"checked against {boundary.title!r}. {boundary.basis}",
        *_count_lines(report),
        f"  borderline: {report.borderline:,}",
        *_other_lines(report),
        *_sheet_lines(report),
        *_money_lines(report),
        *(f"note: {note}" for note in getattr(report, "notes", ())),
        f"written to {report.out}",
        *beside,
    ]
    text = "\n".join(printable(line) for line in lines)
    sys.stderr.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def _other_lines(report: FileReport | ParquetReport) -> Iterator[str]:
    """Yield a line for the rows that were not counted."""
    others = getattr(report, "not_payments", 0)
    if others:
        yield f"not payments: {others:,}"


def _sheet_lines(report: FileReport | ParquetReport) -> Iterator[str]:
    """Yield a line for each of several sheets, and one for all of them, which adds up."""
    sheets: dict[str, dict[str, int]] = getattr(report, "by_sheet", {})
    for name, found in sheets.items():
        yield f"sheet {name!r}: {_sum_of(found)}"
    if sheets:
        yield f"{len(sheets)} sheets together: {_sum_of(report.by_status)}"


def _sum_of(found: Mapping[str, int]) -> str:
    parts = " + ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found.items())
    return f"{number_of(sum(found.values()), 'row')} = {parts}"


def _money_lines(report: FileReport | ParquetReport) -> Iterator[str]:
    """Yield the money of a workbook by answer: to add up another file, it would be read again."""
    spend = getattr(report, "spend", None)
    if spend is None:
        return
    parts = " + ".join(f"{write_pounds(paid)} {name}" for name, paid in spend.sums.items())
    minus = "\N{MINUS SIGN}"  # where refunds outweigh payments
    said = parts.replace(f"+ {minus}", f"{minus} ").replace("_", " ")
    yield f"amounts ({spend.column}): {write_pounds(spend.total)} = {said}"
    if spend.unread:
        yield f"rows with an answer and no amount: {spend.unread:,}"
    if spend.apart:
        others = f"{number_of(spend.apart, 'row')} without an answer, such as totals"
        yield f"not added: {write_pounds(spend.apart_sum)} of {others}"
    if spend.note:
        yield f"note: {spend.note}"


def _count_lines(report: FileReport | ParquetReport) -> Iterator[str]:
    """Yield a line for each answer, followed by its reasons."""
    from localarea.tables.finding.own_columns import plain_reason

    for status, reasons in report.by_status_and_reason.items():
        yield f"  {status.replace('_', ' ')}: {report.by_status[status]:,}"
        for reason, count in reasons.items():
            yield f"    {plain_reason(reason)}: {count:,}"
