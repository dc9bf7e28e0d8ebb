"""Options against the published figures of the census and the ONS."""

from __future__ import annotations

import pytest

from localarea.comparison.comparison import compare_options
from localarea.comparison.metrics import compute_metrics
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.council import Council, read_council
from localarea.options.membership import option_zones
from localarea.options.zone_figures import commuter_matrix, read_zone_figures
from localarea.places.gazetteer import read_gazetteer

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def council() -> Council:
    return read_council("colchester")


# ONS, census 2011, WU01EW summed to districts: home workers stand apart there, as here.
@pytest.mark.parametrize(
    ("home", "workers"), [("Tendring", 8_737), ("Babergh", 2_440), ("Colchester", 45_269)]
)
def test_commuters_to_colchester_are_the_published_ones(home: str, workers: int) -> None:
    names = {name: code for code, name in read_gazetteer().districts.items()}
    flows, districts = commuter_matrix(2011), read_zone_figures().lad25cd
    live, work = districts == names[home], districts == names["Colchester"]
    assert live @ flows.matrix @ work == workers


def test_gains_of_a_comparison_tell_the_published_flows(council: Council) -> None:
    options = [option_zones(i, council) for i in ("district", "districts")]
    changes = compare_options(options, council).changes.set_index("district")
    assert changes.loc["Tendring", "commuters_to_anchor"] == 8_737
    assert changes.loc["Babergh", "commuters_to_anchor"] == 2_440
    assert set(changes["change"]) == {"gained"}


def test_totals_of_districts_are_the_published_ones(council: Council) -> None:
    options = [option_zones(i, council) for i in ("district", "district+ipswich")]
    metrics = compute_metrics(options, council)
    district = metrics.loc["district"]
    assert district["population_2011"] == 173_074  # ONS, census 2011, Colchester
    assert district["enterprises_2022"] == pytest.approx(8_000)  # Business Demography 2022
    assert metrics.loc["district+ipswich", "enterprises_2022"] == pytest.approx(8_000 + 5_385)
    # ONS, census 2021, 192,700; zones of 2021 come to those of 2011 by postcodes.
    assert district["population_2021"] == pytest.approx(192_700, rel=0.001)
    # ONS standard area measurement, 329 km2 of land; our coast is generalised.
    assert district["area_km2"] == pytest.approx(329, rel=0.02)


# ONS, census 2011, KS101EW: usual residents.
@pytest.mark.parametrize(
    ("anchor", "residents"),
    [("Bristol", 428_234), ("Cardiff", 346_090), ("Isle of Anglesey", 69_751)],
)
def test_any_district_that_is_the_anchor_has_its_published_residents(
    anchor: str, residents: int
) -> None:
    council = council_of_anchor(anchor)
    found = compute_metrics([option_zones("district", council)], council)
    assert found["population_2011"].tolist() == [residents]
