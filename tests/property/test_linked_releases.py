"""
No releases of measures that hang together tell a figure of few people.

A reader keeps every figure that was ever released: of all measures of one group, by contract,
quarter, year, department, supplier and of all together, with shares as they are rounded. An exact
solver of integers finds the greatest value that a small figure can have with all of it as it is.
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
from scipy.optimize import Bounds, LinearConstraint, milp

from localarea.contracts.counting import CountedReturn
from localarea.contracts.model import parse_contract
from localarea.contracts.monitoring import grouped
from localarea.contracts.register import enter_contract, enter_return
from localarea.contracts.releases import released_series
from localarea.decisions.database import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localarea.contracts.kept import KeptContract
    from localarea.contracts.standing import Series
    from localarea.decisions.database import Database

# The last two are in another year. A and B are of one department, B and C of one supplier.
FEW = [QUARTERS[2], QUARTERS[4], QUARTERS[5]]
NAMES = ("A", "B", "C")
OF = {"A": ("Roads", "One Ltd"), "B": ("Roads", "Two Ltd"), "C": ("Care", "Two Ltd")}
FROZEN = {"definition_sha256": "a" * 64, "rule": "contract-year", "rule_version": "1"}
NUMBERS = itertools.count()
MOST = 10**5

# Atoms: what no figure divides. A measure is the sum of some; the rest of its group, of others.
# Of several types a person has the first, but counts among the forces all the same.
STAFF = {
    "NT1": ("plain", "unemployed", "idle_veteran", "veteran", "disabled", "disabled_soldier",
            "soldier"),
    "NT1c": (), "NT3": ("unemployed", "idle_veteran"), "NT3a": ("veteran",), "NT4": (), "NT5": (),
    "NT6": ("disabled", "disabled_soldier"),
    "ARMED-FORCES": ("idle_veteran", "veteran", "disabled_soldier", "soldier"),
}  # fmt: skip
SOLDIERS = ("idle_veteran", "disabled_soldier", "soldier")  # of the forces, but not of NT3a
MONEY = {"NT18": ("sized", "large"), "NT19": ("sized",)}
SHARE = {"NT2": ("NT1", "afar"), "LOCAL-SPEND": ("NT18", "elsewhere")}
# Of what a figure is a part, as long as that is told itself.
WHOLES = {
    **dict.fromkeys(("NT3", "NT3a", "NT6", "ARMED-FORCES"), ("NT1", "NT2")),
    "NT19": ("NT18", "LOCAL-SPEND"),
}
WHOLES["NT3a"] += ("ARMED-FORCES",)
PARTS = {*WHOLES, "NT4", "NT5"}  # whose rest is kept
ROOM = 126  # five people's 92 / 365, in hundredths of an FTE


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give one store for all examples: each has a council of its own."""
    path = tmp_path_factory.mktemp("register") / "store.sqlite"
    with closing(open_database(f"sqlite:///{path}")) as opened:
        yield opened


Part = tuple[str, str, int]


