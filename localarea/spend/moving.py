"""What of the payments becomes local when an area takes a place in: sums, and no payee's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.spend.payments import sums_by
from localarea.spend.report import Sum
from localarea.spend.standing import LOCAL

if TYPE_CHECKING:
    from localarea.spend.report import SpendReport


@dataclass(frozen=True, slots=True)
class Moving:
    """
    What becomes local, and what was and would be.

    Attributes
    ----------
    payees : int
        Payees of those that become local; a payee with several places counts once.
    categories : tuple of (str, Sum)
        Those that become local by category, most money first; empty if no file has categories.
    """

    whole: Sum
    without: Sum
    with_place: Sum
    becomes: Sum
    payees: int
    categories: tuple[tuple[str, Sum], ...]

    @property
    def shares(self) -> tuple[float | None, float | None]:
        """Return the share of all money that is local; None where refunds leave no share."""
        whole = self.whole.amount
        parts = (self.without.amount, self.with_place.amount)
        first, second = (p / whole if whole and 0 <= p <= whole else None for p in parts)
        return first, second

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON types; amounts are texts, so that no digit is lost."""
        return {
            "all": self.whole.as_document(),
            "without": self.without.as_document(),
            "with": self.with_place.as_document(),
            "becomes_local": self.becomes.as_document(),
            "payees": self.payees,
            "shares": list(self.shares),
            "categories": [
                {"category": name, **part.as_document()} for name, part in self.categories
            ],
        }


def what_moves(report: SpendReport, without: str, with_place: str) -> Moving:
    """
    Add up what becomes local with a place.

    ``report``: of payments with both options among those that it was made with.
    """
    by_option, of_row = report.standing.by_option, report.standing.of_row
    before = (by_option[without] == LOCAL)[of_row]
    after = (by_option[with_place] == LOCAL)[of_row]
    amounts = report.payments.columns["amount"]
    whole = np.ones(len(of_row), dtype=bool)
    becomes, categories = after & ~before, report.categories
    rows = np.bincount(categories.of_row, weights=becomes, minlength=len(categories.names))
    groups = np.where(becomes, categories.of_row, len(categories.names))
    sums = sums_by(groups, len(categories.names) + 1, amounts)
    named = [
        (name, Sum(int(rows[at]), sums[at])) for at, name in enumerate(categories.names) if rows[at]
    ]
    several = len(categories.names) > 1
    return Moving(
        _add(whole, amounts),
        _add(before, amounts),
        _add(after, amounts),
        _add(becomes, amounts),
        len(np.unique(report.suppliers.of_row[becomes])),
        tuple(sorted(named, key=lambda item: (-item[1].amount, item[0]))) if several else (),
    )


def _add(chosen: np.ndarray[Any, Any], amounts: Any) -> Sum:
    first, _ = sums_by(np.where(chosen, 0, 1), 2, amounts)
    return Sum(int(chosen.sum()), first)
