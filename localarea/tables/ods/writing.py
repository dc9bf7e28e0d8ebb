"""Write a spreadsheet again with cells added to the rows of its sheets; every other byte stays."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from localarea.tables.ods._database_ranges import grown_range
from localarea.tables.ods._new_cells import NewCells, SummaryLooks, summary_sheet
from localarea.tables.ods._pieces import joined
from localarea.tables.ods._sheet_writer import SheetWriter
from localarea.tables.ods._styles import characters_cm
from localarea.tables.ods.survey import CONTENT, SheetPlaces
from localarea.tables.zip_copy import copy_entry, new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal
    from pathlib import Path

    from localarea.tables.ods._sheet_writer import AddedColumns
    from localarea.tables.ods.survey import Survey

MIMETYPE: Final = "mimetype"
_ADDED: Final = 400  # bytes of one added cell, about

Line = tuple[str, "int | Decimal | str | None", float | None]


@dataclass(slots=True)
class SpreadsheetChanges:
    """
    What to change in a spreadsheet.

    Attributes
    ----------
    summaries : sequence of (str, callable)
        Name of each sheet to add at the end, and the function that returns its lines once every
        row was written.
    widths : sequence of float
        Widths in characters of columns of a sheet that is added later, by `add_sheet`.
    """

    columns: list[AddedColumns]
    summaries: Sequence[tuple[str, Callable[[], Sequence[Line]]]]
    dropped: frozenset[int] = field(default=frozenset())
    widths: Sequence[float] = ()


def write_changed(found: Survey, out: Path, changes: SpreadsheetChanges) -> None:
    """
    Write a spreadsheet with columns and a sheet added.

    ``changes``: what to add. The styles of all columns are known by then.
    """
    looks = SummaryLooks(found.styles)
    for width in changes.widths:
        found.styles.add_column(characters_cm(width))
    with zipfile.ZipFile(found.path) as source, new_archive(out) as target:
        names = dict.fromkeys(source.namelist())
        write_mimetype(source, target)
        for name in names:
            if name == CONTENT:
                size = source.getinfo(name).file_size
                rows = sum(added.sheet.height for added in changes.columns)
                expected = size + rows * _ADDED * max(
                    (len(c.names) for c in changes.columns), default=0
                )
                blocks = joined(_content(found, changes, looks))
                write_entry(target, name, blocks, expected=expected)
            elif name != MIMETYPE:
                copy_entry(source, target, name)


def write_mimetype(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    """Write the type first and as it is, where programs look for it."""
    if source.getinfo(MIMETYPE).compress_type == zipfile.ZIP_STORED:
        copy_entry(source, target, MIMETYPE)
        return
    info = zipfile.ZipInfo(MIMETYPE)  # dated by the first day that the format knows
    target.writestr(info, source.read(MIMETYPE), zipfile.ZIP_STORED)


def _content(found: Survey, changes: SpreadsheetChanges, looks: SummaryLooks) -> Iterator[bytes]:
    cells = NewCells()
    writers = {c.sheet.number: SheetWriter(c, found.styles, cells) for c in changes.columns}
    last = max(sheet.number for sheet in found.sheets)
    places = SheetPlaces()
    in_head = True
    with found.content() as content:
        for piece in content:
            if in_head:
                if piece.kind == b"office:body":
                    in_head = False
                    yield found.styles.head()
                    yield piece.tag
                continue
            number = places.place(piece)
            if piece.kind == b"table:database-range":
                yield grown_range(piece.tag, changes.columns)
            elif number in writers:
                yield from writers[number].see(piece)
            elif number not in changes.dropped:
                yield piece.tag + piece.inner + piece.end
            if number == last and piece.kind == b"/table:table":
                for name, lines in changes.summaries:
                    yield summary_sheet(name, lines(), looks)
