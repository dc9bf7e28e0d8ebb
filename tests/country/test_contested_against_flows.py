"""The facts about Ipswich against sums of the tables that are made here, without our readers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from localarea.comparison.contested.answer import Answer, answer_question
from localarea.comparison.contested.question import ask_about
from localarea.comparison.reasons.why import why_zone
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

COLCHESTER, IPSWICH = "E07000071", "E07000202"
DRAWN = ("district", "ttwa-official", "catchment")


@pytest.fixture(scope="module")
def answer() -> Answer:
    council = read_council()
    question = ask_about("Ipswich", council)
    return answer_question(question, [option_zones(name, council) for name in DRAWN])


def table(
    repository: Path, name: str, *columns: str, near: Collection[str] = ()
) -> list[tuple[Any, ...]]:
    """List the rows; of trips, those alone from or to one of some zones."""
    read = pq.read_table(repository / "data" / f"{name}.parquet", columns=list(columns))
    if near:
        ends = [pc.is_in(read[of].cast(pa.string()), pa.array(near)) for of in columns[:2]]
        read = read.filter(pc.or_(*ends))
    return list(zip(*(read[c].to_pylist() for c in columns), strict=True))


@pytest.mark.parametrize(("year", "system"), [(2011, "msoa11"), (2021, "msoa21")])
def test_commuters_are_those_of_the_census(
    year: int, system: str, answer: Answer, repository: Path
) -> None:
    district = dict(table(repository, f"zones_{system}", f"{system}cd", "lad25cd"))
    ipswich = [zone for zone, code in district.items() if code == IPSWICH]
    between: Counter[tuple[str, str]] = Counter()
    for origin, destination, workers in table(
        repository, f"flows_{year}", "origin", "destination", "workers", near=ipswich
    ):
        between[district[origin], district[destination]] += workers
    at_home: Counter[str] = Counter()
    everyone: Counter[str] = Counter()
    for origin, kind, workers in table(
        repository, f"flows_{year}_special", "origin", "kind", "workers"
    ):
        everyone[district[origin]] += workers
        if kind in ("home", "no_fixed_place", "home_or_no_fixed_place"):
            at_home[district[origin]] += workers
    (link,) = [link for link in answer.finding.links if link.vintage == year]
    assert (link.to_anchor, link.from_anchor) == (
        between[IPSWICH, COLCHESTER],
        between[COLCHESTER, IPSWICH],
    )
    everyone[IPSWICH] += sum(n for (home, _), n in between.items() if home == IPSWICH)
    assert link.to_anchor_share == pytest.approx(link.to_anchor / everyone[IPSWICH])
    listed = {row.lad25cd: row.workers[year] for row in answer.from_place}
    for code, workers in listed.items():
        if code:
            stay = at_home[IPSWICH] if code == IPSWICH else 0
            assert workers == between[IPSWICH, code] + stay, code
    assert sum(listed.values()) == pytest.approx(everyone[IPSWICH])


def test_jobs_that_become_local_are_ipswich_s_jobs(answer: Answer, repository: Path) -> None:
    district = dict(table(repository, "zones_msoa21", "msoa21cd", "lad25cd"))
    jobs: Counter[str] = Counter()
    for zone, industry, employees in table(
        repository, "jobs_msoa21_2024", "msoa21cd", "industry", "employees"
    ):
        if district[zone] == IPSWICH:
            jobs[industry] += employees
    # No zone of 2021 of Ipswich reaches beyond it, so nothing is shared out.
    found = {trade.industry: trade.jobs.gained for trade in answer.trades}
    assert found == pytest.approx(dict(jobs))


def test_firms_are_those_of_the_districts(answer: Answer, repository: Path) -> None:
    rows = table(repository, "enterprises_lad", "lad25cd", "year", "enterprises")
    latest = max(year for _, year, _ in rows)
    count = {code: number for code, year, number in rows if year == latest}
    assert answer.firms.anchor == pytest.approx(count[COLCHESTER])
    assert answer.firms.gained == pytest.approx(count[IPSWICH])


def test_a_zone_s_share_is_that_of_the_census(repository: Path) -> None:
    zone, council = "E02006233", read_council()  # Sudbury
    district = dict(table(repository, "zones_msoa11", "msoa11cd", "lad25cd"))
    going = [
        (destination, workers)
        for origin, destination, workers in table(
            repository, "flows_2011", "origin", "destination", "workers", near=[zone]
        )
        if origin == zone
    ]
    there = sum(workers for to, workers in going if district[to] == COLCHESTER)
    told = why_zone(zone, option_zones("catchment", council), council)
    numbers = {measure.name: measure.value for measure in told.reason.measures}
    assert (numbers["to_anchor"], numbers["commuters"]) == (there, sum(n for _, n in going))


@pytest.mark.parametrize("zone", ["E02006233", "E02004577"])
def test_a_threshold_that_is_named_turns_the_zone(zone: str) -> None:
    from localarea.comparison.scenario import Scenario

    council = read_council()
    told = why_zone(zone, option_zones("catchment", council), council)
    words = told.reason.turns[0].split()
    named = float(next(w for w in words if w.endswith("%")).rstrip("%")) / 100
    # "of 4.94% or less" takes in; "above 43.58%" leaves out.
    least = named + 1e-9 if told.inside else named
    turned = Scenario.of("catchment").with_threshold(min_share=least).option(council)
    assert (zone in turned.zones) != told.inside
