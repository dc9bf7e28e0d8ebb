"""Figures of options as text: headings, units and rounding, the same on screen and on paper."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

    from localarea.options.figures import Figure, Kind

UNKNOWN = "–"  # an en dash: the figure is not known, which is not nought  # noqa: RUF001


def write_figure(value: object, kind: Kind) -> str:
    """
    Write one figure for people.

    Parameters
    ----------
    value : object
        A number, a truth value, text, or None or NaN where nothing is known.
    kind : {'count', 'share', 'number', 'minutes', 'yes_no', 'text'}
        How to write it.

    Returns
    -------
    str
        Text; an en dash where nothing is known.

    Examples
    --------
    >>> write_figure(26681568, "count"), write_figure(0.6674, "share"), write_figure(True, "yes_no")
    ('26,681,568', '66.7%', 'yes')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return UNKNOWN
    if kind == "yes_no":
        return "yes" if value else "no"
    if kind == "text":
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    forms = {"count": "{:,.0f}", "share": "{:.1%}", "number": "{:,.3f}", "minutes": "{:,.0f}"}
    return forms[kind].format(number)


def _written(figures: pd.Series, kind: Kind) -> list[str]:
    plain = figures.astype(object).where(figures.notna(), None)  # pandas has its own nothing too
    return [write_figure(value, kind) for value in plain]


def write_figures(metrics: pd.DataFrame, columns: Sequence[Figure]) -> pd.DataFrame:
    """
    Write the figures of several options for people.

    Parameters
    ----------
    metrics : pandas.DataFrame
        One row an option, indexed by its id; the columns named by ``columns``.
        Columns that it lacks are left out.
    columns : sequence of Figure
        The figures wanted, in order.

    Returns
    -------
    pandas.DataFrame
        Text, with the same index and the headings as columns.
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
    Make a table for the terminal from text that is already written.

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
        Numbers to the right; nothing in a cell is read as an instruction.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(Text(first), no_wrap=True)
    for heading in texts.columns:
        table.add_column(Text(str(heading)), justify="right")
    for name, row in zip(texts.index, texts.itertuples(index=False), strict=True):
        table.add_row(Text(str(name)), *(Text(str(value)) for value in row))
    return table
