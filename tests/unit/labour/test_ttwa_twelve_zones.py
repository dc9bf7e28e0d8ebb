"""
Twelve zones worked by hand: every step of the trace against numbers got on paper.

The numbers are those of docs/example-twelve-zones.md, which shows the arithmetic; the last
tests hold that page to them.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from localarea.cli.app import run
from localarea.datasets.flow_formats.flow_pairs import read_flow_pairs
from localarea.errors import PlaceNotFoundError
from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas, order_flows
from localarea.labour.travel_to_work_areas.parameters import TtwaParameters

if TYPE_CHECKING:
    from pathlib import Path

METHOD = TtwaParameters(criteria=Criteria(100, 300, 0.6, 0.75))
# Step, founder of the area dissolved, its validity, zone, area it goes to, link, second, its link.
STEPS = [
    (0, "a1", "2/15", "a1", "A", "81/550", "", "0"),
    (1, "b1", "3/15", "b1", "B", "17/140", "", "0"),
    (2, "a2", "4/15", "a2", "A", "4/35", "", "0"),
    (3, "b2", "5/15", "b2", "B", "45/488", "", "0"),
    (4, "a3", "6/15", "a3", "A", "49/580", "", "0"),
    (5, "b3", "7/15", "b3", "B", "169/2540", "", "0"),
    (6, "c1", "8/15", "c1", "c2", "593/3060", "C", "1/100"),
    (7, "c3", "10/15", "c3", "C", "1/16", "", "0"),
    (8, "c2", "39/40", "c2", "B", "5/134", "", "0"),
    (8, "c2", "39/40", "c1", "B", "21779/992070", "C", "2/225"),
]
# Zones, employed residents, jobs, live and work.
AREAS = {
    "A": ("A, a1, a2, a3", 620, 610, 600),
    "B": ("B, b1, b2, b3, c1, c2", 830, 800, 780),
    "C": ("C, c3", 410, 450, 400),
}


def close(fraction: str) -> object:
    return pytest.approx(float(Fraction(fraction)), rel=1e-12, abs=0)


@pytest.fixture
def flows(repository: Path) -> FlowMatrix:
    return build_flow_matrix(read_flow_pairs(repository / "docs" / "examples" / "twelve-zones.csv"))


def test_every_step_is_the_one_worked_by_hand(flows: FlowMatrix) -> None:
    trace = compute_travel_to_work_areas(flows, METHOD).trace
    assert trace.n_dissolutions == 9
    assert trace.moves.size == len(STEPS)
    got = sorted((m.step, z, m) for z in flows.codes.tolist() for m in trace.moves_of(z))
    for step, founder, score, zone, to, link, second, second_link in STEPS:
        move = next(m for s, z, m in got if (s, z) == (step, zone))
        assert (move.dissolved, move.to, move.second) == (founder, to, second)
        assert move.dissolved_validity == close(score)
        assert move.link == close(link)
        assert move.second_link == close(second_link)
    assert trace.zones[trace.moves["zone"]].tolist() == [row[3] for row in STEPS]


def test_the_pair_of_villages_stands_until_the_last_step(flows: FlowMatrix) -> None:
    trace = compute_travel_to_work_areas(flows, METHOD).trace
    before, after = trace.replay(8), trace.replay()
    assert before[["c1", "c2"]].tolist() == ["c2", "c2"]
    assert after[["c1", "c2"]].tolist() == ["B", "B"]


def test_the_areas_are_those_worked_by_hand(flows: FlowMatrix) -> None:
    result = compute_travel_to_work_areas(flows, METHOD)
    assert result.areas.index.tolist() == list(AREAS)
    for name, (zones, residents, jobs, held) in AREAS.items():
        row = result.areas.loc[name]
        assert ", ".join(result.zones_of(name)) == zones
        assert (row.employed_residents, row.jobs, row.live_and_work) == (residents, jobs, held)
        assert row.supply_side == close(f"{held}/{residents}")
        assert row.demand_side == close(f"{held}/{jobs}")
        assert row.validity == close("5/4")
    assert result.quality.crossing_share == pytest.approx(4 / 93)
    assert result.quality.q_modularity == close("6947/11532")
    trace = result.trace
    assert (trace.moves["step"] < trace.n_dissolutions).sum() == len(STEPS)
    for ask in (result.zones_of, result.explain, result.trace.moves_of):
        with pytest.raises(PlaceNotFoundError, match="nowhere"):
            ask("nowhere")


def test_village_that_chooses_before_its_neighbour_is_placed_goes_elsewhere(
    flows: FlowMatrix,
) -> None:
    result = compute_travel_to_work_areas(flows, replace(METHOD, placing="together"))
    assert result.membership[["c1", "c2"]].tolist() == ["C", "B"]


def test_the_page_shows_the_same_steps_and_areas(repository: Path) -> None:
    page = (repository / "docs" / "example-twelve-zones.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in page.splitlines()
        if "|" in line
    ]
    steps = [row for row in rows if len(row) == 8 and re.fullmatch(r"\d", row[0])]
    shown = [
        (int(n), old, v, z, to, link.split("= ")[-1], second, other.split("= ")[-1] or "0")
        for n, old, v, z, to, link, second, other in steps
    ]
    assert shown == STEPS
    for row in steps:  # and the arithmetic written out on the page gives the fraction after it
        for cell in (row[5], row[7]):
            if "=" in cell:
                formula, value = cell.replace("²", "**2").replace("\u00d7", "*").split(" = ")
                terms = [part.strip().split("/", 1) for part in formula.split("+")]
                total = sum(Fraction(_number(a), _number(b)) for a, b in terms)
                assert total == Fraction(value)
    areas = {row[0]: row for row in rows if len(row) == 8 and row[0] in AREAS}
    for name, (zones, residents, jobs, held) in AREAS.items():
        assert areas[name][1:5] == [zones, str(residents), str(jobs), str(held)]


def _number(text: str) -> int:
    product = 1
    for factor in text.strip("() ").split("*"):
        product *= int(factor) if factor else 1
    if text.strip().endswith("**2"):
        base = int(text.strip().removesuffix("**2"))
        return base * base
    return product


def test_the_command_on_the_page_gives_these_areas(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (repository / "docs" / "example-twelve-zones.md").read_text(encoding="utf-8")
    command = page.split("```")[1].replace("\\\n", " ").split()[1:]
    path = str(repository / "docs" / "examples" / "twelve-zones.csv")
    command[command.index("--flows") + 1] = path
    command[command.index("--out") + 1] = str(tmp_path / "areas.csv")
    assert run([*command, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["areas"] == 3
    assert (
        "founded by B was the strongest, 0.022, against 0.00889" in document["explanations"]["c1"]
    )


def test_flows_put_in_order_once_serve_several_methods(flows: FlowMatrix) -> None:
    ordered = order_flows(flows)
    stricter = TtwaParameters(criteria=Criteria(100, 300, 0.9, 0.97))
    for method in (METHOD, stricter, METHOD):
        shared = compute_travel_to_work_areas(flows, method, ordered=ordered)
        alone = compute_travel_to_work_areas(flows, method)
        assert shared.membership.equals(alone.membership)
    held = compute_travel_to_work_areas(flows, METHOD, ordered=ordered).membership
    named = {area: ", ".join(sorted(held.index[held == area])) for area in AREAS}
    assert named == {area: zones for area, (zones, *_) in AREAS.items()}
