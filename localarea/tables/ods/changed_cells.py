"""Change single cells of sheets in place: every other byte of the spreadsheet stays."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from localarea.tables.ods._cells import attribute, cells_of, placed, repeats, with_attribute
from localarea.tables.ods._new_cells import cell as new_cell
from localarea.tables.ods._pieces import joined
from localarea.tables.ods.survey import CONTENT, SheetPlaces, survey
from localarea.tables.ods.writing import write_mimetype
from localarea.tables.zip_copy import copy_entry, new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from localarea.tables.ods._cells import Cell
    from localarea.tables.ods._pieces import Piece
    from localarea.tables.ods.survey import Survey

    Rows = Mapping[int, tuple[int, Sequence[str]]]

_TIMES: Final = b"table:number-rows-repeated"
_STYLE: Final = b"table:style-name"


def change_cells(source: Path, out: Path, changes: Mapping[str, Rows]) -> None:
    """
    Write a spreadsheet with other values in some cells.

    Parameters
    ----------
    source, out : pathlib.Path
        An ODS spreadsheet, and the file to write.
    changes : mapping
        For each sheet by name, for each row from 1: the first column, from 0, and the texts of the
        cells from there on. A cell keeps its style. A row that stands for several is divided.

    Raises
    ------
    FileFormatError
        If it cannot be read.
    KeyError
        If there is no such sheet.
    """
    found = survey(source, rows=0)
    try:
        numbers = {sheet.name: sheet.number for sheet in found.sheets}
        wanted = {numbers[name]: rows for name, rows in changes.items()}
        with zipfile.ZipFile(source) as archive, new_archive(out) as target:
            write_mimetype(archive, target)
            for name in dict.fromkeys(archive.namelist()):
                if name == CONTENT:
                    size = archive.getinfo(name).file_size
                    write_entry(target, name, joined(_content(found, wanted)), expected=2 * size)
                elif name != "mimetype":
                    copy_entry(archive, target, name)
    finally:
        found.close()


def _content(found: Survey, changes: Mapping[int, Rows]) -> Iterator[bytes]:
    places = SheetPlaces()
    at = dict.fromkeys(changes, 1)  # number of the next row of each sheet
    with found.content() as content:
        for piece in content:
            number = places.place(piece)
            if number is None or number not in changes or piece.kind != b"table:table-row":
                yield piece.tag + piece.inner + piece.end
                continue
            times = 1
            if b"rows-repeated" in piece.tag:
                times = repeats(piece.tag, _TIMES)
            yield from _row(piece, at[number], times, changes[number])
            at[number] += times


def _row(piece: Piece, first: int, times: int, rows: Rows) -> Iterator[bytes]:
    """Yield a row, or several alike of which some are changed."""
    changed = [number for number in range(first, first + times) if number in rows]
    if not changed:
        yield piece.tag + piece.inner + piece.end
        return
    cells = cells_of(piece.inner)
    before = first
    for number in changed:
        yield _alike(piece, number - before)
        column, texts = rows[number]
        tag = with_attribute(piece.tag, _TIMES, None) if times > 1 else piece.tag
        new = b"".join(new_cell(text, _style_at(cells, column + k)) for k, text in enumerate(texts))
        yield tag + placed(piece.inner, cells, column, len(texts), new) + piece.end
        before = number + 1
    yield _alike(piece, first + times - before)


def _alike(piece: Piece, times: int) -> bytes:
    if not times:
        return b""
    tag = with_attribute(piece.tag, _TIMES, str(times) if times > 1 else None)
    return tag + piece.inner + piece.end


def _style_at(cells: Sequence[Cell], column: int) -> str | None:
    for cell in cells:
        if cell.column <= column < cell.column + cell.times:
            return attribute(cell.about, _STYLE)
    return None
