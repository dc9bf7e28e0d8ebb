"""A preview reads a workbook as the check does, so that an officer confirms what will happen."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import ods_cases as ods
import openpyxl
import pytest

from localarea.checking.preview import preview
from localarea.checking.workbooks.workbook import check_workbook

if TYPE_CHECKING:
    from localarea.classify.classifier import Classifier

STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
HIDDEN = (
    '<style:style style:name="h" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def book_of(path: Path) -> Path:
    """A workbook whose hidden sheet has more postcodes than the one that is seen."""
    book = openpyxl.Workbook()
    book.active.title = "Old"
    for row in (("Supplier", "Postcode"), ("A", "IP1 1DH"), ("C", "IP1 1DH")):
        book["Old"].append(row)
    book["Old"].sheet_state = "hidden"
    for row in (("Supplier", "Postcode"), ("B", "CO1 1JB")):
        (book["Now"] if "Now" in book.sheetnames else book.create_sheet("Now")).append(row)
    book.save(path)
    return path


def as_strict(path: Path) -> Path:
    """Rewrite a workbook in the namespaces of Strict Open XML."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            content = part
            for old, new in STRICT.items():
                content = content.replace(old, new)
            archive.writestr(name, content)
    return path


def as_ods(path: Path) -> Path:
    head = ods.row("Supplier", "Postcode")
    body = ods.sheet("Old", head + ods.row("A", "IP1 1DH") * 2, 'table:style-name="h"')
    body += ods.sheet("Now", head + ods.row("B", "CO1 1JB"))
    return ods.write_package(path, ods.content(body, HIDDEN))


@pytest.mark.parametrize("kind", ["strict", "ods", "result"])
def test_a_preview_finds_what_the_check_finds(
    kind: str, tmp_path: Path, classifier: Classifier
) -> None:
    path = as_ods(tmp_path / "in.ods") if kind == "ods" else book_of(tmp_path / "in.xlsx")
    if kind == "strict":
        as_strict(path)
    report = check_workbook(path, classifier, out=tmp_path / f"out{path.suffix}")
    assert report.by_status == {"local": 1, "not_local": 0, "unknown": 0}
    found = preview(Path(report.out) if kind == "result" else path)
    assert (found.fault, found.sheet) == ("", "Now")
    assert [(s.name, s.hidden, s.chosen) for s in found.sheets] == [
        ("Old", True, False),
        ("Now", False, True),
    ]
    assert [(r.number, r.read) for r in found.rows] == [(2, "CO1 1JB")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_amounts_are_those_that_the_check_adds_up(kind: str, tmp_path: Path) -> None:
    """The first five rows, which are shown, have none; the check looks at two hundred."""
    path = tmp_path / f"in.{kind}"
    rows = [["Supplier", "Postcode", "Total", "Net"], *([["A", "CO1 1JB", "", ""]] * 6)]
    rows += [["B", "CO1 1JB", "12.00", "10.00"]] * 3
    if kind == "csv":
        path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(path)
    assert [column.use for column in preview(path).columns] == ["", "postcode", "", "amount"]


def test_rows_of_a_text_file_are_numbered_with_the_empty_ones(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("Supplier,Postcode\n\nA,CO1 1JB\n\n\nB,IP1 1DH\n")
    assert [r.number for r in preview(path).rows] == [3, 6]


def test_a_fault_does_not_name_the_copy_of_the_file(tmp_path: Path) -> None:
    fault = preview(book_of(tmp_path / "input"), sheet="Then").fault
    assert fault == "there is no sheet 'Then'; the sheets are Old, Now"


def test_sheets_of_an_earlier_check_are_not_told_as_without_postcodes(
    tmp_path: Path, classifier: Classifier
) -> None:
    first = check_workbook(book_of(tmp_path / "in.xlsx"), classifier, out=tmp_path / "1.xlsx")
    again = check_workbook(Path(first.out), classifier, out=tmp_path / "2.xlsx")
    assert [note for note in again.notes if "Local " in note] == []
    assert openpyxl.load_workbook(again.out).sheetnames == [
        *("Old", "Now", "Local summary", "Local receipt"),
    ]


def test_a_preview_shows_days_as_days_and_says_what_it_will_check(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Suppliers"
    for row in (("Postcode", "Paid", "Amount"), ("CO1 1JB", date(2026, 4, 1), 46113)):
        book["Suppliers"].append(row)
    book.create_sheet("Codes").append(("A", "B"))
    book.save(tmp_path / "in.xlsx")
    found = preview(tmp_path / "in.xlsx")
    assert found.rows[0].cells == ("CO1 1JB", "2026-04-01", "46113")
    assert found.notes[0].startswith("it will check sheet 'Suppliers'")
