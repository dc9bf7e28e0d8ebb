"""Figures written for people."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from localarea.comparison.figure_catalogue import UNKNOWN, Figure, FigureKind, write_figure
from localarea.reports.maps.html_tables import screen_tables, write_figures

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
    Console(file=out, width=80).print(*screen_tables(texts, first="Option", width=80))
    assert "[red]1[/red]" in out.getvalue()
    assert "[bold]x" in out.getvalue()


@pytest.mark.parametrize(("width", "kept"), [(60, 4), (38, 3), (28, 2), (5, 2)])
def test_a_narrow_screen_leaves_out_what_can_be_spared(width: int, kept: int) -> None:
    headings = ["Postcodes", "Enterprises", "Residents", "Supply"]
    texts = pd.DataFrame([["1,234"] * 4], columns=headings, index=["ttwa"])
    tables = screen_tables(texts, first="Option", width=width, spare=["Enterprises", "Postcodes"])
    assert sum(len(table.columns) - 1 for table in tables) == kept
    assert tables[-1].columns[-1].header.plain == "Supply"


@pytest.mark.parametrize(("width", "tables"), [(40, 2), (34, 3), (80, 1)])
def test_no_figure_is_cut_on_a_narrow_screen(width: int, tables: int) -> None:
    texts = pd.DataFrame(
        {"Jobs": ["4,409,123"], "Work inside": ["100.0%"], "Ealing inside": ["55.9%"]},
        index=["ttwa-official-bromley"],
    )
    made = screen_tables(texts, first="Option", width=width)
    out = io.StringIO()
    Console(file=out, width=width).print(*made)
    assert len(made) == tables
    words = out.getvalue().split()
    assert {"4,409,123", "100.0%", "55.9%", "Ealing"} <= set(words)
    assert words.count("ttwa-official-bromley") == tables


def test_a_figure_is_whole_beside_a_short_heading() -> None:
    texts = pd.DataFrame({f"Jobs {n}": ["4,409,123"] for n in range(6)}, index=["drive-30-bromley"])
    out = io.StringIO()
    Console(file=out, width=60).print(*screen_tables(texts, first="Option", width=60))
    assert out.getvalue().count("4,409,123") == 6
