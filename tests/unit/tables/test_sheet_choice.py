"""What is said of the choice of sheets and columns."""

from __future__ import annotations

import pytest

from localarea.errors import ColumnNotFoundError
from localarea.tables.finding.sources import find_sources
from localarea.tables.workbooks.sheet_choice import choose_sheets

SHEETS = {"Cover": [["hello", "there"]], "Data": [], "More": []}


def test_without_postcodes_the_sheet_and_those_that_are_hidden_are_named() -> None:
    with pytest.raises(ColumnNotFoundError) as caught:
        choose_sheets(SHEETS, None, hidden={"Data", "More"})
    assert str(caught.value) == (
        "no column holds postcodes; the columns of sheet 'Cover' are 'hello', 'there'; name one, "
        "or name a sheet: hidden ones were not looked at ('Data', 'More')"
    )
    with pytest.raises(ColumnNotFoundError) as caught:  # that one was meant
        choose_sheets(SHEETS, "Cover", hidden={"Data", "More"})
    assert "hidden" not in str(caught.value)
    with pytest.raises(ColumnNotFoundError) as caught:
        choose_sheets({"Cover": SHEETS["Cover"]}, None)
    assert str(caught.value).endswith("; the columns are 'hello', 'there'; name one")


def test_columns_that_postcodes_wander_over_are_told_once() -> None:
    rows = [["A", "CO1 1JB", ""], ["B", "", "IP1 1AA"]]
    assert find_sources(["", "", ""], rows).notes == (
        "looked for the postcode of each row in column 2, column 3",
    )
