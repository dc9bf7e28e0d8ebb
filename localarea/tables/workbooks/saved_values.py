"""
Read the values of a saved workbook or text file in one form, whatever program saved it.

Formats, widths, formulas and the order of parts do not matter: a formula counts by its last
result. So a workbook that is opened and saved again without a change reads the same.
"""

from __future__ import annotations

import csv
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError
from zlib import error as BadStreamError  # noqa: N812 -- zlib calls it just "error"

from localarea.errors import FileFormatError
from localarea.tables.delimited.text_form import read_form
from localarea.tables.plain_values import plain_value, without_end
from localarea.tables.workbooks.workbook_limits import open_safely

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator
    from pathlib import Path

_LONGEST_CELL: Final = 8 << 20


class SavedSheet(NamedTuple):
    """A sheet: its name, and its rows as number (from 1) and values without a blank end."""

    name: str
    rows: Iterator[tuple[int, list[str]]]


def saved_sheets(
    path: Path, *, shown: bool = False, without: Collection[str] = (), truths: bool = True
) -> Generator[SavedSheet]:
    """
    Read the sheets of a workbook, one after the other.

    Parameters
    ----------
    path : pathlib.Path
        An XLSX or ODS workbook, within the limits of `open_safely`.
    shown : bool
        Whether days are to be shown as people read them, and not as they are compared.
    without : collection of str
        Names of sheets whose rows are not asked for, in a workbook that a check wrote.
    truths : bool
        Whether the formulas ``TRUE()`` and ``FALSE()`` are truth values in a cell of a number too.

    Yields
    ------
    SavedSheet
        Every sheet in order, hidden ones too. Its rows must be read before the next sheet.

    Raises
    ------
    FileFormatError
        If it is not such a workbook. The message does not quote its cells.
    """
    kind, _ = open_safely(path)
    with friendly_errors(path):
        if kind == "xlsx":
            from localarea.tables.xlsx.saved import saved_xlsx

            for name, rows in saved_xlsx(path, shown=shown, truths=truths):
                yield SavedSheet(name, _checked(path, rows))
            return
        from localarea.tables.ods.saved import saved_ods

        with zipfile.ZipFile(path) as archive:
            for name, listed in saved_ods(archive, shown=shown, without=without):
                yield SavedSheet(name, _checked(path, listed))


def _checked(path: Path, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Convert errors on the way, which are raised where the rows are read."""
    with friendly_errors(path):
        yield from rows


def sheet_names(path: Path) -> list[str]:
    """
    List the sheets of an XLSX workbook.

    ``path``: the workbook, within the limits of `open_safely`. Returns their names, in order.
    FileFormatError if it is not such a workbook.
    """
    from localarea.tables.xlsx.saved import sheet_parts

    with friendly_errors(path):
        return list(sheet_parts(path))


def saved_rows(path: Path, *, shown: bool = False) -> Iterator[tuple[int, list[str]]]:
    """
    Read the rows of a delimited text file.

    Parameters
    ----------
    path : pathlib.Path
        The file; encoding and delimiter are detected.
    shown : bool
        Whether numbers and words are to be shown as written, and not as they are compared.

    Yields
    ------
    tuple of int and list of str
        Number of the row, from 1, and its values without a blank end.

    Raises
    ------
    FileFormatError
        If it is empty or not text.
    """
    encoding, delimiter = read_form(path)
    csv.field_size_limit(_LONGEST_CELL)
    errors = "surrogatepass" if encoding.wide else "surrogateescape"
    with path.open(encoding=encoding.codec, errors=errors, newline="") as file:
        if encoding.mark:
            file.read(1)
        reader = csv.reader(file, delimiter=delimiter.decode("ascii"))
        try:
            for number, row in enumerate(reader, start=1):
                yield number, without_end(row if shown else [plain_value(cell) for cell in row])
        except (csv.Error, UnicodeError) as error:
            raise FileFormatError(
                path,
                f"it cannot be read as rows ({type(error).__name__})",
                hint="check that it is whole",
            ) from error


@contextmanager
def friendly_errors(path: Path) -> Iterator[None]:
    """Raise FileFormatError for any error of a damaged workbook, without quoting its cells."""
    try:
        yield
    except FileFormatError:
        raise
    except (
        *(ET.ParseError, SyntaxError, KeyError, ValueError, IndexError, TypeError, EOFError),
        *(zipfile.BadZipFile, OverflowError, ExpatError, BadStreamError, AttributeError),
    ) as error:
        raise FileFormatError(
            path,
            f"it cannot be read as a workbook ({type(error).__name__})",
            hint="open it in Excel or LibreOffice and save it again",
        ) from error
