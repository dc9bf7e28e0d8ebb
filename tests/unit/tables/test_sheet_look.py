"""Workbooks that people open and print: one typeface, no text cut off, a head on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd

from localarea.contracts.exchange.columns import TABLES
from localarea.contracts.exchange.files import write_exchange
from localarea.measures.exports import write_figures
from localarea.measures.guided_template import write_guided
from localarea.tables.workbooks.sheet_look import width_of

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Local employees of the supply chain on the contract"


def figures(folder: Path) -> Any:
    path = folder / "figures.xlsx"
    row = {"measure": "NT1c", "title": TITLE, "definition": "colchester-measure-2026.1"}
    write_figures(pd.DataFrame([row]), path, internal=False)
    return openpyxl.load_workbook(path)


def register(folder: Path) -> Any:
    path = folder / "register.xlsx"
    row = dict.fromkeys(TABLES["contracts"].columns, "") | {"title": TITLE}
    write_exchange({"contracts": [row]}, path)
    return openpyxl.load_workbook(path)


def test_no_text_of_figures_or_of_the_register_is_cut_off(tmp_path: Path) -> None:
    for book in (figures(tmp_path), register(tmp_path)):
        (sheet,) = book.worksheets
        for column in sheet.columns:
            longest = max(len(str(cell.value or "")) for cell in column)
            assert sheet.column_dimensions[column[0].column_letter].width > longest


def test_they_are_printed_across_one_page_with_the_head_on_each(tmp_path: Path) -> None:
    for book in (figures(tmp_path), register(tmp_path)):
        (sheet,) = book.worksheets
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_head_has_the_typeface_of_what_is_below_it(tmp_path: Path) -> None:
    write_guided(tmp_path / "returns.xlsx")
    returns = openpyxl.load_workbook(tmp_path / "returns.xlsx")
    for book in (figures(tmp_path), register(tmp_path), returns):
        for sheet in book.worksheets:
            head, below = sheet["A1"].font, sheet["A2"].font
            assert head.bold
            assert head.name == below.name


def test_a_number_takes_the_room_of_what_is_shown_of_it() -> None:
    assert width_of(["Local share", 0.157012345678901]) == len("Local share") + 2
    assert width_of(["Net (£)", 1234567.5]) == len("1,234,567.50") + 2
