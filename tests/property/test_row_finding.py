"""The compiled way of finding rows and adding cells is the plain one, and both agree with csv."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.checking.rows.csv_checker import row_engine
from localarea.geo.postcodes import BLANK, OUTWARD, WHOLE, outward_number, postcode_key
from localarea.tables.delimited import csv_rows as plain

compiled = row_engine(1 << 30)  # the way that a large file is given

# The first call compiles, which takes seconds.
unhurried = settings(deadline=None)

PIECES = st.sampled_from(
    [b",", b'"', b"\n", b"\r", b"\r\n", b"a", b"CO1 1JB", b'""', b"\xe9", b";"]
)
TEXTS = st.lists(PIECES, max_size=40).map(b"".join)
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


def find(way, data, column, *, final):
    try:
        rows = way.find_rows(data, b",", column, final=final)
    except plain.OpenQuoteError as error:
        return error.offset
    arrays = (rows.starts, rows.ends, rows.nexts, rows.widths, rows.cell_starts, rows.cell_ends)
    return [a.tolist() for a in arrays], rows.stop


@unhurried
@given(TEXTS, st.integers(-1, 3), st.booleans())
def test_compiled_rows_against_plain_rows(data: bytes, column: int, final: bool) -> None:
    assert find(compiled, data, column, final=final) == find(plain, data, column, final=final)


@unhurried
@given(TEXTS)
def test_rows_cover_every_byte_once(data: bytes) -> None:
    try:
        rows = plain.find_rows(data, b",", -1, final=True)
    except plain.OpenQuoteError:
        return
    assert rows.stop == len(data)
    assert rows.starts.tolist() == [0, *rows.nexts.tolist()][: len(rows.starts)]


@unhurried
@given(TEXTS, st.integers(0, 40))
def test_a_text_cut_in_two_gives_the_same_rows(data: bytes, cut: int) -> None:
    whole = find(plain, data, 0, final=True)
    first = plain.find_rows(data[:cut], b",", 0, final=False)
    rest = find(plain, data[first.stop :], 0, final=True)
    if isinstance(whole, int):
        assert rest == whole - first.stop
        return
    assert not isinstance(rest, int)
    later = [start + first.stop for start in rest[0][0]]
    assert whole[0][0] == first.starts.tolist() + later


@unhurried
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6), st.sampled_from("\n\r"))
def test_rows_against_the_csv_module(table: list[list[str]], end: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    data = buffer.getvalue().encode()
    for column in range(4):
        rows = plain.find_rows(data, b",", column, final=True)
        assert rows.widths.tolist() == [len(row) for row in table]
        spans = zip(rows.cell_starts.tolist(), rows.cell_ends.tolist(), strict=True)
        cells = [plain.plain_cell(data[a:b], "utf-8") for a, b in spans]
        assert cells == [row[column] if column < len(row) else "" for row in table]


KEYS = st.sampled_from([postcode_key("CO1", "1JB"), postcode_key("EC1A", "9ZZ")])
READINGS = st.one_of(
    st.tuples(st.just(WHOLE), KEYS),
    st.tuples(st.just(OUTWARD), st.sampled_from(["B1", "GIR", "W1A", "ZE3"]).map(outward_number)),
    st.just((BLANK, 0)),
)


@unhurried
@given(TEXTS, st.data())
def test_compiled_addition_against_plain_addition(data: bytes, draw: st.DataObject) -> None:
    try:
        rows = plain.find_rows(data, b",", 0, final=True)
    except plain.OpenQuoteError:
        return
    count = len(rows.starts)
    read = draw.draw(st.lists(READINGS, min_size=count, max_size=count))
    which = draw.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    added = plain.AddedCells(
        np.array([r[0] for r in read], np.uint8),
        np.array([r[1] for r in read], np.uint32),
        np.array(which, np.int32).reshape(-1, 1),
        [b"", b",local", b',"not, local"'],
    )
    width = max([1, *rows.widths.tolist()])
    ways = [
        way.add_cells(data, rows, added, width=width, delimiter=b",") for way in (plain, compiled)
    ]
    assert ways[0] == bytes(ways[1])


def test_open_quotation_mark_is_named_with_its_place() -> None:
    for way in (plain, compiled):
        with pytest.raises(plain.OpenQuoteError) as caught:
            way.find_rows(b'a,b\n1,"never closed\n2,x\n', b",", 0, final=True)
        assert caught.value.offset == 6
