"""
Render verdicts as JSON: ten thousand in a few hundredths of a second.

A verdict is put together from pieces that many share (`verdict_pieces`); only the postcode, its
coordinates and its distance are its own. Rare cases are sent to the classifier one by one.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.codes import MEANINGS
from localarea.classify.sentences import ended_code, ended_sentence, where_sentence
from localarea.classify.verdict_pieces import IS_NOWHERE, Pieces, distinct_places
from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import (
    INWARD_SLOTS,
    WHOLE,
    ParsedPostcode,
    outward_of,
    parse_postcode,
    postcode_of,
)
from localarea.options.minutes.encoding import NO_PLACE, PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from localarea.classify.classifier import Classifier
    from localarea.classify.loaded import LoadedPlaces
    from localarea.records import Verdict

_BORDERLINE: Final = np.array([meaning.borderline for meaning in MEANINGS])
_STATUS: Final = tuple(meaning.status for meaning in MEANINGS)
_INWARDS: Final = tuple(postcode_of(slot)[-3:] for slot in range(INWARD_SLOTS))
# What stands between the values of a verdict that are its own.
_START: Final = '{"postcode":"'
_NORTHING: Final = ',"northing":'
_MINUTES: Final = ',"minutes_to_anchor":'
_METRES: Final = ',"metres_to_boundary":'


def json_answers(classifier: Classifier) -> VerdictEncoder:
    """
    Return the cached JSON renderer of a classifier's verdicts.

    ``classifier``: fast after :meth:`Classifier.warm_up`.
    """
    found: VerdictEncoder | None = classifier.renderers.get(VerdictEncoder)
    return found or classifier.renderers.setdefault(VerdictEncoder, VerdictEncoder(classifier))


class VerdictEncoder:
    """
    Render the verdicts of a classifier as JSON.

    Parameters
    ----------
    classifier : Classifier
        Fast once loaded; before that, postcodes are checked one by one.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._pieces: _JsonPieces | None = None

    def prepare(self) -> None:
        """Make what the first answer would wait for, if the classifier is loaded."""
        if self._classifier.loaded is not None:
            self._pieces_of(self._classifier.loaded)

    def one(self, text: str) -> tuple[str, str]:
        """Check one postcode: status, and the verdict as a JSON object."""
        ready = self._classifier.loaded
        if ready is not None:
            parsed = _parse_exact(text)
            if parsed is not None and parsed.key is not None:
                row = ready.verdicts.index.row_of(parsed.key)
                if row >= 0 and not _BORDERLINE[ready.columns.codes[row]]:
                    return self._pieces_of(ready).one(parsed.postcode, row)
        return _rendered(self._classifier.check(text))

    def many(self, texts: Sequence[str]) -> tuple[Counter[str], bytes]:
        """
        Check many postcodes.

        Number of each status, and the verdicts in the same order, as a JSON array in UTF-8.
        """
        ready = self._classifier.loaded
        rows, keys = _exact_rows(texts, ready)
        rare, known = np.flatnonzero(rows < 0), {}
        for at in rare.tolist():  # a column may repeat one text ten thousand times
            if texts[at] not in known:
                known[texts[at]] = _rendered(self._classifier.check(texts[at]))
        asked = [known[texts[at]] for at in rare.tolist()]
        statuses = Counter(status for status, _ in asked)
        others = [f"{verdict},".encode() for _, verdict in asked]
        if ready is None or len(rare) == len(rows):
            return statuses, _array(others)
        quick = rows >= 0
        for code, count in enumerate(np.bincount(ready.columns.codes[rows[quick]]).tolist()):
            if count:
                statuses[_STATUS[code]] += count
        written = self._pieces_of(ready).many(rows[quick], keys[quick])
        return statuses, _array(_interleaved(written, others, rare - np.arange(len(rare))))

    def _pieces_of(self, ready: LoadedPlaces) -> _JsonPieces:
        if self._pieces is None:
            self._pieces = _JsonPieces(self._classifier, ready)
        return self._pieces


