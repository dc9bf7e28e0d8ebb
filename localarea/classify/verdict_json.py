"""
Render verdicts as JSON: ten thousand in a few hundredths of a second.

The text that postcodes of one zone share is a frame, which the classifier renders once from a
representative postcode; only the postcode, its coordinates and its distances are filled in for
each. Rare cases are sent to the classifier one by one.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from itertools import chain, pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from localarea.classify.codes import MEANINGS
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
    from numpy.typing import NDArray

    from localarea.classify.classifier import Classifier
    from localarea.classify.loaded import LoadedPlaces
    from localarea.records import Verdict

# Placeholders for the postcode, the minutes and the numbers, which cannot occur in data.
_POSTCODE, _MINUTES, _NUMBER = (secrets.token_hex(16) for _ in range(3))
_BASE: Final = 1 << 16  # of the packed numbers in `_kind`
_NUMBERS: Final = ("easting", "northing", "minutes_to_anchor", "metres_to_boundary")
_BORDERLINE: Final = np.array([meaning.borderline for meaning in MEANINGS])
_STATUS: Final = tuple(meaning.status for meaning in MEANINGS)
_INWARDS: Final = tuple(postcode_of(slot)[-3:] for slot in range(INWARD_SLOTS))


class _Frame(NamedTuple):
    """JSON of a verdict, split at its placeholders: postcode, postcode, minutes, four numbers."""

    start: str
    after_postcode: str
    after_subject: str
    east: str
    north: str
    minutes: str
    metres: str
    end: str


def json_answers(classifier: Classifier) -> VerdictEncoder:
    """
    Return the cached JSON renderer of a classifier's verdicts.

    Parameters
    ----------
    classifier : Classifier
        Fast after :meth:`Classifier.warm_up`.
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
        self._frames: dict[int, _Frame] = {}
        self._minutes: dict[int, tuple[str, str]] = {}
        self._outwards: tuple[str, ...] = ()
        self._lock = Lock()
        self._numbered: dict[int, int] = {}
        self._columns: list[pa.Array] = []  # of the numbered frames

    def one(self, text: str) -> tuple[str, str]:
        """Check one postcode: status, and the verdict as a JSON object."""
        ready = self._classifier.loaded
        if ready is not None:
            parsed = _parse_exact(text)
            if parsed is not None and parsed.key is not None:
                row = ready.verdicts.index.row_of(parsed.key)
                if row >= 0 and not _BORDERLINE[ready.columns.codes[row]]:
                    return self._of_row(ready, parsed.postcode, row)
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
        for code, count in enumerate(np.bincount(ready.verdicts.codes[rows[quick]]).tolist()):
            if count:
                statuses[_STATUS[code]] += count
        written = self._of_rows(ready, rows[quick], keys[quick])
        return statuses, _array(_interleaved(written, others, rare - np.arange(len(rare))))

    def _of_row(self, ready: LoadedPlaces, postcode: str, row: int) -> tuple[str, str]:
        f = self._frame(ready, row, _kind(*(int(column[row]) for column in _shared(ready))))
        held = ready.columns
        east, north = int(held.eastings[row]), int(held.northings[row])
        metres = int(held.metres[row])
        sentence, minutes = self._minutes_json(int(held.tenths[row]))
        verdict = (
            f"{f.start}{postcode}{f.after_postcode}{postcode}{f.after_subject}{sentence}{f.east}"
            f"{'null' if east < 0 else east}{f.north}{'null' if north < 0 else north}"
            f"{f.minutes}{minutes}{f.metres}{'null' if metres < 0 else f'{metres}.0'}{f.end}"
        )
        return _STATUS[ready.columns.codes[row]], verdict

    def _of_rows(self, ready: LoadedPlaces, rows: Any, keys: Any) -> pa.Array:
        """Render rows as :meth:`_of_row` does, each followed by a comma."""
        index = ready.verdicts.index
        if not self._outwards:
            self._outwards = tuple(map(outward_of, index.outwards.tolist()))
        around = self._frame_parts(ready, rows)
        outward, slot = np.divmod(keys, np.uint32(INWARD_SLOTS))
        names = (_texts(self._outwards).take(index.blocks[outward]), _texts(_INWARDS).take(slot))
        postcode = _concatenated(*names, between=" ")
        tenths, which = np.unique(ready.columns.tenths[rows], return_inverse=True)
        minutes = zip(*(self._minutes_json(one) for one in tenths.tolist()), strict=True)
        sentence, number = (_texts(pieces).take(which) for pieces in minutes)
        columns = (
            *(postcode, postcode, sentence),
            *(_numbers(ready.columns.eastings[rows]), _numbers(ready.columns.northings[rows])),
            *(number, _numbers(ready.columns.metres[rows], ".0")),
        )
        pieces = chain.from_iterable(zip(around, columns, strict=False))
        return _concatenated(*pieces, around[-1], _scalar(","))

    def _frame_parts(self, ready: LoadedPlaces, rows: Any) -> list[pa.Array]:
        """Return the parts of the frame of each row."""
        import pyarrow as pa

        kinds = _kind(*(column[rows].astype(np.int64) for column in _shared(ready))).tolist()
        with self._lock:  # frame numbers and their columns must change together
            for kind, row in zip(kinds, rows.tolist(), strict=True):
                if kind not in self._numbered:
                    self._frame(ready, row, kind)
                    self._numbered[kind] = len(self._numbered)
                    self._columns = []
            if not self._columns:
                frames = [self._frames[kind] for kind in self._numbered]
                self._columns = [_texts(parts) for parts in zip(*frames, strict=True)]
            which = [self._numbered[kind] for kind in kinds]
            columns = self._columns
        return [parts.take(pa.array(which)) for parts in columns]

    def _frame(self, ready: LoadedPlaces, row: int, kind: int) -> _Frame:
        """Render the frame that verdicts of a kind share."""
        frame = self._frames.get(kind)
        if frame is None:
            stands_for = ParsedPostcode(_POSTCODE, "", None, None)
            plain = ready.columns.row(row)._replace(
                easting=None, northing=None, metres=None, tenths=NO_PLACE
            )
            body = self._classifier.explain(stands_for, plain).as_dict()
            standing = f" {self._classifier.boundary.basis}"
            explanation = body["explanation"].removesuffix(standing)
            body["explanation"] = f"{explanation}{_MINUTES}{standing}"
            body |= dict.fromkeys(_NUMBERS, _NUMBER)
            text = _json(body).replace(f'"{_NUMBER}"', _NUMBER)
            frame = _Frame(*re.split("|".join((_POSTCODE, _MINUTES, _NUMBER)), text))
            self._frames[kind] = frame
        return frame

    def _minutes_json(self, tenths: int) -> tuple[str, str]:
        """Return the sentence about minutes, escaped for a JSON string, and the number."""
        rendered = self._minutes.get(tenths)
        if rendered is None:
            sentence = _json(self._classifier.say_minutes(tenths))[1:-1]
            number = _json(tenths / PER_MINUTE) if tenths >= 0 else "null"
            rendered = self._minutes[tenths] = sentence, number
        return rendered


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


