"""
Read workbooks in Excel's binary formats, .xls and .xlsb, and write their values as .xlsx.

Nothing writes these formats any more, so a checked one is an .xlsx workbook. It holds the values of
every sheet; formats, formulas and everything else are left behind.
"""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final

from localarea.errors import FileFormatError
from localarea.tables.cell_limits import require_cells
from localarea.tables.file_kinds import old_workbook_kind
from localarea.tables.workbooks.plain_workbook import save_book
from localarea.tables.workbooks.workbook_limits import require_safe_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEFT_BEHIND: Final = (
    "the file is an old binary workbook, so the checked one is an .xlsx workbook with its values: "
    "formats, formulas, charts and pictures were left behind, and errors such as #N/A are blank"
)
_KINDS: Final = {"xls": "an old .xls workbook", "xlsb": "a binary workbook (.xlsb)"}
_SHEETS: Final = "xl/worksheets/"
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")  # how names stand in the file's directory
_BLOCK: Final = 1 << 20
_LAST_CELL: Final = 11  # records 1 to 11 of a sheet are cells
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32)], " ")


@contextmanager
def readable_workbook(path: Path, near: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """
    Yield a workbook that can be changed in place: the file itself, or an old one's values.

    ``near``: temporary file to write for an old one; it is deleted at the end. Yields the workbook
    to read, and notes on what was left behind. FileFormatError if it is an old one with macros or a
    password, or damaged.
    """
    if old_workbook_kind(path) is None:
        yield path, ()
        return
    try:
        write_as_xlsx(path, near)
        yield near, (LEFT_BEHIND,)
    except FileFormatError as error:
        raise FileFormatError(path, error.why, hint=error.hint) from error
    finally:
        near.unlink(missing_ok=True)


def write_as_xlsx(path: Path, out: Path) -> None:
    """
    Write the values of a binary workbook as .xlsx.

    ``path``: an .xls or .xlsb workbook. FileFormatError if it has macros or a password, too many
    cells, or cannot be read.
    """
    import openpyxl
    import python_calamine as library

    _refuse_unsafe(path)
    book = openpyxl.Workbook(write_only=True)
    try:
        found = library.CalamineWorkbook.from_path(str(path))
        for about in found.sheets_metadata:
            if about.typ == library.SheetTypeEnum.WorkSheet:
                page = book.create_sheet(about.name)
                if about.visible != library.SheetVisibleEnum.Visible:
                    page.sheet_state = "hidden"
                rows = found.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
                require_cells(path, len(rows), max(map(len, rows), default=0))
                for row in rows:
                    page.append([_value(page, value) for value in row])
    except library.PasswordError as error:
        raise _protected(path) from error
    except (library.CalamineError, ValueError, KeyError, OSError) as error:
        if isinstance(error, FileFormatError):
            raise
        raise _unreadable(path, error) from error
    if not book.worksheets:
        raise FileFormatError(path, "it has no sheet", hint="open it, and save it as .xlsx")
    save_book(book, out)


def _refuse_unsafe(path: Path) -> None:
    if old_workbook_kind(path) == "xls":
        if _holds(path, _MACROS):
            raise FileFormatError(
                path, "it holds macros", hint="save it as a workbook without macros (.xlsx)"
            )
        return
    try:
        with zipfile.ZipFile(path) as archive:
            require_safe_parts(path, archive)
            for name in archive.namelist():
                if name.startswith(_SHEETS) and name.endswith(".bin"):
                    with archive.open(name) as part:
                        rows, columns = binary_extent(part)
                    require_cells(path, rows, columns)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _unreadable(path, error) from error


def _holds(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        rest = b""
        while block := file.read(_BLOCK):
            if mark in rest + block:
                return True
            rest = block[-len(mark) :]
    return False


def _unreadable(path: Path, error: Exception) -> FileFormatError:
    kind = _KINDS[old_workbook_kind(path) or "xls"]
    why = f"it cannot be read as {kind} ({type(error).__name__})"
    return FileFormatError(path, why, hint="open it, and save it as .xlsx")


def _protected(path: Path) -> FileFormatError:
    return FileFormatError(path, "it is protected by a password", hint="save it without one")


def binary_extent(part: IO[bytes]) -> tuple[int, int]:
    """Return how many rows and columns the cells of a binary sheet reach, without holding them."""
    rows = columns = 0
    while True:
        kind = _number(part, 2)
        if kind is None:
            return rows, columns
        length = _number(part, 4)
        data = part.read(length or 0)
        if len(data) < 4:
            continue
        place = int.from_bytes(data[:4], "little")
        if kind == 0:
            rows = max(rows, place + 1)
        elif kind <= _LAST_CELL:
            columns = max(columns, place + 1)


def _number(part: IO[bytes], most: int) -> int | None:
    """Read a number of up to a few bytes, of which each but the last has its highest bit set."""
    value = 0
    for place in range(most):
        byte = part.read(1)
        if not byte:
            return None
        value |= (byte[0] & 127) << 7 * place
        if byte[0] < 128:
            break
    return value


def _value(page: Any, value: Any) -> Any:
    """Return a value for openpyxl; text stays text, whatever it begins with."""
    if value == "" or value is None:
        return None
    if not isinstance(value, str):
        return value
    text = value.translate(_CONTROLS)
    if not text.startswith("="):
        return text
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    return cell
