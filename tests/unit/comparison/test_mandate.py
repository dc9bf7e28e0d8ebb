"""How much of the mandate options hold: a county worked by hand."""

from __future__ import annotations

import math
import tomllib
from typing import TYPE_CHECKING

import pytest
from options_county import COUNCIL, MANDATE, ZONES, A, F, M, make_store

from localarea.comparison.comparison import compare_options
from localarea.comparison.documents import options_document
from localarea.comparison.findings import find_contested
from localarea.comparison.mandate.figures import mandate_figures
from localarea.comparison.mandate.held import held_sentence
from localarea.comparison.metrics import compute_metrics, figures_of
from localarea.comparison.tables import tidy_comparison
from localarea.options.council import Council, parse_council, read_council
from localarea.options.membership import compute_options, option_zones
from localarea.records import Option
from localarea.reports.cabinet.criteria import criteria_of
from localarea.reports.maps.options_page import brief_key, figures_shown

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from localarea.datasets.store import DataStore


@pytest.fixture(scope="module")
def council() -> Council:
    return parse_council(tomllib.loads(COUNCIL + MANDATE), key="anchorton")


@pytest.fixture(scope="module")
def metrics(council: Council, store: DataStore) -> pd.DataFrame:
    return compute_metrics(compute_options(council, store=store), council, store=store)


# Residents at work: Anchorton 100 + 30, Midham 100 + 30, Farley 50 + 30. Jobs: Anchorton
# 60 + 30 + 5 + 30 = 125, Midham 20 + 50 + 20 at home + 30 = 120, Farley 10 + 45 + 30 = 85.
# The travel to work area is Anchorton with two zones of Midham: of it 100 + 10 residents
# and 90 + 10 jobs.
def test_an_option_holds_so_much_of_the_mandate_and_of_each_half(metrics: pd.DataFrame) -> None:
    found = metrics.loc["ttwa-official"]
    assert found["mandate_residents_share"] == pytest.approx(240 / 260)
    assert found["mandate_jobs_share"] == pytest.approx(225 / 245)
    assert found["mandate_north_residents_share"] == 1
    assert found["mandate_north_jobs_share"] == 1
    assert found["mandate_south_residents_share"] == pytest.approx(110 / 130)
    assert found["mandate_south_jobs_share"] == pytest.approx(100 / 120)
    assert found["outside_mandate_share"] == 0


def test_the_second_reading_has_figures_of_its_own(metrics: pd.DataFrame) -> None:
    found = metrics.loc["ttwa-official"]
    assert found["mandate_wide_residents_share"] == pytest.approx(240 / 340)
    assert found["mandate_wide_jobs_share"] == pytest.approx(225 / 330)
    assert found["mandate_wide_north_residents_share"] == 1
    assert found["mandate_wide_south_residents_share"] == pytest.approx(110 / 210)
    assert found["mandate_wide_south_jobs_share"] == pytest.approx(100 / 205)


def test_what_lies_outside_is_counted_in_residents(metrics: pd.DataFrame) -> None:
    found = metrics.loc["district+farley"]
    assert found["outside_mandate_share"] == pytest.approx(80 / 210)
    assert found["outside_mandate_wide_share"] == 0
    assert found["mandate_south_residents_share"] == 0
    assert found["mandate_wide_south_jobs_share"] == pytest.approx(85 / 205)


def test_an_option_without_the_mandate_holds_nothing_of_it(
    council: Council, store: DataStore
) -> None:
    far = Option("far", "Far", "hand", "msoa11", F, "Anchorton")
    found = compute_metrics([far], council, store=store).loc["far"]
    assert found["mandate_residents_share"] == 0
    assert found["outside_mandate_share"] == 1


def test_a_half_where_nobody_works_has_no_share(council: Council, tmp_path: Path) -> None:
    workers = [10] * 4 + [0] * 4 + [10] * 4  # nobody in Midham
    flows = {"origin": list(ZONES), "destination": list(ZONES), "workers": workers}
    at_home = {"origin": [F[0]], "kind": ["home"], "workers": [5]}
    empty = make_store(tmp_path, flows_2011=flows, flows_2011_special=at_home)
    options = [Option("both", "Both", "hand", "msoa11", (*A, *M), "Anchorton")]
    found = compute_metrics(options, council, store=empty).loc["both"]
    assert math.isnan(found["mandate_south_jobs_share"])
    assert math.isnan(found["mandate_south_residents_share"])
    assert found["mandate_wide_south_jobs_share"] == 0
    assert found["mandate_residents_share"] == 1


