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
from localarea.reports.print_maps.indicator_chart import write_indicator_chart
from localarea.reports.print_maps.saving import save_figure
from localarea.reports.print_maps.sheet import finish_sheet, open_sheet, steady_style
from localarea.tables.workbooks.plain_workbook import save_book

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


SOURCE = (
    "Source: Contains National Highways data. Contains OS data © Crown copyright and database "
    "right 2025. Contains Royal Mail data © Royal Mail copyright and database right 2025. "
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Zone names: contains Parliamentary information licensed under the Open Parliament Licence "
    "v3.0. © OpenStreetMap contributors."
)
TITLE = "Within 30 minutes' drive of Colchester, compared with Colchester labour market (ONS 2011)"


@pytest.mark.parametrize("resolution", [72, 110, 200])
def test_title_and_sources_of_a_map_fit_at_every_resolution(resolution: int) -> None:
    with steady_style():
        sheet = open_sheet((0.0, 0.0, 132_000.0, 100_000.0), TITLE)
        finish_sheet(sheet, key=[], source=SOURCE)
        sheet.figure.set_dpi(resolution)
        renderer = sheet.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        said = [text.get_text().replace("\n", " ") for text in sheet.figure.texts]
        assert said == [TITLE, SOURCE]
        for text in sheet.figure.texts:
            assert text.get_window_extent(renderer).x1 <= sheet.figure.bbox.width


def test_a_target_is_drawn_across_its_whole_quarter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(
        "localarea.reports.print_maps.indicator_chart.save_figure",
        lambda figure, *_, **__: drawn.append(figure),
    )
    rows = [("2026-27 Q1", "66.7", "60"), ("2026-27 Q2", "60.0", None), ("2026-27 Q3", "25", "50")]
    parts = [
        {"quarter": quarter, "delivered": share, "target": target, "withheld": False}
        for quarter, share, target in rows
    ]
    series = [{"definition": "colchester-measure-2026.1", "by_quarter": parts}]
    document = {"title": "Share of spend", "unit": "%", "series": series}
    write_indicator_chart(document, tmp_path / "chart.png")
    (targets,) = drawn[0].axes[0].collections
    ends = [tuple(map(tuple, path.vertices)) for path in targets.get_paths()]
    assert ends == [((-0.5, 60.0), (0.5, 60.0)), ((1.5, 50.0), (2.5, 50.0))]


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
