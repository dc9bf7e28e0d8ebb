"""A file of payments: which column holds the postcodes, which the amounts, and both read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.classify.layout import read_layout
from localarea.errors import ColumnNotFoundError, FileFormatError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_AMOUNT_WORDS: Final = ("amount", "spend", "value", "net", "total", "gross", "paid", "cost")
_MONEY: Final = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?-?\Z")


@dataclass(frozen=True, slots=True, eq=False)
class Spend:
    """
    The payments of a file.

    Attributes
    ----------
    frame : pandas.DataFrame
        Every row, all cells as text.
    postcode_column : str
        Header of the column of postcodes.
    amount_column : str or None
        Header of the column of amounts; None where the file has none.
    """

    frame: pd.DataFrame
    postcode_column: str
    amount_column: str | None


def read_spend(
    path: Path, *, postcode_column: str | None = None, amount_column: str | None = None
) -> Spend:
    """
    Read a file of payments.

    Parameters
    ----------
    path : pathlib.Path
        CSV or TSV with a header; delimiter and encoding are detected.
    postcode_column : str, optional
        Header of the column of postcodes; found by itself where left out.
    amount_column : str, optional
        Header of the column of amounts; where left out the first whose header speaks of
        an amount, spend, value, net, total, gross, paid or cost and that holds numbers.

    Returns
    -------
    Spend
        The rows and the columns chosen.

    Raises
    ------
    FileFormatError
        If there is no such file, or it is no table with a header.
    ColumnNotFoundError
        If a column is not there, or none holds postcodes.
    """
    if not path.is_file():
        raise FileFormatError(path, "there is no such file", hint="check the path")
    wanted = () if postcode_column is None else (postcode_column,)
    layout = read_layout(path, columns=wanted)
    if not layout.has_header:
        raise FileFormatError(path, "its first row is no header", hint="put one above the rows")
    try:
        frame = pd.read_csv(
            path,
            sep=layout.delimiter.decode(),
            encoding=layout.encoding.codec + ("-sig" if layout.encoding.codec == "utf-8" else ""),
            skiprows=1 if layout.preamble else 0,
            header=layout.titles,
            dtype=str,
            keep_default_na=False,
            engine="c",
        )
    except (ValueError, pd.errors.ParserError) as error:
        hint = "save it as CSV again"
        raise FileFormatError(path, "its rows are not of one width", hint=hint) from error
    if frame.empty:
        raise FileFormatError(path, "it has no row below the header", hint="check the export")
    headers = [str(name) for name in frame.columns]
    amount = _amount_column(frame, headers, amount_column)
    return Spend(frame, headers[layout.column.index], amount)


def _amount_column(frame: pd.DataFrame, headers: Sequence[str], wanted: str | None) -> str | None:
    if wanted is not None:
        for name in headers:
            if name.strip().casefold() == wanted.strip().casefold():
                return name
        raise ColumnNotFoundError(wanted, headers)
    for word in _AMOUNT_WORDS:
        for name in headers:
            if word in name.casefold() and read_amounts(frame[name].head(200)).notna().mean() > 0.5:
                return name
    return None


def read_amounts(texts: pd.Series) -> pd.Series[float]:
    """
    Read amounts as people write them.

    Parameters
    ----------
    texts : pandas.Series, shape (n,)
        Numbers, or text with or without a pound sign, commas, and brackets or a minus
        (before or behind) for a refund.

    Returns
    -------
    pandas.Series of float64, shape (n,)
        Amounts; NaN where there is none.

    Examples
    --------
    >>> read_amounts(pd.Series(["£1,234.50", "(20)", "7.5-", "n/a", 3])).tolist()
    [1234.5, -20.0, -7.5, nan, 3.0]
    """
    if pd.api.types.is_numeric_dtype(texts):
        return texts.astype(float)
    plain = texts.astype(str).str.replace(r"£|GBP|\s", "", regex=True)
    plain = plain.str.replace("\N{MINUS SIGN}", "-", regex=False)
    plain = plain.str.replace(r"^\((.*)\)$", r"-\1", regex=True)
    known = plain.where(plain.str.match(_MONEY) & plain.str.contains(r"\d"), "nan")
    behind = known.str.endswith("-")
    known = known.where(~behind, "-" + known.str.rstrip("-"))
    return known.str.replace(",", "", regex=False).astype(float)


def require_amounts(amounts: pd.Series[float], texts: pd.Series, column: str) -> int:
    """
    Refuse a column that holds no amounts, and count the cells that are none.

    Parameters
    ----------
    amounts : pandas.Series of float64, shape (n,)
        As :func:`read_amounts` gives them.
    texts : pandas.Series, shape (n,)
        The cells.
    column : str
        Header, for the message.

    Returns
    -------
    int
        Cells with something in them that is no amount.

    Raises
    ------
    InputError
        If not one cell is an amount.
    """
    filled = texts.notna() & (texts.astype(str).str.strip() != "")
    if len(amounts) and filled.any() and not amounts.notna().any():
        first = str(texts[filled].iloc[0])[:40]
        raise InputError(f"column {column!r} holds no amounts (the first cell is {first!r})")
    return int((filled & amounts.isna()).sum())
