"""
How many cells a table may have as it is read, whatever the file weighs.

One cell in the last column makes a row of 16,384: a file of a hundred kilobytes can stand for
hundreds of millions of cells. So cells are counted as they are read, before any is padded or
kept. The limits are told in docs/checking.md and docs/files-service.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Cells of a sheet that is held whole: 20,000 suppliers with 500 columns.
MOST_HELD: Final = 10_000_000
#: Cells of a sheet that is read row by row: a full sheet of a million rows with 190 columns.
MOST_STREAMED: Final = 200_000_000
#: Bytes of a Parquet table when unpacked that is held whole.
MOST_PARQUET: Final = 2 << 30


def require_cells(path: Path | str, rows: int, columns: int, *, most: int = MOST_HELD) -> None:
    """
    Refuse a table that reaches too far.

    Parameters
    ----------
    path : pathlib.Path or str
        The file.
    rows, columns : int
        As far as its cells reach.
    most : int
        Cells at most.

    Raises
    ------
    FileFormatError
        If it has more.
    """
    if rows * columns > most:
        raise FileFormatError(
            path,
            f"its cells reach over {rows:,} rows and {columns:,} columns, more than the {most:,} "
            "cells that are read",
            hint="delete what stands far to the right or below, or save the columns that are "
            "needed as a CSV file",
        )


def counted_rows(
    rows: Iterable[tuple[Any, ...]], path: Path | str, *, most: int
) -> Iterator[tuple[Any, ...]]:
    """
    Count the cells of rows as they come, blank ones before the last among them.

    Parameters
    ----------
    rows : iterable of tuple
        Rows as a library gives them, padded or not.
    path : pathlib.Path or str
        The file.
    most : int
        Cells at most.

    Yields
    ------
    tuple
        Each row, as long as there are not too many cells.

    Raises
    ------
    FileFormatError
        Before the row that goes over the limit.
    """
    cells = 0
    for number, row in enumerate(rows, start=1):
        cells += len(row)
        if cells > most:
            require_cells(path, number, -(-cells // number), most=most)
        yield row


def without_blank_end(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """
    Leave out the blank cells at the end of a row.

    Parameters
    ----------
    row : tuple
        Values; None or empty text is blank.

    Returns
    -------
    tuple
        Up to its last value.

    Examples
    --------
    >>> without_blank_end((None, 1, "", None))
    (None, 1)
    """
    end = len(row)
    while end and row[end - 1] in (None, ""):
        end -= 1
    return row[:end]
