"""Find the header and the added columns in the values of a checked file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.checking.counts import STATUSES
from localarea.checking.csv_checker import ADDED, USED
from localarea.checking.row_evidence import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADER_WITHIN: Final = 500  # rows; the check does not find headers further down either
_STATUS: Final = ADDED.index("local_status")
_FLAGS: Final = frozenset({"TRUE", "FALSE"})


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

    @property
    def has_evidence(self) -> bool:
        """
        Return whether columns of evidence were added.

        Returns
        -------
        bool
            True with evidence.
        """
        return self.width - len(ADDED) >= len(EVIDENCE)

    @property
    def names_column(self) -> bool:
        """
        Return whether a column was added that names the postcode column used.

        Returns
        -------
        bool
            True if several columns were looked at.
        """
        return (self.width - len(ADDED)) % len(EVIDENCE) == 1

    def own(self, cells: Sequence[str]) -> list[str]:
        """
        Return the cells of a row that the check did not add.

        Parameters
        ----------
        cells : sequence of str
            Values of the row.

        Returns
        -------
        list of str
            Those before and after the added ones.
        """
        return [*cells[: self.added], *cells[self.added + self.width :]]

    def cell(self, cells: Sequence[str], name: str) -> str:
        """
        Return an added cell of a row.

        Parameters
        ----------
        cells : sequence of str
            Values of the row, without a blank end.
        name : str
            One of `ADDED`.

        Returns
        -------
        str
            Its value.
        """
        at = self.added + ADDED.index(name)
        return cells[at] if at < len(cells) else ""


def find_header(
    rows: Iterator[tuple[int, list[str]]],
) -> tuple[ResultHeader | None, Iterator[tuple[int, list[str]]]]:
    """
    Find the header of a checked sheet.

    Parameters
    ----------
    rows : iterator of tuple of int and list of str
        Numbers and values of its rows.

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
        at = _place(cells)
        if at is not None:
            first = at - _STATUS
            found = ResultHeader(number, tuple(cells), first, _width(cells[first:]))
            return found, chain(head, rows)
        if len(head) == _HEADER_WITHIN:
            break
    guessed = _without_header(head)
    return guessed, chain(head, rows)


def _place(cells: Sequence[str]) -> int | None:
    """Find the status column; if the input had one too, ours is the last."""
    name = ADDED[_STATUS]
    found = [at for at, cell in enumerate(cells) if cell.startswith(name)]
    known = [at for at in found if at and cells[at - 1].startswith(ADDED[0])]
    return known[-1] if known else None


def _width(names: Sequence[str]) -> int:
    """Count the added columns, of which some are there only if asked for."""
    width = len(ADDED)
    for more in (EVIDENCE, (USED,)):
        if "".join(names[width : width + 1]).startswith(more[0]):
            width += len(more)
    return width


def _without_header(head: Sequence[tuple[int, list[str]]]) -> ResultHeader | None:
    """Find the status column of a sheet without a header by what it says."""
    for _, cells in head:
        for at in range(len(cells) - 2, 0, -1):
            if cells[at] in STATUSES and cells[at + 1] in _FLAGS:
                first = at - _STATUS
                widest = max(len(row) for _, row in head) - first
                known = (len(ADDED) + e + u for e in (0, len(EVIDENCE)) for u in (0, 1))
                return ResultHeader(
                    0, (), first, max(w for w in known if w <= max(widest, len(ADDED)))
                )
    return None
