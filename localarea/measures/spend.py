"""Count spend, visits and the local multiplier: exact amounts by contract and quarter."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.measures.returns import SCALE
from localarea.measures.staff import LOCAL, UNKNOWN, Cells
from localarea.measures.suppression import SMALL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.measures.returns import Reader
    from localarea.measures.rules import CountingRule


def settle_spend(
    frame: pd.DataFrame, status: NDArray[np.int64], reader: Reader, rule: CountingRule
) -> pd.DataFrame:
    """
    Return the rows of spend that count, with the location status of each supplier.

    Parameters
    ----------
    status : numpy.ndarray of int
        Status of each row: 2 local, 1 not local, 0 unknown.
    """
    if rule.credit_notes == "refuse":
        reader.refuse((frame["amount"] < 0).to_numpy(), "amount", "credit_note")
    placed = status.copy()
    if rule.registered_office == "unknown":
        placed[(frame["address_type"] == "registered_office").to_numpy()] = UNKNOWN
    if rule.address_type_blank == "unknown":
        placed[(frame["address_type"] == "").to_numpy()] = UNKNOWN
    work = frame.assign(status=placed, row=frame.index)
    return work[reader.good].reset_index(drop=True)


def count_spend(
    kept: pd.DataFrame, contracts: list[str], edges: NDArray[np.int64], rule: CountingRule
) -> dict[str, Cells]:
    """
    Count the spend measures.

    Parameters
    ----------
    edges : numpy.ndarray of int64
        Ordinals of the first day of each quarter, and of the day after the last.

    Returns
    -------
    dict of str to Cells
        NT18, NT19 and LOCAL-SPEND (``others`` is spend elsewhere). ``people`` is 1 if a
        figure is based on fewer than five suppliers, at least one of them a sole trader.
    """
    local = kept["status"].to_numpy() == LOCAL
    rest = ~local
    if rule.unknown == "excluded":
        rest = rest & (kept["status"].to_numpy() != UNKNOWN)
    sized = local & kept["size"].isin(rule.nt19_sizes).to_numpy()
    here, small, larger, elsewhere = (
        _sum(kept[rows], contracts, edges, "amount")
        for rows in (local, sized, local & ~sized, rest)
    )
    none = np.zeros_like(here[0]), np.zeros_like(here[1])
    chosen = {"NT18": (here, none), "NT19": (small, larger), "LOCAL-SPEND": (here, elsewhere)}
    return {
        ref: Cells(amounts, SCALE, few, *others) for ref, ((amounts, few), others) in chosen.items()
    }


def count_visits(
    kept: pd.DataFrame, contracts: list[str], edges: NDArray[np.int64]
) -> dict[str, Cells]:
    """
    Count staff hours at local schools and colleges.

    Parameters
    ----------
    kept : pandas.DataFrame
        Rows of visits that count, with ``status``.

    Returns
    -------
    dict of str to Cells
        NT8. The address of a school is not personal data, so nothing is withheld.
    """
    local = kept["status"].to_numpy() == LOCAL
    amounts, _ = _sum(kept[local], contracts, edges, "staff_hours")
    none = np.zeros((amounts.shape[0] + 1, amounts.shape[1] + 1), np.int64)
    return {"NT8": Cells(amounts, SCALE, none, np.zeros_like(amounts), none)}


def count_rounds(kept: pd.DataFrame, contracts: list[str]) -> dict[str, tuple[Decimal, int] | None]:
    """
    Calculate the local multiplier of each contract.

    LM3 = (spend + local spend + local re-spend) / spend. Round 1 is the spend on the
    contract, round 2 the contractor's own spend from it, and round 3 the spend of those the
    contractor paid. Rounds 2 and 3 count only payments to local people and firms.

    Parameters
    ----------
    kept : pandas.DataFrame
        Rows of rounds that count, with ``status``; ``round`` in ten-thousandths.

    Returns
    -------
    dict of str to tuple or None
        By contract: the multiplier and the number of distinct local payees behind it;
        None without spend in round 1.
    """
    found: dict[str, tuple[Decimal, int] | None] = {}
    for contract in contracts:
        part = kept[kept["contract"] == contract]
        spent = int(part.loc[part["round"] == SCALE, "amount"].sum())
        again = part[(part["round"] > SCALE) & (part["status"] == LOCAL)]
        if spent <= 0:
            found[contract] = None
            continue
        total = Decimal(spent + int(again["amount"].sum())) / Decimal(spent)
        found[contract] = (total, int(again["payee"].nunique()))
    return found


def _sum(
    part: pd.DataFrame, contracts: list[str], edges: NDArray[np.int64], column: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    shape = (len(contracts), len(edges) - 1)
    home = pd.Index(contracts).get_indexer(pd.Index(part["contract"]))
    when = np.searchsorted(edges, part["date"].to_numpy(np.int64), side="right") - 1
    amounts = np.zeros(shape, np.int64)
    np.add.at(amounts, (home, when), part[column].to_numpy(np.int64))
    few = np.zeros((shape[0] + 1, shape[1] + 1), np.int64)
    if "sole_trader" in part and part["sole_trader"].to_numpy(bool).any():
        _flag_few(part, home, when, few)
    return amounts, few


def _flag_few(
    part: pd.DataFrame, home: NDArray[np.int64], when: NDArray[np.int64], few: NDArray[np.int64]
) -> None:
    n_contracts, n_quarters = few.shape
    supplier = pd.factorize(part["supplier"])[0]
    sole = part["sole_trader"].to_numpy(bool)
    all_contracts = np.full_like(home, n_contracts - 1)  # the last row and column are of totals
    all_quarters = np.full_like(when, n_quarters - 1)
    for at_c, at_q in itertools.product((home, all_contracts), (when, all_quarters)):
        cell = at_c * n_quarters + at_q
        pairs = np.unique(np.stack([cell, supplier])[:, supplier >= 0], axis=1)
        number = np.bincount(pairs[0], minlength=few.size)
        with_sole = np.bincount(cell[sole], minlength=few.size) > 0
        rests_on_few = ((number < SMALL) & with_sole).reshape(few.shape)
        few[rests_on_few] = number.reshape(few.shape)[rests_on_few]
