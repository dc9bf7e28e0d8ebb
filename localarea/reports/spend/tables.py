"""The tables of the report on spend, which every format shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.spend.faults import faults_of
from localarea.spend.payments import pounds
from localarea.spend.standing import STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.spend.report import Line, SpendReport

STATE_WORDS: Final = {
    "local": "Local",
    "not_local": "Not local",
    "unknown": "Unknown",
    "redacted": "Redacted",
    "abroad": "Abroad",
}
BREAKDOWN_WORDS: Final = {
    "quarter": "Quarter",
    "category": "Category",
    "district": "District",
    "size": "Size of supplier",
    "supplier": "Supplier",
}


@dataclass(frozen=True, slots=True)
class SpendTable:
    """
    A table.

    Attributes
    ----------
    title : str
        What it shows; the name of its sheet.
    headings : tuple of str
        Headings of the columns; those with ``(£)`` hold money, those with ``share`` fractions.
    rows : list of tuple
        Values: text, whole numbers, `decimal.Decimal` or None.
    """

    title: str
    headings: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def spend_tables(report: SpendReport, by: Sequence[str]) -> list[SpendTable]:
    """Return the tables of a report."""
    titles = {option.id: option.title for option in report.options}
    made = [status_table(report)]
    made += [lines_table(BREAKDOWN_WORDS[name], report.by[name]) for name in by]
    made.append(option_table(report))
    movers = [
        (
            option.title,
            change,
            each.supplier,
            each.district,
            each.paid.rows,
            pounds(each.paid.amount),
        )
        for option in report.options
        for change, listed in (("becomes local", option.joining), ("stops", option.leaving))
        for each in listed
    ]
    heads: tuple[str, ...] = ("Option", "Change", "Supplier", "District", "Rows", "Net (£)")
    made.append(SpendTable("Who changes", heads, movers))
    differing = [
        (
            *(each.supplier, each.district, each.paid.rows, pounds(each.paid.amount)),
            *(STATE_WORDS[state] for state in each.states.values()),
        )
        for each in report.contested
    ]
    heads = ("Supplier", "District", "Rows", "Net (£)", *titles.values())
    made.append(SpendTable("Differs by option", heads, differing))
    made += [repeat_table(report), fault_table(report), file_table(report)]
    return made


def status_table(report: SpendReport) -> SpendTable:
    """Show all payments by status."""
    whole = report.whole
    rows: list[tuple[Any, ...]] = [
        (STATE_WORDS[state], part.rows, pounds(part.amount))
        for state, part in whole.by_status.items()
    ]
    rows.append(("All", whole.rows, pounds(whole.amount)))
    return SpendTable("All payments", ("Status", "Rows", "Net (£)"), rows)


def lines_table(word: str, lines: Sequence[Line]) -> SpendTable:
    """Show groups of payments by status."""
    heads = [word, "Rows", "Net (£)", "Local share"]
    for state in STATES:
        heads += [f"{STATE_WORDS[state]} (£)", f"{STATE_WORDS[state]} rows"]
    return SpendTable(
        f"By {word.casefold()}", tuple(heads), [_line(line, line.name) for line in lines]
    )


def option_table(report: SpendReport) -> SpendTable:
    """Show all payments under each option."""
    base = lines_table("Option", [])
    heads = (*base.headings, "Becomes local (£)", "Becomes local rows", "Stops being local (£)",
             "Stops being local rows")  # fmt: skip
    rows = [
        (
            *_line(option.line, option.title),
            *(pounds(option.becomes_local.amount), option.becomes_local.rows),
            *(pounds(option.stops_local.amount), option.stops_local.rows),
        )
        for option in report.options
    ]
    return SpendTable("By option", heads, rows)


def _line(line: Line, name: str) -> tuple[Any, ...]:
    cells: list[Any] = [name, line.rows, pounds(line.amount), line.local_share]
    for state in STATES:
        part = line.by_status[state]
        cells += [pounds(part.amount), part.rows]
    return tuple(cells)


def repeat_table(report: SpendReport) -> SpendTable:
    """Show every row of each likely repeat."""
    rows = [
        (number, each.supplier, each.date or None, pounds(each.amount), file, row)
        for number, each in enumerate(report.repeats, start=1)
        for file, row in each.rows
    ]
    heads = ("Group", "Supplier", "Date", "Net (£)", "File", "Row")
    return SpendTable("Likely repeats", heads, rows)


def fault_table(report: SpendReport) -> SpendTable:
    """Show what could not be read."""
    found = faults_of(report.payments)
    rows = [(each.file, each.row, each.column, each.explanation) for each in found]
    return SpendTable("Not read", ("File", "Row", "Column", "What is wrong"), rows)


def file_table(report: SpendReport) -> SpendTable:
    """Show how the rows of each file were used."""
    rows = [
        (
            *(table.name, table.rows, table.payments, table.set_apart, table.blank),
            *(table.columns.get(role, "") for role in ("amount", "date", "supplier", "postcode")),
        )
        for table in report.payments.tables
    ]
    heads = (
        *("File", "Filled rows", "Payments", "Set apart", "Empty rows"),
        *("Amounts from", "Dates from", "Payees from", "Postcodes from"),
    )
    return SpendTable("Files", heads, rows)
