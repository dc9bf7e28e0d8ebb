"""Write the tables of an exchange as a workbook or a folder of CSV files, and read them."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from localarea.atomic import moved_into_place
from localarea.checking.workbooks.workbook import is_archive
from localarea.contracts.exchange.columns import NUMBERS, TABLES
from localarea.errors import FileFormatError, TableFaultsError
from localarea.measures.columns import fold
from localarea.measures.return_rows import return_rows
from localarea.tables.delimited.encoding import detect_encoding
from localarea.tables.plain_cells import FORMULA_STARTS
from localarea.tables.plain_values import plain_value
from localarea.tables.workbooks.plain_workbook import save_book
from localarea.tables.workbooks.sheet_look import letters, print_whole, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_LONGEST_CELL: Final = 32_767  # characters that a cell of a workbook holds
_DIGITS: Final = 10  # of a number that a workbook keeps whatever program saves it
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


class ReadTable(NamedTuple):
    """
    A table that was read.

    Attributes
    ----------
    where : str
        Name of the file, with the sheet if there are several.
    kind : str
        Key of ``TABLES``.
    rows : list of (int, dict)
        Number of each row, from 1, and its cells by column; blank where a column is missing.
    """

    where: str
    kind: str
    rows: list[tuple[int, dict[str, str]]]


def require_writable(path: Path) -> str:
    """
    Return the ending of a workbook, or nothing for a new folder; ask before figures are released.

    FileFormatError if it is neither.
    """
    ending = path.suffix.lower()
    if ending not in (".xlsx", ""):
        raise FileFormatError(path, "write a workbook (.xlsx), or name a folder for CSV files")
    if not ending and path.exists():
        raise FileFormatError(path, "it exists already; name a new folder")
    return ending


def write_exchange(tables: Mapping[str, Sequence[Mapping[str, str]]], path: Path) -> None:
    """
    Write tables.

    ``path``: a workbook (``.xlsx``), or a folder that does not exist, for a CSV file of each table.
    FileFormatError if it is neither, or a workbook cannot hold a cell.
    """
    if require_writable(path) == ".xlsx":
        with moved_into_place(path) as unfinished:
            _write_workbook(tables, unfinished)
        return
    with TemporaryDirectory(prefix=".localarea-", dir=path.parent) as name:
        made = Path(name) / path.name
        made.mkdir()
        for kind, rows in tables.items():
            _write_csv(kind, rows, made / f"{kind}.csv")
        made.rename(path)


def _write_csv(kind: str, rows: Sequence[Mapping[str, str]], path: Path) -> None:
    columns = TABLES[kind].columns
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows([_escaped(row[name]) for name in columns] for row in rows)


def _write_workbook(tables: Mapping[str, Sequence[Mapping[str, str]]], path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for kind, rows in tables.items():
        sheet, columns = book.create_sheet(kind), TABLES[kind].columns
        sheet.append(list(columns))
        for row in rows:
            sheet.append([_value(name, row[name], path) for name in columns])
        for cell in sheet[1]:
            cell.font = letters(bold=True)
            values = (str(cell.value), *(row[str(cell.value)] for row in rows))
            sheet.column_dimensions[cell.column_letter].width = width_of(values)
        sheet.freeze_panes = "A2"
        print_whole(sheet)
    save_book(book, path)


def _value(name: str, text: str, path: Path) -> Any:
    """Return a number only where a workbook keeps its every digit."""
    if name in NUMBERS and _NUMBER.fullmatch(text):
        number = Decimal(text)
        if len(number.as_tuple().digits) <= _DIGITS:
            return int(number) if number == number.to_integral() else float(number)
    if len(text) > _LONGEST_CELL:
        raise FileFormatError(
            path, f"a cell of the column {name} is too long for a workbook; write a folder of CSV"
        )
    return _escaped(text, workbook=True) or None


def _special(text: str) -> bool:
    """Return whether a spreadsheet would work a text out, or read it as another one."""
    return text.startswith(FORMULA_STARTS) or plain_value(text) != text


def _escaped(text: str, *, workbook: bool = False) -> str:
    """Put an apostrophe before a text that a spreadsheet would not keep as it is."""
    if text.startswith("'"):
        return f"'{text}" if _special(text.lstrip("'")) else text
    if workbook:
        return f"'{text}" if _special(text) else text
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def _unescaped(text: str) -> str:
    return text[1:] if text.startswith("'") and _special(text.lstrip("'")) else text


def read_exchange(path: Path) -> list[ReadTable]:
    """
    Read the tables of a workbook, a CSV file or a folder of them.

    FileFormatError if it cannot be read, a sheet is none of the tables, or a column is not known.
    TableFaultsError if that is so of several sheets or files.
    """
    if not path.is_dir():
        return _sheets(path)
    if not any(path.glob("*.csv")):
        raise FileFormatError(path, "there is no CSV file in the folder")
    return read_every(sorted(path.glob("*.csv")))


def read_every(paths: Iterable[Path]) -> list[ReadTable]:
    """
    Read several of them, and tell what is wrong with any.

    FileFormatError or TableFaultsError as :func:`read_exchange`.
    """
    return _gathered(partial(read_exchange, path) for path in paths)


def _sheets(path: Path) -> list[ReadTable]:
    if not path.is_file():
        raise FileFormatError(path, "there is no such file")
    if not is_archive(path):
        return [_table(path.name, iter(_csv_rows(path)))]
    with return_rows(path) as named:
        return _gathered(partial(_one_table, name, rows) for name, rows in named)


def _one_table(where: str, rows: Iterator[tuple[int, list[str]]]) -> list[ReadTable]:
    return [_table(where, rows)]


def _gathered(readers: Iterable[Callable[[], list[ReadTable]]]) -> list[ReadTable]:
    """Return what readers return; if some fail, what is wrong with all of those."""
    made: list[ReadTable] = []
    failed: list[FileFormatError | TableFaultsError] = []
    for read in readers:
        try:
            made += read()
        except (FileFormatError, TableFaultsError) as error:
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise TableFaultsError("exchange", [place for one in failed for place in _places(one)])
    return made


def _places(error: FileFormatError | TableFaultsError) -> Sequence[Mapping[str, Any]]:
    if isinstance(error, TableFaultsError):
        return error.places
    why = f"{error.why}; {error.hint}" if error.hint else error.why
    return [{"table": Path(error.path).name, "row": None, "column": "", "why": why}]


def _csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    text = path.read_bytes().decode(detect_encoding(path).codec, "replace").lstrip("\ufeff")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    csv.field_size_limit(1 << 24)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return list(enumerate(rows, start=1))
    except csv.Error:
        raise FileFormatError(path, "it is not a CSV file") from None


def _table(where: str, rows: Iterator[tuple[int, list[str]]]) -> ReadTable:
    headers = next((row for _, row in rows if any(map(str.strip, row))), [])
    names = [fold(cell) for cell in headers]
    kind = next((kind for kind, one in TABLES.items() if set(one.needed) <= set(names)), None)
    if kind is None:
        wanted = "; ".join(f"{name}: {', '.join(one.needed)}" for name, one in TABLES.items())
        raise FileFormatError(where, "it is none of the tables", hint=f"needed: {wanted}")
    unknown = sorted({name for name in names if name and name not in TABLES[kind].columns})
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if unknown or twice:
        said = f"unknown columns {', '.join(unknown)}" if unknown else f"two {', '.join(twice)}"
        raise FileFormatError(where, f"the table {kind} has {said}; rename or remove them")
    blank = dict.fromkeys(TABLES[kind].columns, "")
    kept = [
        (number, blank | {n: _unescaped(c.strip()) for n, c in zip(names, row, strict=False) if n})
        for number, row in rows
        if any(map(str.strip, row))
    ]
    return ReadTable(where, kind, kept)
