"""No cell of a text file that is ours begins as formulas do, in whatever width its signs are."""

from __future__ import annotations

import pandas as pd
import pytest

from localarea.contracts.exchange.files import _escaped, _unescaped
from localarea.service.pages.check import _plain
from localarea.tables.plain_cells import without_formulas

SIGNS = "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
SIGNS += "\N{FULLWIDTH COMMERCIAL AT}"


@pytest.mark.parametrize("sign", SIGNS)
def test_every_writer_of_text_files_knows_every_sign(sign: str) -> None:
    text = f'{sign}HYPERLINK("https://evil.example")'
    table = without_formulas(pd.DataFrame({text: [text]}))
    assert [*table.columns, *table[f"'{text}"]] == [f"'{text}"] * 2
    assert _plain(text) == f"'{text}"
    assert _escaped(text) == _escaped(text, workbook=True) == f"'{text}"
    assert _unescaped(f"'{text}") == text  # so that what is exported comes in again as it was
