"""Format the figures of options as text: headings, units and rounding."""

from __future__ import annotations

import io
from itertools import chain
from typing import TYPE_CHECKING

from localarea.comparison.figure_catalogue import write_figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


def screen_tables(
    texts: pd.DataFrame, *, first: str, width: int, spare: Sequence[str] = ()
) -> list[Table]:
    """
    Build one table for the terminal, or several beneath each other where it is too narrow for one.

    A terminal cuts a table that is too wide, and a figure without its last digits is another
    figure. Markup in cells is not interpreted.

    Parameters
    ----------
    texts : pandas.DataFrame
        Text; the index is the first column.
    width : int
        Width of the terminal in characters.
    spare : sequence of str, default ()
        Headings of columns to drop, one by one, if the width is too small.
    """
    asked: dict[tuple[str, ...], bool] = {}  # to find out, a table is drawn

    def fits(part: pd.DataFrame) -> bool:
        key = tuple(map(str, part.columns))
        if key not in asked:
            asked[key] = _fits(part, first, width)
        return asked[key]

    for heading in spare:
        if fits(texts):
            break
        texts = texts.drop(columns=heading)
    tables: list[Table] = []
    start = 0
    while start < len(texts.columns) or not tables:
        end = len(texts.columns)
        while end > start + 1 and not fits(texts.iloc[:, start:end]):
            end -= 1
        tables.append(_table(texts.iloc[:, start:end], first))
        start = max(end, start + 1)
    return tables


def _fits(texts: pd.DataFrame, first: str, width: int) -> bool:
    """Check whether a terminal shows every word; the table is only drawn where that is in doubt."""
    names = [first, *map(str, texts.index)]
    columns = [[str(text) for text in (heading, *held)] for heading, held in texts.items()]
    least = max(map(len, names)) + sum(map(_longest_word, columns)) + len(columns)
    if least > width:
        return False
    words = {word for text in chain(names, *columns) for word in text.split()}
    return _words(_table(texts, first), width) >= words


def _longest_word(texts: Iterable[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=1)


def _words(table: Table, width: int) -> set[str]:
    """Return the words that a terminal shows, because Rich's measurement is slightly too small."""
    from rich.console import Console

    console = Console(width=width, file=io.StringIO())
    with console.capture() as capture:
        console.print(table)
    return {
        word for word in capture.get().split() if "\N{BOX DRAWINGS LIGHT HORIZONTAL}" not in word
    }


def _table(texts: pd.DataFrame, first: str) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column(Text(first), no_wrap=True)
    for heading, held in texts.items():
        # Otherwise Rich would truncate a word to make room for another column.
        longest = _longest_word(map(str, (heading, *held)))
        table.add_column(Text(str(heading)), justify="right", min_width=longest)
    for name, row in zip(texts.index, texts.itertuples(index=False), strict=True):
        table.add_row(Text(str(name)), *(Text(str(value)) for value in row))
    return table
