"""Add up payments by what they have in common: exact sums, of which every payment is in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.spend.days import NO_DAY, quarter_of
from localarea.spend.names import NOT_STATED, Groups, fold_name, group_rows
from localarea.spend.payments import pounds, sums_by
from localarea.spend.repeats import Repeat, find_repeats
from localarea.spend.standing import LOCAL, NO_DISTRICT, STATES, Standing, find_standing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore
    from localarea.records import Option
    from localarea.spend.payments import Payments

BREAKDOWNS: Final = ("quarter", "category", "district", "size", "supplier")
NO_PLACE: Final = "not known"


@dataclass(frozen=True, slots=True)
class Sum:
    """Rows, and money in millionths of a pound."""

    rows: int
    amount: int

    def as_document(self) -> dict[str, Any]:
        """Return JSON types, with the money in pounds as text."""
        return {"rows": self.rows, "amount": str(pounds(self.amount))}


@dataclass(frozen=True, slots=True)
class Line:
    """What was paid in one group; ``by_status``: by each of `STATES`."""

    name: str
    by_status: dict[str, Sum]
    code: str = ""

    @property
    def rows(self) -> int:
        """Count all rows."""
        return sum(part.rows for part in self.by_status.values())

    @property
    def amount(self) -> int:
        """Add up all money."""
        return sum(part.amount for part in self.by_status.values())

    @property
    def local_share(self) -> float | None:
        """Return the share of all money that is local; None where refunds leave no share."""
        local, whole = self.by_status[STATES[LOCAL]].amount, self.amount
        return local / whole if 0 <= local <= whole and whole else None


@dataclass(frozen=True, slots=True)
class Mover:
    """A supplier at one place, with its money and its state under each option."""

    supplier: str
    district: str
    paid: Sum
    states: dict[str, str]


@dataclass(frozen=True, slots=True)
class UnderOption:
    """
    What was paid, by its state under one option.

    Attributes
    ----------
    becomes_local, stops_local : Sum
        Payments that are local under it and not under the definition, and the other way round.
    joining, leaving : tuple of Mover
        The suppliers of those, most money first.
    """

    id: str
    title: str
    line: Line
    becomes_local: Sum
    stops_local: Sum
    joining: tuple[Mover, ...]
    leaving: tuple[Mover, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SpendReport:
    """
    Payments added up.

    Attributes
    ----------
    standing : Standing
        Where they went.
    by : dict of str to tuple of Line
        Lines of each of `BREAKDOWNS`.
    contested : tuple of Mover
        Suppliers whose state differs between options, most money first.
    methods : tuple of str
        Ids of the options that are methods of their own, not variants of one with a place in
        dispute.
    """

    payments: Payments
    standing: Standing
    suppliers: Groups
    categories: Groups
    sizes: Groups
    quarters: Groups
    boundary: Boundary
    directory_date: str
    whole: Line
    by: dict[str, tuple[Line, ...]]
    options: tuple[UnderOption, ...]
    contested: tuple[Mover, ...]
    methods: tuple[str, ...]
    repeats: tuple[Repeat, ...]

    def methods_local(self, mover: Mover) -> str:
        """Count the methods under which a supplier is local: variants are no further methods."""
        local = sum(mover.states[method] == STATES[LOCAL] for method in self.methods)
        return f"{local} of {len(self.methods)}"


def report_spend(
    payments: Payments,
    classifier: Classifier,
    options: Sequence[Option] = (),
    *,
    methods: Collection[str] | None = None,
    store: DataStore | None = None,
) -> SpendReport:
    """
    Add up payments.

    Parameters
    ----------
    payments : Payments
        From `localarea.spend.reading.read_payments`, with postcodes filled in if any are.
    options : sequence of Option
        Options to compare it with.
    methods : collection of str, optional
        Ids of those that are methods of their own; without it all are.
    """
    standing = find_standing(payments, classifier, options, store=store)
    columns, texts = payments.columns, payments.texts
    suppliers = _suppliers(payments)
    categories = group_rows(columns["category"], texts["category"])
    sizes = group_rows(columns["size"], texts["size"])
    quarters = _quarters(columns["day"])
    districts = _districts(standing)
    states = standing.states[standing.of_row]
    groups = {
        "quarter": quarters,
        "category": categories,
        "district": districts,
        "size": sizes,
        "supplier": suppliers,
    }
    by = {name: _lines(group, states, columns["amount"]) for name, group in groups.items()}
    codes = dict(zip(standing.district_names, standing.district_codes, strict=True))
    by["district"] = [Line(li.name, li.by_status, codes.get(li.name, "")) for li in by["district"]]
    pairs = _Pairs(payments, standing, suppliers)
    return SpendReport(
        payments,
        standing,
        suppliers,
        categories,
        sizes,
        quarters,
        classifier.boundary,
        classifier.directory.date,
        _lines(Groups(np.zeros(len(states), np.intp), ["all"]), states, columns["amount"])[0],
        {name: tuple(_ordered(name, lines)) for name, lines in by.items()},
        tuple(_under(option, payments, standing, pairs) for option in options),
        pairs.contested(),
        tuple(one.id for one in options if methods is None or one.id in methods),
        tuple(find_repeats(payments, suppliers, categories, states == STATES.index("redacted"))),
    )


def _suppliers(payments: Payments) -> Groups:
    """Group payments by the name of the payee, or its number where there is no name."""
    columns, texts = payments.columns, payments.texts
    named = np.array([bool(text) for text in texts["supplier"]], bool)
    numbers = np.array([bool(text) for text in texts["supplier_number"]], bool)
    if not len(named):
        return group_rows(columns["supplier"], texts["supplier"], fold_name)
    without = ~named[columns["supplier"]] & numbers[columns["supplier_number"]]
    every = [*texts["supplier"], *(f"supplier {t}" for t in texts["supplier_number"])]
    at = np.where(without, columns["supplier_number"] + len(texts["supplier"]), columns["supplier"])
    return group_rows(at, every, fold_name)


def _quarters(days: NDArray[np.int32]) -> Groups:
    different, of_row = np.unique(days, return_inverse=True)
    names = [quarter_of(day) for day in different.tolist()]
    order = sorted(set(names), key=lambda name: (name == NO_DAY, name))
    place = {name: at for at, name in enumerate(order)}
    return Groups(np.array([place[name] for name in names], np.intp)[of_row], order)


def _districts(standing: Standing) -> Groups:
    names = [*standing.district_names, NO_PLACE]
    at = np.where(
        standing.districts == NO_DISTRICT, len(standing.district_names), standing.districts
    )
    return Groups(at[standing.of_row], names)


def _lines(groups: Groups, states: NDArray[np.uint8], amounts: NDArray[np.int64]) -> list[Line]:
    """Add up each group; groups without rows are left out, but for the only one."""
    count = len(STATES)
    both = groups.of_row * count + states
    size = len(groups.names) * count
    rows = np.bincount(both, minlength=size).tolist()
    sums = sums_by(both, size, amounts)
    lines = []
    for at, name in enumerate(groups.names):
        part = range(at * count, (at + 1) * count)
        if len(groups.names) == 1 or any(rows[i] for i in part):
            parts = {s: Sum(rows[i], sums[i]) for s, i in zip(STATES, part, strict=True)}
            lines.append(Line(name, parts))
    return lines


def _ordered(breakdown: str, lines: Sequence[Line]) -> list[Line]:
    """Sort quarters by time, and others with most money first, what is not stated last."""
    if breakdown == "quarter":
        return list(lines)
    last = {NOT_STATED, NO_PLACE}
    return sorted(lines, key=lambda line: (line.name in last, -line.amount, line.name))


class _Pairs:
    """Payees at each place that they were paid at, of whom all payments have one state."""

    def __init__(self, payments: Payments, standing: Standing, suppliers: Groups) -> None:
        places = len(standing.states)
        keys = suppliers.of_row * places + standing.of_row
        pairs, at = np.unique(keys, return_inverse=True)
        self._standing, self._names = standing, suppliers.names
        self.supplier, self.place = pairs // places, pairs % places
        self.rows = np.bincount(at, minlength=len(pairs)).tolist()
        self.sums = sums_by(at, len(pairs), payments.columns["amount"])

    def sum_of(self, chosen: NDArray[np.bool_]) -> Sum:
        """Add up some pairs, given by their places."""
        pairs = np.flatnonzero(chosen[self.place]).tolist()
        return Sum(sum(self.rows[i] for i in pairs), sum(self.sums[i] for i in pairs))

    def movers(self, chosen: NDArray[np.bool_]) -> tuple[Mover, ...]:
        """Describe some pairs, given by their places, those of one supplier in a district once."""
        standing = self._standing
        found: dict[tuple[str, str, tuple[str, ...]], Sum] = {}
        for i in np.flatnonzero(chosen[self.place]).tolist():
            place, at = int(self.place[i]), int(standing.districts[self.place[i]])
            district = NO_PLACE if at == NO_DISTRICT else standing.district_names[at]
            states = tuple(STATES[int(each[place])] for each in standing.by_option.values())
            key = self._names[int(self.supplier[i])], district, states
            known = found.get(key, Sum(0, 0))
            found[key] = Sum(known.rows + self.rows[i], known.amount + self.sums[i])
        order = sorted(found.items(), key=lambda item: (-abs(item[1].amount), item[0]))
        return tuple(
            Mover(name, district, paid, dict(zip(standing.by_option, states, strict=True)))
            for (name, district, states), paid in order
        )

    def contested(self) -> tuple[Mover, ...]:
        """Describe the suppliers that are local under some options and not under others."""
        every = list(self._standing.by_option.values())
        if not every:
            return ()
        times = np.sum([each == LOCAL for each in every], axis=0)
        return self.movers((times > 0) & (times < len(every)))


def _under(option: Option, payments: Payments, standing: Standing, pairs: _Pairs) -> UnderOption:
    states = standing.by_option[option.id]
    of_row = states[standing.of_row]
    groups = Groups(np.zeros(len(of_row), np.intp), [option.id])
    (line,) = _lines(groups, of_row, payments.columns["amount"])
    joins = (states == LOCAL) & (standing.states != LOCAL)
    leaves = (states != LOCAL) & (standing.states == LOCAL)
    return UnderOption(
        option.id,
        option.title,
        line,
        pairs.sum_of(joins),
        pairs.sum_of(leaves),
        pairs.movers(joins),
        pairs.movers(leaves),
    )
