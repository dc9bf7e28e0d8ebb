"""The trace in words, on the twelve zones of docs/example-twelve-zones.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.comparison.figure_catalogue import at_most
from localarea.comparison.reasons.by_area import link_turns, rivals_of
from localarea.comparison.reasons.by_cluster import cluster_reason
from localarea.comparison.reasons.trace_words import trace_in_words
from localarea.datasets.flow_formats.flow_pairs import read_flow_pairs
from localarea.errors import PlaceNotFoundError
from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas.attachment import links_of_zone
from localarea.labour.travel_to_work_areas.cluster import joining_order
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import TtwaParameters

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.labour.travel_to_work_areas.result import TtwaResult

NAMES = {"A": "Alton", "B": "Bexley", "C": "Corby"}


@pytest.fixture(scope="module")
def flows(repository: Path) -> FlowMatrix:
    return build_flow_matrix(read_flow_pairs(repository / "docs" / "examples" / "twelve-zones.csv"))


@pytest.fixture(scope="module")
def result(flows: FlowMatrix) -> TtwaResult:
    method = TtwaParameters(criteria=Criteria(100, 300, 0.6, 0.75))
    return compute_travel_to_work_areas(flows, method)


def test_a_zone_that_moved_twice_tells_both_steps(result: TtwaResult) -> None:
    first, second, last = trace_in_words(result, "c1")
    # The page's step 6 is the seventh of nine; validity 8/15; links 593/3060 and 1/100.
    assert first == (
        "At step 7 of 9, the area that it had founded itself was the furthest from passing the "
        "official test (score 0.533, where 1 is enough) and was dissolved, one zone in all. "
        "c1 went to the area founded by c2, because its link with that was the strongest: 0.194, "
        "against 0.01 with the next, that of C."
    )
    # Step 8: the area of c2, with c1 in it, has a validity of 39/40; 21779/992070 against 2/225.
    assert second == (
        "Then, at step 9 of 9, the area founded by c2, to which it belonged, was the furthest from "
        "passing the official test (score 0.975, where 1 is enough) and was dissolved, 2 zones in "
        "all. c1 went to the area founded by B, because its link with that was the "
        "strongest: 0.022, against 0.00889 with the next, that of C."
    )
    assert last == (
        "No later step moved it. Its area, in which most jobs are in B, has 6 zones and scores "
        "1.250 on the official test; from 1 on an area is kept."
    )


def test_a_zone_that_founded_an_area_says_so(result: TtwaResult) -> None:
    first, last = trace_in_words(result, "B", lambda code: NAMES.get(code, code))
    assert first.startswith("Bexley founded an area of its own at the start")
    assert "most jobs are in Bexley, has 6 zones" in last


def test_a_zone_linked_with_one_area_alone_names_no_second(result: TtwaResult) -> None:
    assert trace_in_words(result, "a1")[0].endswith("0.147, and it was linked with no other.")


def test_a_zone_that_is_not_there_is_refused(result: TtwaResult) -> None:
    with pytest.raises(PlaceNotFoundError):
        trace_in_words(result, "z9")


def test_how_many_more_commuters_would_turn_it(flows: FlowMatrix, result: TtwaResult) -> None:
    links = links_of_zone(flows, result.membership, "c1")
    rivals = rivals_of(links, "B", None, NAMES)
    assert rivals is not None
    assert (rivals.own, rivals.other) == ("Bexley", "Corby")
    assert (rivals.own_commuters, rivals.other_commuters) == (45, 20)
    # Links of 21779/992070 and 2/225: their ratio is 2.4697, its root 1.5715; 31.4 commuters.
    assert rivals.times == pytest.approx((21779 / 992070 * 225 / 2) ** 0.5)
    assert link_turns(rivals) == (
        "It would go to the area of Corby if that exchanged more than 1.6 times as many commuters "
        "with it as now, about 31 instead of 20, all else as it is.",
    )


def test_nobody_commutes_to_an_area_that_it_cannot_join(
    flows: FlowMatrix, result: TtwaResult
) -> None:
    links = links_of_zone(flows, result.membership, "c1")
    told = link_turns(rivals_of(links, "B", "A", NAMES))
    assert told == ("Nobody commutes between it and the area of Alton.",)


@pytest.mark.parametrize(
    ("own", "target", "says", "turns"),
    [
        # A alone holds 600 of its 620 residents: 96.774%. B and C join for any higher target.
        ("A", 0.9, "the anchor's own", "No target would leave it out."),
        ("B", 0.97, "so that it joined", "A target of 96.77% or less would leave it out."),
        ("C", 0.9, "so that it did not join",
         "A target above 96.78% would take it in, with all of the area of Corby."),
    ],
)  # fmt: skip
def test_a_cluster_names_the_target_that_turns_an_area(
    own: str, target: float, says: str, turns: str, flows: FlowMatrix, result: TtwaResult
) -> None:
    order = joining_order(flows, result.membership, ["A"], most=3)
    told = cluster_reason("Zed", order, own, NAMES, target=target, min_size=0, source="a table")
    assert says in told.sentence
    assert told.turns == (turns,)


def test_the_areas_before_it_hold_up_to_the_largest_share_on_the_way() -> None:
    steps = [("A", 600, 0.70), ("B", 700, 0.80), ("C", 900, 0.60), ("D", 950, 0.65)]
    order = pd.DataFrame(steps, columns=["area", "employed_residents", "self_containment"])
    names = {**NAMES, "D": "Derby"}
    told = cluster_reason("Zed", order, "D", names, target=0.667, min_size=0, source="a table")
    # Together the three hold 60%: 80% was reached with the second.
    assert told.sentence == (
        "Zed is in the area of Derby. Without it, the areas that come before it hold up to 80.0% "
        "of their commuters; the target is 66.7%, so that it did not join."
    )


def test_an_area_that_is_not_linked_would_have_to_wait(
    flows: FlowMatrix, result: TtwaResult
) -> None:
    order = joining_order(flows, result.membership, ["A"], most=2)
    told = cluster_reason("Zed", order, "C", NAMES, target=0.9, min_size=0, source="a table")
    assert told.sentence == (
        "Zed is in the area of Corby, and at least 1 other area would join that of Alton before "
        "it: at each step the one with the strongest link with all that has joined."
    )
    most = float(order["self_containment"].max())
    assert told.turns == (
        f"No target up to {at_most(most)} would take it in: those areas hold that much of their "
        "commuters without it.",
    )
    never = cluster_reason("Zed", order, "C", NAMES, target=0.9, min_size=1e9, source="a table")
    assert never.turns == ("All of them would have to join first, whatever the target.",)