class _JsonPieces:
    """The pieces of the verdicts that are neither borderline nor corrected."""

    def __init__(self, classifier: Classifier, ready: LoadedPlaces) -> None:
        self._classifier, self._held = classifier, ready.columns
        self._index = ready.verdicts.index
        self._place_of_row, self._places = distinct_places(self._index)
        self._outwards = tuple(map(outward_of, self._index.outwards.tolist()))
        self._pieces = Pieces("")
        self._column = _texts(self._pieces.texts)
        endings = len(self._index.endings) + 1  # keys are shifted by one, for live postcodes
        most = int(self._held.tenths.max(initial=0)) - NO_PLACE + 1
        self._opening = self._pieces.table(len(MEANINGS), self._write_opening)
        self._where = self._pieces.table(2 * len(self._places), self._write_where)
        self._ended = self._pieces.table(2 * endings, self._write_ended)
        self._sentence = self._pieces.table(most, self._write_sentence)
        self._terms = self._pieces.table(endings, self._write_terms)
        self._zone = self._pieces.table(len(self._places), self._write_zone)
        self._minutes = self._pieces.table(most, self._write_minutes)

    def one(self, postcode: str, row: int) -> tuple[str, str]:
        """Return the status and the JSON of a row."""
        held = self._held
        code, ended = held.codes.item(row), held.ended.item(row) + 1
        told = 2 * ended + int(IS_NOWHERE[code])
        place, tenths = self._place_of_row.item(row), held.tenths.item(row) - NO_PLACE
        east, north, metres = (c.item(row) for c in (held.eastings, held.northings, held.metres))
        verdict = (
            f"{_START}{postcode}{self._opening.one(code)}{postcode}"
            f"{self._where.one(2 * place + (ended > 0))}{self._ended.one(told)}"
            f"{self._sentence.one(tenths)}{self._terms.one(ended)}{self._zone.one(place)}"
            f"{'null' if east < 0 else east}{_NORTHING}{'null' if north < 0 else north}"
            f"{_MINUTES}{self._minutes.one(tenths)}"
            f"{_METRES}{'null' if metres < 0 else f'{metres}.0'}}}"
        )
        return _STATUS[code], verdict

    def many(self, rows: Any, keys: Any) -> pa.Array:
        """Render rows as :meth:`one` does, each followed by a comma."""
        held = self._held
        outward, slot = np.divmod(keys, np.uint32(INWARD_SLOTS))
        names = (
            _texts(self._outwards).take(self._index.blocks[outward]),
            _texts(_INWARDS).take(slot),
        )
        postcode = _concatenated(*names, between=" ")
        ended, tenths = held.ended[rows] + np.int16(1), held.tenths[rows] - NO_PLACE
        places = self._place_of_row[rows].astype(np.int32)
        codes = held.codes[rows]
        told = ended.astype(np.int32) * 2 + IS_NOWHERE[codes]
        shared = (
            *(self._opening(codes), self._where(2 * places + (ended > 0))),
            *(self._ended(told), self._sentence(tenths), self._terms(ended), self._zone(places)),
            self._minutes(tenths),
        )
        column = self._column
        if len(column) < len(self._pieces.texts):
            column = self._column = _texts(self._pieces.texts)
        opening, *between, minutes = (column.take(which) for which in shared)
        return _concatenated(
            *(_scalar(_START), postcode, opening, postcode, *between),
            *(_numbers(held.eastings[rows]), _scalar(_NORTHING), _numbers(held.northings[rows])),
            *(_scalar(_MINUTES), minutes, _scalar(_METRES), _numbers(held.metres[rows], ".0")),
            _scalar("},"),
        )

    def _write_opening(self, code: int) -> str:
        status, reason, borderline = MEANINGS[code]
        facts = {"status": status, "borderline": borderline, "reason": reason}
        return f'",{_json(facts)[1:-1]},"explanation":"'

    def _write_where(self, key: int) -> str:
        place = self._classifier.directory.place_of(*self._places[key // 2], None)
        sentence = where_sentence("", place, self._classifier.boundary, ended=key % 2 > 0)
        return _json(sentence)[1:-1]

    def _write_ended(self, key: int) -> str:
        after, nowhere = divmod(key, 2)
        if not after:
            return ""
        said = ended_sentence(self._index.endings[after - 1], placed=not nowhere)
        return _json(f" {said}")[1:-1]

    def _write_sentence(self, after: int) -> str:
        return _json(self._classifier.say_minutes(after + NO_PLACE))[1:-1]

    def _write_terms(self, after: int) -> str:
        boundary = self._classifier.boundary
        facts = {
            "definition": boundary.id,
            "directory_date": self._classifier.directory.date,
            "terminated": ended_code(self._index.endings[after - 1]) if after else None,
        }
        return f' {_json(boundary.basis)[1:-1]}",{_json(facts)[1:-1]}'

    def _write_zone(self, at: int) -> str:
        zone, district = self._places[at]
        return f',{_json({"zone": zone, "district": district})[1:-1]},"easting":'

    def _write_minutes(self, after: int) -> str:
        tenths = after + NO_PLACE
        return _json(tenths / PER_MINUTE) if tenths >= 0 else "null"


def _texts(texts: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.array(texts, pa.large_string())


def _scalar(text: str) -> pa.Scalar:
    import pyarrow as pa

    return pa.scalar(text, pa.large_string())


def _concatenated(*columns: pa.Array, between: str = "") -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*columns, _scalar(between))


def _numbers(numbers: Any, ending: str = "") -> pa.Array:
    """Format numbers, with null for negative ones."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.cast(pa.array(numbers), pa.large_string())
    if ending:
        texts = _concatenated(texts, _scalar(ending))
    return pc.if_else(numbers >= 0, texts, _scalar("null"))


def _parse_exact(text: str) -> ParsedPostcode | None:
    """Parse a postcode that needs no correction; None for anything else."""
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        return None
    return None if parsed.corrected else parsed


def _exact_rows(texts: Sequence[str], ready: LoadedPlaces | None) -> tuple[Any, Any]:
    """Find the rows and keys of texts that pieces can render; -1 for the rest."""
    rows = np.full(len(texts), -1, np.int32)
    if ready is None or not texts:
        return rows, rows
    from localarea.classify.bulk import bytes_of
    from localarea.geo._postcode_kernel import read_cells, tables

    data, offsets = bytes_of(_texts(texts))
    codes, numbers = read_cells(data, offsets[:-1], offsets[1:], *tables())
    whole = np.flatnonzero(codes == WHOLE)
    rows[whole] = ready.verdicts.index.rows_of(numbers[whole])
    rows[(rows >= 0) & _BORDERLINE[ready.columns.codes[rows]]] = -1
    return rows, numbers


def _interleaved(written: pa.Array, others: list[bytes], places: Any) -> list[Any]:
    """Insert others between consecutive texts, each before the text at its position."""
    from localarea.classify.bulk import bytes_of

    data, offsets = bytes_of(written)
    view, cuts = data.data, [0, *offsets[places].tolist(), int(offsets[-1])]
    parts = [view[start:end] for start, end in pairwise(cuts)]
    return [parts[0], *chain.from_iterable(zip(others, parts[1:], strict=True))]


def _array(parts: list[Any]) -> bytes:
    """Join parts that end with a comma, or are empty, into a JSON array."""
    while parts and not len(parts[-1]):
        parts.pop()
    if parts:
        parts[-1] = parts[-1][:-1]
    return b"".join([b"[", *parts, b"]"])


def _rendered(verdict: Verdict) -> tuple[str, str]:
    return verdict.status, _json(verdict.as_dict())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
