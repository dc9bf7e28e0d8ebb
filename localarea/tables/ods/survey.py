"""Read a spreadsheet once: its sheets, their first rows, and how far each reaches."""

from __future__ import annotations

import re
import tempfile
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from typing import IO, TYPE_CHECKING, Final
from xml.parsers import expat

from localarea.errors import FileFormatError
from localarea.tables.cell_limits import MOST_HELD, MOST_STREAMED, require_cells
from localarea.tables.columns import LONGEST_HEADER, has_postcode
from localarea.tables.ods._cells import attribute, cells_of, filled_to, reach_of, repeats, unescaped
from localarea.tables.ods._pieces import LongPieceError, Piece, pieces
from localarea.tables.ods._plain import (
    BLOCK,
    EntitiesError,
    UnusualXmlError,
    checked_blocks,
    rewrite,
)
from localarea.tables.ods._sheet_rows import SheetRows
from localarea.tables.ods._styles import Styles
from localarea.tables.ods._unseen import Unseen
from localarea.tables.ods_limits import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT: Final = "content.xml"
MAX_ROWS: Final = 1_048_576
_MAX_HEAD: Final = 32 << 20  # bytes before the sheets: fonts and styles
_STYLE_NAME: Final = re.compile(rb'\stable:style-name="([^"]*)"')
_IN_MEMORY: Final = 64 << 20  # bytes of rewritten XML, before it goes to a file
_FAULT_SHOWN: Final = 300
_SAVE_AGAIN: Final = "open it in LibreOffice and save it again"


@dataclass(slots=True)
class Sheet:
    """
    What is known of a sheet.

    Attributes
    ----------
    number : int
        Place among the sheets, from 0.
    sample : list of list of str
        Texts of its first rows.
    height : int
        Rows up to the last that may hold something.
    """

    number: int
    name: str
    hidden: bool
    sample: list[list[str]] = field(default_factory=list)
    height: int = 0
    reaches: list[tuple[int, int, int]] = field(default_factory=list)
    styles: list[frozenset[str]] = field(default_factory=list)
    reach: int = 0
    later_styles: set[bytes] = field(default_factory=set)
    columns: list[tuple[int, int, str | None]] = field(default_factory=list)
    cells: int = 0
    unseen: Unseen = field(default_factory=Unseen)

    def width(self, first: int) -> int:
        """
        Return the column after the last that is in use.

        ``first``: row of the header, from 0. Above it only what is filled counts, and not how far a
        title is merged. Returns the column, from 0.
        """
        used = [
            far if row >= first else filled for row, (filled, far, _) in enumerate(self.reaches)
        ]
        return max([self.reach, *used])

    def first_data(self, header: int) -> int:
        """
        Return the first row below the header.

        ``header``: row of the header, from 0; -1 if there is none. Returns the row, from 0. A
        header merged over several rows is as tall as they are, but not over rows with a postcode: a
        note beside the table may be merged over its rows too.
        """
        tall = self.reaches[header][2] if 0 <= header < len(self.reaches) else 1
        below = self.sample[header + 1 : header + min(tall, LONGEST_HEADER + 1)]
        return header + 1 + sum(1 for _ in takewhile(lambda row: not has_postcode(row), below))

    def models(self) -> set[str]:
        """Return the names of its cells' styles, also of those that its columns give."""
        found = {name for names in self.styles for name in names}
        found.update(unescaped(name.decode()) for name in self.later_styles)
        return found | {style for _, _, style in self.columns if style}


