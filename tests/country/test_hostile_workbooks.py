"""
Workbooks and exports as people really send them: the right rows, or an error with a name.

Each case says what its rows should answer. Some are written by openpyxl, some by odfpy, and
the slow ones by LibreOffice in every format that it exports.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pandas as pd
import pytest
from office import CSV, TSV, XLSX, needs_office

from localarea.checking.csv_file import FileReport, check_file
from localarea.checking.workbooks.workbook import check_workbook
from localarea.errors import ColumnNotFoundError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from office import Office

    from localarea.classify.classifier import Classifier

IN, OUT = "CO1 1JB", "IP1 1AA"  # Colchester town centre; Ipswich town centre
L, N, U = "local", "not_local", "unknown"

Case = tuple[list[list[Any]], list[str]]

# Rows of the sheet as given, and the answers of the rows that hold something below the header.
SHEETS: Final[dict[str, Case]] = {
    "plain": ([["postcode"], [IN], [OUT]], [L, N]),
    "header in capitals": ([["POST CODE"], [IN]], [L]),
    "header with a line break": ([["Post\ncode"], [IN]], [L]),
    "header with a full stop": ([["Postcode."], [IN]], [L]),
    "header abbreviated": ([["id", "PCD"], [1, IN]], [L]),
    "header within words": ([["id", "Supplier's postcode (main)"], [1, IN]], [L]),
    "no header": ([[IN, "a"], [OUT, "b"]], [L, N]),
    "one cell, no header": ([[IN]], [L]),
    "header without a name": ([["firm", "where"], ["a", IN], ["b", OUT]], [L, N]),
    "title above": ([["Suppliers 2025"], ["firm", "postcode"], ["a", IN]], [L]),
    "title names postcodes": ([["By postcode"], ["firm", "postcode"], ["a", IN]], [L]),
    "two titles and a gap": (
        [["Council"], ["Suppliers by postcode"], [None], ["firm", "postcode"], ["a", IN]],
        [L],
    ),
    "title of two cells": ([["Run on", "1 May"], ["firm", "postcode"], ["a", IN]], [L]),
    "blank rows on top": ([[None], [None], ["postcode"], [IN]], [L]),
    "blank rows between": ([["postcode"], [IN], [None], [None], [OUT]], [L, N]),
    "blank column first": ([[None, "postcode"], [None, IN]], [L]),
    "blank cells in the column": ([["firm", "postcode"], ["a", None], ["b", IN]], [U, L]),
    "spaces only": ([["firm", "postcode"], ["a", "   "], ["b", IN]], [U, L]),
    "lower case, no space": ([["postcode"], ["co11jb"], ["ip11aa"]], [L, N]),
    "no-break spaces": ([["postcode"], ["CO1\u00a01JB"], ["\u00a0IP1 1AA\u00a0"]], [L, N]),
    "full-width letters": ([["postcode"], ["\uff23\uff2f\uff11 \uff11\uff2a\uff22"]], [L]),
    "tabs and line breaks inside": ([["postcode"], ["CO1\t1JB\n"]], [L]),
    "outward codes": ([["postcode"], ["SW1A"], ["CO1"]], [N, L]),
    "letters for digits": ([["postcode"], ["COI IJB"], ["C01 1JB"]], [L, L]),
    "numbers in the column": ([["postcode"], [12], [3.5], [IN]], [U, U, L]),
    "dates in the column": ([["postcode"], [dt.date(2025, 1, 2)], [IN]], [U, L]),
    "true and false": ([["postcode"], [True], [IN]], [U, L]),
    "error values": ([["postcode"], ["#N/A"], ["#REF!"], [IN]], [U, U, L]),
    "Scotland and Belfast": ([["postcode"], ["EH1 1YZ"], ["BT1 5GS"]], [N, N]),
    "not a postcode": ([["postcode"], ["n/a"], ["tbc"], ["UK"]], [U, U, U]),
    "well formed but none": ([["postcode"], ["XX99 9XX"]], [U]),
    "addresses": (
        [["address"], [f"33 High Street, Colchester {IN}"], [f"Unit 4, {OUT}, UK"]],
        [L, N],
    ),
    "address over several lines": ([["Address"], [f"1 The Street\nColchester\n{IN}"]], [L]),
    "two postcodes in an address": (
        [["address"], [f"a {IN}"], [f"b {OUT}"], [f"{IN} or {OUT}"]],
        [L, N, U],
    ),
    "the same postcode twice": ([["address"], [f"{IN} ({IN.lower()})"]], [L]),
    "postcode beside other words": ([["postcode"], [f"{IN} (new)"], [f"c/o {OUT}"]], [L, N]),
    "duplicate headers": ([["postcode", "postcode"], [IN, None], [OUT, None]], [L, N]),
    "column called local_status": ([["local_status", "postcode"], ["x", IN]], [L]),
    "very long cell": ([["postcode", "note"], [IN, "x" * 32_000]], [L]),
    "quotes, commas, semicolons": ([["firm", "postcode"], ['A "B", C; D', IN]], [L]),
    "formula text": ([["postcode"], ["'=B2"], ["@B2"], ["+B2"], [IN]], [U, U, U, L]),
    "letters of all kinds": ([["firm", "postcode"], ["Żółć 株式会社 🏠", IN]], [L]),
    "right to left": ([["שם", "postcode"], ["חברה", IN]], [L]),
    "control characters": ([["postcode"], ["CO1\x1f1JB".replace("\x1f", "\u200b")]], [L]),
    "ragged rows": ([["firm", "postcode"], ["a", IN, "more", "still"], ["b"]], [L, U]),
    "sparse first rows": (
        [["firm", "postcode"], *[["a", None]] * 25, ["b", IN]],
        [*[U] * 25, L],
    ),
    "far below": ([["firm", "x"], *[["a", None]] * 3, ["b", IN]], [U, U, U, L]),
    "many columns": ([[*[f"c{k}" for k in range(300)], "postcode"], [*range(300), IN]], [L]),
    "units in the header": ([["Paid (\N{POUND SIGN})", "Postcode*"], [1.5, IN]], [L]),
    "total row": ([["firm", "postcode", "paid"], ["a", IN, 5], ["Total", None, 5]], [L]),
}  # fmt: skip
NO_COLUMN: Final[dict[str, list[list[Any]]]] = {
    "no postcode anywhere": [["firm", "town"], ["a", "Colchester"]],
    "numbers only": [[1, 2], [3, 4]],
}


def _xlsx(folder: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            if value is not None:
                cell = book.active.cell(number, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    path = folder / "in.xlsx"
    book.save(path)
    return path


def _ods(folder: Path, rows: list[list[Any]]) -> Path:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Sheet1")
    for row in rows:
        line = TableRow()
        for value in row:
            cell = TableCell()
            if value is not None:
                cell = TableCell(valuetype="string")
                for paragraph in str(value).split("\n"):
                    cell.addElement(P(text=paragraph))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    path = folder / "in.ods"
    document.save(str(path))
    return path


def _answers_xlsx(path: Path) -> list[str]:
    page = openpyxl.load_workbook(path).worksheets[0]
    rows = list(page.iter_rows(values_only=True))
    return [next(v for v in row if v in (L, N, U)) for row in rows if {*row} & {L, N, U}]


def _answers_ods(path: Path) -> list[str]:
    sheet = pd.read_excel(path, engine="odf", header=None, dtype=str, keep_default_na=False)
    rows = sheet.to_numpy().tolist()
    return [next(v for v in row if v in (L, N, U)) for row in rows if {*row} & {L, N, U}]


WRITERS: Final[dict[str, tuple[Callable[..., Path], Callable[[Path], list[str]]]]] = {
    "xlsx": (_xlsx, _answers_xlsx),
    "ods": (_ods, _answers_ods),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", SHEETS)
def test_every_row_gets_its_answer(
    name: str, kind: str, classifier: Classifier, tmp_path: Path
) -> None:
    write, answers = WRITERS[kind]
    rows, expected = SHEETS[name]
    path = write(tmp_path, rows)
    report = check_workbook(path, classifier)
    assert answers(tmp_path / f"in.checked.{kind}") == expected
    assert report.rows == len(expected)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", NO_COLUMN)
def test_a_sheet_without_postcodes_is_refused(
    name: str, kind: str, classifier: Classifier, tmp_path: Path
) -> None:
    path = WRITERS[kind][0](tmp_path, NO_COLUMN[name])
    with pytest.raises(ColumnNotFoundError, match="no column holds postcodes"):
        check_workbook(path, classifier)


def test_an_ods_without_content_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="no rows"):
        check_workbook(_ods(tmp_path, [[None]]), classifier)


@needs_office
@pytest.mark.slow
def test_what_libreoffice_exports_is_read_in_every_format(
    classifier: Classifier, office: Office, tmp_path: Path
) -> None:
    """Every fifth of the sheets above, in two of four formats each; each takes some while."""
    # A blank line of a text file of one column is a row with a blank postcode (docs/checking.md).
    chosen = {name: SHEETS[name] for name in list(SHEETS)[::5] if name != "blank rows between"}
    sources = []
    for number, (rows, _) in enumerate(chosen.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        sources.append(_xlsx(folder, rows).rename(tmp_path / f"s{number}.xlsx"))
    for turn, form in enumerate((XLSX, "ods", CSV, TSV)):
        ending = form.partition(":")[0]
        out = tmp_path / ending
        taken = list(enumerate(chosen.items()))[turn % 2 :: 2]
        office.convert([sources[number] for number, _ in taken], form, out)
        for number, (name, (_, expected)) in taken:
            report: FileReport = (
                check_workbook(out / f"s{number}.{ending}", classifier)
                if ending in ("xlsx", "ods")
                else check_file(out / f"s{number}.{ending}", classifier)
            )
            counted = {status: expected.count(status) for status in (L, N, U)}
            said = {key: report.by_status[key] for key in (L, N, U)}
            assert said == counted, (name, ending)
