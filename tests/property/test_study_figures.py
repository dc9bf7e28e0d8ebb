"""A study's figures are those of the same scenario, worked out the long way, to the last digit."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

import localarea.comparison.study.ground as ground_module
from localarea.comparison.comparison import compare_options
from localarea.comparison.study.ground import Ground, make_ground
from localarea.comparison.study.state import StudyState, move
from localarea.comparison.study.words import FIRST, told_figures, write_told
from localarea.datasets.store import default_store
from localarea.errors import InfeasibleError
from localarea.labour.catchment import catchment
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.methods.base import anchor_zones
from localarea.options.zone_figures import commuter_matrix
from localarea.reports.cabinet.criteria import criteria_of

STARTS = ("district", "ttwa-official", "drive-30", "catchment", "districts")
PLACES = ("Ipswich", "Babergh", "Clacton-on-Sea", "town:Clacton", "Braintree", "Harwich")


@pytest.fixture(scope="module")
def ground() -> Ground:
    council = read_council()
    options = [option_zones(name, council) for name in (*STARTS, "drive-45")]
    return make_ground(council, options, default_store())


def any_state(ground: Ground, draw: random.Random) -> StudyState:
    """Draw a state as somebody might make it: a start, limits, some places, some zones."""
    state = StudyState(draw.choice(STARTS))
    if state.start == "drive-30":
        state = replace(state, minutes=draw.randint(20, 60))
    if state.start == "catchment":
        state = replace(state, share=draw.randint(3, 40))
    near = ground.landscape.codes.tolist()
    moves = draw.sample(PLACES, draw.randint(0, 2)) + draw.sample(near, draw.choice((0, 1, 5, 40)))
    drawn = ground.drawn(state.tidied(ground.start(state))).zones
    for place in moves:
        how = draw.choice(("in", "in", "out"))
        state = move(state, ground.written(place), how, drawn=drawn, zones_of=ground.zones_of)
    return state


def same(one: Any, other: Any) -> bool:
    return bool(one == other) or (one != one and other != other)


@pytest.mark.slow
def test_every_figure_of_any_state_equals_that_of_its_scenario(ground: Ground) -> None:
    draw = random.Random(20261129)
    for _ in range(25):
        studied = ground.study(any_state(ground, draw))
        scenario = studied.state.scenario(studied.start)
        option = scenario.option(ground.council, store=ground.store)
        assert (option.zones, option.title) == (studied.zones, studied.title), scenario.id
        if scenario.id == studied.start.id:
            continue
        compared = compare_options([studied.start, option], ground.council, store=ground.store)
        for figures, at in ((studied.before, studied.start.id), (studied.figures, option.id)):
            slow = {**compared.metrics.loc[at].to_dict(), **compared.exposure.loc[at].to_dict()}
            assert set(slow) == set(figures)
            wrong = {
                name: (value, figures[name])
                for name, value in slow.items()
                if not same(value, figures[name])
            }
            assert wrong == {}, scenario.id
        zones = compared.changes_by_zone.groupby("change")["msoa11cd"].agg(sorted).to_dict()
        assert zones.get("gained", []) == studied.gained
        assert zones.get("lost", []) == studied.lost


def test_a_zone_far_away_is_measured_all_the_same(ground: Ground) -> None:
    far = "E02001013"  # in Bolton, outside everything kept here
    assert ground.landscape.mask([far]) is None
    studied = ground.study(StudyState("district", include=(far,)))
    compared = compare_options(
        [studied.start, replace(studied.start, id="x", zones=studied.zones)],
        ground.council,
        store=ground.store,
    )
    assert studied.figures["jobs"] == compared.metrics.loc["x", "jobs"]
    assert studied.figures["parts"] == 2


def test_the_change_is_that_of_the_figures_as_they_are_shown(ground: Ground) -> None:
    studied = ground.study(StudyState("ttwa-official", include=("Ipswich",)))
    told = told_figures(ground, studied.figures)
    assert [one.figure.name for one in told][:6] == list(FIRST)
    assert {one.figure.name for one in told} == set(studied.figures)
    written = {one.figure.name: write_told(one, studied) for one in told}
    # The two areas as published: 72.4% alone; with Ipswich 72.6%, by tests/oracle.
    assert written["supply_side"] == {"text": "72.6%", "before": "72.4%", "change": "+0.2 points"}
    assert written["jobs"]["change"] == "+71,908"


def test_which_way_is_better_is_said_as_in_the_report(ground: Ground) -> None:
    studied = ground.study(StudyState("district"))
    better = {one.figure.name: one.better for one in told_figures(ground, studied.figures)}
    words = {"higher": "more", "lower": "fewer", "": "neither"}
    known = {c.name: words[c.better] for c in criteria_of(ground.council) if c.name in better}
    assert len(known) > 12
    assert {name: better[name] for name in known} == known


@pytest.mark.parametrize("share", [3, 15, 27, 50])
def test_a_step_of_the_catchment_is_the_catchment_by_the_flows(ground: Ground, share: int) -> None:
    core = anchor_zones(ground.council, store=ground.store)
    flows = commuter_matrix(2011, store=ground.store)
    zones = set(catchment(flows, core, min_share=share / 100))
    place = ground.zones_of("Ipswich")
    for start, expected in (("catchment", zones), ("catchment+ipswich", zones | place)):
        drawn = ground.drawn(StudyState(start, share=share))
        assert drawn.zones == tuple(sorted(expected))
        assert drawn.parameters["min_share"] == share / 100


def test_every_step_worked_out_ahead_is_at_hand_the_nearest_first(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = ground.start(StudyState("ttwa-cluster"))  # 75%, between 60 and 85; no area holds 85
    steps = [state.containment for state in ground.ahead(start)]
    assert steps[:4] == [75, 74, 76, 73]
    assert sorted(steps, key=int) == list(range(60, 86))
    asked: list[str] = []

    def computed(base: str, *_: Any) -> Any:
        asked.append(base)
        raise InfeasibleError("it was not at hand")

    monkeypatch.setattr(Ground, "_compute", lambda _, *about: computed(*about))
    at_hand = 0
    for share in range(60, 86):
        with suppress(InfeasibleError):
            at_hand += bool(ground.study(StudyState("ttwa-cluster", containment=share)).zones)
    assert at_hand > 10
    assert at_hand + len(asked) == 26  # what has no answer is asked for again, and fails again


def test_what_is_kept_is_bounded_and_the_first_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ground_module, "_MOST_KEPT", 3)
    kept: dict[int, int] = {}
    for number in range(5):
        assert ground_module._keep(kept, number, number * number) == number * number
    assert kept == {2: 4, 3: 9, 4: 16}
