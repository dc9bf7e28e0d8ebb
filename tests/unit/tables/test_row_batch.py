"""Rows that are read many at a time say the same as rows that are read cell by cell."""

from __future__ import annotations

import random
from typing import Final

import pytest

from localarea.tables.xlsx.row_batch import BatchReader, batch_size
from localarea.tables.xlsx.row_forms import RowForms
from localarea.tables.xlsx.row_values import RowValues
from localarea.tables.xlsx.sheet_stream import CellReader, cell_pattern
from localarea.tables.xlsx.texts import SharedStrings

WIDTH: Final = 6
STRINGS: Final = SharedStrings(
    [b"<sst><si><t>CO1 1JB</t></si><si><r><t>A</t></r><r><t> &amp; B</t></r></si></sst>"]
)
# What a cell may hold, after its name and its style.
ENDS: Final = (
    b"/>",
    b' t="s"><v>0</v></c>',
    b' t="s"><v>1</v></c>',
    b"><v>12</v></c>",
    b"><v>007</v></c>",
    b"><v>-0</v></c>",
    b"><v>0.05</v></c>",
    b"><v>12.50</v></c>",
    b"><v>123456789012345.678</v></c>",
    b"><v>1E+3</v></c>",
    b' t="b"><v>1</v></c>',
    b' t="e"><v>#N/A</v></c>',
    b' t="str"><f>A1&amp;B1</f><v>x &amp; y</v></c>',
    b"><f>SUM(A1:A9)</f></c>",
    b' t="n"><f aca="false">TRUE()</f><v>1</v></c>',
    b' t="inlineStr"><is><t>IP1 1AA</t></is></c>',
    b' t="inlineStr"><is><t xml:space="preserve"> a&#10;b_x000D_</t></is></c>',
    b' t="inlineStr"><is><r><t>CO1 </t></r><r><t>1JB</t></r></is></c>',
    b' t="inlineStr"><is><t/></is></c>',
)


def cell(column: int, row: int, end: bytes, style: int = 0) -> bytes:
    look = b' s="%d"' % style if style else b""
    return b'<c r="%c%d"%b%b' % (65 + column, row, look, end)


def rows_of(draw: random.Random, count: int) -> list[bytes]:
    """Rows of which most are alike, as programs write them, and some of any kind."""
    kinds = [[draw.choice(ENDS) for _ in range(WIDTH)] for _ in range(4)]
    rows = []
    for row in range(1, count + 1):
        ends = draw.choice(kinds)
        columns = list(range(WIDTH))
        if draw.random() < 0.1:
            columns = draw.sample(columns, draw.randrange(WIDTH))
        rows.append(b"".join(cell(c, row, ends[c], c % 3) for c in columns))
        if len(columns) == WIDTH and draw.random() < 0.05:  # without names
            rows[-1] = rows[-1].replace(b' r="A%d"' % row, b"").replace(b' r="B%d"' % row, b"")
    return rows


@pytest.mark.parametrize(
    ("end", "value"),
    [
        (b' t="b"><v>0</v></c>', "FALSE"),
        (b' t="b"><f>TRUE()</f><v>1</v></c>', "TRUE"),
        (b' t="n"><f aca="false">TRUE()</f><v>1</v></c>', "TRUE"),
        (b"><f>FALSE()</f><v>0</v></c>", "FALSE"),
        (b"><f>FALSE()</f><v>1</v></c>", "TRUE"),  # a formula counts by its last result
        (b"><f>FALSE()</f><v>7</v></c>", "7"),
        (b"><f>FALSE()+1</f><v>1</v></c>", "1"),
        (b"><f>N(TRUE())</f><v>1</v></c>", "1"),
    ],
)
def test_a_truth_value_is_one_in_a_cell_of_a_number_too(end: bytes, value: str) -> None:
    """As LibreOffice saves a truth value that has a format of its own."""
    assert RowValues(STRINGS, b"").cells(cell(0, 1, end, 3)) == [value]


@pytest.mark.parametrize("seed", range(5))
def test_a_batch_says_the_same_as_its_cells_one_by_one(seed: int) -> None:
    rows = rows_of(random.Random(seed), 400)
    reader, values = CellReader(STRINGS), RowValues(STRINGS, b"")
    read = BatchReader(CellReader(STRINGS), WIDTH, RowValues(STRINGS, b""), model=2).read(rows)
    for at, content in enumerate(rows):
        cells = reader.cells(content)
        texts = [""] * WIDTH
        for each in cells:
            texts[each.column] = each.text
        assert read.texts[at] == texts
        compared = values.cells(content)
        assert read.values[at] == [*compared, *[""] * (len(read.values[at]) - len(compared))]
        assert read.lasts[at] == max((each.column for each in cells), default=-1)
        assert read.waiting[at] == any(each.waiting for each in cells)
        styles = [each.style for each in cells if each.column == 2]
        assert read.styles[at] == (styles[-1] if styles else -1)


def test_rows_that_are_alike_get_a_form_of_their_own() -> None:
    """And a row that differs in a style or holds a formula is of no such form."""
    forms = RowForms(cell_pattern(b""))
    alike = [cell(0, n, b"><v>%d</v></c>" % n) + cell(1, n, b"/>", 3) for n in range(1, 60)]
    found = [forms.read(content) for content in alike]
    assert found[0] is None
    assert found[-1] is not None
    form, held = found[-1]
    assert (form.filled, form.blank, form.last, form.last_filled) == (
        {0: b""},
        {1: b' s="3"/'},
        1,
        0,
    )
    assert held == (b"59",)
    assert forms.read(alike[0].replace(b's="3"', b's="4"')) is None
    assert forms.read(cell(0, 1, b"><f>1+1</f><v>2</v></c>") + cell(1, 1, b"/>", 3)) is None
    assert forms.read(cell(0, 1, b"><v></v></c>") + cell(1, 1, b"/>", 3)) is None


def test_a_wide_sheet_is_read_in_smaller_batches() -> None:
    assert (batch_size(8), batch_size(1_000), batch_size(16_384), batch_size(0)) == (
        *(5_000, 200, 12, 5_000),
    )
