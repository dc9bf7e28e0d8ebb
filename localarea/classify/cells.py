"""The cells that a check adds to the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.reasons import (
    MEANINGS,
    ended_code,
    explain_outward,
    explain_place,
    explain_unread,
)
from localarea.classify.rows import AddedCells, Rows, plain_cell
from localarea.geo.postcodes import OUTWARD, WHOLE, outward_of, read_cell

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from localarea.classify.classifier import Classifier

ADDED: Final = (
    "local_postcode",
    "local_status",
    "local_borderline",
    "local_reason",
    "local_explanation",
    "local_zone",
    "local_district",
    "local_terminated",
    "local_definition",
    "local_directory_date",
)
_COMPILE_FROM: Final = (
    1 << 20
)  # bytes; below this, loading the compiled way costs more than it saves
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")

# Fields of the number that stands for one combination of evidence.
_CORRECTED: Final = 8
_ZONE: Final = 9
_DISTRICT: Final = 25
_ENDED: Final = 41
_IS_OUTWARD: Final = 57
_FIELD: Final = 0xFFFF

Readings = tuple["NDArray[np.uint8]", "NDArray[np.uint32]", "NDArray[np.bool_]"]


@dataclass(frozen=True, slots=True)
class RowEngine:
    """
    One of the two ways of handling rows, which give the same bytes.

    Attributes
    ----------
    find_rows, add_cells : callable
        As in :mod:`localarea.classify.rows`.
    read : callable
        ``(block, rows, codec)`` to codes, numbers and whether a slip was put right.
    """

    find_rows: Callable[..., Rows]
    add_cells: Callable[..., bytes]
    read: Callable[[bytes, Rows, str], Readings]


def row_engine(size: int) -> RowEngine:
    """
    Choose how to handle the rows of a file.

    Parameters
    ----------
    size : int
        Bytes of the file.

    Returns
    -------
    RowEngine
        Plain Python for a small file, compiled for a large one.
    """
    if size < _COMPILE_FROM:
        from localarea.classify import rows

        return RowEngine(rows.find_rows, rows.add_cells, _read_plainly)
    from localarea.classify import _rows_kernel

    return RowEngine(_rows_kernel.find_rows, _rows_kernel.add_cells, _read_compiled)


def added_headers(headers: Sequence[str], width: int) -> list[str]:
    """
    Name the columns that come after those of the file.

    Parameters
    ----------
    headers : sequence of str
        Headers that there are.
    width : int
        Cells of the widest row; cells beyond the headers get ``extra_1`` and so on.

    Returns
    -------
    list of str
        Names that the file has not got yet.
    """
    taken = {header.strip().casefold() for header in headers}
    wanted = [f"extra_{i + 1}" for i in range(width - len(headers))] + list(ADDED)
    names: list[str] = []
    for name in wanted:
        free, again = name, 1
        while free in taken:
            again += 1
            free = f"{name}_{again}"
        taken.add(free)
        names.append(free)
    return names


class CellWriter:
    """
    Adds verdicts to rows.

    Parameters
    ----------
    classifier : Classifier
        What to check against.
    delimiter : bytes
        One ASCII character.
    codec : str
        Encoding of the rows.
    engine : RowEngine
        How to handle them.
    """

    def __init__(
        self, classifier: Classifier, delimiter: bytes, codec: str, engine: RowEngine
    ) -> None:
        self._classifier = classifier
        self._delimiter, self._codec, self._engine = delimiter, codec, engine
        self._short = replace(classifier.boundary, area="the area")
        self._texts: dict[int, bytes] = {}

    def rows(self, block: bytes, rows: Rows, width: int, tally: Counter[int]) -> bytes:
        """
        Write the rows of a block with their verdicts.

        Parameters
        ----------
        block : bytes
            The block.
        rows : Rows
            Its rows, with the cell of the postcode.
        width : int
            Cells of every row before what is added.
        tally : collections.Counter
            Rows by verdict code; added to.

        Returns
        -------
        bytes
            The rows.
        """
        codes, numbers, corrected = self._engine.read(block, rows, self._codec)
        verdicts = self._classifier.verdicts
        answers = verdicts.codes_of_readings(codes, numbers)
        counted = answers if width == 1 else answers[rows.widths > 0]
        for code, count in enumerate(np.bincount(counted, minlength=len(MEANINGS)).tolist()):
            if count:
                tally[code] += count
        marks = self._marks(codes, numbers, answers, corrected)
        distinct, which = np.unique(marks, return_inverse=True)
        texts = [self._text(mark) for mark in distinct.tolist()]
        added = AddedCells(codes, numbers, which.astype(np.int32), texts)
        return self._engine.add_cells(block, rows, added, width=width, delimiter=self._delimiter)

    def _marks(
        self,
        codes: NDArray[np.uint8],
        numbers: NDArray[np.uint32],
        answers: NDArray[np.uint8],
        corrected: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """Give each row's evidence as one number, so that each kind is put in words once."""
        index = self._classifier.verdicts.index
        marks = answers.astype(np.int64) | (corrected.astype(np.int64) << _CORRECTED)
        outward = np.flatnonzero(codes == OUTWARD)
        marks[outward] |= (numbers[outward].astype(np.int64) << _ZONE) | (1 << _IS_OUTWARD)
        whole = np.flatnonzero(codes == WHOLE)
        rows = index.rows_of(numbers[whole])
        whole, rows = whole[rows >= 0], rows[rows >= 0]
        for column, place in (
            (index.zones, _ZONE),
            (index.districts, _DISTRICT),
            (index.ended, _ENDED),
        ):
            marks[whole] |= (column[rows].astype(np.int64) + 1) << place
        return marks

    def _text(self, mark: int) -> bytes:
        if mark not in self._texts:
            cells = self._cells(mark)
            written = "".join(self._delimiter.decode() + self._cell(cell) for cell in cells)
            self._texts[mark] = written.encode(self._codec, "replace")
        return self._texts[mark]

    def _cells(self, mark: int) -> tuple[str, ...]:
        classifier = self._classifier
        index, directory = classifier.verdicts.index, classifier.directory
        meaning = MEANINGS[mark & 0xFF]
        zone = district = None
        terminated = None
        if mark >> _IS_OUTWARD:
            said = self._outward_words(mark >> _ZONE & 0xFFFFFF)
        elif mark >> _ZONE:
            at = [(mark >> place & _FIELD) - 1 for place in (_ZONE, _DISTRICT, _ENDED)]
            zone = index.zone_codes[at[0]] if at[0] >= 0 else None
            district = index.district_codes[at[1]] if at[1] >= 0 else None
            ended = index.endings[at[2]] if at[2] >= 0 else None
            place = directory.place_of(zone, district, ended)
            said = explain_place("This postcode", meaning, place, self._short)
            terminated = ended_code(ended)
        else:
            said = explain_unread("This postcode", meaning, directory.date)
        if mark >> _CORRECTED & 1:
            said = f"A letter or digit was mistyped. {said}"
        flag = "true" if meaning.borderline else "false"
        evidence = (zone or "", district or "", terminated or "")
        standing = (classifier.boundary.id, directory.date)
        return (meaning.status, flag, meaning.reason, said, *evidence, *standing)

    def _outward_words(self, number: int) -> str:
        verdicts = self._classifier.verdicts
        block = int(verdicts.index.blocks[number])
        subject = outward_of(number)
        if block < 0:
            meaning = MEANINGS[verdicts.missing[number // 444]]
            return explain_unread(subject, meaning, self._classifier.directory.date)
        local, not_local = verdicts.outward_counts[block].tolist()
        return explain_outward(subject, local, not_local, self._short)

    def _cell(self, text: str) -> str:
        """Quote a cell where it must be, and never let it begin as a formula does."""
        if text.startswith(_FORMULA_STARTS):
            text = "'" + text
        if '"' in text or self._delimiter.decode() in text:
            return '"' + text.replace('"', '""') + '"'
        return text


def _read_plainly(block: bytes, rows: Rows, codec: str) -> Readings:
    spans = zip(rows.cell_starts.tolist(), rows.cell_ends.tolist(), strict=True)
    readings = [read_cell(plain_cell(block[start:end], codec)) for start, end in spans]
    columns: Any = zip(*readings, strict=True) if readings else ((), (), ())
    codes, numbers, corrected = columns
    return np.array(codes, np.uint8), np.array(numbers, np.uint32), np.array(corrected, bool)


def _read_compiled(block: bytes, rows: Rows, codec: str) -> Readings:
    from localarea.geo._postcode_kernel import ASK, read_cells, tables

    data = np.frombuffer(block, np.uint8)
    codes, numbers = read_cells(data, rows.cell_starts, rows.cell_ends, *tables())
    corrected = np.zeros(len(codes), bool)
    known: dict[bytes, tuple[int, int, bool]] = {}
    for row in np.flatnonzero(codes == ASK).tolist():
        raw = block[int(rows.cell_starts[row]) : int(rows.cell_ends[row])]
        if raw not in known:
            known[raw] = read_cell(plain_cell(raw, codec))
        codes[row], numbers[row], corrected[row] = known[raw]
    return codes, numbers, corrected