@dataclass(slots=True)
class Survey:
    """What is known of a spreadsheet."""

    path: Path
    sheets: list[Sheet]
    styles: Styles
    plain: IO[bytes] | None = None

    def close(self) -> None:
        """Delete what was rewritten, if anything was."""
        if self.plain is not None:
            self.plain.close()

    @contextmanager
    def content(self) -> Iterator[Iterator[Piece]]:
        """Open the content once more."""
        if self.plain is not None:
            self.plain.seek(0)
            yield pieces(_blocks(self.plain))
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(CONTENT) as stream:
            yield pieces(_blocks(stream))


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def survey(path: Path, *, rows: int) -> Survey:
    """
    Read a spreadsheet once.

    ``path``: a spreadsheet within the limits of ``open_safely``. ``rows``: number of rows of each
    sheet whose texts are wanted. FileFormatError if it cannot be read, or a sheet has too many
    cells or rows.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            try:
                with archive.open(CONTENT) as stream:
                    return _survey(path, pieces(checked_blocks(stream)), rows)
            except UnusualXmlError:
                return _survey_rewritten(path, archive, rows)
    except EntitiesError:
        raise FileFormatError(
            path, f"its part {CONTENT!r} declares entities", hint=_SAVE_AGAIN
        ) from None
    except LongPieceError:
        why = "one of its rows is longer than any sheet has"
        raise FileFormatError(path, why, hint="save it as a CSV file") from None
    except (KeyError, ValueError, EOFError, expat.ExpatError, UnusualXmlError) as error:
        if isinstance(error, FileFormatError):
            raise
        why = f"it cannot be read as a spreadsheet ({type(error).__name__}: {error})"
        raise FileFormatError(path, why[:_FAULT_SHOWN], hint=_SAVE_AGAIN) from error


def _survey_rewritten(path: Path, archive: zipfile.ZipFile, rows: int) -> Survey:
    """Read a spreadsheet whose XML is not in the usual form, after it was rewritten."""
    with ExitStack() as kept:
        plain: IO[bytes] = kept.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))
        with archive.open(CONTENT) as stream:
            rewrite(stream, plain)
        plain.seek(0)
        found = _survey(path, pieces(checked_blocks(plain)), rows)
        found.plain = plain
        kept.pop_all()
    return found


def _survey(path: Path, found: Iterator[Piece], rows: int) -> Survey:
    head: list[bytes] = []
    size = 0
    for piece in found:
        if piece.kind == b"office:body":
            break
        head.append(piece.tag)
        size += len(piece.tag)
        if size > _MAX_HEAD:
            raise LongPieceError
    styles = Styles(b"".join(head))
    surveyor = _Surveyor(path, styles.hidden_sheets, rows)
    for piece in found:
        surveyor.see(piece)
    return Survey(path, surveyor.sheets, styles)


class SheetPlaces:
    """Tells which piece belongs to which sheet; a table within another is not a sheet."""

    def __init__(self) -> None:
        self.number = -1
        self._depth = 0
        self._linked = False

    def place(self, piece: Piece) -> int | None:
        """Return the number of the sheet that a piece belongs to, with its own tags; else None."""
        kind = piece.kind
        if kind in (b"table:dde-links", b"/table:dde-links"):
            self._linked = kind == b"table:dde-links" and not piece.tag.endswith(b"/>")
        if self._linked:
            return None
        if kind == b"table:table":
            if piece.tag.endswith(b"/>"):
                self.number += not self._depth
                return None
            self._depth += 1
            if self._depth == 1:
                self.number += 1
        inside = self._depth == 1
        if kind == b"/table:table":
            self._depth -= 1
        return self.number if inside else None


def is_copy(name: str) -> bool:
    """
    Return whether a table is what LibreOffice keeps of another file's sheet.

    Examples
    --------
    >>> is_copy("'file:///home/a/rates.ods'#$Rates"), is_copy("Rates")
    (True, False)
    """
    return name.startswith("'") and "'#$" in name


class _Surveyor:
    """Gathers what is known of each sheet."""

    def __init__(self, path: Path, hidden: set[str], rows: int) -> None:
        self.sheets: list[Sheet] = []
        self._path, self._hidden, self._wanted = path, hidden, rows
        self._places = SheetPlaces()
        self._sheet: Sheet | None = None
        self._rows = SheetRows()
        self._row = self._columns = 0
        self._room = MOST_HELD  # cells of all samples together

    def see(self, piece: Piece) -> None:
        if self._places.place(piece) is None:
            return
        kind = piece.kind
        if kind == b"table:table":
            self._begin(piece)
        elif self._sheet is None:
            return
        elif kind == b"table:table-row":
            self._see_row(self._sheet, piece)
        elif kind == b"table:table-column":
            times = repeats(piece.tag, b"table:number-columns-repeated")
            default = attribute(piece.tag, b"table:default-cell-style-name")
            self._sheet.columns.append((self._columns, times, default))
            self._sheet.unseen.see_column(piece.tag, self._columns, times)
            self._columns += times

    def _begin(self, piece: Piece) -> None:
        name = attribute(piece.tag, b"table:name") or ""
        self._sheet = None
        self._row = self._columns = 0
        self._rows = SheetRows()
        if not is_copy(name):
            hidden = attribute(piece.tag, b"table:style-name") in self._hidden
            self._sheet = Sheet(self._places.number, name, hidden)
            self.sheets.append(self._sheet)

    def _see_row(self, sheet: Sheet, piece: Piece) -> None:
        if b"<table:table-row" in piece.inner:
            why = f"a cell of sheet {sheet.name!r} holds a table of its own"
            raise FileFormatError(self._path, why, hint="save it as .xlsx or CSV")
        before = sheet.height
        if len(sheet.sample) < self._wanted and self._room > 0:
            times = self._sample(sheet, piece)
        else:
            times = self._see_later(sheet, piece)
        if sheet.height > before:
            sheet.unseen.see_row(piece.tag, self._row, times)
        self._row += times
        if sheet.height > MAX_ROWS:
            why = f"it has more than {MAX_ROWS:,} rows"
            raise FileFormatError(self._path, why, hint="save it as a CSV file")

    def _sample(self, sheet: Sheet, piece: Piece) -> int:
        row = self._rows.read(piece.tag, piece.inner)
        copies = min(row.times, self._wanted - len(sheet.sample))
        sheet.sample += [row.texts] * copies
        filled = max(filled_to(row.cells), len(row.texts))
        merged = max(filled, reach_of(row.cells))
        sheet.reaches += [(filled, merged, row.headed)] * copies
        if row.times > copies:
            sheet.reach = max(sheet.reach, merged)
        names = (attribute(cell.about, b"table:style-name") for cell in row.cells)
        default = attribute(piece.tag, b"table:default-cell-style-name")
        sheet.styles += [frozenset(name for name in (*names, default) if name)] * copies
        self._room -= len(row.texts) + len(row.cells)
        if row.texts:
            sheet.height = self._row + row.times
            self._count(sheet, row.times, filled)
        return row.times

    def _see_later(self, sheet: Sheet, piece: Piece) -> int:
        """Note how far a row reaches; look at its cells only if that may be farther than before."""
        inner = piece.inner
        times = 1
        if b"rows-repeated" in piece.tag:
            times = repeats(piece.tag, b"table:number-rows-repeated")
        end = max(inner.rfind(b"</text:p>"), inner.rfind(b"value="), inner.rfind(b"-spanned"))
        if end < 0 and b"<text:p" not in inner:
            return times
        sheet.later_styles.update(_STYLE_NAME.findall(inner))
        before = inner[: inner.find(b">", end)]
        reach = before.count(b"<table:table-cell") + before.count(b"<table:covered-table-cell")
        if reach > sheet.reach or b"-repeated" in before or b"-spanned" in inner:
            reach = reach_of(cells_of(inner))
            sheet.reach = max(sheet.reach, reach)
        if reach:
            sheet.height = self._row + times
            self._count(sheet, times, reach)
        return times

    def _count(self, sheet: Sheet, times: int, width: int) -> None:
        sheet.cells += times * min(width, MAX_COLUMNS)
        if sheet.cells > MOST_STREAMED:
            rows = max(sheet.height, 1)
            require_cells(self._path, rows, -(-sheet.cells // rows), most=MOST_STREAMED)
