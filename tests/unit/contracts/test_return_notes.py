"""What whoever sends a return is told of its figures."""

from __future__ import annotations

from typing import Any

import pytest

from localarea.contracts.counting import CountedReturn
from localarea.contracts.kept import KeptReturn
from localarea.contracts.reading import notes_on_figures, on_missing_shares


def sent(quarter: str, at: str, *, local: int = 75, other: int = 25) -> KeptReturn:
    line = {"amount": local, "other": other, "divisor": 1, "people": 0, "other_people": 0}
    return KeptReturn("C1", CountedReturn(quarter, {"LOCAL-SPEND": line}, {}), 1, 1, "Sue", at)


def test_nothing_is_said_of_a_return_of_a_quarter_that_runs() -> None:
    assert notes_on_figures(sent("2026-27 Q3", "2026-10-01T00:00:00.000000Z")) == []


def test_a_quarter_that_had_not_begun_is_told() -> None:
    (note,) = notes_on_figures(sent("2027-28 Q3", "2026-11-30T12:00:00.000000Z"))
    assert note.startswith("2027-28 Q3 had not begun when it was sent: check the quarter, and the")


@pytest.mark.parametrize(("local", "other"), [(-1000, 500), (100, -300), (500, -600)])
def test_credit_notes_that_leave_no_share_are_told(local: int, other: int) -> None:
    (note,) = notes_on_figures(sent("2026-27 Q3", "2026-11-30T12:00", local=local, other=other))
    assert note.startswith("LOCAL-SPEND has no share: credit notes leave none from 0 to 100%.")


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"returns": 1, "delivered": None, "withheld": False}, True),
        ({"returns": 1, "delivered": None, "withheld": True}, False),
        ({"returns": 1, "delivered": "0.0", "withheld": False}, False),
        ({"returns": 0, "delivered": None, "withheld": False}, False),
    ],
)
def test_a_share_that_is_missing_of_a_quarter_with_returns_is_explained(
    part: dict[str, Any], told: bool
) -> None:
    document = {"measure": "LOCAL-SPEND", "series": [{"by_quarter": [part]}]}
    assert ("credit notes leave none" in on_missing_shares(document)) is told
    assert on_missing_shares(document | {"measure": "NT2"}) == ""