def test_the_mandate_comes_first_wherever_figures_are_listed(
    council: Council, metrics: pd.DataFrame, store: DataStore
) -> None:
    names = [
        "mandate_residents_share", "mandate_jobs_share",
        "mandate_north_residents_share", "mandate_north_jobs_share",
        "mandate_south_residents_share", "mandate_south_jobs_share", "outside_mandate_share",
    ]  # fmt: skip
    wide = [
        "mandate_wide_residents_share", "mandate_wide_jobs_share",
        "mandate_wide_north_residents_share", "mandate_wide_north_jobs_share",
        "mandate_wide_south_residents_share", "mandate_wide_south_jobs_share",
        "outside_mandate_wide_share",
    ]  # fmt: skip
    assert [f.name for f in figures_of(council)][:15] == [*names, *wide, "zones"]
    assert list(metrics.columns)[:14] == [*names, *wide]
    assert [f.name for f in figures_shown(council)][:8] == [*names, "zones"]
    brief = [f.heading for f in figures_shown(council, brief=True)]
    assert brief[:4] == ["North", "South", "Outside mandate", "Zones"]
    assert brief_key(council).startswith("North and South: share of the residents at work there")
    assert [c.name for c in criteria_of(council)][:8] == [*names, "supply_side"]
    chosen = [option_zones(name, council, store=store) for name in ("district", "districts")]
    comparison = compare_options(chosen, council, store=store)
    listed = tidy_comparison(comparison)["figure"].drop_duplicates().tolist()
    assert listed[:14] == [*names, *wide]
    (document, *_) = options_document(chosen, comparison.metrics, council, store=store)["options"]
    assert list(document["metrics"])[:14] == [*names, *wide]


def test_nothing_changes_where_no_area_is_stated(store: DataStore) -> None:
    plain = read_council("anchorton", store=store)
    assert mandate_figures(plain) == ()
    assert not [f.name for f in figures_of(plain) if "mandate" in f.name]
    metrics = compute_metrics(compute_options(plain, store=store), plain, store=store)
    assert not [name for name in metrics.columns if "mandate" in str(name)]
    (finding,) = find_contested(metrics, plain, store=store)
    assert not [said for said in finding.sentences if "mandate" in said]
    assert held_sentence("It", {}, plain) == ""


def test_a_place_outside_the_mandate_is_told_to_bring_nothing_in(
    council: Council, metrics: pd.DataFrame, store: DataStore
) -> None:
    (finding,) = find_contested(metrics, council, store=store)
    said = {pair.without: text for pair, text in zip(finding.pairs, finding.of_pairs, strict=True)}
    assert said["district"].endswith(
        "Farley brings in nothing of the mandate (narrow reading): with it as without it, the area "
        "holds 100.0% of the employed residents of North and none of those of South. The share of "
        "the area's own employed residents who live outside the mandate moves from 0.0% to 38.1%."
    )


def test_a_place_of_the_mandate_is_told_to_move_its_halves(store: DataStore) -> None:
    stated = tomllib.loads(COUNCIL + MANDATE)
    del stated["mandate"]["area"]["narrow"]
    council = parse_council(stated, key="anchorton")
    found = compute_metrics(compute_options(council, store=store), council, store=store)
    (finding,) = find_contested(found, council, store=store)
    said = {pair.without: text for pair, text in zip(finding.pairs, finding.of_pairs, strict=True)}
    # Farley has 80 of the 210 residents at work of the south. With one reading none is named.
    assert said["district"].endswith(
        "The share of employed residents inside moves, of South from 0.0% to 38.1%; it stays, of "
        "North at 100.0%. The share of the area's own employed residents who live outside the "
        "mandate stays at 0.0%."
    )
    assert held_sentence("It", dict(found.loc["district"]), council) == (
        "“It” holds 100.0% of the employed residents of North and none of those of South; 0.0% of "
        "its own employed residents live outside the mandate."
    )
