"""
Verdicts written as JSON, ten thousand in some hundredths of a second.

What postcodes of one zone share is worked out once, by the classifier itself from a
postcode that stands for all of them; only the postcode, its place and its distances are
put in for each. Whatever is rare is asked of the classifier and written as it is.
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
from localarea.classify.directory import Entry
from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import (
    INWARD_SLOTS,
    WHOLE,
    ParsedPostcode,
    outward_of,
    parse_postcode,
    postcode_of,
)
from localarea.options.minutes.encoding import PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from localarea.classify.classifier import Classifier
    from localarea.classify.loaded import ReadyPlaces
    from localarea.records import Verdict

# Where the postcode, the minutes and the numbers go: words that nobody can have written.
_POSTCODE, _MINUTES, _NUMBER = (secrets.token_hex(16) for _ in range(3))
_NUMBERS: Final = ("easting", "northing", "minutes_to_anchor", "metres_to_boundary")
_BORDERLINE: Final = np.array([meaning.borderline for meaning in MEANINGS])
_STATUS: Final = tuple(meaning.status for meaning in MEANINGS)
_INWARDS: Final = tuple(postcode_of(slot)[-3:] for slot in range(INWARD_SLOTS))


class _Frame(NamedTuple):
    """A verdict's JSON around what is put in: postcode, postcode, minutes, four numbers."""

    start: str
    said: str
    told: str
    east: str
    north: str
    minutes: str
    metres: str
    end: str


def json_answers(classifier: Classifier) -> JsonAnswers:
    """
    Return the JSON renderer of a classifier's verdicts, made once.

    Parameters
    ----------
    classifier : Classifier
        Quick after :meth:`Classifier.make_ready`.

    Returns
    -------
    JsonAnswers
        The same object for the same classifier.
    """
    found: JsonAnswers | None = classifier.renderers.get(JsonAnswers)
    return found or classifier.renderers.setdefault(JsonAnswers, JsonAnswers(classifier))


