"""Read the rows of a workbook or a Parquet file as text."""

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
        True if its first bytes are those of Parquet.
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
        The column names, then the rows.

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
        why = f"it is not a whole Parquet file: {str(error).splitlines()[0]}"
        raise FileFormatError(path, why, hint="write it again") from error
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    return [list(table.column_names), *map(list, zip(*columns, strict=True))]


def _require_bounds(path: Path, about: Any) -> None:
    require_cells(path, about.num_rows, about.num_columns)
    size = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if size > MOST_PARQUET:
        why = f"it would unpack to {size / 1e9:.1f} GB"
        raise FileFormatError(path, why, hint="save the columns that are needed as a CSV file")


def workbook_rows(path: Path) -> list[list[str]]:
    """
    Read the first visible sheet.

    Parameters
    ----------
    path : pathlib.Path
        An XLSX or ODS workbook, within the limits of `open_safely`.

    Returns
    -------
    list of list of str
        All rows from the top, including blank ones, with the last results of formulas.

    Raises
    ------
    FileFormatError
        If it is not such a workbook, or has no visible sheet.
    """
    kind, _ = open_safely(path)
    if kind == "ods":
        with _library_errors(path):
            return _ods(path)
    for _, rows in _xlsx_sheets(path, hidden=False):
        return [[_text(value) for value in row] for row in rows]
    raise FileFormatError(path, "it has no visible sheet", hint="unhide one")


def workbook_sheets(path: Path) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """
    Read the values of every sheet, including hidden ones.

    Parameters
    ----------
    path : pathlib.Path
        An XLSX workbook, within the limits of `open_safely`.

    Returns
    -------
    list of (str, list of tuple)
        The name of each sheet and its rows, with the last results of formulas.

    Raises
    ------
    FileFormatError
        If it is not such a workbook. The message does not quote its cells.
    """
    kind, _ = open_safely(path)
    if kind != "xlsx":
        raise FileFormatError(path, "it is not an XLSX workbook", hint="save it as .xlsx")
    return list(_xlsx_sheets(path, hidden=True))


def _xlsx_sheets(path: Path, *, hidden: bool) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    import openpyxl

    with (
        _library_errors(path),
        path.open("rb") as file,
    ):  # as a stream, because openpyxl checks the name of a path
        with (
            losses_of_workbook()
        ):  # suppresses the warnings: nothing is written, so nothing is lost
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for page in book.worksheets:
            if hidden or page.sheet_state == "visible":
                page.reset_dimensions()  # some programs write wrong ones
                with losses_of_workbook():
                    every = counted_rows(page.iter_rows(values_only=True), path, most=MOST_HELD)
                    rows = [without_blank_end(row) for row in every]
                yield page.title, rows


@contextmanager
def _library_errors(path: Path) -> Iterator[None]:
    """Convert a library's error for a damaged workbook, without quoting its cells."""
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
        return f"{round(value, 6):.6f}".rstrip("0")  # 0.1 + 0.2 means 0.3
    return cell_text(value)
