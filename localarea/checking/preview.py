"""Show how a file would be read, before it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# What a column is read for.
ColumnUse = Literal["postcode", "outward", "inward", "address", "country", "own", ""]
# Which of a supplier's addresses a column is of, best first.
AddressKind = Literal["site", "plain", "billing", "registered", ""]


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """
    A sheet of a workbook.

    Attributes
    ----------
    name : str
        Name of the sheet.
    postcodes : int
        Number of its first rows in which a postcode would be read.
    rows : int
        Number of filled rows among those, below the header.
    chosen : bool
        Whether it would be checked.
    hidden : bool
        Whether it is hidden in the workbook.
    """

    name: str
    postcodes: int
    rows: int
    chosen: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """
    A column of the sheet or file.

    Attributes
    ----------
    number : int
        Number of the column, from 1, which ``--column`` takes.
    header : str
        Header as written; empty if there is none.
    use : str
        What it would be read for; empty if it would not be read.
    kind : str
        Which address it is of: ``site``, ``plain``, ``billing`` or ``registered``; empty for
        other columns.
    order : int
        1 for the column that is tried first in each row, and so on; 0 if it is not tried.
    postcodes : int
        Number of the first rows in which it holds a postcode.
    """

    number: int
    header: str
    use: ColumnUse = ""
    kind: AddressKind = ""
    order: int = 0
    postcodes: int = 0


@dataclass(frozen=True, slots=True)
class RowPreview:
    """
    One of the first rows below the header.

    Attributes
    ----------
    number : int
        Number of the row as a spreadsheet shows it, from 1.
    cells : tuple of str
        Texts of its cells.
    read : str
        Postcode or outward code that would be read; empty if there is none.
    column : str
        Header or number of the column that it would be read from.
    note : str
        Whatever was special about the row, such as that it is a total; empty as a rule.
    """

    number: int
    cells: tuple[str, ...]
    read: str
    column: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """
    How a file would be read.

    Attributes
    ----------
    kind : {'text', 'workbook', 'parquet'}
        Type of the file.
    sheets : tuple of SheetPreview
        Sheets in the order of the workbook; empty for other types.
    sheet : str or None
        Sheet that the columns and rows are of.
    columns : tuple of ColumnPreview
        Every column, in order.
    rows : tuple of RowPreview
        The first five filled rows below the header.
    notes : tuple of str
        Notes for the user on how the file was read.
    fault : str
        Why it cannot be checked as asked, such as that no column holds postcodes; empty if it can.
    """

    kind: Literal["text", "workbook", "parquet"]
    sheets: tuple[SheetPreview, ...]
    sheet: str | None
    columns: tuple[ColumnPreview, ...]
    rows: tuple[RowPreview, ...]
    notes: tuple[str, ...] = ()
    fault: str = ""


def preview(source: Path, *, columns: Sequence[str] = (), sheet: str | None = None) -> Preview:
    """
    Read the start of a file and show how it would be read.

    Parameters
    ----------
    source : pathlib.Path
        A text file, workbook or Parquet file.
    columns : sequence of str
        Headers or numbers, from 1, of the requested columns, in order of preference.
    sheet : str, optional
        Requested sheet.

    Returns
    -------
    Preview
        Sheets, columns and the first five rows. Where no column holds postcodes, or a requested
        sheet or column is missing, `Preview.fault` says so and the rest is as far as known.

    Raises
    ------
    FileFormatError
        If the file cannot be read as a table.
    """
    raise NotImplementedError
