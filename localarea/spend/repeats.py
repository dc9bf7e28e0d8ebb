"""Payments that are likely to be in the files twice. They are told, and never taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from localarea.spend.names import NOT_STATED
from localarea.spend.payments import WITHOUT_AMOUNT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.spend.names import Groups
    from localarea.spend.payments import Payments


@dataclass(frozen=True, slots=True)
class Repeat:
    """
    Payments that agree in payee, day, amount, reference and category.

    Attributes
    ----------
    date : str
        ISO day; empty where there is none.
    amount : int
        Of each, in millionths of a pound.
    """

    supplier: str
    date: str
    amount: int
    rows: tuple[tuple[str, int], ...]

    @property
    def extra(self) -> int:
        """Return what would be too much if all but one were repeats."""
        return self.amount * (len(self.rows) - 1)


def find_repeats(
    payments: Payments,
    suppliers: Groups,
    categories: Groups,
    redacted: NDArray[np.bool_],
) -> list[Repeat]:
    """
    Find likely repeats.

    Lines of one invoice that are charged to several categories are no repeats, nor are equal
    payments on one day with references of their own. A payee without a name can be anybody, so
    rows without one are left out; so are rows with neither a day nor a reference.

    Parameters
    ----------
    redacted : numpy.ndarray of bool, shape (n_payments,)
        Payments whose payee is withheld.

    Returns
    -------
    list of Repeat
        Those with most money in the others first.
    """
    columns = payments.columns
    named = np.array([name != NOT_STATED for name in suppliers.names], bool)
    asked = named[suppliers.of_row] & ~redacted & (columns["amount"] != 0)
    asked &= (columns["faults"] & WITHOUT_AMOUNT) == 0
    asked &= (columns["day"] > 0) | (columns["reference"] > 0)
    rows = np.flatnonzero(asked)
    keys = [
        part[rows]
        for part in (
            *(suppliers.of_row, columns["day"], columns["amount"]),
            *(columns["reference"], categories.of_row),
        )
    ]
    order = np.lexsort(keys)
    same = np.ones(max(len(order) - 1, 0), bool)
    for part in keys:
        same &= part[order][1:] == part[order][:-1]
    ends = np.flatnonzero(~np.append(same, False)) + 1
    starts = np.append(0, ends[:-1])
    found = [
        _repeat(payments, suppliers, rows[order[a:b]])
        for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
        if b - a > 1
    ]
    return sorted(found, key=lambda each: (-abs(each.extra), each.supplier, each.date, each.rows))


def _repeat(payments: Payments, suppliers: Groups, rows: NDArray[np.intp]) -> Repeat:
    columns, first = payments.columns, int(rows[0])
    day = int(columns["day"][first])
    places = [
        (payments.tables[int(columns["table"][row])].name, int(columns["row"][row]))
        for row in rows.tolist()
    ]
    return Repeat(
        suppliers.names[int(suppliers.of_row[first])],
        date.fromordinal(day).isoformat() if day else "",
        int(columns["amount"][first]),
        tuple(sorted(places)),
    )
