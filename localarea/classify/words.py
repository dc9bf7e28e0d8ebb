"""
The words that a check adds to a row of a file, put together from pieces.

A million rows have few places, few months and few verdicts between them: each
piece is written once, and a row is a line of indices.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.classify.reasons import (
    MEANINGS,
    Place,
    borderline_sentence,
    ended_code,
    ended_sentence,
    explain_outward,
    explain_unread,
    where_sentence,
)
from localarea.geo.postcodes import OUTWARD, OUTWARD_SLOTS, WHOLE, outward_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from localarea.classify.classifier import Classifier

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_UNREAD, _LISTED, _OUTWARD = 0, 1, 2  # what kind of row it is
_KINDS: Final = 3
_SUBJECT: Final = "This postcode"


class Words:
    """
    The pieces, and which of them each row needs.

    Parameters
    ----------
    classifier : Classifier
        What is checked against.
    delimiter : bytes
        One ASCII character.
    codec : str
        Encoding of the file.

    Attributes
    ----------
    pieces : list of bytes
        The pieces so far; the first is empty.
    """

    def __init__(self, classifier: Classifier, delimiter: bytes, codec: str) -> None:
        self._classifier = classifier
        self._mark, self._codec = delimiter.decode("ascii"), codec
        self._boundary = replace(classifier.boundary, area="the area")
        self.pieces: list[bytes] = [b""]
        index = classifier.verdicts.index
        self._width = len(index.district_codes) + 1
        places = (len(index.zone_codes) + 1) * self._width
        self._opening = self._table(len(MEANINGS) * _KINDS * 2, self._write_opening)
        self._where = self._table(places, self._write_where)
        self._ended = self._table(len(index.endings) + 1, self._write_ended)
        self._closing = self._table(len(MEANINGS), self._write_closing)
        self._codes = self._table(places, self._write_codes)
        self._month = self._table(len(index.endings) + 1, self._write_month)
        self._outward = self._table(OUTWARD_SLOTS, self._write_outward)

    def which(
        self,
        codes: NDArray[np.uint8],
        numbers: NDArray[np.uint32],
        answers: NDArray[np.uint8],
        corrected: NDArray[np.bool_],
    ) -> NDArray[np.int32]:
        """
        Choose the pieces of each row.

        Parameters
        ----------
        codes : numpy.ndarray of uint8, shape (n,)
            How the postcode of each was read.
        numbers : numpy.ndarray of uint32, shape (n,)
            Key of the postcode or number of the outward code.
        answers : numpy.ndarray of uint8, shape (n,)
            Verdict code of each.
        corrected : numpy.ndarray of bool, shape (n,)
            Whether a slip was put right.

        Returns
        -------
        numpy.ndarray of int32, shape (n, 6)
            Indices of pieces: opening, where, ended, closing, codes, month.
        """
        index = self._classifier.verdicts.index
        kind = np.zeros(len(codes), np.int32)
        place = np.zeros(len(codes), np.int32)
        ended = np.zeros(len(codes), np.int32)
        whole = np.flatnonzero(codes == WHOLE)
        rows = index.rows_of(numbers[whole])
        listed, rows = whole[rows >= 0], rows[rows >= 0]
        kind[listed] = _LISTED
        place[listed] = (index.zones[rows].astype(np.int32) + 1) * self._width
        place[listed] += index.districts[rows] + 1
        ended[listed] = index.ended[rows] + 1
        outward = np.flatnonzero(codes == OUTWARD)
        kind[outward] = _OUTWARD
        which = np.zeros((len(codes), 6), np.int32)
        which[:, 0] = self._opening((answers.astype(np.int32) * _KINDS + kind) * 2 + corrected)
        which[listed, 1] = self._where(place[listed])
        which[outward, 1] = self._outward(numbers[outward].astype(np.int32))
        which[:, 2] = self._ended(ended)
        which[:, 3] = self._closing(answers)
        which[:, 4] = self._codes(place)
        which[:, 5] = self._month(ended)
        return which

    def _table(
        self, size: int, write: Callable[[int], str]
    ) -> Callable[[NDArray[np.integer]], NDArray[np.int32]]:
        """Make a table from keys to pieces, which writes a piece when it is first needed."""
        known = np.full(size, -1, np.int32)

        def pieces_of(keys: NDArray[np.integer]) -> NDArray[np.int32]:
            found: NDArray[np.int32] = known[keys]
            if len(found) and found.min() < 0:
                for key in np.unique(keys[found < 0]).tolist():
                    known[key] = len(self.pieces)
                    self.pieces.append(write(key).encode(self._codec, "replace"))
                found = known[keys]
            return found

        return pieces_of

    def _write_opening(self, key: int) -> str:
        rest, corrected = divmod(key, 2)
        answer, kind = divmod(rest, _KINDS)
        meaning = MEANINGS[answer]
        said = "A letter or digit was mistyped. " if corrected else ""
        if kind == _UNREAD and meaning.reason == "non_geographic":
            said += where_sentence(_SUBJECT, Place(""), self._boundary, ended=False)
        elif kind == _UNREAD:
            said += explain_unread(_SUBJECT, meaning, self._classifier.directory.date)
        elif kind == _LISTED:
            said += f"{_SUBJECT} {'was' if meaning.reason == 'terminated' else 'is'} "
        flag = "true" if meaning.borderline else "false"
        return self._cells(meaning.status, flag, meaning.reason) + f'{self._mark}"{said}'

    def _write_where(self, key: int) -> str:
        place = self._classifier.directory.place_of(*self._zone_and_district(key), None)
        sentence = where_sentence("", place, self._boundary, ended=False)
        return sentence.removeprefix(" is ").replace('"', '""')

    def _zone_and_district(self, key: int) -> tuple[str | None, str | None]:
        index = self._classifier.verdicts.index
        zone, district = divmod(key, self._width)
        return (
            index.zone_codes[zone - 1] if zone else None,
            index.district_codes[district - 1] if district else None,
        )

    def _write_outward(self, number: int) -> str:
        verdicts = self._classifier.verdicts
        block = int(verdicts.index.blocks[number])
        subject = outward_of(number)
        if block < 0:
            meaning = MEANINGS[verdicts.missing[number // 444]]
            return explain_unread(subject, meaning, self._classifier.directory.date)
        local, not_local = verdicts.outward_counts[block].tolist()
        return explain_outward(subject, local, not_local, self._boundary)

    def _ending(self, key: int) -> tuple[int, int] | None:
        return self._classifier.verdicts.index.endings[key - 1] if key else None

    def _write_ended(self, key: int) -> str:
        ended = self._ending(key)
        return f" {ended_sentence(ended)}" if ended else ""

    def _write_closing(self, answer: int) -> str:
        borderline = MEANINGS[answer].borderline
        return f' {borderline_sentence(self._boundary)}"' if borderline else '"'

    def _write_codes(self, key: int) -> str:
        return self._cells(*(code or "" for code in self._zone_and_district(key)))

    def _write_month(self, key: int) -> str:
        return self._cells(ended_code(self._ending(key)) or "", self._classifier.boundary.id)

    def _cells(self, *texts: str) -> str:
        """Write cells, each after a delimiter, quoted where it must be, none a formula."""
        written = ""
        for text in texts:
            safe = f"'{text}" if text.startswith(_FORMULA_STARTS) else text
            if '"' in safe or self._mark in safe:
                safe = '"' + safe.replace('"', '""') + '"'
            written += self._mark + safe
        return written
