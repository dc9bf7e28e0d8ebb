"""Write the report on spend as an Excel workbook: its tables, charts, and the rows behind them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference

from localarea.reports.spend.tables import STATE_WORDS, SpendTable, spend_tables
from localarea.spend.document import notes_of, who_decided
from localarea.spend.payments import (
    COMPANIES_HOUSE,
    MILLIONTHS,
    PAYMENTS_FILE,
    SUPPLIER_FILE,
)
from localarea.spend.report import NO_PLACE
from localarea.spend.standing import NO_DISTRICT, STATES
from localarea.tables.finding.own_columns import plain_reason
from localarea.tables.workbooks.plain_workbook import save_book
from localarea.tables.workbooks.sheet_look import letters, print_whole, width_of
from localarea.tables.xlsx.column_rows import ColumnRows, NumberColumn, WordColumn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.spend.report import SpendReport

SHEET_ROWS: Final = 1_000_000  # of payments on a sheet, which holds 1,048,576
_MOST_CELLS: Final = 4_000_000  # of the rows' states under options
_ROWS: Final = "Rows"
_FILTER: Final = f"filter the sheet {_ROWS} by the name in the figure's own line"
_FORMATS: Final = {
    "money": "#,##0.00;[Red]-#,##0.00",
    "share": "0.0%",
    "count": "#,##0",
    "day": "yyyy-mm-dd",
}
_DAY_NOUGHT: Final = date(1899, 12, 30).toordinal()  # from which workbooks count days
_CHARTED: Final = 20  # lines in a chart
_ORIGINS: Final = {
    PAYMENTS_FILE: "",
    SUPPLIER_FILE: "list of suppliers",
    COMPANIES_HOUSE: "registered office",
}
_COLOURS: Final = ("0072B2", "E69F00", "8A8F99", "5B2A86", "009E73")


def write_workbook(
    report: SpendReport, path: Path, by: Sequence[str], *, rows: bool = True
) -> None:
    """
    Write a report.

    ``by``: breakdowns, each a sheet. Their names stand in the columns of the rows, by which these
    can be filtered.
    """
    book = Workbook(write_only=True)
    for table in spend_tables(report, by):
        _write_table(book.create_sheet(table.title), table)
    _write_about(book.create_sheet("About"), report, rows=rows)
    every = _write_rows(book, report) if rows else {}
    save_book(book, path, rows=every)


def _write_table(sheet: Any, table: SpendTable) -> None:
    kinds = [_kind(heading) for heading in table.headings]
    for at, heading in enumerate(table.headings):
        values = (heading, *(row[at] for row in table.rows[:500]))
        sheet.column_dimensions[_letter(at)].width = width_of(values) + 1  # the filter's button
    sheet.freeze_panes = "B2"
    print_whole(sheet)
    sheet.append([_bold(sheet, heading) for heading in table.headings])
    for row in table.rows:
        sheet.append([_cell(sheet, value, kind) for value, kind in zip(row, kinds, strict=True)])
    if table.rows:
        sheet.auto_filter.ref = f"A1:{_letter(len(kinds) - 1)}{len(table.rows) + 1}"
    money = [i for i, heading in enumerate(table.headings) if heading.endswith("(£)")]
    if table.title.startswith("By ") and table.rows:
        places = money[1 : len(STATES) + 1]  # the first is the sum of the others
        _add_chart(sheet, table, places)


def _add_chart(sheet: Any, table: SpendTable, places: Sequence[int]) -> None:
    """Draw the money of each line by status, as stacked bars."""
    last = min(len(table.rows), _CHARTED) + 1
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap = "bar", "stacked", 100
    chart.title = f"Net spend {table.title.casefold()}, £"
    chart.height, chart.width = max(7.5, 0.75 * last + 4), 24
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.y_axis.numFmt, chart.x_axis.scaling.orientation = "#,##0", "maxMin"
    chart.legend.position = "b"
    for place, colour in zip(places, _COLOURS, strict=True):
        chart.add_data(
            Reference(sheet, min_col=place + 1, min_row=1, max_row=last), titles_from_data=True
        )
        chart.series[-1].graphicalProperties.solidFill = colour
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    sheet.add_chart(chart, f"{_letter(1)}{len(table.rows) + 4}")


def _write_about(sheet: Any, report: SpendReport, *, rows: bool) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 110
    lines = [
        ("Local means", report.boundary.area),
        ("Definition or option", report.boundary.id),
        ("Who decided it", who_decided(report.boundary)),
        ("Postcode directory of", report.directory_date),
        ("Money", "pounds, net of VAT where the files say so (see the notes)"),
        ("Rows behind a figure", _FILTER if rows else "not here: the payments were not kept"),
        ("Likely repeats", "are counted; nothing is taken out"),
        *(("Note", note) for note in notes_of(report)),
    ]
    for name, said in lines:
        sheet.append([_bold(sheet, name), _cell(sheet, said, "text")])


def _write_rows(book: Any, report: SpendReport) -> dict[str, ColumnRows]:
    """Begin the sheets of every payment, and return the rows of each by its title."""
    count = len(report.payments)
    with_options = count * len(report.options) <= _MOST_CELLS
    heads = [
        *("File", "Row", "Supplier", "Date", "Quarter", "Category", "Size of supplier", "District"),
        *("Net (£)", "Status", "Why", "Postcode from"),
        *((option.title for option in report.options) if with_options else ()),
    ]
    rows = {}
    for part in range(max(1, -(-count // SHEET_ROWS))):
        sheet = book.create_sheet(_ROWS if not part else f"{_ROWS} {part + 1}")
        sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
        for at, width in enumerate((28, 8, 36, 12, 14, 28, 16, 20, 15, 12, 18, 18)):
            sheet.column_dimensions[_letter(at)].width = width
        sheet.append([_bold(sheet, heading) for heading in heads])
        some = slice(part * SHEET_ROWS, min((part + 1) * SHEET_ROWS, count))
        columns = _columns(report, some, sheet, with_options=with_options)
        rows[sheet.title] = ColumnRows(columns, first=2)
        if count:
            sheet.auto_filter.ref = f"A1:{_letter(len(heads) - 1)}{some.stop - some.start + 1}"
    return rows


def _columns(
    report: SpendReport, rows: slice, sheet: Any, *, with_options: bool
) -> list[WordColumn | NumberColumn]:
    """Return some payments as columns of a sheet."""
    held = {name: column[rows] for name, column in report.payments.columns.items()}
    standing = report.standing
    place = standing.of_row[rows]
    district = standing.districts[place]
    days = [day - _DAY_NOUGHT if day else None for day in held["day"].tolist()]
    pounds = [f"{amount / MILLIONTHS:.16g}" for amount in held["amount"].tolist()]
    states = [STATE_WORDS[state] for state in STATES]
    reasons = sorted(set(standing.reasons))
    reason = np.searchsorted(reasons, standing.reasons)
    groups = (report.suppliers, report.quarters, report.categories, report.sizes)
    supplier, *others = (WordColumn(group.names, group.of_row[rows]) for group in groups)
    return [
        WordColumn([table.name for table in report.payments.tables], held["table"]),
        NumberColumn(held["row"]),
        supplier,
        NumberColumn(days, _style(sheet, "day")),
        *others,
        WordColumn(
            [*standing.district_names, NO_PLACE],
            np.where(district == NO_DISTRICT, len(standing.district_names), district),
        ),
        NumberColumn(pounds, _style(sheet, "money")),
        WordColumn(states, standing.states[place]),
        WordColumn([plain_reason(one) for one in reasons], reason[place]),
        WordColumn([_ORIGINS[n] for n in range(len(_ORIGINS))], held["origin"]),
        *(
            WordColumn(states, under[place])
            for under in standing.by_option.values()
            if with_options
        ),
    ]


def _style(sheet: Any, kind: str) -> int:
    """Return the number of a style in the workbook of a sheet."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = _FORMATS[kind]
    return int(cell.style_id)


def _kind(heading: str) -> str:
    if heading.endswith("(£)"):
        return "money"
    if heading == "Local share":
        return "share"
    return "count" if heading == "Rows" or heading.endswith(" rows") else "text"


def _cell(sheet: Any, value: Any, kind: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # text that starts with = must not become a formula
    elif kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    return cell


def _bold(sheet: Any, text: str) -> Any:
    cell = _cell(sheet, text, "text")
    cell.font = letters(bold=True)
    return cell


def _letter(at: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(at + 1))
