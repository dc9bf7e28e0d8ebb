"""Count staff: exact full-time equivalents and weeks by contract and quarter, vectorised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from localarea.measures.calendar import WEEK_DAYS, YEAR_DAYS, counted_days
from localarea.measures.catalogue import DISADVANTAGED, MEASURE_OF
from localarea.measures.returns import SCALE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.measures.returns import Reader
    from localarea.measures.rules import CountingRule

LOCAL, NOT_LOCAL, UNKNOWN = 2, 1, 0


@dataclass(frozen=True, slots=True)
class Cells:
    """
    Figures of one measure, before suppression.

    Attributes
    ----------
    amounts : numpy.ndarray of int64, shape (n_contracts, n_quarters)
        Numerators over ``divisor``.
    divisor : int
        Number of parts in one unit.
    people : numpy.ndarray of int64, shape (n_contracts + 1, n_quarters + 1)
        Number of distinct people behind each figure, with totals in the last row and column.
    others : numpy.ndarray of int64, shape (n_contracts, n_quarters)
        Amounts of the rest of the same staff, which subtraction would reveal.
    other_people : numpy.ndarray of int64, shape (n_contracts + 1, n_quarters + 1)
        Number of people behind ``others``.
    rows : numpy.ndarray of int64
        Positions of the rows behind the measure.
    """

    amounts: NDArray[np.int64]
    divisor: int
    people: NDArray[np.int64]
    others: NDArray[np.int64]
    other_people: NDArray[np.int64]
    rows: NDArray[np.int64]


def settle_staff(
    frame: pd.DataFrame,
    status: NDArray[np.int64],
    reader: Reader,
    rule: CountingRule,
    until: int | None,
) -> pd.DataFrame:
    """
    Refuse contradictory rows, and return the rows that count.

    Parameters
    ----------
    frame : pandas.DataFrame
        Parsed columns of a staff return.
    status : numpy.ndarray of int
        Status of each row: 2 local, 1 not local, 0 unknown.
    reader : Reader
        Collects the refused rows.
    until : int or None
        Ordinal of the last day counted.

    Returns
    -------
    pandas.DataFrame
        Rows that count, with ``status``, ``first`` and ``last`` (counted days, the
        first exclusive) and ``since`` (the person's first day), ordered by person.
    """
    work = frame.copy()
    last = work["end_date"].to_numpy(np.int64)
    reader.refuse((last < 0) & (until is None), "end_date", "no_end")
    if until is not None:
        last = np.where(last < 0, until, np.minimum(last, until))
        reader.refuse(work["start_date"].to_numpy() > until, "start_date", "after_period")
    homes = reader.table.cells["home_postcode"].str.replace(" ", "").str.upper()
    everything = work.assign(home=homes.to_numpy())
    repeated = everything[reader.good].duplicated().reindex(work.index, fill_value=False)
    reader.refuse(repeated.to_numpy(bool), "employee", "duplicate_row")
    del everything, homes
    work["status"] = status
    work["first"] = counted_days(work["start_date"].to_numpy() - 1)
    work["last"] = counted_days(last)
    work["last_day"] = last
    work["person"] = pd.factorize(pd.MultiIndex.from_frame(work[["contract", "employee"]]))[0]
    reader.refuse(_over_cap(work, reader.good, rule), "fte", "overlapping_employment")
    return _ordered(work[reader.good], rule)


def _over_cap(work: pd.DataFrame, good: NDArray[np.bool_], rule: CountingRule) -> NDArray[np.bool_]:
    """Flag every row of people who exceed the cap at any time, as no row is more likely correct."""
    kept = work[good & (work["last"] > work["first"]).to_numpy()]
    person = np.concatenate([kept["person"], kept["person"]])
    when = np.concatenate([kept["first"], kept["last"]])
    change = np.concatenate([kept["fte"], -kept["fte"]])
    order = np.lexsort((change, when, person))  # departures before arrivals
    standing = np.cumsum(change[order])  # each person's sum ends at zero, so one sum serves all
    over = np.unique(person[order][standing > int(rule.fte_cap * SCALE)])
    return np.isin(work["person"].to_numpy(), over)


def _ordered(kept: pd.DataFrame, rule: CountingRule) -> pd.DataFrame:
    # Sort by contract first, to keep a contract's people together. Status breaks ties, so that the
    # order of rows in the file never matters.
    kept = kept.assign(row=kept.index).sort_values(
        ["contract", "person", "first", "status", "last", "fte"], kind="stable"
    )
    by_person = kept.groupby("person", sort=False)
    since = by_person["first"].transform("min")
    kept = kept.assign(since=since)
    if rule.local_on == "first_row":
        kept = kept.assign(status=by_person["status"].transform("first"))
    if rule.one_disadvantaged_type:
        kept = _one_type(kept)
    return kept.reset_index(drop=True)


def _one_type(kept: pd.DataFrame) -> pd.DataFrame:
    taken = pd.Series(data=False, index=kept.index)
    for ref in DISADVANTAGED:
        (flag,) = MEASURE_OF[ref].flags
        ever = kept[flag].astype(bool).groupby(kept["person"]).transform("any")
        kept = kept.assign(**{f"{flag}_counts": kept[flag].astype(bool) & ~taken})
        taken |= ever
    return kept


def count_staff(
    kept: pd.DataFrame,
    contracts: list[str],
    edges: NDArray[np.int64],
    rule: CountingRule,
) -> dict[str, Cells]:
    """
    Count every staff measure.

    Parameters
    ----------
    kept : pandas.DataFrame
        Result of :func:`settle_staff`.
    edges : numpy.ndarray of int64
        Ordinals of the first day of each quarter, and of the day after the last.

    Returns
    -------
    dict of str to Cells
        Figures by reference; ``NT2`` has the local staff, and its ``others`` the rest.
    """
    days = counted_days(edges - 1)
    return {
        ref: _measure(ref, kept, contracts, days, rule)
        for ref in MEASURE_OF
        if MEASURE_OF[ref].kind == "staff"
    }


def _measure(
    ref: str, kept: pd.DataFrame, contracts: list[str], days: NDArray[np.int64], rule: CountingRule
) -> Cells:
    flags = MEASURE_OF[ref].flags
    employers = {"NT1": ("contractor",), "NT1c": ("supply_chain",), "NT2": rule.nt2_employers}
    base = kept["employer"].isin(employers.get(ref, rule.employers)).to_numpy()
    years = rule.disadvantaged_years if flags and ref != "NT10" else rule.person_years
    local = kept["status"].to_numpy() == LOCAL
    chosen, rest = base & local, base & ~local
    if ref == "NT2" and rule.unknown == "excluded":
        rest &= kept["status"].to_numpy() != UNKNOWN
    if flags:
        pool = base & local if rule.localised else base
        flagged = np.zeros(len(kept), bool)
        for flag in flags:
            name = f"{flag}_counts" if ref in DISADVANTAGED else flag
            flagged |= kept[name if name in kept else flag].to_numpy(bool)
        chosen, rest = pool & flagged, pool & ~flagged
    weeks = ref == "NT10"
    amounts, people = _tally(kept, chosen, contracts, days, years, weeks=weeks)
    if ref in {"NT1", "NT1c"}:  # no published figure reveals the rest of their staff
        others, other_people = np.zeros_like(amounts), np.zeros_like(people)
    else:
        others, other_people = _tally(kept, rest, contracts, days, years, weeks=weeks)
    divisor = WEEK_DAYS if weeks else SCALE * YEAR_DAYS
    return Cells(amounts, divisor, people, others, other_people, np.flatnonzero(chosen))


def _tally(
    kept: pd.DataFrame,
    mask: NDArray[np.bool_],
    contracts: list[str],
    days: NDArray[np.int64],
    years: int,
    *,
    weeks: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    part = kept[mask]
    first, last = part["first"].to_numpy(), part["last"].to_numpy()
    person = part["person"].to_numpy()
    if years:
        last = np.minimum(last, part["since"].to_numpy() + years * YEAR_DAYS)
    if weeks:
        first = _after_earlier(person, first, last)
    weight = np.ones(len(part), np.int64) if weeks else part["fte"].to_numpy(np.int64)
    home = pd.Index(contracts).get_indexer(pd.Index(part["contract"]))
    shape = (len(contracts), len(days) - 1)
    amounts = np.zeros(shape, np.int64)
    people = np.zeros((shape[0] + 1, shape[1] + 1), np.int64)
    for quarter in range(shape[1]):
        span = np.minimum(last, days[quarter + 1]) - np.maximum(first, days[quarter])
        here = np.flatnonzero(span > 0)
        parts = np.bincount(home[here], (weight[here] * span[here]).astype(np.float64), shape[0])
        amounts[:, quarter] = parts  # integers below 2**53, which floats represent exactly
        people[:-1, quarter] = _different(home, person, here, shape[0])
    people[:-1, -1] = _different(home, person, np.flatnonzero(last > first), shape[0])
    people[-1] = people[:-1].sum(axis=0)  # people count once per contract
    return amounts, people


def _after_earlier(
    person: NDArray[Any], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Start each row after the person's earlier rows, so that each week counts once."""
    if not len(first):
        return first
    far = int(last.max()) + 1
    order = np.cumsum(np.r_[True, person[1:] != person[:-1]])
    reach = np.maximum.accumulate(last + order * far) - order * far
    before = np.r_[-1, reach[:-1]]
    same = np.r_[False, person[1:] == person[:-1]]
    return np.where(same, np.maximum(first, before), first)


def _different(
    home: NDArray[np.int64], person: NDArray[Any], rows: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    who = person[rows]
    new = np.r_[True, who[1:] != who[:-1]][: len(who)]  # rows are grouped by person
    return np.bincount(home[rows][new], minlength=n)
