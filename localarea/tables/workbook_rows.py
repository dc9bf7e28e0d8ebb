"""The rows of a workbook's or a Parquet file's table, as text: for what only reads."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from localarea.errors import FileFormatError
from localarea.tables.cell_limits import (
    MOST_HELD,
    MOST_PARQUET,
    counted_rows,
    require_cells,
    without_blank_end,
)
from localarea.tables.cells import cell_text
from localarea.tables.ods_limits import require_ods_cells
from localarea.tables.workbook_limits import open_safely
from localarea.tables.workbook_losses import losses_of_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def is_parquet(path: Path) -> bool:
    """
    Check whether a file is Parquet, whatever its name.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    bool
        True by its first bytes.
    """
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def parquet_rows(path: Path) -> list[list[str]]:
    """
    Read a Parquet file.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    list of list of str
        The names of its columns, then its rows.

    Raises
    ------
    FileFormatError
        If it is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            _require_bounds(path, file.metadata)
            table = file.read()
    except (pa.ArrowException, ValueError) as error:
        why = f"it is no whole Parquet file: {str(error).splitlines()[0]}"
        raise FileFormatError(path, why, hint="write it again") from error
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    return [list(table.column_names), *map(list, zip(*columns, strict=True))]


def _require_bounds(path: Path, about: Any) -> None:
    require_cells(path, about.num_rows, about.num_columns)
    size = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if size > MOST_PARQUET:
        why = f"it would unpack to {size / 1e9:.1f} GB"
        raise FileFormatError(path, why, hint="write the columns that are needed to a CSV file")


def workbook_rows(path: Path) -> list[list[str]]:
    """
    Read the first sheet that can be seen.

    Parameters
    ----------
    path : pathlib.Path
        An XLSX or ODS workbook, within the limits of `open_safely`.

    Returns
    -------
    list of list of str
        Its rows from the top, blank ones among them; of a formula what it last came to.

    Raises
    ------
    FileFormatError
        If it is no such workbook, or has no sheet that can be seen.
    """
    kind, _ = open_safely(path)
    if kind == "ods":
        with _told_apart(path):
            return _ods(path)
    for _, rows in _xlsx_sheets(path, hidden=False):
        return [[_text(value) for value in row] for row in rows]
    raise FileFormatError(path, "it has no sheet that can be seen", hint="show one")


def workbook_sheets(path: Path) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """
    Read every sheet, hidden ones too, as what its cells hold.

    Parameters
    ----------
    path : pathlib.Path
        An XLSX workbook, within the limits of `open_safely`.

    Returns
    -------
    list of (str, list of tuple)
        The name of each sheet and its rows; of a formula what it last came to.

    Raises
    ------
    FileFormatError
        If it is no such workbook. What its cells hold is not told.
    """
    kind, _ = open_safely(path)
    if kind != "xlsx":
        raise FileFormatError(path, "it is no XLSX workbook", hint="save it as .xlsx")
    return list(_xlsx_sheets(path, hidden=True))


def _xlsx_sheets(path: Path, *, hidden: bool) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    import openpyxl

    with _told_apart(path), path.open("rb") as file:  # by its content: openpyxl goes by the name
        with losses_of_workbook():  # nothing is written, so nothing is lost
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for page in book.worksheets:
            if hidden or page.sheet_state == "visible":
                page.reset_dimensions()  # some programs state them wrongly
                with losses_of_workbook():
                    every = counted_rows(page.iter_rows(values_only=True), path, most=MOST_HELD)
                    rows = [without_blank_end(row) for row in every]
                yield page.title, rows


@contextmanager
def _told_apart(path: Path) -> Iterator[None]:
    """Report what a library says about a damaged workbook, but not what its cells hold."""
    try:
        yield
    except FileFormatError:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise FileFormatError(
            path,
            f"it cannot be read as a workbook ({type(error).__name__})",
            hint="open it in Excel or LibreOffice and save it again",
        ) from error


def _ods(path: Path) -> list[list[str]]:
    import pandas as pd

    require_ods_cells(path)
    frame = pd.read_excel(path, engine="odf", header=None, dtype=object, na_filter=False)
    return [[_text(value) for value in row] for row in frame.to_numpy()]


def _text(value: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{round(value, 6):.6f}".rstrip("0")  # 0.1 + 0.2 is meant as 0.3
    return cell_text(value)
