"""The rows of a sheet without an answer, gathered while they are written or read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.rows.paid_columns import paid_columns
from localarea.checking.rows.row_digest import content_hash
from localarea.tables.finding.own_columns import STATUS_WORDS
from localarea.tables.finding.suppliers import choose_supplier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from localarea.checking.rows.result_values import ResultHeader

MOST_UNRESOLVED: Final = 50_000  # rows; of more, the wrong column was checked
_SAMPLED: Final = 200  # rows below the header, which show which column says what


@dataclass(frozen=True, slots=True)
class UnresolvedRow:
    """
    A row of a result without an answer.

    Attributes
    ----------
    sheet : str
        Name of its sheet; empty in a text file.
    number : int
        Its number as a spreadsheet shows it, from 1.
    reason, why : str
        Code of the reason, and the reason as a sentence.
    content : str
        Hash of its values.
    cells : tuple of str
        Its own cells as people read them, without those that the check added.
    supplier, amount : str
        Who was paid, and how much, as people read it; blank where no column says so.
    """

    sheet: str
    number: int
    reason: str
    why: str
    content: str
    cells: tuple[str, ...]
    supplier: str = ""
    amount: str = ""


class UnresolvedSheet:
    """
    Gather the rows of a sheet without an answer.

    Parameters
    ----------
    name : str
        Name of the sheet; empty for a text file.
    gathered : mapping of str to UnresolvedSheet, optional
        All sheets of the result, this one among them: together they hold at most
        `MOST_UNRESOLVED` rows.
    """

    def __init__(self, name: str, gathered: Mapping[str, UnresolvedSheet] | None = None) -> None:
        self.name = name
        self._gathered, self._full = {} if gathered is None else gathered, False
        self._head: ResultHeader | None = None
        self._status_at = 0
        self._unknown = frozenset({"unknown"})
        self._sample: list[list[str]] = []
        self._found: list[tuple[int, str, str, str, tuple[str, ...]]] = []

    def begin(self, head: ResultHeader | None) -> None:
        """
        Take the header, before the rows.

        ``head``: where the verdicts are; None for a sheet without any.
        """
        self._head = head
        if head is not None:
            self._status_at = head.added + ADDED.index("local_status")
            if head.wording == "people":
                self._unknown = frozenset({"unknown", STATUS_WORDS["unknown"]})

    @property
    def headers(self) -> list[str]:
        """Return the headers of the file's own columns; empty for a sheet without a header."""
        return [] if self._head is None else self._head.own(self._head.names)

    def add(
        self,
        rows: Iterable[tuple[int, list[str]]],
        shown: Iterable[Callable[[], list[str]]],
    ) -> None:
        """
        Take filled rows.

        ``rows``: number of each, from 1, and its values as they are compared, without a blank end.
        ``shown``: returns the values of each as people read them; called for few rows.
        """
        head = self._head
        if head is None:
            return
        at = self._status_at
        for (number, cells), see in zip(rows, shown, strict=True):
            unknown = at < len(cells) and cells[at] in self._unknown
            if number > head.row and (unknown or len(self._sample) < _SAMPLED):
                self._take(head, number, cells, head.own(see()), unknown=unknown)

    def _take(
        self, head: ResultHeader, number: int, cells: list[str], own: list[str], *, unknown: bool
    ) -> None:
        if len(self._sample) < _SAMPLED:
            self._sample.append(own)
        if unknown and self._has_room():
            reason, why = (head.cell(cells, f"local_{name}") for name in ("reason", "explanation"))
            self._found.append((number, reason, why, content_hash(cells), tuple(own)))

    def _has_room(self) -> bool:
        """Check whether one more row may be held; asked no more once there is none."""
        if not self._full:
            others = (each for each in self._gathered.values() if each is not self)
            held = len(self._found) + sum(len(each._found) for each in others)
            self._full = held >= MOST_UNRESOLVED
        return not self._full

    def rows(self) -> Iterator[UnresolvedRow]:
        """
        List the rows without an answer, once all rows were added.

        Each of them in order, at most `MOST_UNRESOLVED`.
        """
        headers = self.headers
        paid = paid_columns(headers, self._sample)
        places = choose_supplier(headers, self._sample), None if paid is None else paid.amount
        for number, reason, why, content, cells in self._found:
            supplier, amount = (
                cells[at] if at is not None and at < len(cells) else "" for at in places
            )
            yield UnresolvedRow(self.name, number, reason, why, content, cells, supplier, amount)
