"""Whatever is approved, superseded and withdrawn in whatever order: one definition a day."""

from __future__ import annotations

from datetime import date, timedelta

from decisions_cases import DIRECTOR, NOW, another
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from localarea.decisions import approvals
from localarea.decisions.database import open_database
from localarea.decisions.record.audit import verify
from localarea.decisions.validity import in_force
from localarea.errors import LocalareaError

START = date(2026, 1, 1)
DAYS = 12
day = st.integers(0, DAYS - 1)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("approve"), day, st.none() | day, st.none() | st.integers(0, 5)),
        st.tuples(st.just("withdraw"), day, st.none(), st.integers(0, 5)),
    ),
    max_size=8,
)


class Calendar:
    """The model: a list of days for each definition, nothing clever."""

    def __init__(self) -> None:
        self.days: dict[str, set[int]] = {}
        self.first: dict[str, int] = {}
        self.ended: set[str] = set()

    def approve(self, name: str, first: int, last: int | None, old: str | None) -> bool:
        if last is not None and last < first:
            return False
        if old is not None and (
            old not in self.days or old in self.ended or first < self.first[old]
        ):
            return False
        wanted = set(range(first, (1000 if last is None else last) + 1))
        if any(wanted & held for other, held in self.days.items() if other != old):
            return False
        if old is not None:
            self._end(old, first)
        self.days[name], self.first[name] = wanted, first
        return True

    def withdraw(self, name: str, on: int) -> bool:
        if name not in self.days or name in self.ended or on < self.first[name]:
            return False
        self._end(name, on)
        return True

    def _end(self, name: str, on: int) -> None:
        self.days[name] = {d for d in self.days[name] if d < on}
        self.ended.add(name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts)
@example([("approve", 1, None, None), ("withdraw", 1, None, 0), ("approve", 0, None, None)])
def test_the_record_keeps_the_calendar(
    steps: list[tuple[str, int, int | None, int | None]],
) -> None:
    database = open_database("sqlite://")
    calendar = Calendar()
    for number, (act, on, last, other) in enumerate(steps):
        name = None if other is None else f"d{other}"
        if act == "approve":
            expected = calendar.approve(f"d{number}", on, last, name)
        else:
            expected = calendar.withdraw(str(name), on)
        try:
            if act == "approve":
                new = another(
                    f"d{number}",
                    effective_from=START + timedelta(on),
                    effective_to=None if last is None else START + timedelta(last),
                )
                approvals.approve(database, new, actor=DIRECTOR, now=NOW, supersedes=name)
            else:
                approvals.withdraw(
                    database, str(name), "Why", on=START + timedelta(on), actor=DIRECTOR, now=NOW
                )
        except LocalareaError:
            assert not expected
        else:
            assert expected
    with database.reading() as connection:
        for offset in range(DAYS + 3):
            found = in_force(
                connection,
                council="colchester",
                purpose="measure",
                on=START + timedelta(offset),
            )
            holding = [name for name, days in calendar.days.items() if offset in days]
            assert ([found["id"]] if found else []) == holding
        assert verify(connection).sound
    database.close()
