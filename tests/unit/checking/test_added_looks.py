"""What a check adds to a workbook can be read: nothing is cut off, or tiny on paper."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from localarea.checking.workbooks.sheet_columns import _width_of
from localarea.checking.workbooks.summary_xlsx import SummaryLooks
from localarea.tables.ods._sheet_writer import _width_cm, characters_cm

DECIDED = (
    "This is the answer under the definition colchester-measure-2026.1 (for social value "
    "measures), in force from 1 April 2026 until 31 March 2027, approved by A Director, "
    "Assistant Director."
)


def test_a_long_sentence_is_wrapped_in_a_row_that_has_room_for_it() -> None:
    styles: Any = SimpleNamespace(simple=lambda *_, **look: 7 if look.get("wrapped") else 1)
    lines = [("Who decided", DECIDED, None), ("Sheet", "Pay", None), ("Local", Decimal(2), 0.2)]
    written = SummaryLooks(styles).sheet("urn:x", lines).decode()
    first, second, third = re.findall(r"<row .*?</row>", written)
    height = re.search(r'ht="(\d+)"', first)
    assert height
    assert int(height[1]) >= 15 * len(DECIDED) / 44  # the column has 44 characters
    assert 's="7"' in first
    assert "ht=" not in second + third
    assert 's="7"' not in third


@pytest.mark.parametrize("name", ["local_definition", "Definition", "Definition (2)"])
def test_the_reference_of_a_definition_has_room_in_its_column(name: str) -> None:
    reference = "colchester-measure-2026.1"
    assert _width_of(name) > len(reference)
    assert _width_cm(name) >= characters_cm(len(reference))
