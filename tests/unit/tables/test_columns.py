"""Which column and which cell is taken for the postcode, by rules that can be told in advance."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from localarea.errors import ColumnNotFoundError
from localarea.geo.postcodes import OUTWARD, read_cell
from localarea.tables import columns
from localarea.tables.columns import choose_column, has_postcode
from localarea.tables.finding import sources
from localarea.tables.finding.reading import read_row
from localarea.tables.sheet_layout import Grid, read_grid


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        (["", "CO1", "ip1 1aa"], 2),  # a postcode before half of one
        (["CO1", "head office", ""], 0),  # half of one before other words
        (["", "head office"], 1),  # words before nothing
        (["n/a", "head office"], 0),
        (["", " "], 0),
        (["co1 1jb", "ip1 1aa"], 0),  # of equals the first
    ],
)
def test_of_several_cells_the_one_that_says_most_is_taken(texts: list[str], chosen: int) -> None:
    headers = tuple("abcdefgh"[: len(texts)])
    grid = Grid(0, headers, tuple(range(len(texts))))
    assert read_row(grid, texts).used == chosen


def test_a_column_of_outward_codes_is_not_chosen_by_content_alone() -> None:
    with pytest.raises(ColumnNotFoundError):  # "E1" and "B2" may be codes of anything
        choose_column(["where", "what"], [["E1", "x"], ["B2", "y"]])
    # Its header may say what they are.
    assert choose_column(["postcode", "what"], [["E1", "x"], ["B2", "y"]]).index == 0


def test_a_column_of_addresses_is_chosen_and_after_one_of_postcodes() -> None:
    address = "1 High Street, Colchester CO1 1JB"
    assert choose_column(["what", "where"], [["x", address], ["y", address]]).index == 1
    both = choose_column(["where", "code"], [[address, "CO1 1JB"], [address, "IP1 1AA"]])
    assert both.index == 1
    assert "'where' (column 1) could be used too" in both.note


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (["name", "CO1 1JB"], True),
        (["name", "C01 1JB"], False),  # a slip, which a header may look like
        (["name", "CO1"], False),
        (["postcode", "1 High Street CO1 1JB"], False),
        ([], False),
    ],
)
def test_a_row_with_a_whole_postcode_is_no_header(row: list[str], found: bool) -> None:
    assert has_postcode(row) is found


@pytest.mark.parametrize("header", [["Firm", "Where", "Paid"], ["Firm", "Address", "Town"]])
def test_blank_cells_up_to_a_stray_one_are_not_read(
    header: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    for module in (columns, sources):
        read = module.read_cell
        monkeypatch.setattr(
            module, "read_cell", lambda text, read=read: seen.append(text) or read(text)
        )
    rows = [header, ["A", "CO1 1JB", "5"], ["B", "IP1 1DH", "6", *[""] * 200, "stray"]]
    assert 1 in read_grid(rows).columns
    assert seen.count("") == 0 < len(seen)


@given(st.text("C0O1 jb-.９é", max_size=9))
@example("CO1")
@example("C O 1")
@example("\uff23\uff2f\uff11")  # full-width
@example("-- CO1 --")
def test_the_first_half_of_a_postcode_is_told_as_it_is_read(cell: str) -> None:
    assert sources._is_outward(cell) == (read_cell(cell)[0] == OUTWARD)
