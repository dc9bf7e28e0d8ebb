"""Colchester's options against the published figures of the census and the ONS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localarea.comparison.comparison import compare_options
from localarea.comparison.findings import find_contested
from localarea.comparison.metrics import compute_metrics
from localarea.comparison.scenario import Scenario
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
    }  # fmt: skip
    assert [i for i in ids if not i.endswith("ipswich")] == bases
    # Within 45 minutes lies all of Ipswich, within 30 a part; nothing else reaches it.
    with_it = [f"{base}+ipswich" for base in bases if base != "drive-45"]
    assert [i for i in ids if i.endswith("+ipswich")] == with_it
    assert {i for i in ids if i.endswith("-ipswich")} == {"drive-30-ipswich", "drive-45-ipswich"}
    assert council.default_option == "ttwa-official"


# ONS, census 2011, WU01EW summed to districts: home workers stand apart there, as here.
@pytest.mark.parametrize(
    ("home", "workers"), [("Tendring", 8_737), ("Babergh", 2_440), ("Colchester", 45_269)]
)
@pytest.mark.golden
def test_commuters_to_colchester_are_the_published_ones(home: str, workers: int) -> None:
    names = {name: code for code, name in read_gazetteer().districts.items()}
    flows, districts = commuter_matrix(2011), read_zone_figures().lad25cd
    live, work = districts == names[home], districts == names["Colchester"]
    assert live @ flows.matrix @ work == workers


@pytest.mark.golden
def test_gains_of_a_comparison_tell_the_published_flows(council: Council) -> None:
    options = [option_zones(i, council) for i in ("district", "districts")]
    changes = compare_options(options, council).changes.set_index("district")
    assert changes.loc["Tendring", "commuters_to_anchor"] == 8_737
    assert changes.loc["Babergh", "commuters_to_anchor"] == 2_440
    assert set(changes["change"]) == {"gained"}


@pytest.mark.golden
def test_official_area_is_a_labour_market_by_the_official_criteria(metrics: pd.DataFrame) -> None:
    # The published boundary follows LSOAs, ours MSOAs by majority: a point in a thousand.
    official = metrics.loc["ttwa-official"]
    assert official["zones"] == 25
    assert official["supply_side"] == pytest.approx(0.724, abs=0.001)
    assert official["demand_side"] == pytest.approx(0.765, abs=0.001)
    assert official["valid"]


@pytest.mark.golden
def test_totals_of_districts_are_the_published_ones(metrics: pd.DataFrame) -> None:
    district = metrics.loc["district"]
    assert district["population_2011"] == 173_074  # ONS, census 2011, Colchester
    assert district["enterprises_2022"] == pytest.approx(8_000)  # Business Demography 2022
    assert metrics.loc["district+ipswich", "enterprises_2022"] == pytest.approx(8_000 + 5_385)
    # ONS, census 2021, 192,700; zones of 2021 come to those of 2011 by postcodes.
    assert district["population_2021"] == pytest.approx(192_700, rel=0.001)
    # ONS standard area measurement, 329 km2 of land; our coast is generalised.
    assert district["area_km2"] == pytest.approx(329, rel=0.02)


def test_ipswich_is_apart_from_the_official_area(metrics: pd.DataFrame) -> None:
    assert metrics.loc["ttwa-official", "share_of_ipswich_inside"] == 0
    assert metrics.loc["ttwa-official+ipswich", "share_of_ipswich_inside"] == 1
    assert metrics.loc["ttwa-official", "parts"] == 1
    assert metrics.loc["ttwa-official+ipswich", "parts"] == 2


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
    zone = option_zones("ttwa-official", council).zones[0]
    what_if = Scenario.of("ttwa-official").exclude(zone).option(council)
    assert len(what_if.zones) == 24


@pytest.mark.parametrize("anchor", ["Bristol", "Cardiff", "Isle of Anglesey", "Hull"])
def test_any_district_can_be_the_anchor(anchor: str) -> None:
    from localarea.errors import InputError
    from localarea.options.council import council_of_anchor

    if anchor == "Hull":  # a travel to work area by that name; the district's is longer
        with pytest.raises(InputError, match="Kingston upon Hull"):
            council_of_anchor(anchor)
        return
    plain = council_of_anchor(anchor)
    found = compute_metrics(compute_options(plain), plain)
    assert list(found.index) == ["district", "ttwa-official", "catchment"]
    known = found.drop(columns=[c for c in found if c.startswith("minutes")])
    assert np.isfinite(known.astype(float)).all(axis=None)
