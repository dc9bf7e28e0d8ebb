"""Documents on spend that hold what is awkward: large sums, long names, letters of no font."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from openpyxl import Workbook

from localarea.classify.boundary import Boundary
from localarea.errors import ComputeError
from localarea.reports.cabinet.formats.pdf import render_pdf
from localarea.reports.cabinet.model import CM_PER_PT, Paragraph, Report, Table
from localarea.reports.spend.document import _lines_table, _summary
from localarea.reports.spend.workbook import _write_about
from localarea.spend.report import Line, SpendReport, Sum
from localarea.spend.standing import STATES

PAGE_CM = 17.0


def table(pounds: str) -> Table:
    """Give a table of one supplier that was paid so much in every state."""
    amount = int(pounds.replace(".", "")) * 10_000  # of pence
    line = Line("Very" * 20 + " Ltd", dict.fromkeys(STATES, Sum(1, amount)))
    return _lines_table("Net spend by supplier", "Supplier", [line])


@pytest.mark.parametrize(
    ("pounds", "unit", "written", "whole"),
    [
        ("1234.50", "£", "1,234.50", "6,172.50"),
        # Half a pound away from nought.
        ("-999999.50", "whole £", "\N{MINUS SIGN}1,000,000", "\N{MINUS SIGN}4,999,998"),
        ("1860506964.62", "£ thousand", "1,860,507", "9,302,535"),
    ],
)
def test_six_columns_of_money_have_room_beside_a_name(
    pounds: str, unit: str, written: str, whole: str
) -> None:
    made = table(pounds)
    cells = [cell.text for cell in made.rows[0]]
    assert {column.unit for column in made.columns[2:-1]} == {unit}
    assert (cells[2], cells[3]) == (whole, written)
    em = PAGE_CM / (made.letter_pt * CM_PER_PT)
    widths = made.widths(em)
    assert sum(widths) <= em * 1.001
    assert widths[0] > em / 8
    assert max(map(len, cells[0].split("\u200b"))) <= 20  # longer words do not break by themselves


def test_a_letter_without_a_font_leaves_the_rest_of_the_document_as_it_is() -> None:
    def report(*texts: str) -> Report:
        return Report("Spend", "", "", date(2026, 4, 1), tuple(Paragraph(text) for text in texts))

    known, foreign = "Zażółć & Łódź Ltd", "日本商事 😀 \uff41"
    assert render_pdf(report(known, foreign)) == render_pdf(report(known, "���� � �"))
    with pytest.raises(ComputeError, match="could not be laid out"):
        render_pdf(Report("", "", "", date(2026, 4, 1), (Paragraph("x"),)))


@pytest.mark.parametrize(
    ("of", "basis", "said"),
    [
        ("option:district", "So it is.", "So it is. Nobody has approved it."),
        ("a-measure-2026.1", "Approved by A Director.", "Approved by A Director."),
    ],
)
def test_document_and_workbook_say_who_decided_what_is_local(
    of: str, basis: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line("all", dict.fromkeys(STATES, Sum(1, 1_000_000)))
    boundary = Boundary(of, frozenset(), "msoa11", "the area 'A'", basis)
    report = cast(
        "SpendReport",
        SimpleNamespace(boundary=boundary, whole=line, directory_date="2025-11"),
    )
    for room in ("document", "workbook"):
        monkeypatch.setattr(f"localarea.reports.spend.{room}.notes_of", lambda _: [])
    texts = [block.text for block in _summary(report) if isinstance(block, Paragraph)]
    assert said in texts
    sheet = Workbook().create_sheet()
    _write_about(sheet, report, rows=True)
    assert ("Who decided it", said) in sheet.values
