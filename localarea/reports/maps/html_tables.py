"""Format the figures of options as text: headings, units and rounding."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from localarea.comparison.figure_catalogue import write_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

    from localarea.comparison.figure_catalogue import Figure, FigureKind


def _written(figures: pd.Series, kind: FigureKind) -> list[str]:
    plain = figures.astype(object).where(figures.notna(), None)  # NaN and pd.NA become None
    return [write_figure(value, kind) for value in plain]


def write_figures(metrics: pd.DataFrame, columns: Sequence[Figure]) -> pd.DataFrame:
    """
    Format the figures of several options for display.

    Parameters
    ----------
    metrics : pandas.DataFrame
        One row per option, indexed by id, with the columns named by ``columns``.
        Missing columns are left out.
    columns : sequence of Figure
        Figures to show, in order.

    Returns
    -------
    pandas.DataFrame
        Text with the same index, and headings as columns.
    """
    import pandas as pd

    return pd.DataFrame(
        {
            column.heading: _written(metrics[column.name], column.kind)
            for column in columns
            if column.name in metrics.columns
        },
        index=metrics.index,
        dtype=str,
    )


def screen_table(texts: pd.DataFrame, *, first: str, title: str = "") -> Table:
    """
    Build a table for the terminal from formatted text.

    Parameters
    ----------
    texts : pandas.DataFrame
        Text; the index is the first column.
    first : str
        Heading of the first column.
    title : str, default ""
        Line above the table.

    Returns
    -------
    rich.table.Table
        Table with numbers right-aligned; markup in cells is not interpreted.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=title or None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column(Text(first), no_wrap=True)
    for heading in texts.columns:
        # Otherwise Rich would truncate a word to make room for another column.
        longest = max(map(len, str(heading).split()), default=1)
        table.add_column(Text(str(heading)), justify="right", min_width=longest)
    for name, row in zip(texts.index, texts.itertuples(index=False), strict=True):
        table.add_row(Text(str(name)), *(Text(str(value)) for value in row))
    return table


def screen_tables(
    texts: pd.DataFrame, *, first: str, width: int, spare: Sequence[str] = ()
) -> list[Table]:
    """
    Build as many tables for the terminal as it takes to show every figure whole.

    Parameters
    ----------
    texts : pandas.DataFrame
        Text; the index is the first column of each table.
    first : str
        Heading of the first column.
    width : int
        Width of the terminal in characters.
    spare : sequence of str, default ()
        Headings of columns to drop, one by one, before the others are divided.

    Returns
    -------
    list of rich.table.Table
        One table where all columns fit.
    """
    for heading in spare:
        if _fits(screen_table(texts, first=first), width):
            break
        texts = texts.drop(columns=heading)
    tables, columns = [], list(texts.columns)
    while columns:
        count = len(columns)
        while count > 1 and not _fits(screen_table(texts[columns[:count]], first=first), width):
            count -= 1
        tables.append(screen_table(texts[columns[:count]], first=first))
        columns = columns[count:]
    return tables


def _fits(table: Table, width: int) -> bool:
    return _words(table, width) >= _words(table, 10_000)


def _words(table: Table, width: int) -> set[str]:
    """Return the words that a terminal shows, because Rich's measurement is slightly too small."""
    from rich.console import Console

    console = Console(width=width, file=io.StringIO())
    with console.capture() as capture:
        console.print(table)
    return {
        word for word in capture.get().split() if "\N{BOX DRAWINGS LIGHT HORIZONTAL}" not in word
    }
