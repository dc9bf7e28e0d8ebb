"""
Limits on the number of cells of a table, whatever the size of its file.

One cell in the last column makes a row of 16,384, so a file of a hundred kilobytes can stand for
hundreds of millions of cells. Cells are therefore counted as they are read, before any row is
padded or stored. The limits are documented in docs/checking.md and docs/files-service.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

#: Cells of a sheet that is held in memory: 20,000 suppliers with 500 columns.
MOST_HELD: Final = 10_000_000
#: Cells of a sheet that is read row by row: a full sheet of a million rows with 190 columns.
MOST_STREAMED: Final = 200_000_000
#: Bytes of a sheet's XML; a smaller one cannot fill more cells than may be held.
ORDINARY: Final = 30 << 20
#: Uncompressed bytes of a Parquet table that is held in memory.
MOST_PARQUET: Final = 2 << 30


def most_cells(size: int) -> int:
    """
    Return how many cells the sheet of an .xlsx may reach over.

    ``size``: bytes of its XML. Returns `MOST_HELD`, or `MOST_STREAMED` for a sheet that is larger
    than `ORDINARY`.
    """
    return MOST_HELD if size <= ORDINARY else MOST_STREAMED


def require_cells(path: Path | str, rows: int, columns: int, *, most: int = MOST_HELD) -> None:
    """Raise FileFormatError if a table has too many cells."""
    if rows * columns > most:
        raise FileFormatError(
            path,
            f"its cells span {rows:,} rows and {columns:,} columns, more than the limit of "
            f"{most:,} cells",
            hint="delete stray cells far to the right or below, or save the columns that are "
            "needed as a CSV file",
        )