@dataclass
class Reader:
    """Somebody who keeps every figure, and knows when a return was corrected."""

    database: Database
    council: str
    sums: dict[str, tuple[str, ...]]  # of atoms, by measure
    share: str
    atoms: dict[Part, dict[str, tuple[int, int]]] = field(default_factory=dict)  # people, amount
    now: dict[tuple[str, str], int] = field(default_factory=dict)
    kept: dict[str, KeptContract] = field(default_factory=dict)
    heard: dict[tuple[str, frozenset[Part]], Any] = field(default_factory=dict)

    def enter(self, name: str) -> None:
        department, supplier = OF[name]
        terms = TERMS | {"reference": f"{self.council}-{name}", "department": department}
        made = replace(parse_contract(terms | {"supplier": supplier}), **FROZEN)
        self.kept[name] = enter_contract(
            self.database, made, council=self.council, actor=ANALYST, now=NOW
        )

    def send(self, name: str, quarter: str, found: dict[str, tuple[int, int]]) -> None:
        """Send a return, or its correction: people and hundredths, or pounds, by atom."""
        whole, beside = SHARE[self.share]
        lines = {
            ref: self._line(found, names, self._without(names) if ref in PARTS else ())
            for ref, names in self.sums.items()
        }
        lines[self.share] = self._line(found, self.sums[whole], (beside,))
        counted = CountedReturn(quarter, lines, {"files": [str(next(NUMBERS))]})
        enter_return(self.database, self.kept[name], counted, actor=ANALYST, now=NOW)
        version = self.now.get((name, quarter), 0) + 1
        self.now[name, quarter] = version
        self.atoms[name, quarter, version] = found

    def _line(
        self, found: dict[str, tuple[int, int]], names: Sequence[str], others: Sequence[str] = ()
    ) -> dict[str, int]:
        return {
            "amount": sum(found[one][1] for one in names),
            "other": sum(found[one][1] for one in others),
            "divisor": 100 if self.share == "NT2" else 1,
            "people": self._few(found, names),
            "other_people": self._few(found, others),
        }

    def _few(self, found: dict[str, tuple[int, int]], names: Sequence[str]) -> int:
        """Count people; of suppliers, only those of a figure that one is a sole trader of."""
        people = sum(found[one][0] for one in names)
        if self.share == "NT2":
            return people
        sole = any(found[one][0] and found[one][0] % 2 == 0 for one in names)
        return people if people < 5 and sole else 0

    def _without(self, names: Sequence[str]) -> list[str]:
        return [one for one in self.sums[SHARE[self.share][0]] if one not in names]

    def look(self) -> None:
        """Take a release, and keep every figure in it."""
        (series,) = released_series(self.database, council=self.council, actor=ANALYST, now=NOW)
        rows, columns = len(series.contracts), len(series.quarters)
        for ref in (*self.sums, self.share):
            for row, column in itertools.product(range(-1, rows), range(-1, columns)):
                figure, _ = series.figure(ref, row, column, internal=False)
                self._hear(series, ref, figure, row, column)
        for by in ("department", "supplier", "year"):
            for line in grouped([series], {}, by=by, on=NOW.date()):  # type: ignore[arg-type]
                if line["measure"] in (*self.sums, self.share):
                    named = line["group"]
                    parts = self._parts(
                        lambda name, quarter, named=named: named in (*OF[name], quarter[:7])
                    )
                    self._keep(line["measure"], parts, line["delivered"])

    def _hear(self, series: Series, ref: str, figure: Any, row: int, column: int) -> None:
        names = [one.reference for one in series.contracts]
        parts = self._parts(
            lambda name, quarter: (
                row in (-1, names.index(f"{self.council}-{name}"))
                and column in (-1, series.quarters.index(quarter))
            )
        )
        self._keep(ref, parts, figure)

    def _parts(self, chosen: Any) -> frozenset[Part]:
        return frozenset(
            (name, quarter, version)
            for (name, quarter), version in self.now.items()
            if chosen(name, quarter)
        )

    def _keep(self, ref: str, parts: frozenset[Part], figure: Any) -> None:
        if parts and figure is not None:
            self.heard[ref, parts] = figure

    def greatest(
        self, names: Sequence[str], part: Part, told: Sequence[str] | None = None
    ) -> float:
        """Return the greatest value of some atoms of a return, as far as the reader can tell."""
        whole, beside = SHARE[self.share]
        every = [*self.sums[whole], beside]
        at = {one: n for n, one in enumerate(itertools.product(self.atoms, every))}
        rows, low, high = [], [], []
        scale = 100 if self.share == "NT2" else 1
        for (ref, parts), figure in self.heard.items():
            if told is not None and ref not in told:
                continue
            row = np.zeros(len(at))
            if ref == self.share:  # a - p (a + b) is nought, but for the rounding of p
                for edge in (-0.05, 0.05):
                    p, row = (float(figure) + edge) / 100, np.zeros(len(at))
                    for one, atom in itertools.product(parts, every):
                        row[at[one, atom]] = -p if atom == beside else 1 - p
                    rows.append(row)
                low += [0, -np.inf]
                high += [np.inf, 0]
                continue
            for one in parts:
                for atom in self.sums[ref]:
                    row[at[one, atom]] = 1
            rows.append(row)
            low.append(round(float(figure) * scale))
            high.append(round(float(figure) * scale))
        wanted = np.zeros(len(at))
        wanted[[at[part, atom] for atom in names]] = -1
        rules = [LinearConstraint(np.array(rows), low, high)] if rows else []
        found = milp(
            wanted, integrality=np.ones(len(at)), bounds=Bounds(0, MOST), constraints=rules
        )
        assert found.status == 0, found.message
        return float(-found.fun)

    def require_safe(self) -> None:
        whole, beside = SHARE[self.share]
        groups = {ref: names for ref, names in self.sums.items() if names}
        groups |= {f"rest of {ref}": tuple(self._without(names))
                   for ref, names in groups.items() if ref != whole}  # fmt: skip
        groups[beside] = (beside,)
        if self.share == "NT2":
            groups["soldiers"] = SOLDIERS
            groups["of no type"] = ("plain", "soldier")
        for part, found in self.atoms.items():
            for ref, names in groups.items():
                if not 1 <= self._few(found, names) <= 4:
                    continue
                truth = sum(found[one][1] for one in names)
                need = truth + (ROOM if self.share == "NT2" else truth)
                most = self.greatest(names, part)
                if most >= need - 1:
                    continue
                plain = ref.removeprefix("rest of ")
                wholes = WHOLES.get(plain, ())
                if ref in ("soldiers", "of no type"):
                    wholes = ("NT1", "NT2", *(("ARMED-FORCES",) if ref == "soldiers" else ()))
                alone = self.greatest(names, part, wholes) if wholes else MOST
                assert most >= min(need, alone) - 1, (part, ref, truth, most, alone)


