"""The state of a study: what a link holds, what a move makes of it, and what is refused."""

from __future__ import annotations

import pytest

from localarea.comparison.study.limits import limits_of, moved_base, own_number
from localarea.comparison.study.state import MOST_PLACES, Move, StudyState, apply, move
from localarea.errors import InputError
from localarea.records import Option

# Town has Z1 and Z2, District all three; the option draws Z3 and Z4.
PLACES = {
    "Town": {"Z1", "Z2"},
    "District": {"Z1", "Z2", "Z3"},
    **{f"Z{n}": {f"Z{n}"} for n in range(1, 6)},
}
DRAWN = ("Z3", "Z4")
START = StudyState("ttwa-official")


def option(method: str, **parameters: object) -> Option:
    return Option("x", "The option", method, "msoa11", DRAWN, "Colchester", parameters)


def moved(*moves: tuple[str, Move]) -> StudyState:
    state = START
    for place, where in moves:
        state = move(state, place, where, drawn=DRAWN, zones_of=PLACES.__getitem__)
    return state


def zones(state: StudyState) -> str:
    return " ".join(sorted(apply(state, DRAWN, PLACES)))


@pytest.mark.parametrize(
    ("moves", "pairs", "inside"),
    [
        ([("Town", "in")], "in=Town", "Z1 Z2 Z3 Z4"),
        ([("Z3", "out")], "out=Z3", "Z4"),
        ([("Z3", "in")], "", "Z3 Z4"),  # is in already
        ([("Z1", "out")], "", "Z3 Z4"),  # is out already
        ([("Town", "in"), ("Z1", "out")], "in=Town out=Z1", "Z2 Z3 Z4"),
        ([("Town", "in"), ("Z1", "out"), ("Z1", "in")], "in=Town", "Z1 Z2 Z3 Z4"),
        ([("Z1", "in"), ("Town", "in")], "in=Town", "Z1 Z2 Z3 Z4"),
        ([("District", "out"), ("Z3", "in")], "", "Z3 Z4"),
        ([("District", "in"), ("Town", "out")], "in=District out=Town", "Z3 Z4"),
        ([("Town", "in"), ("Town", "out")], "", "Z3 Z4"),
        ([("Town", "in"), ("Z3", "out"), ("Z3", "as_drawn")], "in=Town", "Z1 Z2 Z3 Z4"),
        ([("Town", "in"), ("Z1", "as_drawn")], "in=Z2", "Z2 Z3 Z4"),
    ],
)
def test_a_move_does_what_it_says_in_few_words(
    moves: list[tuple[str, Move]], pairs: str, inside: str
) -> None:
    state = moved(*moves)
    assert " ".join(f"{key}={value}" for key, value in state.pairs()[1:]) == pairs
    assert zones(state) == inside


def test_a_move_ends_with_the_place_in_or_out_whatever_was_moved_before() -> None:
    moves: list[tuple[str, Move]] = [(p, w) for p in PLACES for w in ("in", "out")]
    for first in moves:
        for second in moves:
            state = moved(first, second)
            held, (place, where) = apply(state, DRAWN, PLACES), second
            assert PLACES[place] <= held if where == "in" else not PLACES[place] & held
            # And everything else is as it was before.
            assert held - PLACES[place] == apply(moved(first), DRAWN, PLACES) - PLACES[place]


def test_the_address_has_what_differs_from_the_option_alone() -> None:
    state = StudyState("drive-30", minutes=37, include=("Sudbury",), exclude=("E02004582",))
    assert state.pairs() == [
        ("from", "drive-30"),
        ("minutes", "37"),
        ("in", "Sudbury"),
        ("out", "E02004582"),
    ]
    thirty = option("drive", minutes=30)
    assert StudyState("drive-30", minutes=30).tidied(thirty) == StudyState("drive-30")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (StudyState("drive-30", share=9), "has no limit 'share'; it has minutes by car"),
        (StudyState("drive-30", minutes=9), "must be 10 to 75 minutes, not 9"),
        (StudyState("drive-30", minutes=76), "must be 10 to 75 minutes, not 76"),
        (StudyState("drive-30", include=("Z1",) * (MOST_PLACES + 1)), "200 places at most"),
    ],
)
def test_what_the_option_does_not_have_is_refused(state: StudyState, said: str) -> None:
    with pytest.raises(InputError, match=said):
        state.tidied(option("drive", minutes=30))


def test_an_option_without_limits_says_so() -> None:
    with pytest.raises(InputError, match="it has none that can be moved"):
        StudyState("district", minutes=30).tidied(option("district"))


def test_limits_become_the_parameters_of_the_method() -> None:
    catchment = option("catchment", min_share=0.15)
    (share,) = limits_of("catchment")
    assert own_number(share, catchment) == 15
    assert moved_base("catchment", catchment, {"share": 7}) == ("catchment", {"min_share": 0.07})
    both = option("composite", max_minutes=45.0, min_link=0.05)
    numbers = {"minutes": 40, "share": 8}
    assert moved_base("composite", both, numbers) == (  # type: ignore[arg-type]  # its keys
        "composite",
        {"max_minutes": 40, "min_link": 0.08},
    )


def test_a_minimum_takes_the_target_along_only_where_it_passes_it() -> None:
    # The official method asks 66.7% of large areas and 75% of small: never more of the large.
    computed = option("ttwa-computed", min_sc=0.667, target_sc=0.7)
    assert moved_base("c", computed, {"containment": 68})[1] == {"min_sc": 0.68}
    assert moved_base("c", computed, {"containment": 72})[1] == {"min_sc": 0.72, "target_sc": 0.72}


def test_the_scenario_of_a_state_puts_in_first_and_takes_out_then() -> None:
    state = StudyState("drive-30", minutes=37, include=("Ipswich",), exclude=("Clacton",))
    assert state.scenario(option("drive", minutes=30)).id == "drive-37+ipswich-clacton"
