"""The tables in docs/methods/region.md are what the options have; not whether that is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localarea.options.council import read_council
from localarea.options.methods.composite_region import best_within, region_front
from localarea.options.methods.region_problem import region_problem
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from pathlib import Path


def table_of_front() -> list[str]:
    council = read_council("colchester")
    front = region_front(council.spec("composite-region").parameters, council)
    return [
        f"| {row.outside_share:.1%} | {row.zones} | {row.employed_residents:,.0f} | "
        f"{row.jobs:,.0f} | {row.supply_side:.1%} | {row.demand_side:.1%} |"
        for row in front[front["on_front"]].itertuples()
    ]


def row_of_thresholds(reading: str, link: float, held: float) -> str:
    asked = {"reading": reading, "min_link": link, "min_held": held}
    problem = region_problem(asked, read_council("colchester"), None)
    inside, region = best_within(problem, 1.0), problem.region
    within = region.flows[inside][:, inside].sum()
    halves = [weights[inside].sum() / most * held for weights, most in region.rules]
    names = read_gazetteer("msoa11")
    districts = [names.districts[names.zone_district[z]] for z in problem.codes[inside]]
    return (
        f"| {reading} | {link:.0%} | {held:.0%} | {inside.size} | {inside.sum()} | "
        f"{within / region.residents[inside].sum():.1%} | {within / region.jobs[inside].sum():.1%} "
        f"| {problem.outside_share(inside):.1%} | {halves[0]:.1%} | {halves[1]:.1%} | "
        f"{districts.count('Ipswich')} |"
    )


def page(repository: Path) -> list[str]:
    return (repository / "docs" / "methods" / "region.md").read_text("utf-8").splitlines()


def test_the_front_of_the_page_is_that_of_the_option(repository: Path) -> None:
    assert [row for row in table_of_front() if row not in page(repository)] == []


@pytest.mark.parametrize("held", [1.0, 0.5])
@pytest.mark.parametrize("link", [0.1, 0.15, 0.2])
@pytest.mark.parametrize("reading", ["narrow", "wide"])
def test_what_the_thresholds_do(repository: Path, reading: str, link: float, held: float) -> None:
    assert row_of_thresholds(reading, link, held) in page(repository)
