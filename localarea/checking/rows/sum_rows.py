"""Rows that are nothing but the sum of those above them: a total to which nobody gave a name."""

from __future__ import annotations

import csv
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Final

from localarea.checking.rows.paid_columns import SAMPLED, paid_columns, paid_in
from localarea.checking.rows.spend_by_answer import ANSWER_HEADERS, LONGEST_CELL
from localarea.tables.finding.own_columns import own_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from localarea.checking.rows.paid_columns import PaidColumns
    from localarea.tables.delimited.layout import Layout

_MILLIONTHS: Final = Decimal("0.000001")  # further decimals are what programs leave of a sum


class SumRows:
    """
    Find the rows with nothing but an amount that is the sum of the payments above them.

    It is the rule of `localarea spend`. A row with an amount alone that is no such sum stays a
    payment: its payee may be left out.

    Parameters
    ----------
    own : collection of int
        Columns of an earlier check, whatever is in them.

    Examples
    --------
    >>> from localarea.checking.rows.paid_columns import PaidColumns
    >>> rows = [["Acme", "CO1 1JB", "5"], ["", "", "7"], ["", "", "12.00"]]
    >>> SumRows(PaidColumns(2, "Net")).find(rows, ())
    [2]
    """

    def __init__(self, paid: PaidColumns, own: Collection[int] = ()) -> None:
        self._paid = paid
        self._passed = {paid.amount, *own}
        self._sum = Decimal(0)

    def find(self, rows: Iterable[Sequence[str]], apart: Collection[int]) -> list[int]:
        """
        Find those among some rows; rows come in order.

        ``apart``: positions of the rows that hold no payment, such as totals with a name.
        """
        found = []
        for at, row in enumerate(rows):
            amount = None if at in apart else paid_in(row, self._paid)[0]
            if amount is None:
                continue
            same = self._sum and abs(amount - self._sum) < _MILLIONTHS
            if same and self._is_alone(row):
                found.append(at)
                self._sum = Decimal(0)
            else:
                self._sum += amount
        return found

    def _is_alone(self, row: Sequence[str]) -> bool:
        return not any(cell.strip() for at, cell in enumerate(row) if at not in self._passed)


def sum_rows_of_text(source: Path, checked: Path, layout: Layout) -> frozenset[int]:
    """
    Return the numbers of those of a text file that was checked without looking for them.

    Its rows are checked a block at a time, and blocks side by side, so a sum is known at the end.
    Numbered from 1 below the line ``sep=``; none where the file cannot be read so.
    """
    how = {"encoding": layout.encoding.codec, "errors": "replace", "newline": ""}
    mark = layout.delimiter.decode("ascii")
    csv.field_size_limit(LONGEST_CELL)
    with (
        suppress(csv.Error),
        source.open(**how) as given,  # type: ignore[call-overload]
        checked.open(**how) as made,  # type: ignore[call-overload]
    ):
        pairs = zip(csv.reader(given, delimiter=mark), csv.reader(made, delimiter=mark))  # noqa: B905
        return _sum_rows(enumerate(pairs, 0 if layout.preamble else 1))
    return frozenset()


def _sum_rows(rows: Iterator[tuple[int, tuple[list[str], list[str]]]]) -> frozenset[int]:
    headers: list[str] = []
    named: list[int] = []
    for _, (headers, after) in rows:  # noqa: B007 -- the header is the last that is read
        named = [i for i, cell in enumerate(after) if cell.casefold().startswith(ANSWER_HEADERS)]
        if named:
            break
    if not named:
        return frozenset()
    first = list(islice(rows, SAMPLED))
    own = own_columns(headers)
    paid = paid_columns(headers, [before for _, (before, _) in first], own)
    if paid is None:
        return frozenset()
    sums, found = SumRows(paid, own), []
    for some in (first, rows):
        for number, (before, after) in some:
            answered = named[-1] < len(after) and after[named[-1]] != ""
            if sums.find([before], () if answered else (0,)):
                found.append(number)
    return frozenset(found)
