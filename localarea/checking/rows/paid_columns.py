"""The columns of a table that say who was paid what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.tables.finding.amounts import choose_amounts
from localarea.tables.finding.suppliers import choose_supplier
from localarea.tables.money import read_amount

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from localarea.tables.sheet_layout import Grid

SAMPLED: Final = 200  # rows below the header that are used to judge a column


class PaidColumns(NamedTuple):
    """
    The columns that say who was paid what.

    Attributes
    ----------
    amount : int
        Column of amounts, from 0.
    note : str
        Note on the choice; empty if it was clear.
    """

    amount: int
    header: str
    supplier: int | None = None
    note: str = ""


def paid_columns(
    headers: Sequence[str], sample: Sequence[Sequence[str]], own: Sequence[int] = ()
) -> PaidColumns | None:
    """
    Find the columns that say who was paid what.

    Parameters
    ----------
    headers : sequence of str
        Headers as written.
    sample : sequence of sequence of str
        Cells of some rows below them.
    own : sequence of int
        Columns of an earlier check, which are not looked at.

    Returns
    -------
    PaidColumns or None
        None if there is no column of amounts.
    """
    names = ["" if at in own else name for at, name in enumerate(headers)]
    choice = choose_amounts(names, sample)
    if choice is None:
        return None
    supplier = choose_supplier(names, sample)
    return PaidColumns(choice.index, names[choice.index].strip(), supplier, choice.note)


def paid_of(grid: Grid, sample: Sequence[Sequence[str]]) -> PaidColumns | None:
    """
    Find the columns that say who was paid what in a sheet.

    ``sample``: its first rows, with the header. Returns None if there is no header or no column of
    amounts.
    """
    if grid.header < 0:
        return None
    return paid_columns(grid.headers, sample[grid.header + 1 :][:SAMPLED], grid.own)


def paid_in(row: Sequence[str], paid: PaidColumns) -> tuple[Decimal | None, str]:
    """
    Return what a row says was paid, and to whom.

    Returns
    -------
    decimal.Decimal or None
        The amount; None if it is blank or cannot be read.
    str
        The supplier; blank if it is not known.
    """
    amount = read_amount(row[paid.amount]) if paid.amount < len(row) else None
    named = paid.supplier is not None and paid.supplier < len(row)
    return amount, row[paid.supplier] if named and paid.supplier is not None else ""
