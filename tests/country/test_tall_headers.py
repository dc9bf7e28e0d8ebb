"""Headers of two lines, as councils draw them, and cells beside a table that only look like one.

Under the official area of Colchester CO1 1JB is local and IP1 1DH is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ods_cases as ods
import openpyxl
import pytest

from localarea.checking.workbooks.workbook import check_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier


def test_a_second_line_below_merged_cells_is_part_of_the_header(
    tmp_path: Path, classifier: Classifier
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ("Supplier", "Postcode", None, "Spend", None),
        (None, "Outward", "Inward", 2024, 2025),
        ("A", "CO1", "1JB", 1, 2),
        ("B", "IP1", "1DH", 3, 4),
    ):
        page.append(row)
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        page.merge_cells(area)
    book.save(tmp_path / "in.xlsx")
    report = check_workbook(tmp_path / "in.xlsx", classifier, out=tmp_path / "out.xlsx")
    assert report.by_status == {"local": 1, "not_local": 1, "unknown": 0}
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [page.cell(n, 7).value for n in range(1, 5)] == [
        *("local_status", None, "local", "not_local"),
    ]
    assert "'' (column" not in " ".join(report.notes)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_note_merged_beside_the_rows_takes_no_answer_away(
    kind: str, tmp_path: Path, classifier: Classifier
) -> None:
    path = tmp_path / f"in.{kind}"
    rows = [("A", "CO1 1JB"), ("B", "IP1 1DH"), ("C", "CO1 1JB")]
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(("Supplier", "Postcode", "A note on all of it"))
        for row in rows:
            book.active.append(row)
        book.active.merge_cells("C1:C4")
        book.save(path)
    else:
        note = ods.cell("A note on all of it", 'table:number-rows-spanned="4"')
        covered = "<table:covered-table-cell/>"
        body = ods.row("Supplier", "Postcode", note)
        body += "".join(ods.row(*row, covered) for row in rows)
        ods.write_package(path, ods.content(ods.sheet("S", body)))
    report = check_workbook(path, classifier, out=tmp_path / f"out.{kind}")
    assert report.by_status == {"local": 2, "not_local": 1, "unknown": 0}


def test_only_a_postcode_that_waits_for_its_formula_is_told(
    tmp_path: Path, classifier: Classifier
) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("Supplier", "Postcode", "Net", "Gross"),
        ("A", "CO1 1JB", 5, "=C2*1.2"),
        ("B", None, 5, "=C3*1.2"),
        ("Total", None, 10, "=SUM(D2:D3)"),
    ):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    report = check_workbook(tmp_path / "in.xlsx", classifier, out=tmp_path / "1.xlsx")
    assert not any("calculated" in note for note in report.notes)
    book.active["B3"] = "=B2"
    book.save(tmp_path / "in.xlsx")
    report = check_workbook(tmp_path / "in.xlsx", classifier, out=tmp_path / "2.xlsx")
    assert [note[:5] for note in report.notes if "calculated" in note] == ["1 row"]
