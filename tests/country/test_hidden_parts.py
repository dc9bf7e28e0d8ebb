"""Rows and columns of a workbook that nobody sees are checked, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ods_cases as ods
import openpyxl
import pytest

from localarea.checking.workbooks.workbook import check_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

HEAD = ("Supplier", "Trading postcode", "Registered postcode")
ROWS = [("A", "CO1 1JB", "EH1 1YZ"), ("B", "CO1 1JB", ""), ("C", "", "EH1 1YZ"), ("D", "", "")]
TITLE = ("Suppliers of the year", "", "")


def _xlsx(path: Path, hidden: set[int], column: str) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (TITLE, HEAD, *ROWS, ("", "", "")):
        page.append([cell or None for cell in row])
    for number in hidden:
        page.row_dimensions[number].hidden = True
    if column:
        page.column_dimensions[column].hidden = True
    book.save(path)


def _ods(path: Path, hidden: set[int], column: str) -> None:
    by = {2: "filter", 3: "collapse", 4: "filter"}
    rows = "".join(
        ods.row(*row, more=f'table:visibility="{by.get(n, "filter")}"' if n in hidden else "")
        for n, row in enumerate((TITLE, HEAD, *ROWS, ("", "", "")), start=1)
    )
    unseen = 'table:visibility="collapse"'
    columns = "".join(f"<table:table-column {unseen if c == column else ''}/>" for c in "ABC")
    ods.write_package(path, ods.content(ods.sheet("S", rows, columns=columns)))


MAKERS = {"xlsx": _xlsx, "ods": _ods}


@pytest.mark.parametrize("kind", MAKERS)
def test_hidden_rows_and_columns_are_counted_and_told(
    kind: str, tmp_path: Path, classifier: Classifier
) -> None:
    # Hidden are a title and a blank row, which count for nothing, and the rows of A and C.
    MAKERS[kind](tmp_path / f"in.{kind}", {1, 3, 5, 7}, "C")
    report = check_workbook(tmp_path / f"in.{kind}", classifier, out=tmp_path / f"out.{kind}")
    assert report.by_status == {"local": 2, "not_local": 1, "unknown": 1}
    assert [note for note in report.notes if "hidden" in note] == [
        "2 rows are hidden, by a filter or by hand, and were read like the others",
        "'Registered postcode' is a hidden column, and read like the others",
    ]


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_seen_is_no_news(kind: str, tmp_path: Path, classifier: Classifier) -> None:
    MAKERS[kind](tmp_path / f"in.{kind}", {1}, "A")
    report = check_workbook(tmp_path / f"in.{kind}", classifier, out=tmp_path / f"out.{kind}")
    assert not [note for note in report.notes if "hidden" in note]
