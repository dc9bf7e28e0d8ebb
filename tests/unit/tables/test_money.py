"""Amounts in a column are read as each of them is by itself."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from localarea.tables.money import read_amount, read_amounts, require_amounts

CELLS = [
    "£1,234.50", "(20)", "7.5-", "(5-)", "-5-", "(-5)", "5 CR", "-5 CR", "5 DR", "n/a", "", "1e5",
    "1,234,56", ".5", "5.-", "True", "inf", "£ -5",
]  # fmt: skip


def test_a_column_is_read_by_the_rule_for_one_cell() -> None:
    alone = [read_amount(cell) for cell in CELLS]
    read = read_amounts(pd.Series(CELLS)).tolist()
    assert [None if np.isnan(value) else Decimal(str(value)) for value in read] == alone


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1.0, np.inf, -np.inf]),
        pd.Series([1, float("inf"), "9" * 400], dtype=object),
        pd.Series([1, True, False], dtype=object),
    ],
)
def test_an_amount_without_end_and_a_truth_value_are_none(column: pd.Series) -> None:
    amounts = read_amounts(column)
    assert amounts.iloc[0] == 1
    assert amounts.isna().tolist() == [False, True, True]
    assert require_amounts(amounts, column, "Amount") == 2


def test_a_column_of_truth_values_has_no_amounts() -> None:
    assert read_amounts(pd.Series([True, False])).isna().all()


def test_missing_numbers_of_any_type_stay_missing() -> None:
    for column in (pd.array([1, None], dtype="Int64"), np.array([1, None], dtype=object)):
        read = read_amounts(pd.Series(column))
        assert read.dtype == float
        assert read.iloc[0] == 1
        assert np.isnan(read.iloc[1])
