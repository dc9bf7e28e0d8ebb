"""Replace the verdicts of some rows of a checked text file; every other byte stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.checking.rows.csv_checker import ADDED, row_engine
from localarea.tables.columns import ColumnChoice
from localarea.tables.delimited.csv_rows import find_rows
from localarea.tables.delimited.encoding import inner_codec, write_bytes_as
from localarea.tables.delimited.layout import Layout, blocks
from localarea.tables.delimited.text_form import read_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from localarea.checking.rows.result_values import ResultHeader
    from localarea.tables.delimited.encoding import TextEncoding

_QUOTED: Final = ADDED.index(
    "local_explanation"
)  # always in quotation marks, as the check writes it


def write_merged_text(
    result: Path, out: Path, head: ResultHeader, rows: Mapping[int, Sequence[str]]
) -> None:
    """
    Write a text file with other verdicts in some rows.

    ``rows``: number of each row to change, from 1, and its added cells. FileFormatError if the file
    cannot be read as rows.
    """
    encoding, delimiter = read_form(result)
    find = row_engine(result.stat().st_size).find_rows
    layout = Layout(
        encoding, delimiter, (), has_header=False, preamble=0, column=ColumnChoice(0, "")
    )
    before = 0
    with out.open("wb") as file:
        file.write(encoding.mark)
        for block, found in blocks(result, layout, find):
            at = 0
            for number in _within(rows, before, len(found.starts)):
                start, end = (int(part[number - before - 1]) for part in (found.starts, found.ends))
                changed = _row(block[start:end], delimiter, encoding, head, rows[number])
                file.write(write_bytes_as(block[at:start], encoding))
                file.write(write_bytes_as(changed, encoding))
                at = end
            file.write(write_bytes_as(block[at : found.stop], encoding))
            before += len(found.starts)


def _within(rows: Mapping[int, Sequence[str]], before: int, count: int) -> Iterator[int]:
    return (number for number in sorted(rows) if before < number <= before + count)


def _row(
    row: bytes, delimiter: bytes, encoding: TextEncoding, head: ResultHeader, cells: Sequence[str]
) -> bytes:
    """Replace the added cells of a row."""
    start = int(find_rows(row, delimiter, head.added, final=True).cell_starts[0])
    last = find_rows(row, delimiter, head.added + head.width - 1, final=True)
    end = int(last.cell_ends[0]) if int(last.widths[0]) >= head.added + head.width else len(row)
    mark = delimiter.decode("ascii")
    text = mark.join(_cell(cell, mark, quoted=at == _QUOTED) for at, cell in enumerate(cells))
    return row[:start] + text.encode(inner_codec(encoding), "replace") + row[end:]


def _cell(text: str, delimiter: str, *, quoted: bool) -> str:
    if quoted or any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text
