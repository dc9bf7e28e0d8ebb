"""What a decision is compared with: the area that is in use until it begins."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from definition_cases import APPROVAL, tiny_file

from localarea.definitions.decided.take_overs import TakeOver
from localarea.definitions.store import DefinitionStore
from localarea.service.study.candidates import held_before

if TYPE_CHECKING:
    from pathlib import Path

LATER = "colchester-measure-2027.1"


@pytest.fixture
def state(tmp_path: Path) -> Any:
    folder = DefinitionStore(tmp_path / "definitions")
    folder.add(tiny_file())  # from 1 April 2026
    then = {"effective_from": "2027-04-01", "effective_to": "2027-12-31"}
    folder.add(tiny_file(id=LATER, supersedes=APPROVAL.id, **then))
    return SimpleNamespace(
        definitions=folder,
        council=SimpleNamespace(key="colchester", default_option="default"),
        session=SimpleNamespace(option=lambda name: SimpleNamespace(id=name)),
        today="2026-11-30",
    )


@pytest.mark.parametrize(
    ("first", "held", "why"),
    [
        (None, APPROVAL.id, "which is in force now"),
        (date(2026, 10, 1), APPROVAL.id, "which is in force now"),
        (date(2026, 11, 30), APPROVAL.id, "which is in force now"),
        (
            date(2027, 3, 1),
            APPROVAL.id,
            "in force on 28 February 2027, the day before this begins",
        ),
        # What is in force today is over by then: who gains and loses is told against the next.
        (date(2027, 10, 31), LATER, "in force on 30 October 2027, the day before this begins"),
        (date(2028, 1, 1), LATER, "in force on 31 December 2027, the day before this begins"),
        (
            date(2028, 3, 1),
            "default",
            "which checks use, with no definition in force, on 29 February 2028, the day before "
            "this begins",
        ),
    ],
)
def test_a_decision_is_held_against_what_is_in_use_until_it_begins(
    state: Any, first: date | None, held: str, why: str
) -> None:
    area, words = held_before(state, "measure", first)
    assert (area.id, words) == (held, why)


def test_what_a_successor_took_over_is_its_area_from_that_day(state: Any) -> None:
    state.council = SimpleNamespace(key="haven", default_option="default")
    assert held_before(state, "measure", None)[0].id == "default"
    taken = TakeOver(
        definition=APPROVAL.id, council="haven", authority="Haven", taken_from="2026-06-01",
        order="o", by="Dee", at="2026-05-01", reason="replaced",
    )  # fmt: skip
    state.definitions.place_take_over(taken)
    assert held_before(state, "measure", None)[0].id == APPROVAL.id
    state.today = "2026-05-31"
    assert held_before(state, "measure", None)[0].id == "default"
