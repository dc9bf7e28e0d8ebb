"""Blank returns that guide whoever fills them in: what each column takes, lists, and examples."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from localarea.measures.columns import RETURNS
from localarea.tables.workbooks.plain_workbook import save_book
from localarea.tables.workbooks.sheet_look import letters

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from localarea.measures.columns import ReturnColumn

GUIDE: Final = "How to fill in"
_ROWS: Final = 1000  # that have lists and limits
_FILLED: Final = "FFF2CC"  # of columns that are needed
_TITLES: Final = {
    "staff": "Everybody who worked on the contract, also those who are not local",
    "spend": "Every payment to a supplier for the contract, also to those that are not local",
    "visits": "Visits to schools and colleges",
    "rounds": "Spend by round, for the local multiplier (LM3)",
    "targets": "Targets by measure and quarter",
}
_SAID: Final = {
    "contract": "Reference of the contract, the same in each row",
    "employee": "Staff number or other reference, never a name or postcode",
    "employer": "contractor, or supply_chain for a subcontractor's staff; blank is contractor",
    "home_postcode": "Postcode of the employee's home. It is not kept",
    "fte": "Part of a full-time post: 1 is full time, 0.6 three days a week",
    "start_date": "First day on the contract, also if in an earlier quarter",
    "end_date": "Last day on the contract; blank if still on it",
    "supplier": "Supplier number or name, the same in each row",
    "supplier_postcode": "Postcode of the site that does the work, not of the registered office",
    "amount": "Pounds, without VAT; negative for a credit note",
    "currency": "GBP; convert others first",
    "date": "Day, such as 2026-06-30 or 30/06/2026",
    "size": "Size of the supplier: micro under 10 people, small under 50, medium under 250",
    "address_type": "What the postcode is of",
    "sole_trader": "yes if the supplier is one person, whose postcode is personal",
    "school_postcode": "Postcode of the school or college",
    "staff_hours": "Hours of all staff together",
    "round": "1 is what the council paid, 2 what you spent, 3 what those you paid spent",
    "payee": "Who was paid",
    "payee_postcode": "Postcode of who was paid",
    "measure": "Reference of the measure, such as NT1",
    "quarter": "Such as 2026-27 Q1, which is April to June 2026",
    "target": "In the unit of the measure",
}
_FLAG: Final = "yes or no; blank is no. Enter yes only if the employee agreed"


def write_guided(
    path: Path,
    *,
    contract: str = "",
    quarter: str = "",
    period: tuple[date, date] | None = None,
    kinds: tuple[str, ...] = tuple(RETURNS),
) -> None:
    """
    Write blank returns with lists to choose from, limits, notes, and a sheet that explains them.

    Parameters
    ----------
    contract : str
        Reference that the column ``contract`` takes; blank for any.
    period : tuple of datetime.date or None
        First and last day that payments and visits may have.
    kinds : tuple of str
        Returns to write, keys of ``RETURNS``.
    """
    from openpyxl import Workbook

    book = Workbook()
    _write_guide(book.active, contract, quarter, kinds)
    for kind in kinds:
        _write_return(book.create_sheet(kind), kind, contract, period)
    save_book(book, path)


def _write_guide(sheet: Worksheet, contract: str, quarter: str, kinds: tuple[str, ...]) -> None:
    from openpyxl.styles import Alignment

    sheet.title = GUIDE
    said = f"Return of the contract {contract}, {quarter}" if contract else "Returns of a contract"
    opening = [
        [said],
        ["Fill in the sheets that apply and leave the others blank. Yellow columns are needed."],
        ["Each row is counted or refused with a reason. Home postcodes are read and not kept."],
        ["1 FTE is one person full time for a year: a full-timer adds about 0.25 in a quarter."],
        [],
    ]
    for line in opening:
        sheet.append(line)
    sheet["A1"].font = letters(bold=True, size=14)
    for kind in kinds:
        sheet.append([kind, _TITLES[kind]])
        sheet.cell(sheet.max_row, 1).font = letters(bold=True)
        for column in RETURNS[kind]:
            needed = "needed" if column.needed else "if it applies"
            example = contract if column.name == "contract" and contract else column.example
            sheet.append(["", column.name, needed, _explained(column), example])
        sheet.append([])
    for letter, width in zip("ABCDE", (14, 24, 14, 70, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=6, min_col=2, max_col=5):
        for cell in row:
            cell.alignment = Alignment(wrap_text=cell.column == 4, vertical="top")
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _explained(column: ReturnColumn) -> str:
    said = _SAID.get(column.name, _FLAG)
    choices = [choice for choice in column.choices if choice]
    return f"{said}. One of {', '.join(choices)}" if len(choices) > 1 else said


def _write_return(
    sheet: Worksheet, kind: str, contract: str, period: tuple[date, date] | None
) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    sheet.append([column.name for column in RETURNS[kind]])
    sheet.freeze_panes = "A2"
    for cell, column in zip(sheet[1], RETURNS[kind], strict=True):
        cell.font = letters(bold=True)
        if column.needed:
            cell.fill = PatternFill("solid", fgColor=_FILLED)
        needed = "Needed. " if column.needed else ""
        note = Comment(f"{needed}{_explained(column)}. For example {column.example}", "localarea")
        note.width, note.height = 320, 110
        cell.comment = note
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = max(14, len(column.name) + 3)
        checked = _validation(column, contract, period)
        if checked is not None:
            sheet.add_data_validation(checked)
            checked.add(f"{letter}2:{letter}{_ROWS + 1}")
        if column.kind == "date":
            for row in range(2, _ROWS + 2):
                sheet.cell(row, cell.column).number_format = "yyyy-mm-dd"


def _validation(column: ReturnColumn, contract: str, period: tuple[date, date] | None) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = [choice for choice in column.choices if choice]
    if column.kind == "yes_no":
        choices = ["yes", "no"]
    if column.name == "contract" and contract:
        choices = [contract]
    if choices:
        made = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    elif column.name == "fte":
        made = _between("decimal", "0.0001", "1")
    elif column.kind == "date":
        low, high = period if period and column.name == "date" else _ANY
        made = _between("date", _serial(low), _serial(high))
    else:
        return None
    made.error, made.errorTitle = f"{_explained(column)}."[:225], column.name
    made.showErrorMessage = True
    return made


def _between(kind: str, least: str, greatest: str) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(
        type=kind, operator="between", formula1=least, formula2=greatest, allow_blank=True
    )


_ANY: Final = (date(2000, 1, 1), date(2099, 12, 31))


def _serial(day: date) -> str:
    """Convert a day to the number of days since 30 December 1899, as in workbooks."""
    return str((day - date(1899, 12, 30)).days)
