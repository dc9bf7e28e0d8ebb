"""
Figures as they leave the council: what earlier releases told is remembered.

Each state of the register that anybody outside may have seen is a release. It keeps which versions
of returns every figure rested on, and which figures were withheld. The next release withholds what
it would reveal together with all before it: first what
:func:`localarea.measures.withheld.withheld_figures` withholds, then totals beside a figure that the
solver finds told, and at last every figure that changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sqlalchemy as sa

from localarea.contracts.differencing import Target, unsafe
from localarea.contracts.reading import register_series
from localarea.contracts.register import contracts, newest_returns, returns_of
from localarea.contracts.standing import people_of
from localarea.decisions.proposals import utc_stamp
from localarea.decisions.receipt_faults import row_facts, subject_of
from localarea.decisions.schema import RELEASES
from localarea.definitions.model import canonical_json
from localarea.measures.suppression import small_counts
from localarea.measures.withheld import margins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from localarea.contracts.differencing import Part, Sum
    from localarea.contracts.standing import Series
    from localarea.decisions.audit import Ledger
    from localarea.decisions.database import Database
    from localarea.decisions.roles import Actor

# A share and what it is a share of tell each other, so the second is withheld with the first.
_WITH: Final = {"NT2": ("NT1", "NT1c"), "NT19": ("NT18",), "LOCAL-SPEND": ("NT18",)}
_ROUNDS: Final = 4  # of withholding totals, before every change is withheld
_TRIES: Final = 3  # before others are made to wait
_TABLES: Final = (("amount", "amounts", "people"), ("other", "others", "other_people"))

Hidden = dict[str, "NDArray[np.bool_]"]


@dataclass(frozen=True)
class _Table:
    """The figures of one series in one release."""

    contracts: tuple[str, ...]
    quarters: tuple[str, ...]
    versions: NDArray[np.int64]

    @cached_property
    def parts(self) -> dict[tuple[int, int], Sum]:
        """Return the parts of every figure; the last row and column are totals."""
        rows, columns = self.versions.shape
        inner = {
            (i, j): frozenset(
                [(self.contracts[i], self.quarters[j], int(self.versions[i, j]))]
                if self.versions[i, j]
                else []
            )
            for i in range(rows)
            for j in range(columns)
        }
        made = dict(inner)
        for i in range(rows):
            made[i, columns] = frozenset().union(*(inner[i, j] for j in range(columns)))
        for j in range(columns + 1):
            made[rows, j] = frozenset().union(*(made[i, j] for i in range(rows)))
        return made

    def sums(self, chosen: NDArray[np.bool_], there: set[Part]) -> set[Sum]:
        """Return the parts of some figures that have any, of those that a measure has."""
        return {
            kept for place, parts in self.parts.items() if chosen[place] and (kept := parts & there)
        }


def released_series(
    database: Database, *, council: str, actor: Actor, now: datetime
) -> list[Series]:
    """
    Return all contracts of a council and what may be told of them, and remember that it was.

    Returns
    -------
    list of Series
        As :func:`localarea.contracts.reading.register_series`, with ``hidden`` by all releases.
    """
    for _ in range(_TRIES):
        with database.reading() as connection:
            number, series, document = _prepared(connection, council)
        if document is None:
            return series
        with database.writing(actor, at=utc_stamp(now)) as ledger:
            if _number(ledger.connection, council) != number:
                continue
            _keep(ledger, council, number + 1, document)
            return series
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        number, series, document = _prepared(ledger.connection, council)
        if document is not None:
            _keep(ledger, council, number + 1, document)
        return series


def _keep(ledger: Ledger, council: str, number: int, document: str) -> None:
    facts = {"council": council, "number": number}
    row = {**facts, "document": document, "by": ledger.actor.name, "at": ledger.at}
    ledger.connection.execute(sa.insert(RELEASES).values(row))
    ledger.record("release_figures", subject_of(RELEASES, facts), row_facts(facts, document))


def _number(connection: Connection, council: str) -> int:
    query = sa.select(sa.func.max(RELEASES.c.number)).where(RELEASES.c.council == council)
    return connection.execute(query).scalar() or 0


def releases(connection: Connection, council: str) -> list[dict[str, Any]]:
    """Return the documents of all releases of a council, the first one first."""
    query = sa.select(RELEASES.c.document).where(RELEASES.c.council == council)
    rows = connection.execute(query.order_by(RELEASES.c.number)).scalars()
    return [json.loads(row) for row in rows]


def _prepared(connection: Connection, council: str) -> tuple[int, list[Series], str | None]:
    """Return the number of the last release, the series, and the new release if there is one."""
    earlier = releases(connection, council)
    series = register_series(connection, council=council)
    versions = {
        (kept.reference, kept.counted.quarter): kept.version for kept in newest_returns(connection)
    }
    tables = [_table(one, versions) for one in series]
    stated = [_stated(one, table) for one, table in zip(series, tables, strict=True)]
    state = hashlib.sha256(canonical_json(stated)).hexdigest()
    if earlier and earlier[-1]["state"] == state:
        told = earlier[-1]["series"]
        shown = [
            replace(one, hidden={ref: _unpacked(rows) for ref, rows in part["hidden"].items()})
            for one, part in zip(series, told, strict=True)
        ]
        return len(earlier), shown, None
    figures = _figures(connection, council)
    made = [
        replace(one, hidden=_hidden(one, table, _History.of(earlier, one), figures))
        for one, table in zip(series, tables, strict=True)
    ]
    parts = [
        {**said, "hidden": {ref: _packed(mask) for ref, mask in one.hidden.items()}}
        for said, one in zip(stated, made, strict=True)
    ]
    document = canonical_json({"state": state, "series": parts}).decode("utf-8")
    return len(earlier), made, document


def _figures(connection: Connection, council: str) -> dict[Part, Mapping[str, Mapping[str, int]]]:
    references = [kept.contract.reference for kept in contracts(connection, council=council)]
    return {
        (kept.reference, kept.counted.quarter, kept.version): kept.counted.figures
        for kept in returns_of(connection, references)
    }


def _table(one: Series, versions: Mapping[tuple[str, str], int]) -> _Table:
    references = tuple(contract.reference for contract in one.contracts)
    found = [[versions.get((ref, quarter), 0) for quarter in one.quarters] for ref in references]
    shape = (len(references), len(one.quarters))
    return _Table(references, one.quarters, np.array(found, np.int64).reshape(shape))


def _stated(one: Series, table: _Table) -> dict[str, Any]:
    return {
        "basis": list(one.contracts[0].basis),
        "contracts": list(table.contracts),
        "quarters": list(table.quarters),
        "versions": table.versions.tolist(),
    }


@dataclass(frozen=True, slots=True)
class _History:
    """What earlier releases told of a series."""

    tables: tuple[tuple[_Table, Hidden], ...]

    @classmethod
    def of(cls, earlier: Sequence[Mapping[str, Any]], one: Series) -> _History:
        basis = list(one.contracts[0].basis)
        found = [
            (
                _Table(
                    tuple(part["contracts"]),
                    tuple(part["quarters"]),
                    np.array(part["versions"], np.int64).reshape(
                        len(part["contracts"]), len(part["quarters"])
                    ),
                ),
                {ref: _unpacked(rows) for ref, rows in part["hidden"].items()},
            )
            for release in earlier
            for part in release["series"]
            if part["basis"] == basis
        ]
        return cls(tuple(found))


def _packed(mask: NDArray[np.bool_]) -> list[str]:
    return ["".join("1" if cell else "0" for cell in row) for row in mask]


def _unpacked(rows: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([[cell == "1" for cell in row] for row in rows], bool)


def _hidden(
    one: Series,
    table: _Table,
    history: _History,
    figures: Mapping[Part, Mapping[str, Mapping[str, int]]],
) -> Hidden:
    """Choose what to withhold of every measure, in the order of the catalogue."""
    hidden: Hidden = {}
    for ref, mask in one.hidden.items():
        start = mask.copy()
        for other in _WITH.get(ref, ()):
            if other in hidden:
                start |= hidden[other]
        hidden[ref] = start
        if history.tables:
            hidden[ref] = _Measure(ref, one, table, history, figures).withhold(start)
    return hidden


class _Measure:
    """One measure of one series, against everything that was told of it."""

    def __init__(
        self,
        ref: str,
        one: Series,
        table: _Table,
        history: _History,
        figures: Mapping[Part, Mapping[str, Mapping[str, int]]],
    ) -> None:
        self._ref, self._one, self._table = ref, one, table
        self._there = {part for part, found in figures.items() if ref in found}
        divisor = one.cells[ref].divisor
        self._values = {
            name: {part: figures[part][ref][name] / divisor for part in self._there}
            for name, _, _ in _TABLES
        }
        self._people = {
            name: {part: figures[part][ref][people] for part in self._there}
            for name, _, people in _TABLES
        }
        self._before: set[Sum] = set()
        self._withheld: set[Sum] = set()
        for old, masks in history.tables:
            if ref in masks:
                self._before |= old.sums(~masks[ref], self._there)
                self._withheld |= old.sums(masks[ref], self._there)
        tables = [*(old for old, _ in history.tables), table]
        self._targets = {
            name: [one for each in tables for one in self._of_table(each, name)]
            for name, _, _ in _TABLES
        }

    def _of_table(self, table: _Table, name: str) -> list[Target]:
        """Return the figures of a release that are too small to tell."""
        shape = table.versions.shape
        values, people = np.zeros(shape), np.zeros(shape, np.int64)
        for place in np.ndindex(*shape):
            for part in table.parts[place] & self._there:  # one at most
                values[place], people[place] = self._values[name][part], self._people[name][part]
        small = small_counts(people_of(self._ref, people))
        room = margins(self._ref, values)
        return [
            Target(table.parts[row, column] & self._there, float(room[row, column]))
            for row, column in zip(*map(np.ndarray.tolist, np.nonzero(small)), strict=True)
        ]

    def withhold(self, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Withhold more and more, until nothing is told."""
        mask = start | self._kept_back()
        for _ in range(_ROUNDS):
            told = self._told(mask)
            if told is None:
                break
            if not told:
                return mask
            wider = mask | self._beside(told)
            if (wider == mask).all():
                break
            mask = wider
        return mask | self._changed()

    def _told(self, mask: NDArray[np.bool_]) -> list[Target] | None:
        sums = self._table.sums(~mask, self._there)
        added = sums - self._before
        if not added:
            return []
        found: list[Target] = []
        for name, targets in self._targets.items():
            told = unsafe(self._values[name], self._before | sums, targets, added=added)
            if told is None:
                return None
            found += told
        return found

    def _flagged(self, wanted: Callable[[Sum], bool]) -> NDArray[np.bool_]:
        """Flag the figures of which something holds."""
        out = np.zeros(np.add(self._table.versions.shape, 1), bool)
        for place, parts in self._table.parts.items():
            kept = parts & self._there
            out[place] = bool(kept) and wanted(kept)
        return out

    def _kept_back(self) -> NDArray[np.bool_]:
        """Keep withheld what is as it was when it was withheld, for it protects something."""
        return self._flagged(lambda parts: parts in self._withheld and parts not in self._before)

    def _beside(self, told: Sequence[Target]) -> NDArray[np.bool_]:
        """Flag the changed totals of the rows and columns that hold what is told."""
        out = np.zeros(np.add(self._table.versions.shape, 1), bool)
        changed = self._changed()
        for one in told:
            for reference, quarter, _ in one.parts:
                if reference in self._table.contracts and quarter in self._table.quarters:
                    out[self._table.contracts.index(reference), -1] = True
                    out[-1, self._table.quarters.index(quarter)] = True
        out[-1, -1] = True
        return out & changed

    def _changed(self) -> NDArray[np.bool_]:
        """Flag every figure that no earlier release told as it is now."""
        return self._flagged(lambda parts: parts not in self._before)
