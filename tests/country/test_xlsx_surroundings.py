"""What stands around the rows of an .xlsx: merged cells beside them, and what the package says."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from xlsx_catalogue import BODY, HEAD, plain_book

from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.workbooks.workbook import check_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

ORDINARY = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


@pytest.mark.parametrize(
    ("merged", "first"),
    [
        (["C1:E1"], 6),  # a header over three columns, of which the rows fill one
        (["C3:D3", "D5:F5"], 7),  # notes of rows, one blank
        (["A3:XFD3"], 4),  # a heading over the whole sheet leaves no room to its right
        (["AA2:AB2"], 4),  # far away
    ],
)
def test_nothing_is_written_under_merged_cells(
    merged: list[str], first: int, classifier: Classifier, tmp_path: Path
) -> None:
    book = plain_book()
    for area in merged:
        book.active.merge_cells(area)
    book.active.auto_filter.ref = "A1:E5" if first == 6 else "A1:C5"
    book.save(tmp_path / "in.xlsx")
    report = check_workbook(tmp_path / "in.xlsx", classifier, out=tmp_path / "out.xlsx")
    assert report.rows == len(BODY)
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["Data"]
    header = [cell.value for cell in page[1]]
    assert header.index(ADDED[0]) + 1 == first
    assert header[first - 1 : first - 1 + len(ADDED)] == list(ADDED)
    assert [str(area) for area in page.merged_cells.ranges] == merged
    if first == 6:
        assert page.auto_filter.ref == "A1:O5"
    twice = check_workbook(tmp_path / "out.xlsx", classifier, out=tmp_path / "twice.xlsx")
    again = openpyxl.load_workbook(tmp_path / "twice.xlsx")["Data"]
    assert twice.by_status == report.by_status
    assert [cell.value for cell in again[1]] == header


def test_a_merged_title_above_the_header_takes_no_room(
    classifier: Classifier, tmp_path: Path
) -> None:
    book = plain_book()
    book.active.insert_rows(1)
    book.active["A1"] = "Payments over £500"
    book.active.merge_cells("A1:H1")
    book.save(tmp_path / "in.xlsx")
    check_workbook(tmp_path / "in.xlsx", classifier, out=tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["Data"]
    assert [cell.value for cell in page[2]] == [*HEAD, *ADDED]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("in.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        ("in.xltm", "application/vnd.ms-excel.template.macroEnabled.main+xml"),
        ("in.xltx", ORDINARY.replace("sheet.main", "template.main")),
        ("in.csv", ORDINARY),
    ],
)
def test_the_result_is_an_ordinary_workbook_by_name_and_content(
    name: str, content: str, classifier: Classifier, tmp_path: Path
) -> None:
    """Excel opens no .xlsx whose package says that it may hold macros, or is a template."""
    plain_book().save(tmp_path / "plain.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as given,
        zipfile.ZipFile(tmp_path / name, "w") as made,
    ):
        for part in given.namelist():
            made.writestr(part, given.read(part).replace(ORDINARY.encode(), content.encode()))
    report = check_workbook(tmp_path / name, classifier)
    assert report.out == str(tmp_path / "in.checked.xlsx")
    with zipfile.ZipFile(report.out) as archive:
        types = archive.read("[Content_Types].xml").decode()
    assert ORDINARY in types
    assert content == ORDINARY or content not in types