def staff_reader(database: Database) -> Reader:
    return _entered(Reader(database, f"l{next(NUMBERS)}", STAFF, "NT2"))


def money_reader(database: Database) -> Reader:
    return _entered(Reader(database, f"l{next(NUMBERS)}", MONEY, "LOCAL-SPEND"))


def _entered(reader: Reader) -> Reader:
    for name in NAMES:
        reader.enter(name)
    return reader


def staff(**people: int) -> dict[str, tuple[int, int]]:
    """Give people of 0.25 FTE in the quarter each."""
    atoms = (*STAFF["NT1"], "afar")
    return {one: (people.get(one, 0), 25 * people.get(one, 0)) for one in atoms}


def money(**amounts: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """Give suppliers and pounds; of an even number of suppliers one is a sole trader."""
    return {one: amounts.get(one, (0, 0)) for one in (*MONEY["NT18"], "elsewhere")}


def test_a_soldier_is_not_told_by_veterans_and_the_forces(database: Database) -> None:
    """Six of the forces less five veterans leave one who serves."""
    reader = staff_reader(database)
    for name, quarter in itertools.product(NAMES, FEW):
        reader.send(name, quarter, staff(plain=20, veteran=9, soldier=8))
    reader.send("A", FEW[0], staff(plain=20, veteran=5, soldier=1))
    reader.look()
    reader.require_safe()


def test_a_quarter_in_which_nobody_else_is_there_protects_no_other(database: Database) -> None:
    """All of B's second quarter are disabled, so that NT6 cannot be more than NT1 there."""
    reader = staff_reader(database)
    reader.send("A", FEW[0], staff(plain=12, disabled=2))
    reader.send("A", FEW[1], staff(plain=12, disabled=12))
    reader.send("B", FEW[0], staff(plain=12, disabled=12))
    reader.send("B", FEW[1], staff(disabled=12))
    reader.look()
    reader.require_safe()


def test_who_has_no_type_is_not_told_by_all_who_have_one(database: Database) -> None:
    reader = staff_reader(database)
    for name, quarter in itertools.product(NAMES, FEW):
        reader.send(name, quarter, staff(plain=9, unemployed=9, disabled=9))
    reader.send("A", FEW[0], staff(plain=1, unemployed=6, disabled=6))
    reader.look()
    reader.require_safe()


def test_small_firms_are_not_told_by_all_local_spend(database: Database) -> None:
    """B pays small firms alone in its second quarter: NT19 cannot be more than NT18."""
    reader = money_reader(database)
    reader.send("A", FEW[0], money(sized=(2, 10), large=(7, 900)))
    reader.send("A", FEW[1], money(sized=(7, 300), large=(7, 900)))
    reader.send("B", FEW[0], money(sized=(7, 300), large=(7, 900)))
    reader.send("B", FEW[1], money(sized=(7, 400)))
    reader.look()
    reader.require_safe()


def test_a_share_that_is_corrected_does_not_tell_the_rest(database: Database) -> None:
    reader = money_reader(database)
    for name, quarter in itertools.product(NAMES, FEW):
        reader.send(name, quarter, money(sized=(7, 300), elsewhere=(7, 600)))
    reader.look()
    reader.send("A", FEW[0], money(sized=(7, 300), elsewhere=(2, 50)))
    reader.look()
    reader.require_safe()


people = st.sampled_from([0, 0, 1, 3, 5, 6, 20])
staff_lines = st.builds(
    staff, **dict.fromkeys([*STAFF["NT1"], "afar"], people)
)  # fmt: skip
firms = st.one_of(
    st.just((0, 0)), st.tuples(st.sampled_from([1, 2, 3, 4, 5, 9]), st.integers(1, 900))
)
money_lines = st.builds(money, sized=firms, large=firms, elsewhere=firms)


def histories(lines: Any) -> Any:
    one = st.tuples(st.sampled_from(NAMES), st.sampled_from(FEW), lines)
    return st.lists(st.lists(one, min_size=1, max_size=6), min_size=1, max_size=4)


quick = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(histories(money_lines))
def test_no_releases_of_spend_together_tell_a_small_figure(
    database: Database, history: list[list[tuple[str, str, dict[str, tuple[int, int]]]]]
) -> None:
    _play(money_reader(database), history)


@quick
@given(histories(staff_lines))
def test_no_releases_of_staff_together_tell_a_small_figure(
    database: Database, history: list[list[tuple[str, str, dict[str, tuple[int, int]]]]]
) -> None:
    _play(staff_reader(database), history)


def _play(reader: Reader, history: Any) -> None:
    for sent in history:
        for one in sent:
            reader.send(*one)
        reader.look()
    reader.require_safe()
