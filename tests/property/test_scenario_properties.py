"""What must hold for any what-if: undoing, order, equality, and the way there and back in TOML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.comparison.change import Change
from localarea.comparison.metrics import compute_metrics
from localarea.comparison.scenario import Scenario
from localarea.comparison.session import ScenarioSession
from localarea.options.council import read_council
from localarea.places.polygons import Polygon
from localarea.places.resolve import resolve_place

PLACES = ("Braintree", "Tendring", "Babergh", "Ipswich", "Norwich", "E02004520", "IP1 1DH")
places = st.sampled_from(PLACES)
texts = st.text(min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(bool)
polygons = st.builds(
    lambda label, x, w: Polygon(
        label, f"POLYGON (({x} 0, {x + w} 0, {x + w} {w}, {x} {w}, {x} 0))"
    ),
    texts,
    st.integers(0, 10**6),
    st.integers(1, 10**5),
)
changes = st.builds(
    lambda action, place, polygon: Change(action, polygon.label if polygon else place, polygon),
    st.sampled_from(["include", "exclude"]),
    texts,
    st.none() | polygons,
)
scenarios = st.builds(
    Scenario,
    base=texts,
    changes=st.lists(changes, max_size=4).map(tuple),
    thresholds=st.dictionaries(
        st.sampled_from(["min_share", "minutes", "size"]),
        st.floats(allow_nan=False, allow_infinity=False) | st.integers(-99, 99) | texts
        | st.booleans(),
        max_size=3,
    ).map(lambda d: tuple(sorted(d.items()))),
    vintage=st.sampled_from([2011, 2021]),
)  # fmt: skip


@given(scenarios)
@settings(max_examples=200, deadline=None)
def test_toml_and_back(scenario: Scenario) -> None:
    kept = Scenario.from_toml(scenario.to_toml())
    assert kept == scenario
    assert hash(kept) == hash(scenario)
    assert kept.id == scenario.id


@given(st.lists(places, min_size=1, max_size=4), places)
@settings(max_examples=30, deadline=None)
def test_include_then_exclude(chosen: list[str], last: str) -> None:
    start = Scenario.of("districts-wide").include(*chosen)
    own = set(start.option().zones)
    held = set(resolve_place(last).zones)
    assert set(start.include(last).option().zones) == own | held
    assert set(start.include(last).exclude(last).option().zones) == own - held
    assert set(start.exclude(last).include(last).option().zones) == own | held


@given(st.permutations(PLACES))
@settings(max_examples=20, deadline=None)
def test_order_of_inclusions_does_not_matter(order: list[str]) -> None:
    one = Scenario.of("district").include(*order).option()
    other = Scenario.of("district").include(*PLACES).option()
    assert one.zones == other.zones


@given(places, places)
@settings(max_examples=30, deadline=None)
def test_equal_scenarios_are_one(one: str, other: str) -> None:
    a = Scenario.of("district").include(one).exclude(other)
    b = Scenario.of("district").include(f" {one} ").exclude(other)
    assert a == b
    assert len({a, b}) == 1
    assert (a == Scenario.of("district").exclude(other).include(one)) is False


@pytest.fixture(scope="module")
def session() -> ScenarioSession:
    return ScenarioSession()


@given(place=places)
@settings(max_examples=len(PLACES), deadline=None)
def test_session_gives_the_figures_of_a_fresh_computation(
    session: ScenarioSession, place: str
) -> None:
    scenario = Scenario.of("ttwa-official").include(place)
    council = read_council()
    fresh = compute_metrics([*session.options[:2], scenario.option(council)], council).loc[
        scenario.id
    ]
    quick = session.figures(scenario)
    assert quick.astype(float).to_numpy() == pytest.approx(
        fresh.astype(float).to_numpy(), rel=1e-12, nan_ok=True
    )


def test_difference_is_that_of_the_figures(session: ScenarioSession) -> None:
    found = session.difference(Scenario.of("ttwa-official").include("Ipswich"))
    with_it = session.metrics.loc["ttwa-official+ipswich"]
    assert found["jobs"] == with_it["jobs"] - session.metrics.loc["ttwa-official", "jobs"]
    assert found["share_of_ipswich_inside"] == 1
