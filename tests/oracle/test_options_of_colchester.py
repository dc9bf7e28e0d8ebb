"""Colchester's options against the design, and against sums over its zones made another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localarea.comparison.findings import find_contested
from localarea.comparison.metrics import compute_metrics
from localarea.comparison.scenario import Scenario
from localarea.errors import InputError
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.council import Council, read_council
from localarea.options.membership import compute_options, option_ids, option_zones
from localarea.options.zone_figures import commuter_matrix, read_zone_figures
from localarea.places.gazetteer import read_gazetteer
from localarea.places.outline import option_shape

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture(scope="module")
def council() -> Council:
    return read_council("colchester")


@pytest.fixture(scope="module")
def metrics(council: Council) -> pd.DataFrame:
    return compute_metrics(compute_options(council), council)


def test_options_of_colchester_are_those_of_the_design(council: Council) -> None:
    ids = option_ids(council)
    bases = [spec.id for spec in council.options]
    assert set(bases) == {
        "district", "districts", "districts-wide", "ttwa-official", "ttwa-computed",
        "ttwa-cluster", "drive-30", "drive-45", "catchment", "composite",
        "ttwa-region", "composite-region",
    }  # fmt: skip
    assert [i for i in ids if not i.endswith("ipswich")] == bases
    # Within 45 minutes lies all of Ipswich, within 30 a part; nothing else reaches it.
    with_it = [f"{base}+ipswich" for base in bases if base != "drive-45"]
    assert [i for i in ids if i.endswith("+ipswich")] == with_it
    assert {i for i in ids if i.endswith("-ipswich")} == {"drive-30-ipswich", "drive-45-ipswich"}
    assert council.default_option == "ttwa-official"


def test_ipswich_is_apart_from_the_official_area(metrics: pd.DataFrame) -> None:
    # Between the two lie other zones of Ipswich's own travel to work area.
    assert metrics.loc["ttwa-official", "share_of_ipswich_inside"] == 0
    assert metrics.loc["ttwa-official+ipswich", "share_of_ipswich_inside"] == 1
    assert metrics.loc["ttwa-official", "parts"] == 1
    assert metrics.loc["ttwa-official+ipswich", "parts"] == 2


def test_official_area_is_a_labour_market_by_the_official_criteria(metrics: pd.DataFrame) -> None:
    official = metrics.loc["ttwa-official"]
    # Coombes and ONS (2015): from 25,000 workers on, 66.7% of both is enough.
    assert official["employed_residents"] > 25_000
    assert min(official["supply_side"], official["demand_side"]) >= 0.667
    assert official["valid"]


def test_findings_about_ipswich_are_the_commuting_figures(
    metrics: pd.DataFrame, council: Council
) -> None:
    (finding,) = find_contested(metrics, council)
    names = {name: code for code, name in read_gazetteer().districts.items()}
    flows, districts = commuter_matrix(2011), read_zone_figures().lad25cd
    live, work = districts == names["Ipswich"], districts == names["Colchester"]
    assert finding.links[0].to_anchor == live @ flows.matrix @ work
    assert len(finding.pairs) == len(council.options)
    assert not any(
        word in " ".join(finding.sentences) for word in ("should", "recommend", "better")
    )


def test_every_shape_is_valid_and_as_large_as_its_zones(
    metrics: pd.DataFrame, council: Council
) -> None:
    for option in compute_options(council):
        shape = option_shape(option)
        assert shape.is_valid
        assert shape.area / 1e6 == pytest.approx(metrics.loc[option.id, "area_km2"], rel=1e-9)


def test_scenario_of_one_zone_changes_one_zone(council: Council) -> None:
    zones = option_zones("ttwa-official", council).zones
    what_if = Scenario.of("ttwa-official").exclude(zones[0]).option(council)
    assert what_if.zones == zones[1:]


@pytest.mark.parametrize("anchor", ["Bristol", "Cardiff", "Isle of Anglesey"])
def test_any_district_can_be_the_anchor(anchor: str) -> None:
    plain = council_of_anchor(anchor)
    found = compute_metrics(compute_options(plain), plain)
    assert list(found.index) == ["district", "ttwa-official", "catchment"]
    known = found.drop(columns=[c for c in found if c.startswith("minutes")])
    assert np.isfinite(known.astype(float)).all(axis=None)
    # Of a catchment, the anchor is a part; so its residents who work inside cannot be fewer.
    share = found["anchor_residents_inside_share"]
    assert share["district"] == pytest.approx(found.loc["district", "supply_side"])
    assert share["catchment"] >= share["district"]


def test_a_name_of_an_area_that_is_no_district_is_refused_with_the_longer_one() -> None:
    with pytest.raises(InputError, match="Kingston upon Hull"):  # Hull is a travel to work area
        council_of_anchor("Hull")
