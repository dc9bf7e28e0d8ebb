"""
Limits on the number of cells of a table, whatever the size of its file.

One cell in the last column makes a row of 16,384, so a file of a hundred kilobytes can stand for
hundreds of millions of cells. Cells are therefore counted as they are read, before any row is
padded or stored. The limits are documented in docs/checking.md and docs/files-service.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Cells of a sheet that is held in memory: 20,000 suppliers with 500 columns.
MOST_HELD: Final = 10_000_000
#: Cells of a sheet that is read row by row: a full sheet of a million rows with 190 columns.
MOST_STREAMED: Final = 200_000_000
#: Uncompressed bytes of a Parquet table that is held in memory.
MOST_PARQUET: Final = 2 << 30


def require_cells(path: Path | str, rows: int, columns: int, *, most: int = MOST_HELD) -> None:
    """
    Raise an error if a table has too many cells.

    Parameters
    ----------
    path : pathlib.Path or str
        The file.
    rows, columns : int
        Extent of its cells.
    most : int
        Largest number of cells.

    Raises
    ------
    FileFormatError
        If it has more.
    """
    if rows * columns > most:
        raise FileFormatError(
            path,
            f"its cells span {rows:,} rows and {columns:,} columns, more than the limit of "
            f"{most:,} cells",
            hint="delete stray cells far to the right or below, or save the columns that are "
            "needed as a CSV file",
        )


def counted_rows(
    rows: Iterable[tuple[Any, ...]], path: Path | str, *, most: int
) -> Iterator[tuple[Any, ...]]:
    """
    Iterate over rows while counting their cells, including blanks before the last value.

    Parameters
    ----------
    rows : iterable of tuple
        Rows as a library returns them, padded or not.
    path : pathlib.Path or str
        The file.
    most : int
        Largest number of cells.

    Yields
    ------
    tuple
        Each row, until there are too many cells.

    Raises
    ------
    FileFormatError
        Before the row that exceeds the limit.
    """
    cells = 0
    for number, row in enumerate(rows, start=1):
        cells += len(row)
        if cells > most:
            require_cells(path, number, -(-cells // number), most=most)
        yield row


def without_blank_end(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """
    Remove the blank cells at the end of a row.

    Parameters
    ----------
    row : tuple
        Values; None or empty text is blank.

    Returns
    -------
    tuple
        The row up to its last value.

    Examples
    --------
    >>> without_blank_end((None, 1, "", None))
    (None, 1)
    """
    end = len(row)
    while end and row[end - 1] in (None, ""):
        end -= 1
    return row[:end]
