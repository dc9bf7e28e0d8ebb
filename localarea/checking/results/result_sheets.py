"""Read a result again, whatever its type: as sheets of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.checking.check_file import kind_of
from localarea.tables.workbooks.saved_values import SavedSheet, saved_rows, saved_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_TEXT: Final = 256 << 20  # bytes of a text file whose rows are looked at


def result_sheets(path: Path, *, shown: bool = False, truths: bool = True) -> Iterator[SavedSheet]:
    """
    Read the sheets of a result.

    Parameters
    ----------
    shown : bool
        Whether days and numbers are to be shown as people read them.
    truths : bool
        Whether the formulas ``TRUE()`` and ``FALSE()`` are truth values in a cell of a number too.

    Yields
    ------
    SavedSheet
        Each sheet of a workbook. A text file counts as one sheet without a name, unless it is
        too large; Parquet has none.

    Raises
    ------
    FileFormatError
        If it cannot be read.
    """
    kind = kind_of(path)
    if kind == "workbook":
        yield from saved_sheets(path, shown=shown, truths=truths)
    elif kind == "text" and path.stat().st_size <= MOST_TEXT:
        yield SavedSheet("", saved_rows(path, shown=shown))
