"""Figures and workbooks carry neither the time nor what is drawn by chance."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
from matplotlib.figure import Figure

from localarea.errors import InputError
from localarea.reports.print_maps.saving import save_figure
from localarea.tables.plain_workbook import save_book

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_figure_has_the_same_bytes_and_no_day(ending: str, tmp_path: Path) -> None:
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([0, 1], [1, 0], marker="o")  # clipped: an SVG has ids for that
    one, other = (save_figure(figure, tmp_path / f"{n}.{ending}", 40) for n in range(2))
    assert one.read_bytes() == other.read_bytes()
    assert not re.search(rb"CreationDate|dc:date|matplotlib\.org", one.read_bytes()[:400])


def test_a_figure_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.jpg; use \.png, \.svg, \.pdf"):
        save_figure(Figure(figsize=(1, 1)), tmp_path / "share.jpg", 40)


@pytest.mark.parametrize("write_only", [False, True])
def test_a_workbook_has_no_time(write_only: bool, tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=write_only)
    book.create_sheet("Pay").append(["A Ltd", 7, True])
    path = tmp_path / "book.xlsx"
    save_book(book, path)
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
    read = openpyxl.load_workbook(path)
    assert [cell.value for cell in read["Pay"][1]] == ["A Ltd", 7, True]
    assert read.properties.modified == datetime(1980, 1, 1)  # noqa: DTZ001 -- it has no zone


def test_a_workbook_is_the_same_whatever_else_is_loaded(tmp_path: Path) -> None:
    """OWSLib gives a namespace that openpyxl writes another prefix, for the whole process."""
    import owslib.wms  # noqa: F401

    save_book(openpyxl.Workbook(), tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        assert b"<dcterms:created " in archive.read("docProps/core.xml")


def test_a_workbook_without_sheets_has_one(tmp_path: Path) -> None:
    save_book(openpyxl.Workbook(write_only=True), tmp_path / "book.xlsx")
    assert openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames == ["Sheet"]
