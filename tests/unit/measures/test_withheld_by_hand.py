"""What subtraction would reveal is withheld: few people of many, each case counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from localarea.measures.staff import Cells, _after_earlier
from localarea.measures.withheld import margins, withheld_figures


def cells(amount: int, people: int) -> Cells:
    """Give a measure of one contract in one quarter."""
    amounts, numbers = np.array([[amount]]), np.full((2, 2), people)
    nothing = np.zeros_like(amounts), np.zeros_like(numbers)
    return Cells(amounts, 1, numbers, *nothing)


@pytest.mark.parametrize(
    ("forces", "veterans", "withheld"),
    [
        (31, 30, True),  # one who serves is known by taking the veterans away
        (34, 30, True),
        (35, 30, False),  # five are many enough
        (30, 30, False),  # and nobody is nobody
    ],
)
def test_those_who_serve_are_told_only_where_they_are_many(
    forces: int, veterans: int, withheld: bool
) -> None:
    found = withheld_figures({"ARMED-FORCES": cells(forces, forces), "NT3a": cells(30, veterans)})
    assert found["ARMED-FORCES"].any() == withheld
    assert not found["NT3a"].any()


def test_a_share_alone_needs_no_measure_that_it_is_a_share_of() -> None:
    assert withheld_figures({"NT2": cells(30, 30)}).keys() == {"NT2"}


def test_a_withheld_figure_could_be_larger_by_all_that_five_people_may_add() -> None:
    """A quarter has at most 92 days: 92 / 7 weeks, and 92 / 365 of a full-time year, for each."""
    one = np.zeros((1, 1))
    assert margins("NT10", one)[0, 0] == pytest.approx(65.714, abs=0.001)
    assert margins("NT1", one)[0, 0] == pytest.approx(1.2603, abs=0.0001)


def test_a_row_begins_after_the_same_persons_earlier_row_and_no_other() -> None:
    person = np.array(["a", "b", "b", "c", "c"])
    first, last = np.array([0, -2, 0, 1, 2]), np.array([12, 0, 3, 9, 4])
    assert _after_earlier(person, first, last).tolist() == [0, -2, 0, 1, 9]
