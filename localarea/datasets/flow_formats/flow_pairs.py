"""Commuting flows from any source: a CSV or Parquet file of origin, destination and count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path


COLUMNS: Final = ("origin", "destination", "workers")
_HINT: Final = "use a CSV with a header, or Parquet, with those as its first three columns"


def read_flow_pairs(path: Path) -> pd.DataFrame:
    """
    Read flows from a file whose first three columns are origin, destination and count.

    Parameters
    ----------
    path : pathlib.Path
        Parquet by its ending ``.parquet``, otherwise CSV with a header, plain or
        compressed (``.gz``). Further columns are ignored.

    Returns
    -------
    pandas.DataFrame, shape (n_rows, 3)
        ``origin`` and ``destination`` (text, as written) and ``workers`` (float64), one row
        for each row of the file. Counts are not validated here but when a matrix is built.

    Raises
    ------
    FileFormatError
        If the file does not exist or is not such a table, or a count is not a number.
    """
    try:
        if path.suffix.lower() == ".parquet":
            table = pd.read_parquet(path)
        else:
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileFormatError(path, "there is no such file") from error
    except (ValueError, OSError, EOFError) as error:
        raise FileFormatError(path, f"it cannot be read as a table ({error})") from error
    if table.shape[1] < len(COLUMNS):
        found = f"it has {table.shape[1]} columns, not origin, destination and count"
        raise FileFormatError(path, found, hint=_HINT)
    table = table.iloc[:, : len(COLUMNS)].set_axis(list(COLUMNS), axis=1)
    counts = pd.to_numeric(table["workers"], errors="coerce").astype("float64")
    wrong = table.loc[counts.isna(), "workers"]
    if len(wrong):
        first = f"row {int(wrong.index[0]) + 1} has {str(wrong.iloc[0])[:40]!r}"
        raise FileFormatError(path, f"{len(wrong):,} counts are not numbers: {first}", hint=_HINT)
    codes = {name: text_codes(table[name]).fillna("") for name in COLUMNS[:2]}
    blank = (codes["origin"] == "") | (codes["destination"] == "")
    if blank.any():
        row = int(blank.to_numpy(dtype=bool).argmax()) + 1
        raise FileFormatError(path, f"row {row} has no origin or no destination", hint=_HINT)
    return pd.DataFrame({**codes, "workers": counts})


def text_codes(codes: pd.Series) -> pd.Series:
    """
    Return codes as texts without spaces around them.

    Whole numbers stay whole: pandas turns a column of numbers into floats once one is missing,
    and 1.0 and 1 would be two zones.

    Parameters
    ----------
    codes : pandas.Series, shape (n,)
        Texts or numbers.

    Returns
    -------
    pandas.Series of str, shape (n,)
        Missing ones stay missing.

    Examples
    --------
    >>> text_codes(pd.Series([1.0, 2.0])).tolist(), text_codes(pd.Series([" E1", "E2"])).tolist()
    (['1', '2'], ['E1', 'E2'])
    """
    if pd.api.types.is_float_dtype(codes):
        numbers = codes.astype("Float64")
        if not (numbers % 1 != 0).any():
            codes = numbers.astype("Int64")
    return codes.astype("string").str.strip().astype("str")
