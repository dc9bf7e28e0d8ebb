"""A name of a payee in any script is no reason for a report not to be made."""

from __future__ import annotations

from datetime import date

import pytest

from localarea.reports.cabinet.formats.pdf import render_pdf
from localarea.reports.cabinet.model import Paragraph, Report

pytest.importorskip("typst")


@pytest.mark.parametrize(
    "name",
    [
        "Alif \N{ARABIC LETTER SUPERSCRIPT ALEF}",  # a mark, which the compiler tells by its number
        "Caf\x96 Ltd",  # a dash of Windows, read as what it is not
        "A\N{COMBINING ENCLOSING CIRCLE}\N{COMBINING ANTICLOCKWISE ARROW ABOVE}B",
        "\uf0b7 Bullet of Word",
        "Half \ud83d",
        "\N{SNOWMAN}\N{BLACK CHESS QUEEN}\N{GLAGOLITIC CAPITAL LETTER AZU}",
        "".join(map(chr, range(0x2DE0, 0x2E00))),  # each a fault of its own
        "\N{RIGHT-TO-LEFT OVERRIDE}dtL",
    ],
)
def test_a_name_with_rare_letters_is_in_a_report(name: str) -> None:
    report = Report("Spend", "by supplier", "A council", date(2026, 4, 1), (Paragraph(name),))
    assert render_pdf(report).startswith(b"%PDF")
