"""Show how a file would be read, before it is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

from localarea.checking.check_file import kind_of
from localarea.checking.rows.paid_columns import SAMPLED, paid_columns
from localarea.checking.workbooks.own_sheets import is_own_sheet
from localarea.errors import ColumnNotFoundError, FileFormatError, InputError
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import (
    ABROAD,
    BLANK,
    MALFORMED,
    OUTWARD,
    SEVERAL,
    WHOLE,
    WITHHELD,
)
from localarea.tables.delimited.layout import text_sample
from localarea.tables.file_kinds import FOLDER_HINT
from localarea.tables.finding.reading import (
    BY_COUNTRY,
    BY_NAME,
    CORRECTED,
    PUSHED,
    RowReading,
    read_row,
)
from localarea.tables.sheet_layout import Grid, read_grid, read_unplaced
from localarea.tables.workbooks.old_workbooks import readable_workbook
from localarea.tables.workbooks.sheet_choice import SAMPLE_ROWS, choose_sheets, postcode_rows
from localarea.tables.workbooks.sheet_samples import sheet_samples

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from localarea.tables.finding.sources import PostcodeSource

_ROWS: Final = 5  # rows that are shown
# What a column is read for.
ColumnUse = Literal["postcode", "outward", "inward", "address", "country", "amount", "own", ""]
# Which of a supplier's addresses a column is of, best first.
AddressKind = Literal["site", "plain", "billing", "registered", ""]


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """
    A sheet of a workbook.

    Attributes
    ----------
    postcodes : int
        Number of its first rows in which a postcode would be read.
    rows : int
        Number of filled rows among those, below the header.
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
    columns : sequence of str
        Headers or numbers, from 1, of the requested columns, in order of preference.

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
    kind = kind_of(source)
    if kind == "workbook":
        return _of_workbook(source, columns, sheet)
    if kind == "parquet":
        rows = _parquet_sample(source)
        numbers = list(range(len(rows)))
    else:
        rows, numbers = text_sample(source)
    made = _of_rows(rows, numbers, columns, kind)
    return made if sheet is None else replace(made, fault="the file has no sheets")


