"""Texts that no program takes for a formula, where a table is written as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

# What spreadsheets begin a formula with, or pass over before one. Those set up for Japanese or
# Chinese take the wide forms of the signs for the same.
FORMULA_STARTS: Final = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")


def without_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """
    Add an apostrophe before each text of a table that a spreadsheet would calculate.

    Parameters
    ----------
    table : pandas.DataFrame
        To be written as CSV.

    Returns
    -------
    pandas.DataFrame
        The same, texts and names of columns changed where they begin as formulas do; numbers,
        also those written as text, stay.

    Examples
    --------
    >>> import pandas as pd
    >>> without_formulas(pd.DataFrame({"name": ["=1+1", "-2.5", "A"]}))["name"].tolist()
    ["'=1+1", '-2.5', 'A']
    """
    texts = [
        n for n, kind in zip(table.columns, table.dtypes, strict=True) if kind.kind not in "biuf"
    ]
    plain = table.assign(**{str(name): table[name].map(_plain) for name in texts})
    return plain.rename(columns=_plain)


def _plain(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith(FORMULA_STARTS) or _is_number(value):
        return value
    return f"'{value}"


def _is_number(text: str) -> bool:
    digits = text[1:] if text[0] in "+-" else text
    return digits.replace(".", "", 1).isascii() and digits.replace(".", "", 1).isdigit()
