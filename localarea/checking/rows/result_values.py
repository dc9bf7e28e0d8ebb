"""Find the header and the added columns in the values of a checked file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.checking.rows.counts import STATUSES
from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.rows.row_evidence import EVIDENCE
from localarea.tables.finding.own_columns import (
    ADDED_HEADERS,
    FLAG_WORDS,
    REASON_WORDS,
    STATUS_WORDS,
    own_columns,
    runs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localarea.tables.finding.own_columns import Wording

_HEADER_WITHIN: Final = 500  # rows; the check does not find headers further down either
_STATUS: Final = ADDED.index("local_status")
_FLAGS: Final = frozenset({"TRUE", "FALSE", "1", "0"})
_CODES: Final = {
    "local_status": {words: code for code, words in STATUS_WORDS.items()},
    "local_borderline": {words: code.upper() for code, words in FLAG_WORDS.items()},
    "local_reason": {words: code for code, words in REASON_WORDS.items()},
}


class ResultHeader(NamedTuple):
    """
    Where the verdicts of a checked sheet are.

    Attributes
    ----------
    row : int
        Number of the header, from 1; 0 if there is none.
    names : tuple of str
        Headers; empty if there is none.
    added : int
        Position, from 0, of the first added column, ``local_postcode``.
    width : int
        Number of added columns.
    """

    row: int
    names: tuple[str, ...]
    added: int
    width: int = len(ADDED)
    wording: Wording = "codes"

    @property
    def has_evidence(self) -> bool:
        """Return whether columns of evidence were added."""
        return self.width - len(ADDED) >= len(EVIDENCE)

    @property
    def names_column(self) -> bool:
        """Return whether a column names the postcode column used, as where there are several."""
        return (self.width - len(ADDED)) % len(EVIDENCE) == 1

    def own(self, cells: Sequence[str]) -> list[str]:
        """Return the cells of a row that the check did not add, before and after the added ones."""
        return [*cells[: self.added], *cells[self.added + self.width :]]

    def cell(self, cells: Sequence[str], name: str) -> str:
        """
        Return an added cell of a row as a code.

        ``cells``: values of the row, without a blank end. ``name``: one of `ADDED`.
        """
        at = self.added + ADDED.index(name)
        text = cells[at] if at < len(cells) else ""
        return _CODES[name].get(text, text) if self.wording == "people" and name in _CODES else text


def find_header(
    rows: Iterator[tuple[int, list[str]]],
) -> tuple[ResultHeader | None, Iterator[tuple[int, list[str]]]]:
    """
    Find the header of a checked sheet.

    Returns
    -------
    ResultHeader or None
        None for a sheet without verdicts.
    iterator of tuple of int and list of str
        All rows again, the first ones too.
    """
    head: list[tuple[int, list[str]]] = []
    for number, cells in rows:
        head.append((number, cells))
        found = runs(own_columns(cells))
        if found:  # if the input had such columns too, ours are the last
            first, last = found[-1]
            words = cells[first + _STATUS].startswith(ADDED_HEADERS["local_status"])
            made = ResultHeader(
                *(number, tuple(cells), first, last - first + 1), "people" if words else "codes"
            )
            return made, chain(head, rows)
        if len(head) == _HEADER_WITHIN:
            break
    return _without_header(head), chain(head, rows)


def _without_header(head: Sequence[tuple[int, list[str]]]) -> ResultHeader | None:
    """Find the status column of a sheet without a header by what it says."""
    for _, cells in head:
        for at in range(len(cells) - 2, 0, -1):
            if cells[at] in STATUSES and cells[at + 1] in _FLAGS:
                first = at - _STATUS
                widest = max(len(row) for _, row in head) - first
                known = (len(ADDED) + e + u for e in (0, len(EVIDENCE)) for u in (0, 1))
                width = max(w for w in known if w <= max(widest, len(ADDED)))
                return ResultHeader(0, (), first, width)
    return None
