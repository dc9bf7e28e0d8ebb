"""Figures of options, against a county worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from options_county import A, F, M

from localarea.comparison.comparison import compare_options
from localarea.comparison.findings import find_contested
from localarea.comparison.metrics import compute_metrics, figures_of
from localarea.errors import InputError, SchemaError, VintageError
from localarea.options.membership import compute_options, option_ids, option_zones
from localarea.places.outline import option_shape
from localarea.records import Option

if TYPE_CHECKING:
    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council


@pytest.fixture(scope="module")
def metrics(council: Council, store: DataStore) -> pd.DataFrame:
    return compute_metrics(compute_options(council, store=store), council, store=store)


def own(zones: tuple[str, ...], name: str = "own", system: str = "msoa11") -> Option:
    return Option(name, name, "hand", system, tuple(sorted(zones)), "Anchorton")  # type: ignore[arg-type]


def test_options_are_listed_with_and_without_what_is_contested(
    council: Council, store: DataStore
) -> None:
    # The travel to work area holds nothing of Farley; nothing can be taken out anywhere.
    assert option_ids(council, store=store) == (
        "district", "district+farley", "districts", "districts+farley",
        "ttwa-official", "ttwa-official+farley", "catchment", "catchment+farley",
    )  # fmt: skip


def test_methods_choose_the_zones_that_the_county_has(council: Council, store: DataStore) -> None:
    zones = {o.id: o.zones for o in compute_options(council, store=store)}
    assert zones["district"] == A
    assert zones["districts"] == A + M
    assert zones["ttwa-official"] == A + M[:2]
    # Of Midham 1's commuters 30 of 80 go to Anchorton (those at home do not travel), of
    # Farley 1's 5 of 50.
    assert zones["catchment"] == (*A, M[0])
    assert zones["district+farley"] == A + F


def test_commuting_figures_by_hand(metrics: pd.DataFrame) -> None:
    district = metrics.loc["district"]
    # Anchorton 1: 60 + 20 + 10 go to work, 10 abroad; the other three zones 10 each.
    assert district["employed_residents"] == 130
    assert district["jobs"] == 60 + 30 + 5 + 30
    assert district["live_and_work"] == 90
    assert district["supply_side"] == pytest.approx(90 / 130)
    assert district["demand_side"] == pytest.approx(90 / 125)
    assert not district["valid"]  # too small for a labour market


def test_home_workers_work_where_they_live(metrics: pd.DataFrame) -> None:
    both = metrics.loc["districts"]
    assert both["live_and_work"] == 60 + 20 + 30 + 50 + 30 + 20 + 30
    assert both["employed_residents"] == 130 + 100 + 30


def test_anchor_is_captured_both_ways(metrics: pd.DataFrame) -> None:
    both = metrics.loc["districts"]
    assert both["anchor_residents_inside_share"] == pytest.approx(110 / 130)
    assert both["anchor_jobs_inside_share"] == pytest.approx(120 / 125)


def test_sizes_by_hand(metrics: pd.DataFrame) -> None:
    district = metrics.loc["district"]
    assert district["zones"] == 4
    assert district["area_km2"] == pytest.approx(4)
    assert district["population_2011"] == 400
    assert district["population_2021"] == pytest.approx(440)
    assert metrics.loc["district+farley", "population_2021"] == pytest.approx(440 + 550)
    assert district["employees_2024"] == pytest.approx(60)
    assert district["live_postcodes"] == 8
    assert metrics.loc["districts", "live_postcodes"] == 12


def test_enterprises_follow_the_jobs_of_their_district(council: Council, store: DataStore) -> None:
    options = [own(A[:1], "busy"), own(A[1:], "rest"), own(A, "all")]
    found = compute_metrics(options, council, store=store)["enterprises_2022"]
    assert found.tolist() == pytest.approx([60 * 30 / 60, 60 * 30 / 60, 60])


def test_shape_counts_districts_parts_and_holes(council: Council, store: DataStore) -> None:
    ring = tuple(set(A + M + F) - {M[1]})
    options = [own(A + F, "apart"), own(A[:3], "cut"), own(ring, "ring")]
    found = compute_metrics(options, council, store=store)
    shape = ["districts_touched", "districts_cut", "parts", "holes"]
    assert found.loc["apart", shape].tolist() == [2, 0, 2, 0]
    assert found.loc["cut", shape].tolist() == [1, 1, 1, 0]
    assert found.loc["ring", shape].tolist() == [3, 1, 1, 1]


def test_zones_that_touch_in_a_corner_are_apart(council: Council, store: DataStore) -> None:
    found = compute_metrics([own((A[0], M[1]))], council, store=store)
    assert found["parts"].tolist() == [2]


def test_contested_share_counts_workers_not_zones(council: Council, store: DataStore) -> None:
    found = compute_metrics([own(F[:1])], council, store=store)
    assert found["share_of_farley_inside"].tolist() == pytest.approx([50 / 80])


def test_flows_of_2021_come_by_the_zones_of_2021(metrics: pd.DataFrame) -> None:
    assert metrics.loc["district", "supply_side_2021"] == 1  # nobody crosses a border in it


def test_every_figure_is_there_and_minutes_are_not_known(
    metrics: pd.DataFrame, council: Council
) -> None:
    assert list(metrics.columns) == [f.name for f in figures_of(council)]
    minutes = [f.name for f in figures_of(council) if f.kind == "minutes"]
    assert len(minutes) == 3
    assert metrics[minutes].isna().all(axis=None)
    assert metrics.drop(columns=minutes).notna().all(axis=None)
    assert metrics.attrs["vintages"]["flows_2011"] == "a test"


def test_shape_is_the_union_of_the_zones(store: DataStore) -> None:
    shape = option_shape(own(A + M), store=store)
    assert shape.is_valid
    assert shape.geom_type == "MultiPolygon"
    assert shape.equals(shapely.box(600_000, 220_000, 604_000, 222_000))


def test_comparison_tells_gains_and_losses_by_district(council: Council, store: DataStore) -> None:
    options = [own(A + M, "first"), own((*A, *F), "second")]
    found = compare_options(options, council, store=store)
    changes = found.changes.set_index(["change", "district"])
    assert len(changes) == 2
    gained, lost = changes.loc[("gained", "Farley")], changes.loc[("lost", "Midham")]
    assert (gained["zones"], lost["zones"]) == (4, 4)
    assert gained["commuters_to_anchor"] == 5
    assert gained["commuters_from_anchor"] == 10
    assert lost["commuters_to_anchor"] == 30
    assert lost["enterprises_2022"] == pytest.approx(80)
    overlap = found.overlaps.iloc[0]
    assert overlap["jaccard_area"] == pytest.approx(4 / 12)
    assert overlap["jaccard_workers"] == pytest.approx(130 / (130 + 130 + 80))


def test_no_difference_is_an_empty_table(council: Council, store: DataStore) -> None:
    found = compare_options([own(A, "one"), own(A, "two")], council, store=store)
    assert found.changes.empty
    assert found.overlaps["jaccard_jobs"].tolist() == [1.0]


def test_findings_say_what_the_figures_say(
    metrics: pd.DataFrame, council: Council, store: DataStore
) -> None:
    (finding,) = find_contested(metrics, council, store=store)
    said = " ".join(finding.sentences)
    assert finding.links[0].to_anchor == 5
    assert finding.links[0].from_anchor_share == pytest.approx(10 / 130)
    assert (
        "Farley is outside these 4 options: Anchorton alone; Anchorton and Midham; "
        "Travel to work area; Catchment." in said
    )
    assert "5 of Farley's working residents (6.2%) worked in Anchorton" in said
    assert "falls into 2 separate parts" in said
    assert len(finding.pairs) == 4


def test_refusals(council: Council, store: DataStore) -> None:
    with pytest.raises(InputError, match="more than once: own"):
        compute_metrics([own(A), own(M)], council, store=store)
    with pytest.raises(VintageError, match="msoa11"):
        compute_metrics([own(A, system="msoa21")], council, store=store)
    with pytest.raises(SchemaError, match="E02999999"):
        compute_metrics([own(("E02999999",))], council, store=store)
    with pytest.raises(InputError, match="two options"):
        compare_options([own(A)], council, store=store)


def test_enterprises_of_an_unknown_district_are_not_nought(
    council: Council, store: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from localarea.comparison import metrics as room
    from localarea.options.zone_figures import read_zone_figures

    known = read_zone_figures(store=store)
    gap = replace(known, enterprises_2022=np.where(known.lad25cd == "E07000003", np.nan, 1.0))
    monkeypatch.setattr(room, "read_zone_figures", lambda *, store: gap)
    options = [option_zones(i, council, store=store) for i in ("district", "district+farley")]
    found = compute_metrics(options, council, store=store)["enterprises_2022"]
    assert found.isna().tolist() == [False, True]
