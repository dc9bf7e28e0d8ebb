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


REGISTERED, TRADING = "EH1 1YZ", "CO1 1JB"


@pytest.mark.parametrize(
    "above_and_header",
    [
        [  # titles merged over columns that are called the same
            ["Supplier", "Registered office", "", "Trading address", "", "Paid"],
            ["Name", "Town", "Postcode", "Town", "Postcode", "Net"],
        ],
        [["Name", "Registered office address", "Postcode", "Trading address", "Post code", "Net"]],
    ],
)
def test_columns_of_one_name_are_told_apart_by_what_stands_over_or_before_them(
    above_and_header: list[list[str]],
) -> None:
    both = ["A", "Edinburgh", REGISTERED, "Colchester", TRADING, "5"]
    alone = ["B", "Edinburgh", REGISTERED, "", "", "6"]
    grid = read_grid([*above_and_header, both, alone])
    cells = [source.columns for source in grid.sources if source.form == "cell"]
    assert cells == [(4,), (2,)]  # where a supplier trades goes before where it is registered
    assert [read_row(grid, row).text for row in (both, alone)] == [TRADING, REGISTERED]
    used = [grid.labels[read_row(grid, row).used] for row in (both, alone)]
    assert used[0].startswith("Trading address: Post")
    assert used[1].startswith("Registered office")
    assert grid.headers == tuple(above_and_header[-1])  # as written, for what is written


def test_a_title_of_the_whole_table_tells_no_columns_apart() -> None:
    rows = [["Trading suppliers", "", ""], ["Name", "Postcode", "Postcode"]]
    grid = read_grid([*rows, ["A", TRADING, REGISTERED]])
    assert grid.columns == (1,)
    assert "'Postcode' (column 3) could be used too" in grid.notes[0]
    assert grid.labels == ("Postcode (column 2)",)


@pytest.mark.parametrize("address", ["1 High St, Colchester CO1 1JB", "CO1 1JB"])
def test_the_only_column_of_addresses_is_read_however_few_have_a_postcode(address: str) -> None:
    blank = [["B", "Nationwide", "5"], ["C", "PO Box 5", "5"], ["D", "The Old Mill", "5"]]
    grid = read_grid([["Name", "Address", "Net"], *blank, ["A", address, "5"]])
    assert grid.columns == (1,)
    assert read_row(grid, ["A", address, "5"]).text == "CO1 1JB"
    with pytest.raises(ColumnNotFoundError):  # none at all
        read_grid([["Name", "Address", "Net"], *blank])


def test_a_column_whose_cells_have_two_postcodes_is_not_dropped() -> None:
    rows = [["Name", "Site postcode", "HQ postcode"], ["A", "CO1 1JB, IP1 1DH", "EH1 1YZ"]]
    assert read_grid(rows).columns == (1, 2)


def test_a_column_without_a_header_is_named_by_its_number() -> None:
    assert choose_column(["", ""], [["a", TRADING]]).note == "used column 2, based on its contents"
