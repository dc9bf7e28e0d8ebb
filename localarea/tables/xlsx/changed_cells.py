"""Change single cells of sheets in place: all other bytes of the workbook stay."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final

from localarea.tables.xlsx.new_sheet import cell_end
from localarea.tables.xlsx.references import column_letters, column_of
from localarea.tables.xlsx.saved import sheet_parts
from localarea.tables.xlsx.sheet_stream import Row, SheetStream, cell_pattern
from localarea.tables.xlsx.xml_stream import BLOCK, NotPlainError, checked_blocks
from localarea.tables.zip_copy import copy_entry, new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localarea.tables.xlsx.new_sheet import Value

    Cells = Mapping[int, Mapping[int, Value]]

_STYLE: Final = re.compile(rb' s="[0-9]+"')


def change_cells(source: Path, out: Path, changes: Mapping[str, Cells]) -> None:
    """
    Write a workbook with other values in some cells.

    Parameters
    ----------
    source, out : pathlib.Path
        An XLSX workbook, and the file to write.
    changes : mapping
        For each sheet by name, for each row from 1, for each column from 0: the new value; None
        empties the cell. A cell keeps its style; one in a new row takes that of the row above.

    Raises
    ------
    ValueError, KeyError
        If the workbook does not have the parts of one, or there is no such sheet.
    """
    with zipfile.ZipFile(source) as archive, new_archive(out) as target:
        parts = sheet_parts(source)
        wanted = {parts[name]: cells for name, cells in changes.items()}
        for name in archive.namelist():
            if name in wanted:
                data = _changed(archive, name, wanted[name])
                write_entry(target, name, [data], expected=len(data))
            else:
                copy_entry(archive, target, name)


def _changed(archive: zipfile.ZipFile, part: str, cells: Cells) -> bytes:
    try:
        return b"".join(_sheet(archive, part, cells, plain=True))
    except NotPlainError:
        return b"".join(_sheet(archive, part, cells, plain=False))


def _blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with archive.open(part) as entry:
        while block := entry.read(BLOCK):
            yield block


def _sheet(archive: zipfile.ZipFile, part: str, cells: Cells, *, plain: bool) -> Iterator[bytes]:
    stream = SheetStream(checked_blocks(_blocks(archive, part), plain=plain))
    pieces: list[bytes] = []
    waiting = sorted(cells)
    styles: dict[int, bytes] = {}
    writer: _RowWriter | None = None
    for row in stream.rows():
        writer = writer or _RowWriter(stream.prefix)
        while waiting and waiting[0] <= row.number:
            number = waiting.pop(0)
            pieces.append(writer.new(number, cells[number], styles))
        if waiting and waiting[0] == row.number + 1:
            pieces.append(writer.changed(row, cells[waiting.pop(0)]))
        else:
            pieces.append(row.tag + row.content + (writer.end if row.tag[-2:-1] != b"/" else b""))
        if waiting and waiting[0] == row.number + 2:
            styles = writer.styles(row)
    writer = writer or _RowWriter(stream.prefix)
    pieces += [writer.new(number, cells[number], styles) for number in waiting]
    name = stream.prefix + b"sheetData"
    yield stream.head + b"<" + name + b">"
    yield from pieces
    yield b"</" + name + b">" + stream.tail


class _RowWriter:
    """Writes rows of a sheet whose elements have one prefix."""

    def __init__(self, prefix: bytes) -> None:
        self._prefix = prefix
        self._pattern = cell_pattern(prefix)
        self.end = b"</" + prefix + b"row>"

    def new(self, number: int, values: Mapping[int, Value], styles: Mapping[int, bytes]) -> bytes:
        """Return a row that was not there."""
        made = b"".join(
            self._cell(at, number, values[at], styles.get(at, b"")) for at in sorted(values)
        )
        return b'<%brow r="%d">' % (self._prefix, number) + made + self.end

    def changed(self, row: Row, values: Mapping[int, Value]) -> bytes:
        """Return a row with other values in some cells."""
        found: dict[int, bytes] = {}
        at, stop = -1, 0
        for cell in self._pattern.finditer(row.content):
            at = column_of(cell[1].decode()) if cell[1] else at + 1
            stop = cell.end()
            style = _STYLE.search(cell[2])
            found[at] = (
                self._cell(at, row.number + 1, values[at], style[0] if style else b"")
                if at in values
                else self._placed(cell, at, row.number + 1)
            )
        for at in values.keys() - found.keys():
            found[at] = self._cell(at, row.number + 1, values[at], b"")
        tag = row.tag[:-2] + b">" if row.tag[-2:-1] == b"/" else row.tag
        return tag + b"".join(found[at] for at in sorted(found)) + row.content[stop:] + self.end

    def styles(self, row: Row) -> dict[int, bytes]:
        """Return the style of each cell of a row as an attribute."""
        at, found = -1, {}
        for cell in self._pattern.finditer(row.content):
            at = column_of(cell[1].decode()) if cell[1] else at + 1
            style = _STYLE.search(cell[2])
            found[at] = style[0] if style else b""
        return found

    def _placed(self, cell: re.Match[bytes], at: int, number: int) -> bytes:
        """Return a cell as it is, with its place, which programs may leave out."""
        if cell[1]:
            return cell[0]
        place = f' r="{column_letters(at)}{number}"'.encode()
        head = b"<" + self._prefix + b"c"
        return head + place + cell[0][len(head) :]

    def _cell(self, at: int, number: int, value: Value, style: bytes) -> bytes:
        prefix = self._prefix.decode()
        head = f'<{prefix}c r="{column_letters(at)}{number}"'
        return head.encode() + style + cell_end(value, prefix).encode()
