"""The value told of an added cell is the one that its bytes read back as."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from localarea.tables.ods._cells import cells_of
from localarea.tables.ods._new_cells import PLAIN, cell
from localarea.tables.ods._row_values import RowValues

PARTS = st.sampled_from([" ", "\t", "\n", "&", "<", '"', "'", "=", "a", "É", "\x07", "1", ".", "-"])


@given(st.lists(PARTS, max_size=8).map("".join))
@example("true")
@example("-12.50")
@example("1e3")
@example("It is about 8 minutes door to door by car.")
def test_an_added_text_is_told_as_its_cell_reads(text: str) -> None:
    assert RowValues().added(text) == "".join(RowValues().of(cells_of(cell(text))))


@pytest.mark.parametrize("text", ["CO1 1JB", "It's in Colchester, “local”.", "Ynys Môn: 7,201"])
def test_plain_text_stands_in_one_paragraph_as_it_is(text: str) -> None:
    assert PLAIN.fullmatch(text)
    written = cell(text).replace(b"table:", b"").replace(b"office:", b"").replace(b"text:", b"")
    assert ET.fromstring(written).findtext("p") == text  # noqa: S314 -- our own


@pytest.mark.parametrize("text", ["", " a", "a ", "a  b", "a\tb", "a\nb", "a&b", 'a"b', "\x07"])
def test_text_with_more_to_it_is_not_plain(text: str) -> None:
    assert PLAIN.fullmatch(text) is None
