"""Rows written column by column are what a spreadsheet library reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pytest

from localarea.tables.workbooks.plain_workbook import save_book
from localarea.tables.xlsx.column_rows import ColumnRows, NumberColumn, WordColumn

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ["local", "", "=1+1", "Söhne & <Co>", " kept ", "two\nlines"]


@pytest.mark.parametrize("count", [0, 1, 8192, 8195])  # with and without a block that is not full
def test_rows_are_read_as_they_were_given(count: int, tmp_path: Path) -> None:
    at = np.arange(count) % len(WORDS)
    amounts = [None if row % 7 == 0 else f"{row}.25" for row in range(count)]
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("Before").append(["above"])
    sheet = book.create_sheet("Rows")
    sheet.append(["Word", "Whole", "Amount"])
    columns = [WordColumn(WORDS, at), NumberColumn(np.arange(count)), NumberColumn(amounts)]
    save_book(book, tmp_path / "a.xlsx", rows={"Rows": ColumnRows(columns, first=2)})
    read = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    assert [list(row) for row in read["Before"].values] == [["above"]]
    head, *rows = read["Rows"].values
    assert head == ("Word", "Whole", "Amount")
    wanted = [
        (WORDS[row % len(WORDS)] or None, row, None if row % 7 == 0 else row + 0.25)
        for row in range(count)
    ]
    assert [(*row, None, None)[:3] for row in rows] == wanted
    read.close()


def test_columns_of_different_lengths_are_no_rows() -> None:
    with pytest.raises(ValueError, match="one length"):
        ColumnRows([NumberColumn([1]), NumberColumn([1, 2])], first=1)
