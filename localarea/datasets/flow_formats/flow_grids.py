"""
Flow matrices as files: origins down the side, destinations along the top.

The ONS publishes its modelled matrices of 2021 in this layout, with 7,201 zones each way and so
52 million counts in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path


_BLOCK: Final = 1 << 24  # bytes read at once; a row of the largest matrices has some 150 kB
_FEWEST_ROWS: Final = 3  # in fewer, half of each could be in one cell by chance
_TOLERANCE: Final = 1e-6  # relative rounding error of a sum of decimals


def read_flow_grid(path: Path, delimiter: str) -> pd.DataFrame:
    """
    Read a matrix as pairs of zones, omitting pairs without commuters.

    Parameters
    ----------
    path : pathlib.Path
        CSV with any delimiter, plain or compressed (``.gz``).

    Returns
    -------
    pandas.DataFrame, shape (n_pairs, 3)
        ``origin`` and ``destination`` (text categories, including zones without workers) and
        ``workers`` (float64).

    Raises
    ------
    FileFormatError
        If a zone appears twice, a cell is not a number, or a row or column holds totals.
    """
    table = _read(path, delimiter)
    origins = pd.Index(table.column(0).cast("string").to_pandas().fillna("").str.strip())
    destinations = pd.Index([name.strip() for name in table.column_names[1:]])
    for names, what in ((origins, "row"), (destinations, "column")):
        if names.has_duplicates:
            again = names[names.duplicated()][0]
            raise FileFormatError(path, f"the matrix has {what} {again!r} more than once")
    counts = _counts(path, table, origins, destinations)
    _refuse_totals(path, counts, origins, destinations)
    at_row, at_column = np.nonzero(counts)
    return pd.DataFrame(
        {
            "origin": pd.Categorical.from_codes(at_row, origins),
            "destination": pd.Categorical.from_codes(at_column, destinations),
            "workers": counts[at_row, at_column],
        }
    )


def _read(path: Path, delimiter: str) -> pa.Table:
    given = {
        "read_options": csv.ReadOptions(block_size=_BLOCK),
        "parse_options": csv.ParseOptions(delimiter=delimiter),
    }
    blanks = csv.ConvertOptions(null_values=[""], strings_can_be_null=True)
    try:
        return csv.read_csv(path, convert_options=blanks, **given)
    except pa.ArrowInvalid as error:
        raise FileFormatError(path, f"it cannot be read as a matrix ({error})") from error


def _counts(path: Path, table: pa.Table, origins: pd.Index, destinations: pd.Index) -> np.ndarray:
    """Return the counts; a blank is zero, and thousands may have a comma."""
    counts = np.zeros((len(origins), len(destinations)))
    for place, name in enumerate(destinations):
        column = table.column(place + 1)
        if pa.types.is_null(column.type):
            continue
        if pa.types.is_string(column.type):
            column = pc.replace_substring(pc.utf8_trim_whitespace(column), ",", "")
        try:
            numbers = column.cast(pa.float64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            where = origins[_first_fault(column)]
            why = f"the matrix has no number from {where!r} to {name!r}"
            raise FileFormatError(path, why, hint="write 0 where nobody commutes") from None
        counts[:, place] = pc.fill_null(numbers, 0.0).to_numpy()
    return counts


def _first_fault(column: pa.ChunkedArray) -> int:
    for at, text in enumerate(column.to_pylist()):
        try:
            pa.scalar(text, pa.string()).cast(pa.float64())
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            return at
    return 0


def _refuse_totals(
    path: Path, counts: np.ndarray, origins: pd.Index, destinations: pd.Index
) -> None:
    """Raise an error for totals, which as zones would count everybody twice."""
    for values, names, what in ((counts.T, destinations, "column"), (counts, origins, "row")):
        whole = values.sum(axis=0)
        used = whole > 0
        if used.sum() < _FEWEST_ROWS:
            continue
        doubled = 2 * values[:, used]
        sums = (abs(doubled - whole[used]) <= _TOLERANCE * whole[used]).all(axis=1)
        if sums.any():
            name = names[int(sums.argmax())]
            raise FileFormatError(
                path,
                f"{what} {name!r} holds the totals of the others",
                hint="remove the row and the column of totals",
            )
