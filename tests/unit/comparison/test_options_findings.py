"""What is said of a contested place, and whose labour market an option holds: a county by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from options_county import A, F, M, make_store

from localarea.comparison import metrics as metrics_module
from localarea.comparison.exposure import exposure_figures, measure_exposure, names_of_contested
from localarea.comparison.findings import find_contested
from localarea.comparison.metrics import compute_metrics
from localarea.options.council import Contested, Council, read_council
from localarea.options.membership import option_ids, option_zones
from localarea.options.methods.composite import Thresholds, choose_composite, composite_front
from localarea.records import Option

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.comparison.findings import Finding
    from localarea.datasets.store import DataStore


def own(zones: tuple[str, ...], name: str = "own") -> Option:
    return Option(name, name, "hand", "msoa11", tuple(sorted(zones)), "Anchorton")


@pytest.fixture(scope="module")
def finding(council: Council, store: DataStore) -> Finding:
    ids = ("district", "district+farley", "districts", "districts+farley")
    options = [option_zones(name, council, store=store) for name in ids]
    # Farley 1 and 2 hold 50 + 10 of Farley's 80 working residents.
    options.append(own((*A, *F[:2]), "part"))
    metrics = compute_metrics(options, council, store=store)
    return find_contested(metrics, council, store=store)[0]


def test_where_a_place_lies_under_each_option(finding: Finding) -> None:
    assert finding.general[:2] == (
        "Farley is partly inside this option: part (75%).",
        "Farley is outside these 2 options: Anchorton alone; Anchorton and Midham.",
    )


def test_only_the_census_of_the_lockdown_is_told_as_such(finding: Finding) -> None:
    first, second = finding.of_links
    # 5 of the 45 + 5 + 30 who live in Farley; 10 of the 130 who live in Anchorton.
    assert first == (
        "In 2011, 5 of Farley's working residents (6.2%) worked in Anchorton, and 10 of "
        "Anchorton's (7.7%) worked in Farley."
    )
    assert second.startswith("In 2021 (lockdown: commuting is understated), 0 of Farley's")


def test_what_adding_a_place_changes(finding: Finding) -> None:
    by_option = dict(zip([pair.without for pair in finding.pairs], finding.of_pairs, strict=True))
    # Anchorton alone: 90 live and work there of 130 residents and 125 jobs. With Farley
    # 90 + 10 + 5 + 75 = 180 of 130 + 80 residents and 125 + 85 jobs; 10 of Anchorton's 130
    # residents work in Farley, and 5 of its 125 jobs are held from there.
    assert by_option["district"] == (
        "Adding Farley to “Anchorton alone” moves the share of residents who work inside from "
        "69.2% to 85.7% and that of jobs held by residents from 72.0% to 85.7%; it brings in 85 "
        "jobs (2011), 100 active enterprises (2022), the workplaces of a further 7.7% of "
        "Anchorton's working residents and the homes of those who hold a further 4.0% of its jobs. "
        "The area then falls into 2 separate parts."
    )
    # With Midham between them the three hang together as before, and nothing is said of parts.
    assert by_option["districts"].endswith("a further 4.0% of its jobs.")


def test_exposure_of_one_zone_of_a_contested_place(council: Council, store: DataStore) -> None:
    options = [own(A, "anchor"), own(F[:1], "one")]
    found = measure_exposure(options, council, store=store)
    # Of the 125 who work in Anchorton 90 live there.
    assert found.loc["anchor", "anchor_firms_workers_outside_share"] == pytest.approx(35 / 125)
    assert found.loc["anchor", "commuters_cut"] == (130 - 90) + (125 - 90)
    one = found.loc["one"]
    assert one["anchor_firms_workers_outside_share"] == pytest.approx(120 / 125)
    assert one["farley_residents_local_share"] == pytest.approx(50 / 80)
    assert one["farley_jobs_local_share"] == pytest.approx((45 + 10) / 85)
    assert one["farley_firms_workers_local_share"] == pytest.approx(45 / 85)
    assert one["commuters_cut"] == 5 + 10


def test_a_contested_place_is_written_as_its_council_writes_it(
    council: Council, store: DataStore
) -> None:
    named = replace(council, contested=(Contested("stoke-upon-farley", "Farley"),))
    frame = measure_exposure([own(A)], named, store=store)
    assert names_of_contested(named) == {"stoke_upon_farley": "Farley"}
    assert "Farley: jobs, local" in [f.heading for f in exposure_figures(frame)]
    places = {"stoke_upon_farley": "Stoke-upon-Farley"}
    headings = [f.heading for f in exposure_figures(list(frame), places)]
    assert "Stoke-upon-Farley: jobs, local" in headings


def test_words_of_exposure_are_those_of_its_columns(council: Council, store: DataStore) -> None:
    frame = measure_exposure([own(A)], council, store=store)
    said = {f.name: (f.heading, f.kind, f.definition) for f in exposure_figures(frame)}
    assert said == {
        "anchor_firms_workers_outside_share": (
            "The anchor's firms: workers from outside",
            "share",
            "Share of the people who work in the anchor who live outside the area.",
        ),
        "farley_residents_local_share": (
            "Farley: residents at work, local",
            "share",
            "Share of the employed residents of Farley who live inside.",
        ),
        "farley_jobs_local_share": (
            "Farley: jobs, local",
            "share",
            "Share of the jobs in Farley that are inside.",
        ),
        "farley_firms_workers_local_share": (
            "Farley: its firms' workers, local",
            "share",
            "Share of the people who work in Farley who live inside.",
        ),
        "commuters_cut": (
            "Commuters cut by the boundary (persons)",
            "count",
            "People who live inside and work outside, and the reverse.",
        ),
    }


def test_an_ending_is_listed_where_it_changes_the_zones_and_leaves_some(
    council: Council, store: DataStore
) -> None:
    places = (Contested("midham", "Midham"), Contested("anchorton", "Anchorton"))
    assert option_ids(replace(council, contested=places), store=store) == (
        "district", "district+midham",  # without Anchorton nothing would be left
        "districts", "districts-midham", "districts-anchorton",
        # Two zones of Midham are inside and two are not, of the catchment one and three.
        "ttwa-official", "ttwa-official+midham", "ttwa-official-midham", "ttwa-official-anchorton",
        "catchment", "catchment+midham", "catchment-midham", "catchment-anchorton",
    )  # fmt: skip


def test_exactly_half_and_nine_in_ten_are_reached_with_the_last_who_makes_them_so(
    council: Council, store: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = dict.fromkeys((*A, *M, *F), 100.0)
    away |= {F[0]: 4.0, A[1]: 5.0, A[2]: 6.0, A[3]: 7.0, M[1]: 8.0, M[2]: 9.0}
    monkeypatch.setattr(metrics_module, "has_roads", lambda _: True)
    monkeypatch.setattr(metrics_module, "input_tables", lambda _: ())
    monkeypatch.setattr(metrics_module, "zone_minutes", lambda *_, **__: away)
    found = compute_metrics([own((F[0], *A[1:], *M[1:3]))], council, store=store).iloc[0]
    # 50 live in Farley 1 and 10 in each of the others: 50, 60, 70, 80, 90, 100 of 100.
    assert found["minutes_median"] == 4.0
    assert found["minutes_p90"] == 8.0
    assert found["minutes_worst"] == 9.0


# The composite option. Of Midham 1's 80 commuters 30 go to Anchorton (0.375), and from there
# come 20 of the 70 who work in it; for Farley 1 it is 5 of 50 and 10 of 55 (0.18).
NEAR = {A[0]: 0.0, M[0]: 1.0, A[1]: 2.0, A[2]: 3.0, A[3]: 4.0, F[0]: 5.0}


@pytest.mark.parametrize(
    ("parameters", "zones"),
    [
        ({"min_link": 0.375, "max_minutes": 1}, (*A, M[0])),  # exactly at both thresholds
        ({"min_link": 0.376, "max_minutes": 1}, A),
        ({"min_link": 0.375, "max_minutes": 0.9}, A),
        ({"min_link": 10 / 55, "max_minutes": 5}, (*A, M[0], F[0])),  # the larger share decides
    ],
)
def test_composite_takes_what_reaches_its_thresholds(
    parameters: dict[str, float], zones: tuple[str, ...], council: Council, store: DataStore
) -> None:
    assert choose_composite(parameters, council, store, minutes=NEAR).zones == zones


def test_nine_in_ten_of_a_composite_live_within_its_minutes(
    council: Council, store: DataStore
) -> None:
    front = composite_front({"min_link": 0.3, "max_minutes": 5}, council, store=store, minutes=NEAR)
    # Anchorton alone, by minutes: 100, 110, 120, 130 of 130, of which nine tenths are 117: the
    # third zone. With Midham 1 as the second 100, 200, 210, 220, 230, of which they are 207.
    assert front["zones"].tolist() == [4, 5]
    assert front["minutes_p90"].tolist() == [3.0, 2.0]
    assert front["minutes_worst"].tolist() == [4.0, 4.0]


def test_exactly_nine_in_ten_of_a_composite_are_enough(tmp_path: Path) -> None:
    pairs = [(A[0], A[0], 70), *((z, z, 10) for z in (*A[1:], *M, *F))]
    origins, destinations, workers = map(list, zip(*pairs, strict=True))
    flows = {"origin": origins, "destination": destinations, "workers": workers}
    special = {"origin": [M[0]], "kind": ["home"], "workers": [20]}
    store = make_store(tmp_path, flows_2011=flows, flows_2011_special=special)
    council = read_council("anchorton", store=store)
    # Anchorton alone, by minutes: 70, 80, 90, 100 of 100.
    front = composite_front({"min_link": 1.0}, council, store=store, minutes=NEAR)
    assert front["minutes_p90"].tolist() == [3.0]


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("min_link", 0, 1), ("max_minutes", 0, 600), ("max_employed_residents", 1, 10**9)],
)
def test_thresholds_may_be_at_either_end(name: str, least: float, most: float) -> None:
    assert getattr(Thresholds.of({name: least}), name) == least
    assert getattr(Thresholds.of({name: most}), name) == most
