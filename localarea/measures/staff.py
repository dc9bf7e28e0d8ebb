"""Count staff: exact full-time equivalents and weeks by contract and quarter, vectorised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.measures.calendar import WEEK_DAYS, YEAR_DAYS, counted_days
from localarea.measures.catalogue import DISADVANTAGED, MEASURE_OF
from localarea.measures.returns import SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    """

    amounts: NDArray[np.int64]
    divisor: int
    people: NDArray[np.int64]
    others: NDArray[np.int64]
    other_people: NDArray[np.int64]


def settle_staff(
    parts: Sequence[tuple[pd.DataFrame, NDArray[np.int64], Reader]],
    rule: CountingRule,
    until: int | None,
    employed: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """
    Refuse contradictory rows, and return the rows that count.

    All returns are settled together: a person may be in several, of a quarter each.

    Parameters
    ----------
    parts : sequence of tuple
        Of each staff return: its parsed columns, the status of each row (2 local, 1 not local, 0
        unknown), and the reader that collects its refused rows.
    until : int or None
        Ordinal of the last day counted.
    employed : tuple of int or None
        Ordinals of the first and last day of the contract; no day of staff outside counts.

    Returns
    -------
    pandas.DataFrame
        Rows that count, with ``status``, ``file``, ``row``, ``first_day`` and ``last_day``,
        ``first`` and ``last`` (the same in counted days, the first exclusive), ``since`` (the
        person's first day) and ``who`` (alike for one person on two contracts), ordered by person.
    """
    readers = [reader for _, _, reader in parts]
    together = [
        frame.assign(file=reader.table.file, row=frame.index, status=status, home=_homes(reader))
        for frame, status, reader in parts
    ]
    work = pd.concat(together, ignore_index=True)
    opens, closes = employed or (0, until)
    closes = until if closes is None else min(closes, until or closes)
    last = work["end_date"].to_numpy(np.int64)
    _refuse(readers, (last < 0) & (closes is None), "end_date", "no_end")
    if closes is not None:
        last = np.where(last < 0, closes, np.minimum(last, closes))
        after = _good(readers) & (work["start_date"].to_numpy() > closes)
        _refuse(readers, after, "start_date", "after_period")
    alike = work.drop(columns=["file", "row", "status"])[_good(readers)].duplicated()
    repeated = alike.reindex(work.index, fill_value=False)
    _refuse(readers, repeated.to_numpy(bool), "employee", "duplicate_row")
    work["first_day"], work["last_day"] = np.maximum(work["start_date"], opens), last
    work["first"] = counted_days(work["first_day"].to_numpy() - 1)
    work["last"] = counted_days(last)
    work["person"] = _numbered(work["contract"], work["employee"])
    _refuse(readers, _over_cap(work, _good(readers), rule), "fte", "overlapping_employment")
    return _ordered(work[_good(readers)], rule)


def _homes(reader: Reader) -> NDArray[Any]:
    return reader.table.cells["home_postcode"].str.replace(" ", "").str.upper().to_numpy()


def _good(readers: Sequence[Reader]) -> NDArray[np.bool_]:
    return np.concatenate([reader.good for reader in readers])


def _refuse(readers: Sequence[Reader], rows: NDArray[Any], column: str, reason: str) -> None:
    ends = np.cumsum([len(reader.good) for reader in readers])[:-1]
    for reader, part in zip(readers, np.split(rows, ends), strict=True):
        reader.refuse(part, column, reason)


def _over_cap(work: pd.DataFrame, good: NDArray[np.bool_], rule: CountingRule) -> NDArray[np.bool_]:
    """Flag every good row of people who exceed the cap at any time: none is more likely correct."""
    kept = work[good & (work["last"] > work["first"]).to_numpy()]
    person = np.concatenate([kept["person"], kept["person"]])
    when = np.concatenate([kept["first"], kept["last"]])
    change = np.concatenate([kept["fte"], -kept["fte"]])
    order = np.lexsort((change, when, person))  # departures before arrivals
    standing = np.cumsum(change[order])  # each person's sum ends at zero, so one sum serves all
    over = np.unique(person[order][standing > int(rule.fte_cap * SCALE)])
    return good & np.isin(work["person"].to_numpy(), over)


def _numbered(*columns: Any) -> NDArray[np.intp]:
    """Give rows numbers, alike where all columns are, in the order in which they first occur."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:  # to number rows of several columns, pandas makes tuples of them
        codes, found = pd.factorize(column)
        key = key * (len(found) + 1) + codes + 1
    return pd.factorize(key)[0]


def _ordered(kept: pd.DataFrame, rule: CountingRule) -> pd.DataFrame:
    # Sort by contract first, to keep a contract's people together. Status breaks ties, so that the
    # order of rows in the file never matters.
    kept = kept.sort_values(
        ["contract", "person", "first", "status", "last", "fte", "home"], kind="stable"
    )
    person = kept["person"].to_numpy()
    begins = np.flatnonzero(np.r_[True, person[1:] != person[:-1]][: len(kept)])
    sizes = np.diff(np.r_[begins, len(kept)])
    first_row = np.repeat(begins, sizes)  # of each row's person
    more: dict[str, NDArray[Any]] = {"since": kept["first"].to_numpy()[first_row]}
    if rule.local_on == "first_row":
        more["status"] = kept["status"].to_numpy()[first_row]
    homes = pd.factorize(kept["home"])[0]
    more["who"] = _numbered(kept["employee"], homes[first_row])
    if rule.one_disadvantaged_type:
        rows = {name: kept[name].to_numpy() for name in ("first", "last", "status")} | more
        rows["employed"] = kept["employer"].isin(rule.employers).to_numpy()
        flags = {name: kept[name].to_numpy().astype(bool) for name in _TYPES}
        more |= _one_type(rows, flags, (begins, sizes), rule)
    return kept.assign(**more).drop(columns="home").reset_index(drop=True)


_TYPES: Final = tuple(MEASURE_OF[ref].flags[0] for ref in DISADVANTAGED)


def _one_type(
    rows: Mapping[str, NDArray[Any]],
    flags: Mapping[str, NDArray[np.bool_]],
    people: tuple[NDArray[np.intp], NDArray[np.intp]],
    rule: CountingRule,
) -> dict[str, NDArray[Any]]:
    """
    Choose each person's type: that of the first day that counts under any.

    What is returned later thus never changes what an earlier quarter was counted under. Of several
    types that begin on one day it is the first in the order of the catalogue. ``people`` are the
    first row of each, and how many there are.
    """
    counts = rows["employed"] & (rows["last"] > rows["first"])
    if rule.localised:
        counts &= rows["status"] == LOCAL
    if rule.disadvantaged_years:
        counts &= rows["first"] < rows["since"] + rule.disadvantaged_years * YEAR_DAYS
    earliest = np.full(len(counts), np.iinfo(np.int64).max)
    for at, flag in enumerate(_TYPES):
        when = rows["first"].astype(np.int64) * len(_TYPES) + at
        earliest = np.where(counts & flags[flag], np.minimum(earliest, when), earliest)
    begins, sizes = people
    chosen = np.repeat(np.minimum.reduceat(earliest, begins), sizes) % len(_TYPES)
    return {f"{flag}_counts": flags[flag] & (chosen == at) for at, flag in enumerate(_TYPES)}


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
    edges : numpy.ndarray of int64
        Ordinals of the first day of each quarter, and of the day after the last.

    Returns
    -------
    dict of str to Cells
        Figures by reference; ``NT2`` has the local staff, and its ``others`` the rest.
    """
    days = counted_days(edges - 1)
    rows = {  # as arrays, for all measures: to choose rows of a frame takes longer than to count
        name: kept[name].to_numpy()
        for name in kept
        if name not in ("contract", "employee", "employer")
    }
    rows["home"] = pd.Index(contracts).get_indexer(pd.Index(kept["contract"]))
    employers = pd.factorize(kept["employer"])
    return {
        ref: _measure(ref, rows, employers, (len(contracts), days), rule)
        for ref in MEASURE_OF
        if MEASURE_OF[ref].kind == "staff"
    }


def _measure(
    ref: str,
    kept: Mapping[Any, NDArray[Any]],
    employed_by: tuple[NDArray[np.intp], Any],
    table: tuple[int, NDArray[np.int64]],
    rule: CountingRule,
) -> Cells:
    flags = MEASURE_OF[ref].flags
    employers = {"NT1": ("contractor",), "NT1c": ("supply_chain",), "NT2": rule.nt2_employers}
    number, names = employed_by
    base = np.isin(number, np.flatnonzero(np.isin(names, employers.get(ref, rule.employers))))
    years = rule.disadvantaged_years if flags and ref != "NT10" else rule.person_years
    local = kept["status"] == LOCAL
    chosen, rest = base & local, base & ~local
    if ref == "NT2" and rule.unknown == "excluded":
        rest &= kept["status"] != UNKNOWN
    if flags:
        pool = base & local if rule.localised else base
        flagged = np.zeros(len(base), bool)
        for flag in flags:
            name = f"{flag}_counts" if ref in DISADVANTAGED else flag
            flagged |= kept[name if name in kept else flag].astype(bool)
        chosen, rest = pool & flagged, pool & ~flagged
    weeks = ref == "NT10"
    amounts, people = _tally(kept, chosen, table, years, weeks=weeks)
    if ref in {"NT1", "NT1c"}:  # no published figure reveals the rest of their staff
        others, other_people = np.zeros_like(amounts), np.zeros_like(people)
    else:
        others, other_people = _tally(kept, rest, table, years, weeks=weeks)
    divisor = WEEK_DAYS if weeks else SCALE * YEAR_DAYS
    return Cells(amounts, divisor, people, others, other_people)


def _tally(
    kept: Mapping[Any, NDArray[Any]],
    mask: NDArray[np.bool_],
    table: tuple[int, NDArray[np.int64]],
    years: int,
    *,
    weeks: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    of = np.flatnonzero(mask)
    first, last = kept["first"][of], kept["last"][of]
    person, who, home = kept["person"][of], kept["who"][of], kept["home"][of]
    if years:
        last = np.minimum(last, kept["since"][of] + years * YEAR_DAYS)
    if weeks:
        first = _after_earlier(person, first, last)
    weight = np.ones(len(of), np.int64) if weeks else kept["fte"][of].astype(np.int64)
    contracts, days = table
    shape = (contracts, len(days) - 1)
    amounts = np.zeros(shape, np.int64)
    people = np.zeros((shape[0] + 1, shape[1] + 1), np.int64)
    for quarter in range(shape[1]):
        span = np.minimum(last, days[quarter + 1]) - np.maximum(first, days[quarter])
        here = np.flatnonzero(span > 0)
        parts = np.bincount(home[here], (weight[here] * span[here]).astype(np.float64), shape[0])
        amounts[:, quarter] = parts  # integers below 2**53, which floats represent exactly
        people[:-1, quarter] = _different(home, person, here, shape[0])
        people[-1, quarter] = len(np.unique(who[here]))
    ever = np.flatnonzero(last > first)
    people[:-1, -1] = _different(home, person, ever, shape[0])
    people[-1, -1] = len(np.unique(who[ever]))
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
