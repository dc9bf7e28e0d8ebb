"""
No series of releases tells a figure of few people: every release is one more set of equations.

A reader keeps all that was ever released. What the reader can conclude is found here by an exact
solver from what is shown alone: the greatest value of a small figure at which every figure that was
released is as it was. It must be larger than the truth by what the rule of one release asks for.
"""

from __future__ import annotations

import itertools
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from contract_cases import QUARTERS, TERMS
from decisions_cases import ANALYST, NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from localarea.contracts.counting import CountedReturn
from localarea.contracts.disclosure import differencing
from localarea.contracts.model import parse_contract
from localarea.contracts.register import enter_contract, enter_return
from localarea.contracts.releases import released_series, releases
from localarea.decisions.database import open_database
from localarea.decisions.record.audit import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localarea.contracts.kept import KeptContract
    from localarea.contracts.standing import Series
    from localarea.decisions.database import Database

FEW = QUARTERS[:3]
NAMES = ("A", "B", "C")
FROZEN = {"definition_sha256": "a" * 64, "rule": "contract-year", "rule_version": "1"}
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give one store for all examples: each has a council of its own."""
    path = tmp_path_factory.mktemp("register") / "store.sqlite"
    with closing(open_database(f"sqlite:///{path}")) as opened:
        yield opened


@dataclass
class Reader:
    """Somebody who keeps every release, and who knows when a return was corrected."""

    database: Database
    council: str
    measure: str
    known: dict[frozenset[Any], int] = field(default_factory=dict)
    truth: dict[Any, int] = field(default_factory=dict)
    people: dict[Any, int] = field(default_factory=dict)
    now: dict[tuple[str, str], int] = field(default_factory=dict)
    kept: dict[str, KeptContract] = field(default_factory=dict)

    def enter(self, name: str) -> None:
        made = parse_contract(
            TERMS | {"reference": f"{self.council}-{name}", "last_day": "2026-12-31"}
        )
        self.kept[name] = enter_contract(
            self.database, replace(made, **FROZEN), council=self.council, actor=ANALYST, now=NOW
        )

    def send(self, name: str, quarter: str, amount: int, people: int) -> None:
        """Send the return of a quarter, or a correction of it."""
        line = {"amount": amount * 10_000, "other": 0, "divisor": 10_000,
                "people": people, "other_people": 0}  # fmt: skip
        counted = CountedReturn(quarter, {self.measure: line}, {"files": [str(next(NUMBERS))]})
        enter_return(self.database, self.kept[name], counted, actor=ANALYST, now=NOW)
        version = self.now.get((name, quarter), 0) + 1
        self.now[name, quarter] = version
        self.truth[name, quarter, version] = amount
        self.people[name, quarter, version] = people

    def look(self) -> Series:
        """Take a release, and keep every figure in it."""
        (series,) = released_series(self.database, council=self.council, actor=ANALYST, now=NOW)
        rows, columns = len(series.contracts), len(series.quarters)
        for row, column in itertools.product(range(-1, rows), range(-1, columns)):
            figure, _ = series.figure(self.measure, row, column, internal=False)
            if figure is None:
                continue
            parts = frozenset(
                (name, quarter, version)
                for (name, quarter), version in self.now.items()
                if row in (-1, self._row(series, name))
                and column in (-1, series.quarters.index(quarter))
            )
            self.known[parts] = sum(self.truth[part] for part in parts)
        return series

    def _row(self, series: Series, name: str) -> int:
        return [one.reference for one in series.contracts].index(f"{self.council}-{name}")

    def greatest(self, part: Any) -> float:
        """Return the greatest value that a figure can have, as far as the reader can tell."""
        at = {one: number for number, one in enumerate(self.truth)}
        equations = np.zeros((len(self.known), len(at)))
        for row, parts in enumerate(self.known):
            for one in parts:
                equations[row, at[one]] = 1
        wanted = np.zeros(len(at))
        wanted[at[part]] = -1
        found = linprog(
            wanted,
            A_eq=equations if len(equations) else None,
            b_eq=list(self.known.values()) if len(equations) else None,
            bounds=(0, 10**6),
        )
        assert found.status == 0, found.message
        return float(-found.fun)

    def require_safe(self) -> None:
        for part, people in self.people.items():
            if 1 <= people <= 4:
                least = self.truth[part] + ROOM[self.measure](self.truth[part])
                assert self.greatest(part) >= least - 1e-3, part


# Money must be able to seem twice as large; weeks larger by five people's 13 in the quarter.
ROOM: dict[str, Callable[[int], float]] = {"NT18": float, "NT10": lambda _: 5 * 13}
measures = st.sampled_from(sorted(ROOM))


def reader_of(database: Database, measure: str = "NT18") -> Reader:
    made = Reader(database, f"n{next(NUMBERS)}", measure)
    for name in NAMES:
        made.enter(name)
    return made


def test_a_correction_of_a_small_figure_is_not_told_by_the_totals(database: Database) -> None:
    """Three figures beside it would do in one release, but they were told before."""
    reader = reader_of(database, "NT10")
    for name, amount in zip(NAMES, (500, 700, 900), strict=True):
        for quarter in FEW:
            reader.send(name, quarter, amount, 50)
    reader.look()
    reader.send("A", FEW[0], 40, 3)  # the first return had counted people twice
    second = reader.look()
    reader.require_safe()
    assert second.figure("NT10", 0, 0, internal=False) == (None, True)
    assert second.figure("NT10", -1, 0, internal=False) == (None, True)
    assert second.figure("NT10", 0, 0, internal=True)[0] == 40


def test_one_contract_more_is_not_told_by_the_totals(database: Database) -> None:
    reader = Reader(database, f"n{next(NUMBERS)}", "NT10")
    for name in NAMES[:2]:
        reader.enter(name)
        for quarter in FEW:
            reader.send(name, quarter, 500, 50)
    reader.look()
    reader.enter("C")
    for quarter, amount, people in zip(FEW, (40, 500, 500), (3, 50, 50), strict=True):
        reader.send("C", quarter, amount, people)
    second = reader.look()
    reader.require_safe()
    assert second.figure("NT10", -1, 0, internal=False) == (None, True)


def test_the_same_state_is_released_once(database: Database) -> None:
    reader = reader_of(database)
    reader.send("A", FEW[0], 40, 3)
    for _ in range(3):
        reader.look()
    with database.reading() as connection:
        assert len(releases(connection, reader.council)) == 1
        assert verify(connection).faults == ()


def test_what_was_withheld_stays_so_while_it_is_what_it_was(database: Database) -> None:
    """A figure beside a small one protects it, also after others have changed."""
    reader = reader_of(database, "NT10")
    for name, quarter in itertools.product(NAMES, FEW):
        reader.send(name, quarter, 500, 50)
    reader.send("A", FEW[0], 40, 3)
    first = reader.look()
    hidden = [tuple(map(int, at)) for at in np.argwhere(first.hidden["NT10"][:-1, :-1])]
    assert len(hidden) > 1
    reader.send("C", FEW[2], 70, 6)  # beside which it would now cost less to withhold
    second = reader.look()
    reader.require_safe()
    changed = 2, 2
    for row, column in hidden:
        if (row, column) != changed:
            assert second.figure("NT10", row, column, internal=False) == (None, True)


def test_a_quarter_without_a_return_protects_nothing(database: Database) -> None:
    """B's second quarter is known to be nought, so B's total is its first quarter."""
    reader = reader_of(database)
    reader.send("A", FEW[0], 2, 3)
    reader.send("A", FEW[1], 50, 40)
    reader.send("B", FEW[0], 50, 40)
    reader.look()
    reader.require_safe()


def test_a_figure_is_followed_along_every_sum_that_leads_to_it(database: Database) -> None:
    """A's third quarter hangs on B's, that on B's first, and that on what is released last."""
    one, two, three = FEW
    reader = reader_of(database, "NT10")
    for sent in (
        [("B", one, 177, 6), ("A", two, 2, 5), ("B", three, 166, 4), ("A", three, 341, 6),
         ("C", one, 28, 3)],
        [("C", two, 374, 4), ("A", three, 328, 3), ("C", one, 896, 4)],
        [("C", one, 28, 3), ("C", two, 605, 4), ("B", two, 272, 6)],
    ):  # fmt: skip
        for line in sent:
            reader.send(*line)
        reader.look()
        reader.require_safe()


steps = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES), st.sampled_from(FEW),
            st.integers(1, 900), st.sampled_from([1, 3, 4, 5, 6, 40]),
        ),
        min_size=1, max_size=5,
    ),
    min_size=2, max_size=5,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(measures, steps)
def test_no_releases_together_tell_a_small_figure(
    database: Database, measure: str, history: list[list[tuple[str, str, int, int]]]
) -> None:
    reader = reader_of(database, measure)
    for sent in history:
        for one in sent:
            reader.send(*one)
        reader.look()
        reader.require_safe()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(measures, steps)
def test_where_there_is_too_much_to_solve_all_that_changed_is_withheld(
    database: Database, measure: str, history: list[list[tuple[str, str, int, int]]]
) -> None:
    before, differencing.MOST_CHECKED = differencing.MOST_CHECKED, 0  # type: ignore[misc]
    try:
        reader = reader_of(database, measure)
        for sent in history:
            for one in sent:
                reader.send(*one)
            reader.look()
            reader.require_safe()
    finally:
        differencing.MOST_CHECKED = before  # type: ignore[misc]
