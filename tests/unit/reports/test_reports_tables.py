"""Figures written for people."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from localarea.comparison.figure_catalogue import UNKNOWN, Figure, FigureKind, write_figure
from localarea.reports.maps.html_tables import screen_table, screen_tables, write_figures

COLUMNS = [
    Figure("zones", "Zones", "count", "", ""),
    Figure("supply_side", "Supply side", "share", "", ""),
    Figure("not_there", "Not there", "count", "", ""),
]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1234567, "count", "1,234,567"),
        (np.int64(12), "count", "12"),
        (0.66666, "share", "66.7%"),
        (1.0, "share", "100.0%"),
        (1.03449, "number", "1.034"),
        (29.6, "minutes", "30"),
        (False, "yes_no", "no"),
        (np.True_, "yes_no", "yes"),
        ("Babergh", "text", "Babergh"),
        (None, "count", UNKNOWN),
        (float("nan"), "share", UNKNOWN),
    ],
)
def test_a_figure_is_written_by_its_kind(value: object, kind: FigureKind, text: str) -> None:
    assert write_figure(value, kind) == text


def test_figures_keep_order_and_leave_out_what_is_not_there() -> None:
    metrics = pd.DataFrame({"supply_side": [0.5], "zones": [3]}, index=["a"])
    texts = write_figures(metrics, COLUMNS)
    assert texts.to_dict("index") == {"a": {"Zones": "3", "Supply side": "50.0%"}}
    assert list(texts.columns) == ["Zones", "Supply side"]


def test_a_missing_count_is_not_nought() -> None:
    metrics = pd.DataFrame({"zones": pd.array([None, 0], dtype="Int64")}, index=["a", "b"])
    assert write_figures(metrics, COLUMNS)["Zones"].tolist() == [UNKNOWN, "0"]


def test_square_brackets_in_a_name_are_not_markup() -> None:
    texts = pd.DataFrame({"Zones": ["[red]1[/red]"]}, index=["[bold]x"])
    out = io.StringIO()
    Console(file=out, width=80).print(screen_table(texts, first="Option", title="T"))
    assert "[red]1[/red]" in out.getvalue()
    assert "[bold]x" in out.getvalue()


@pytest.mark.parametrize(
    ("width", "kept"), [(60, [4]), (38, [3]), (28, [2]), (20, [1, 1]), (5, [1, 1])]
)
def test_a_narrow_screen_leaves_out_what_can_be_spared_and_cuts_no_figure(
    width: int, kept: list[int]
) -> None:
    headings = ["Postcodes", "Enterprises", "Residents", "Supply"]
    texts = pd.DataFrame([["1,234"] * 4], columns=headings, index=["ttwa"])
    tables = screen_tables(texts, first="Option", width=width, spare=["Enterprises", "Postcodes"])
    assert [len(table.columns) - 1 for table in tables] == kept
    assert tables[-1].columns[-1].header.plain == "Supply"
    out = io.StringIO()
    console = Console(file=out, width=max(width, 20))
    for table in tables:
        console.print(table)
    assert out.getvalue().count("1,234") == sum(kept)  # none as 1,2… or out of sight
