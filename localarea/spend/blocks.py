"""The rows of any kind of file as blocks of delimited text, with the first rows as cells."""

from __future__ import annotations

import csv
import io
import tempfile
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from localarea.checking.rows.csv_checker import row_engine
from localarea.errors import FileFormatError, InputError
from localarea.tables.columns import ColumnChoice
from localarea.tables.delimited.encoding import TextEncoding, inner_codec
from localarea.tables.delimited.layout import Layout, blocks, text_sample
from localarea.tables.delimited.text_form import text_form
from localarea.tables.file_kinds import refuse_other_kinds
from localarea.tables.workbooks.sheet_choice import SAMPLE_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localarea.checking.rows.csv_checker import RowEngine
    from localarea.tables.delimited.csv_rows import Rows
    from localarea.tables.xlsx.references import CellRange

Numbered = tuple[int, list[str]]
_BATCH: Final = 20_000  # rows of a workbook read at a time
_LARGE: Final = 64 << 20  # bytes, so that compiled code is used for what may be long
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], " ")
_UTF_8: Final = TextEncoding("utf-8")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows of delimited text; ``numbers``: number of each row in the file, from 1."""

    text: bytes
    rows: Rows
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class BlockedTable:
    """
    A table of a file, of which the blocks can be read once.

    Attributes
    ----------
    sheet : str
        Name of the sheet; empty for a file without sheets.
    sample : list of (int, list of str)
        Numbers and cells of its first filled rows.
    blocks : iterator of Block
        All rows, from the top.
    """

    sheet: str
    sample: list[Numbered]
    delimiter: bytes
    codec: str
    engine: RowEngine
    blocks: Iterator[Block]
    totals: tuple[CellRange, ...] = ()


@contextmanager
def open_sources(path: Path, sheet: str | None = None) -> Iterator[Iterator[BlockedTable]]:
    """
    Open a file of payments.

    Parameters
    ----------
    path : pathlib.Path
        CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet, by its content.
    sheet : str, optional
        Sheet of a workbook; every visible one if left out.

    Yields
    ------
    iterator of BlockedTable
        Its tables; the blocks of one must be read before the next.

    Raises
    ------
    FileFormatError
        If it cannot be read.
    InputError
        If it is missing, or a sheet is named for a file without sheets.
    """
    from localarea.checking.check_file import kind_of

    try:
        refuse_other_kinds(path)
        kind = kind_of(path)
        if kind == "workbook":
            with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
                yield _workbook(path, Path(folder) / "values.xlsx", sheet)
            return
        if sheet is not None:
            raise InputError("only a workbook has sheets; leave the sheet out", parameter="sheet")
        yield iter((_parquet(path) if kind == "parquet" else _text(path),))
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{path.name} cannot be read: {why}; name another file") from error


def _text(path: Path) -> BlockedTable:
    encoding, delimiter, preamble, _, _ = text_form(path)
    cells, numbers = text_sample(path)
    layout = Layout(encoding, delimiter, tuple(cells[0]), True, preamble, ColumnChoice(0))
    engine = row_engine(path.stat().st_size)

    def every() -> Iterator[Block]:
        first = 1
        for text, rows in blocks(path, layout, engine.find_rows):
            count = len(rows.starts)
            yield Block(text, rows, list(range(first, first + count)))
            first += count

    sample = [(number + 1, row) for number, row in zip(numbers, cells, strict=True)]
    return BlockedTable("", sample, delimiter, inner_codec(encoding), engine, every())


def _of_rows(sheet: str, rows: Iterable[Numbered], *, size: int) -> BlockedTable:
    """Write the rows of a sheet as delimited text, as they come."""
    every = iter(rows)
    sample = list(islice(every, SAMPLE_ROWS))
    engine = row_engine(size if len(sample) == SAMPLE_ROWS else 0)

    def written() -> Iterator[Block]:
        left = chain(sample, every)
        while batch := list(islice(left, _BATCH)):
            text = io.StringIO(newline="")
            writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerows([c.translate(_CONTROLS) for c in row] or [""] for _, row in batch)
            content = text.getvalue().encode("utf-8", "replace")
            found = engine.find_rows(content, b",", -1, final=True)
            if len(found.starts) != len(batch):
                raise RuntimeError("the numbers of rows read and written differ")  # never hide it
            yield Block(content, found, [number for number, _ in batch])

    return BlockedTable(sheet, sample, b",", inner_codec(_UTF_8), engine, written())


def _parquet(path: Path) -> BlockedTable:
    from localarea.tables.parquet_rows import parquet_rows

    return _of_rows("", enumerate(parquet_rows(path), start=1), size=_LARGE)


def _workbook(path: Path, near: Path, sheet: str | None) -> Iterator[BlockedTable]:
    from localarea.tables.workbooks.old_workbooks import readable_workbook
    from localarea.tables.workbooks.saved_values import saved_sheets

    with readable_workbook(path, near) as (readable, _):
        hidden, totals = _about_sheets(readable)
        names: list[str] = []
        found = False
        for page in saved_sheets(readable, shown=True):
            names.append(page.name)
            wanted = page.name not in hidden if sheet is None else page.name == sheet
            if wanted:
                found = True
                table = _of_rows(page.name, page.rows, size=_LARGE)
                yield replace(table, totals=totals.get(page.name, ()))
    if not found:
        said = f"there is no sheet {sheet!r}" if sheet is not None else "it has no visible sheet"
        hint = f"the sheets are {', '.join(names)}"
        raise FileFormatError(path.name, said, hint=hint, parameter="sheet")


def _about_sheets(path: Path) -> tuple[set[str], dict[str, tuple[CellRange, ...]]]:
    """Return the names of the sheets that nobody sees, and where tables of others have totals."""
    from localarea.tables.workbooks.workbook_limits import open_safely

    if open_safely(path)[0] == "ods":
        from localarea.tables.ods.survey import survey

        with closing(survey(path, rows=1)) as found:
            return {sheet.name for sheet in found.sheets if sheet.hidden}, {}
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.parts.list_objects import total_areas
    from localarea.tables.xlsx.parts.package import Package

    with Package(path) as package:
        sheets = Book(package).sheets
        totals = {}
        for sheet in sheets:
            with suppress(ValueError, SyntaxError):  # a table that is damaged says nothing
                totals[sheet.name] = tuple(total_areas(package, sheet.part))
        return {sheet.name for sheet in sheets if sheet.hidden}, totals