def _parquet_sample(source: Path) -> list[list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted(source.rglob("*.parquet")) if source.is_dir() else [source]
    if not files:
        raise FileFormatError(source, "it has no *.parquet files", hint=FOLDER_HINT)
    try:
        with pq.ParquetFile(files[0]) as file:
            batch = next(file.iter_batches(batch_size=SAMPLE_ROWS), None)
            names = list(file.schema_arrow.names)
    except (pa.ArrowInvalid, OSError) as error:
        raise FileFormatError(files[0], f"not a complete Parquet file: {error}") from error
    cells = [] if batch is None else [c.to_pylist() for c in batch.columns]
    rows = [["" if v is None else str(v) for v in row] for row in zip(*cells, strict=True)]
    return [names, *rows]


def _of_rows(
    rows: Sequence[Sequence[str]],
    numbers: Sequence[int],
    columns: Sequence[str],
    kind: Literal["text", "parquet"],
) -> Preview:
    grid, fault = _grid(rows, columns)
    return _shown(Preview(kind, (), None, (), (), grid.notes, fault), rows, grid, numbers)


def _of_workbook(source: Path, columns: Sequence[str], sheet: str | None) -> Preview:
    with (
        TemporaryDirectory(prefix="localarea-") as folder,
        readable_workbook(source, Path(folder) / "read.xlsx") as (path, losses),
    ):
        every = sheet_samples(path, most=SAMPLE_ROWS)
    found = {name: one for name, one in every.items() if not is_own_sheet(name, one.rows)} or every
    samples = {name: each.rows for name, each in found.items()}
    hidden = {name for name, each in found.items() if each.hidden}
    fault = ""
    try:
        chosen = choose_sheets(
            samples, sheet, columns=columns, hidden=hidden, source=source.name, ahead=True
        )
        names, notes = [name for name, _ in chosen.sheets], chosen.notes
    except InputError as error:
        names, notes, fault = _fallback(samples, hidden, sheet), (), _said_of(error)
    sheets = []
    for name, rows in samples.items():
        grid, without = _grid(rows, columns)
        filled = [row for row in rows[grid.header + 1 :] if any(c.strip() for c in row)]
        count = 0 if without else postcode_rows(rows, grid)
        chosen_one = name in names and not fault
        sheets.append(SheetPreview(name, count, len(filled), chosen_one, name in hidden))
    first = names[0] if names else ""
    rows = samples.get(first, [])
    grid, _ = _grid(rows, columns)
    made = Preview(
        "workbook", tuple(sheets), first or None, (), (), (*losses, *notes, *grid.notes), fault
    )
    if not first:
        return _shown(made, rows, grid, [])
    return _shown(made, rows, grid, found[first].numbers, found[first].shown)


def _said_of(error: InputError) -> str:
    """Return what is wrong, without the name of the file, which may be that of a copy."""
    if isinstance(error, FileFormatError):
        return f"{error.why}; {error.hint}" if error.hint else error.why
    return str(error)


def _fallback(
    samples: Mapping[str, Sequence[Sequence[str]]], hidden: Collection[str], sheet: str | None
) -> list[str]:
    """Return the sheet to show where none can be checked as asked."""
    asked = [name for name in samples if sheet and name.casefold() == sheet.casefold()]
    seen = [name for name in samples if name not in hidden and samples[name]]
    return (asked or seen or list(samples))[:1]


def _grid(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> tuple[Grid, str]:
    """Read the layout of a sheet; without a column of postcodes, as far as it goes."""
    try:
        return read_grid(rows, wanted=columns), ""
    except ColumnNotFoundError as error:
        return read_unplaced(rows), str(error)


def _shown(
    made: Preview,
    rows: Sequence[Sequence[str]],
    grid: Grid,
    numbers: Sequence[int],
    seen: Sequence[Sequence[str]] | None = None,
) -> Preview:
    """Add the columns and the first rows to a preview: as people see them where that differs."""
    below = list(zip(numbers, rows, seen or rows, strict=True))[grid.header + 1 :]
    readings = [
        (number, row, cells, read_row(grid, row) if grid.columns else RowReading(BLANK, 0))
        for number, row, cells in below
        if any(cell.strip() for cell in row)
    ]
    shown = tuple(
        RowPreview(
            number + 1,
            tuple(cells),
            reading.text,
            grid.labels[reading.used] if reading.used >= 0 else "",
            _note(reading),
        )
        for number, _, cells, reading in readings[:_ROWS]
    )
    return replace(made, columns=_columns(grid, [row for _, row, _, _ in readings]), rows=shown)


def _columns(grid: Grid, rows: Sequence[Sequence[str]]) -> tuple[ColumnPreview, ...]:
    uses: dict[int, tuple[ColumnUse, AddressKind, int]] = dict.fromkeys(grid.own, ("own", "", 0))
    # As the check does: from more rows than are shown, of which the first may have no amount.
    paid = paid_columns(grid.headers, rows[:SAMPLED], grid.own) if grid.header >= 0 else None
    if paid is not None:
        uses[paid.amount] = ("amount", "", 0)
    for column in (grid.country, grid.state):
        if column is not None:
            uses[column] = ("country", "", 0)
    for order, source in enumerate(grid.sources, start=1):
        for column, use in zip(source.columns, _uses(source), strict=True):
            uses[column] = (use, source.kind, order)
    found = []
    for at, header in enumerate(grid.headers):
        count = sum(read_cell_or_address(row[at])[0] == WHOLE for row in rows if at < len(row))
        found.append(ColumnPreview(at + 1, header, *uses.get(at, ("", "", 0)), postcodes=count))
    return tuple(found)


def _uses(source: PostcodeSource) -> tuple[ColumnUse, ...]:
    if source.form == "halves":
        return ("outward", "inward")
    if source.form == "cell":
        return ("postcode",)
    return tuple("address" for _ in source.columns)


def _note(reading: RowReading) -> str:
    if reading.no_payment:
        return "a total, a footer or the header again: it gets no answer"
    return _REMARKS.get(reading.remark) or _READ.get(reading.code, "")


_REMARKS: Final = {
    CORRECTED: "a letter or digit was mistyped",
    PUSHED: "found in a later cell",
    BY_COUNTRY: "abroad by another column",
    BY_NAME: "another cell says that it was withheld",
}
_READ: Final = {
    BLANK: "no postcode",
    MALFORMED: "cannot be read",
    SEVERAL: "more than one postcode",
    WITHHELD: "withheld",
    ABROAD: "abroad",
    OUTWARD: "only the first half of a postcode",
}
