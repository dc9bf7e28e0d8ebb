"""
Build the text that a check adds to the rows of a file from shared pieces.

A million rows share few places, months and verdicts. Each piece of text is rendered once, and a
row is a list of indices of pieces.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from localarea.checking.rows.row_evidence import MOST_METRES
from localarea.classify.codes import MEANINGS, NEAR_BOUNDARY, NEAR_LIMIT
from localarea.classify.index import DISTRICTS
from localarea.classify.sentences import (
    PostcodePlace,
    borderline_sentence,
    ended_code,
    ended_sentence,
    explain_outward,
    explain_unread,
    where_sentence,
)
from localarea.classify.verdict_pieces import IS_NOWHERE, Pieces, distinct_places, untouched
from localarea.geo.postcodes import OUTWARD, OUTWARD_SLOTS, outward_of
from localarea.options.minutes.encoding import PER_MINUTE
from localarea.tables.delimited.csv_rows import Pool
from localarea.tables.finding.own_columns import FLAG_WORDS, REASON_WORDS, STATUS_WORDS
from localarea.tables.finding.reading import (
    BY_COUNTRY,
    BY_NAME,
    CORRECTED,
    PLAIN,
    PUSHED,
    REMARKS,
)
from localarea.tables.plain_cells import FORMULA_STARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier
    from localarea.classify.codes import Meaning
    from localarea.classify.verdict_pieces import PieceTable
    from localarea.tables.finding.own_columns import Wording

_IS_BORDERLINE: Final = np.array([meaning.borderline for meaning in MEANINGS])
_SUBJECT: Final = "This postcode"
_CASES: Final = len(MEANINGS) * REMARKS  # each verdict, with everything special about a row
_HERE: Final = PUSHED + 1  # what can be special about a row with a postcode
_LISTED: Final = len(MEANINGS) * _HERE
# What the explanation says first.
_REMARKS: Final = {
    PLAIN: "",
    CORRECTED: "A letter or digit was mistyped. ",
    PUSHED: "The postcode is in a later cell, probably because a comma pushed it aside. ",
    BY_COUNTRY: "The row names another country. ",
    BY_NAME: "Another cell of the row says that it was withheld. ",
}
_GONE: Final = 1 << 30  # marks the piece of a withdrawn postcode
_NEAR: Final = NEAR_BOUNDARY + NEAR_LIMIT + 1  # number of combinations of borderline flags


class Answers(NamedTuple):
    """Results for each row of a block; arrays of equal length."""

    codes: NDArray[np.uint8]
    numbers: NDArray[np.uint32]
    verdicts: NDArray[np.uint8]
    rows: NDArray[np.int32]
    remarks: NDArray[np.uint8]


class Words:
    """
    Pieces of text, and which of them each row uses.

    Parameters
    ----------
    evidence : RowEvidence, optional
        Supplies the evidence of each row; None leaves it out.
    """

    def __init__(
        self,
        classifier: Classifier,
        delimiter: bytes,
        codec: str,
        evidence: RowEvidence | None = None,
        wording: Wording = "codes",
    ) -> None:
        self._classifier = classifier
        self._people = wording == "people"
        self._mark, self._codec = delimiter.decode("ascii"), codec
        self._boundary = replace(classifier.boundary, area="the area")
        self._pieces = Pieces(b"")
        self._pool = Pool.of(())
        index = classifier.verdicts.index
        self._place_of_row, self._places = distinct_places(index)
        self._openings = {
            case: self._opening(MEANINGS[case // REMARKS], case % REMARKS) for case in range(_CASES)
        }
        self._live = self._month_cell(None)
        self._unlisted = self._table(_CASES, self._write_unlisted)
        self._outward = self._table(OUTWARD_SLOTS, self._write_outward)
        self._listed = self._table(len(self._places) * _LISTED * _NEAR, self._write_listed)
        self._ended = self._table(2 * len(index.endings), self._write_ended)
        self._after = self._table(len(self._places) * _NEAR, self._write_after)
        self._month = self._table(len(index.endings), self._write_month)
        self._known = untouched(len(index.ended))  # first piece, by row; 0 is none yet
        self._blank = self._pieces.add(delimiter)
        self._tenths = classifier.all_tenths
        most = -1 if self._tenths is None else int(self._tenths.max(initial=-1))
        self._minutes = self._table(most + 1, self._write_minutes)
        self._evidence = evidence
        if evidence is not None:
            self._metres = self._table(MOST_METRES + 1, self._write_metres)
            self._options = self._table(len(evidence.options) + 2, self._write_options)

    @property
    def pieces(self) -> list[bytes]:
        """Return the pieces so far; the first is empty."""
        return self._pieces.texts

    def which(self, found: Answers) -> NDArray[np.int32]:
        """
        Return the pieces of each row.

        Returns
        -------
        numpy.ndarray of int32, shape (n, 5) or (n, 7)
            Indices of pieces. The first covers all cells, except for withdrawn postcodes,
            whose sentence is the second piece and whose remaining cells are two more. The
            fifth is the cell of minutes, and the last two are the evidence.
        """
        index = self._classifier.verdicts.index
        which = np.zeros((len(found.codes), 5), np.int32)
        outward = found.codes == OUTWARD
        which[outward, 0] = self._outward(found.numbers[outward].astype(np.int32))
        unlisted = (found.rows < 0) & ~outward
        case = found.verdicts[unlisted].astype(np.int32) * REMARKS + found.remarks[unlisted]
        which[unlisted, 0] = self._unlisted(case)
        listed = np.flatnonzero(found.rows >= 0)
        rows = found.rows[listed]
        remarks = found.remarks[listed]
        pieces = self._pieces_of_rows(rows) if (remarks == PLAIN).all() else None
        if pieces is None:
            pieces = self._write_rows(rows, found.verdicts[listed], remarks)
        gone = np.flatnonzero(pieces >= _GONE)
        which[listed, 0] = pieces & (_GONE - 1)
        if len(gone):
            withdrawn, left = listed[gone], rows[gone]
            endings, places = index.ended[left], self._place_of_row[left].astype(np.int32)
            near = self._why_near(found.verdicts[withdrawn], left)
            nowhere = IS_NOWHERE[found.verdicts[withdrawn]]
            which[withdrawn, 1] = self._ended(endings.astype(np.int32) * 2 + nowhere)
            which[withdrawn, 2] = self._after(places * _NEAR + near)
            which[withdrawn, 3] = self._month(endings)
        which[:, 4] = self._blank
        which[listed, 4] = self._minute_cells(rows)
        if self._evidence is None:
            return which
        # Keys are shifted by one, because -1 stands for none.
        metres = self._metres(self._evidence.metres(found.rows) + 1)
        options = self._options(self._evidence.options_local(found.rows) + 1)
        return np.column_stack([which, metres, options])

    def _pieces_of_rows(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the first piece of postcodes about which nothing is special, as known by row."""
        pieces: NDArray[np.int32] = self._known[rows]
        if len(pieces) and not pieces.all():
            new = rows[pieces == 0]
            verdicts = self._classifier.verdicts.codes[new]
            plain = np.full(len(new), PLAIN, np.uint8)
            self._known[new] = self._write_rows(new, verdicts, plain)
            pieces = self._known[rows]
        return pieces

    def _write_rows(
        self, rows: NDArray[np.int32], verdicts: NDArray[np.uint8], remarks: NDArray[np.uint8]
    ) -> NDArray[np.int32]:
        """Return the first piece of postcodes, marked where they are withdrawn."""
        places = self._place_of_row[rows].astype(np.int32)
        near = self._why_near(verdicts, rows)
        told = verdicts.astype(np.int32) * _HERE + remarks
        pieces = self._listed((places * _LISTED + told) * _NEAR + near)
        withdrawn = self._classifier.verdicts.index.ended[rows] >= 0
        return np.where(withdrawn, pieces | _GONE, pieces)

    def _why_near(self, verdicts: NDArray[np.uint8], rows: NDArray[np.int32]) -> NDArray[np.uint8]:
        """Return the borderline flags of each row; 0 if not borderline."""
        why = self._classifier.verdicts.near
        if why is None:
            return _IS_BORDERLINE[verdicts] * np.uint8(NEAR_BOUNDARY)
        return np.where(_IS_BORDERLINE[verdicts], why[rows], np.uint8(0))

    def pool(self) -> Pool:
        """Return the pieces as the compiled code takes them."""
        if len(self._pool.begins) <= len(self.pieces):
            self._pool = self._pool.with_more(self.pieces[len(self._pool.begins) - 1 :])
        return self._pool

    def cells_of(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """
        Add a piece for each text, as a delimiter and a cell.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            Indices of the pieces.
        """
        return np.array([self._pieces.add(self._encoded(self._cells(t))) for t in texts], np.int32)

    def _minute_cells(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the cells of minutes of postcodes; blank if unreachable or unknown."""
        if self._tenths is None:
            return np.full(len(rows), self._blank, np.int32)
        tenths = self._tenths[rows]
        chosen = np.full(len(rows), self._blank, np.int32)
        chosen[tenths >= 0] = self._minutes(tenths[tenths >= 0])
        return chosen

    def _write_minutes(self, tenths: int) -> str:
        return self._cells(f"{tenths / PER_MINUTE:.1f}")

    def _write_metres(self, after: int) -> str:
        if not after:
            return self._cells("", "")
        # As in `evidence`: the address itself is on the line, or beyond it.
        split = "true" if after == 1 else "false"
        return self._cells(str(after - 1), FLAG_WORDS[split] if self._people else split)

    def _write_options(self, after: int) -> str:
        every = len(self._evidence.options) if self._evidence else 0
        return self._cells(str(after - 1), str(every)) if after else self._cells("", "")

    def _table(self, size: int, write: Callable[[int], str]) -> PieceTable[bytes]:
        return self._pieces.table(size, lambda key: self._encoded(write(key)))

    def _encoded(self, text: str) -> bytes:
        return text.encode(self._codec, "replace")

    def _opening(self, meaning: Meaning, remark: int) -> str:
        """Render the cells up to the explanation, leaving its quotation mark open."""
        flag = "true" if meaning.borderline else "false"
        texts: tuple[str, ...] = meaning.status, flag, meaning.reason
        if self._people:
            answer, reason = STATUS_WORDS[meaning.status], REASON_WORDS[meaning.reason]
            texts = answer, FLAG_WORDS[flag], reason
        return self._cells(*texts) + f'{self._mark}"{_REMARKS[remark]}'

    def _closing(self, zone: str | None, district: str | None, *, near: int) -> str:
        """Close the explanation, and render the cells up to the month."""
        sentence = f" {borderline_sentence(self._boundary, near=near)}" if near else ""
        names = zone, district
        if self._people:
            place = self._classifier.directory.place_of(zone, district, None)
            names = place.zone_name or zone, place.district_name or district
        return f'{sentence}"' + self._cells(*(name or "" for name in names))

    def _write_unlisted(self, key: int) -> str:
        meaning = MEANINGS[key // REMARKS]
        if meaning.reason == "non_geographic":
            sentence = where_sentence(_SUBJECT, PostcodePlace(""), self._boundary, ended=False)
        else:
            sentence = explain_unread(_SUBJECT, meaning, self._classifier.directory.date)
        return self._openings[key] + sentence + self._blank_place_cells()

    def _blank_place_cells(self) -> str:
        return self._closing(None, None, near=0) + self._live

    def _write_outward(self, number: int) -> str:
        verdicts = self._classifier.verdicts
        block = int(verdicts.index.blocks[number])
        subject = outward_of(number)
        if block < 0:
            meaning = MEANINGS[verdicts.missing[number // DISTRICTS]]
            sentence = explain_unread(subject, meaning, self._classifier.directory.date)
        else:
            meaning = MEANINGS[verdicts.outward_codes[block]]
            local, not_local = verdicts.outward_counts[block].tolist()
            sentence = explain_outward(subject, local, not_local, self._boundary)
        return self._opening(meaning, PLAIN) + sentence + self._blank_place_cells()

    def _write_listed(self, key: int) -> str:
        rest, near = divmod(key, _NEAR)
        at, told = divmod(rest, _LISTED)
        code, remark = divmod(told, _HERE)
        meaning = MEANINGS[code]
        zone, district = self._places[at]
        ended = meaning.reason == "terminated"
        place = self._classifier.directory.place_of(zone, district, None)
        sentence = where_sentence(_SUBJECT, place, self._boundary, ended=ended)
        opened = self._openings[code * REMARKS + remark] + sentence.replace('"', '""')
        if ended:
            return opened
        return opened + self._closing(zone, district, near=near) + self._live

    def _write_ended(self, key: int) -> str:
        at, nowhere = divmod(key, 2)
        ended = self._classifier.verdicts.index.endings[at]
        return f" {ended_sentence(ended, placed=not nowhere)}"

    def _write_after(self, key: int) -> str:
        return self._closing(*self._places[key // _NEAR], near=key % _NEAR)

    def _write_month(self, at: int) -> str:
        return self._month_cell(self._classifier.verdicts.index.endings[at])

    def _month_cell(self, ended: tuple[int, int] | None) -> str:
        return self._cells(ended_code(ended) or "", self._classifier.boundary.id)

    def _cells(self, *texts: str) -> str:
        """Render cells, each after a delimiter, quoted if necessary and never a formula."""
        written = ""
        for text in texts:
            safe = f"'{text}" if text.startswith(FORMULA_STARTS) else text
            if '"' in safe or self._mark in safe:
                safe = '"' + safe.replace('"', '""') + '"'
            written += self._mark + safe
        return written