class JsonAnswers:
    """
    Writes the verdicts of a classifier.

    Parameters
    ----------
    classifier : Classifier
        Quick once it was made ready; before, each postcode is asked by itself.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._frames: dict[int, _Frame] = {}
        self._minutes: dict[int, tuple[str, str]] = {}
        self._outwards: tuple[str, ...] = ()
        self._lock = Lock()
        self._numbered: dict[int, int] = {}
        self._columns: list[pa.Array] = []  # of the frames that have a number

    def one(self, text: str) -> tuple[str, str]:
        """
        Check one postcode.

        Parameters
        ----------
        text : str
            As people type it.

        Returns
        -------
        tuple of str
            Status, and the verdict as a JSON object.
        """
        ready = self._classifier.ready
        if ready is not None:
            parsed = _plainly(text)
            if parsed is not None and parsed.key is not None:
                row = ready.verdicts.index.row_of(parsed.key)
                if row >= 0 and not _BORDERLINE[ready.verdicts.codes[row]]:
                    return self._of_row(ready, parsed.postcode, row)
        return _written(self._classifier.check(text))

    def many(self, texts: Sequence[str]) -> tuple[Counter[str], bytes]:
        """
        Check postcodes.

        Parameters
        ----------
        texts : sequence of str
            As people type them.

        Returns
        -------
        tuple of (Counter, bytes)
            How many there are of each status, and the verdicts, in their order, as a JSON
            array in UTF-8.
        """
        ready = self._classifier.ready
        rows, keys = _plain_rows(texts, ready)
        rare, known = np.flatnonzero(rows < 0), {}
        for at in rare.tolist():  # a column may say one thing ten thousand times
            if texts[at] not in known:
                known[texts[at]] = _written(self._classifier.check(texts[at]))
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
        return statuses, _array(_between(written, others, rare - np.arange(len(rare))))

    def _of_row(self, ready: ReadyPlaces, postcode: str, row: int) -> tuple[str, str]:
        f = self._frame(ready, row, _kind(*(int(column[row]) for column in _shared(ready))))
        east, north = int(ready.eastings[row]), int(ready.northings[row])
        metres = int(ready.metres[row])
        said, minutes = self._say(int(ready.tenths[row]))
        verdict = (
            f"{f.start}{postcode}{f.said}{postcode}{f.told}{said}{f.east}"
            f"{'null' if east < 0 else east}{f.north}{'null' if north < 0 else north}"
            f"{f.minutes}{minutes}{f.metres}{'null' if metres < 0 else f'{metres}.0'}{f.end}"
        )
        return _STATUS[ready.verdicts.codes[row]], verdict

    def _of_rows(self, ready: ReadyPlaces, rows: Any, keys: Any) -> pa.Array:
        """Write rows as :meth:`_of_row` does, each with a comma after it."""
        index = ready.verdicts.index
        if not self._outwards:
            self._outwards = tuple(map(outward_of, index.outwards.tolist()))
        around = self._around(ready, rows)
        outward, slot = np.divmod(keys, np.uint32(INWARD_SLOTS))
        names = (_texts(self._outwards).take(index.blocks[outward]), _texts(_INWARDS).take(slot))
        postcode = _joined(*names, between=" ")
        tenths, which = np.unique(ready.tenths[rows], return_inverse=True)
        minutes = zip(*(self._say(one) for one in tenths.tolist()), strict=True)
        said, number = (_texts(pieces).take(which) for pieces in minutes)
        columns = (
            *(postcode, postcode, said),
            *(_numbers(ready.eastings[rows]), _numbers(ready.northings[rows])),
            *(number, _numbers(ready.metres[rows], ".0")),
        )
        pieces = chain.from_iterable(zip(around, columns, strict=False))
        return _joined(*pieces, around[-1], _scalar(","))

    def _around(self, ready: ReadyPlaces, rows: Any) -> list[pa.Array]:
        """Give the parts of the frame of each row."""
        import pyarrow as pa

        kinds = _kind(*(column[rows].astype(np.int64) for column in _shared(ready))).tolist()
        with self._lock:  # the numbers of frames and their columns belong together
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

    def _frame(self, ready: ReadyPlaces, row: int, kind: int) -> _Frame:
        """Give what the verdicts of a kind share."""
        frame = self._frames.get(kind)
        if frame is None:
            entry = ready.entry(row)
            stands_for = ParsedPostcode(_POSTCODE, "", None, None)
            plain = Entry(entry.place, None, None, meaning=entry.meaning)
            body = self._classifier.explain(stands_for, plain).as_dict()
            standing = f" {self._classifier.boundary.standing}"
            said = body["explanation"].removesuffix(standing)
            body["explanation"] = f"{said}{_MINUTES}{standing}"
            body |= dict.fromkeys(_NUMBERS, _NUMBER)
            text = _json(body).replace(f'"{_NUMBER}"', _NUMBER)
            frame = _Frame(*re.split("|".join((_POSTCODE, _MINUTES, _NUMBER)), text))
            self._frames[kind] = frame
        return frame

    def _say(self, tenths: int) -> tuple[str, str]:
        """Give the sentence of minutes as it stands within a JSON string, and the number."""
        said = self._minutes.get(tenths)
        if said is None:
            sentence = _json(self._classifier.say_minutes(tenths))[1:-1]
            number = _json(tenths / PER_MINUTE) if tenths >= 0 else "null"
            said = self._minutes[tenths] = sentence, number
        return said


def _texts(texts: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.array(texts, pa.large_string())


def _scalar(text: str) -> pa.Scalar:
    import pyarrow as pa

    return pa.scalar(text, pa.large_string())


def _joined(*columns: pa.Array, between: str = "") -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*columns, _scalar(between))


def _numbers(numbers: Any, ending: str = "") -> pa.Array:
    """Write numbers, and null for those below nought."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.cast(pa.array(numbers), pa.large_string())
    if ending:
        texts = _joined(texts, _scalar(ending))
    return pc.if_else(numbers >= 0, texts, _scalar("null"))


def _shared(ready: ReadyPlaces) -> tuple[NDArray[Any], ...]:
    """Give what postcodes must have in common to share a frame."""
    index = ready.verdicts.index
    return index.zones, index.districts, index.ended, ready.verdicts.codes


def _kind(zone: Any, district: Any, ended: Any, code: Any) -> Any:
    """Make one number of four, each from -1 to below two to the fifteenth."""
    return (((zone + 1) * 65_536 + district + 1) * 65_536 + ended + 1) * 65_536 + code


def _plainly(text: str) -> ParsedPostcode | None:
    """Read a postcode that stands there as it is; None for whatever needs more said."""
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        return None
    return None if parsed.corrected else parsed


def _plain_rows(texts: Sequence[str], ready: ReadyPlaces | None) -> tuple[Any, Any]:
    """Find the rows of what can be written from a frame, and their keys; -1 for the rest."""
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


def _between(written: pa.Array, others: list[bytes], places: Any) -> list[Any]:
    """Put others between texts that lie one after another, each before the text at its place."""
    from localarea.classify.bulk import bytes_of

    data, offsets = bytes_of(written)
    view, cuts = data.data, [0, *offsets[places].tolist(), int(offsets[-1])]
    parts = [view[start:end] for start, end in pairwise(cuts)]
    return [parts[0], *chain.from_iterable(zip(others, parts[1:], strict=True))]


def _array(parts: list[Any]) -> bytes:
    """Make a JSON array of parts that end with a comma, or are empty."""
    while parts and not len(parts[-1]):
        parts.pop()
    if parts:
        parts[-1] = parts[-1][:-1]
    return b"".join([b"[", *parts, b"]"])


def _written(verdict: Verdict) -> tuple[str, str]:
    return verdict.status, _json(verdict.as_dict())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