def _shared(ready: LoadedPlaces) -> tuple[NDArray[Any], ...]:
    """Return the columns that postcodes must have in common to share a frame."""
    held = ready.columns
    return held.zones, held.districts, held.ended, held.codes


def _kind(zone: Any, district: Any, ended: Any, code: Any) -> Any:
    """Pack four numbers, each from -1 to 2**15 - 1, into one."""
    return (((zone + 1) * _BASE + district + 1) * _BASE + ended + 1) * _BASE + code


def _parse_exact(text: str) -> ParsedPostcode | None:
    """Parse a postcode that needs no correction; None for anything else."""
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        return None
    return None if parsed.corrected else parsed


def _exact_rows(texts: Sequence[str], ready: LoadedPlaces | None) -> tuple[Any, Any]:
    """Find the rows and keys of texts that a frame can render; -1 for the rest."""
    rows = np.full(len(texts), -1, np.int32)
    if ready is None or not texts:
        return rows, rows
    from localarea.classify.bulk import bytes_of
    from localarea.geo._postcode_kernel import read_cells, tables

    data, offsets = bytes_of(_texts(texts))
    codes, numbers = read_cells(data, offsets[:-1], offsets[1:], *tables())
    whole = np.flatnonzero(codes == WHOLE)
    rows[whole] = ready.verdicts.index.rows_of(numbers[whole])
    rows[(rows >= 0) & _BORDERLINE[ready.verdicts.codes[rows]]] = -1
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
