"""What is added to an .ods is found again in a stream, wherever its blocks are cut."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from localarea.tables.workbooks.added_sheet import hash_without_sheet, last_sheet_end

BEFORE = b'<o:body><table:table table:name="A"><x/></table:table>'
OURS = b"<localarea:table name='R'><localarea:row/></localarea:table>"
AFTER = b'<table:dde-links><table:table table:name="far"></table:table></table:dde-links></o:body>'


def cut(content: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(content) + 1) for place in places} | {0, len(content)})
    return [content[a:b] for a, b in pairwise(ends)]


@given(st.lists(st.integers(0, 500), max_size=8), st.integers(0, 2))
def test_the_hash_leaves_out_our_sheets_however_blocks_are_cut(
    places: list[int], sheets: int
) -> None:
    found = hash_without_sheet(cut(BEFORE + OURS * sheets + AFTER, places))
    assert found == hashlib.sha256(BEFORE + AFTER).hexdigest()


@given(st.lists(st.integers(0, 500), max_size=8))
def test_the_end_of_the_last_sheet_is_found_before_links(places: list[int]) -> None:
    second = b'<table:table table:name="B"></table:table>'
    place, names = last_sheet_end(cut(BEFORE + second + AFTER, places))
    assert (place, names) == (len(BEFORE + second), ["A", "B"])


def test_content_without_a_sheet_has_no_place() -> None:
    assert last_sheet_end([b"<o:body></o:body>"]) == (0, [])
