"""The options for the mandate's region, again in plain pandas, networkx and shapely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from localarea.datasets.store import default_store
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.methods.composite_region import FRONT_STEP, best_within, region_front
from localarea.options.methods.region_exact import best_in_one_piece
from localarea.options.methods.region_problem import region_problem
from localarea.options.methods.registry import choose_zones
from localarea.places.outline import zone_shapes

if TYPE_CHECKING:
    from localarea.options.council import Council

NORTH_ESSEX = {"E07000067", "E07000071", "E07000076"}  # Braintree, Colchester, Tendring
SOUTH_SUFFOLK = {"E07000200"}  # Babergh
AS_TEXT = {"origin": object, "destination": object, "workers": float}
WIDE = NORTH_ESSEX | SOUTH_SUFFOLK | {"E07000070", "E07000074", "E07000077", "E07000203"}


@pytest.fixture(scope="module")
def council() -> Council:
    return read_council("colchester")


@pytest.fixture(scope="module")
def commuters() -> pd.DataFrame:
    """Journeys of 2011 between zones of England and Wales; nobody who works at home."""
    table = default_store().read("flows_2011").to_pandas()  # codes as categories, for they are many
    return table.set_axis(["origin", "destination", "workers"], axis=1).astype({"workers": float})


@pytest.fixture(scope="module")
def special() -> pd.DataFrame:
    """Those at home or at no fixed place, who work where they live, and those elsewhere."""
    special = default_store().read("flows_2011_special").to_pandas()
    special = special.set_axis(["origin", "destination", "workers"], axis=1).astype(AS_TEXT)
    at_home = special["destination"].isin(["home", "no_fixed_place"])
    special["destination"] = special["destination"].where(~at_home, special["origin"])
    return special


@pytest.fixture(scope="module")
def residents(commuters: pd.DataFrame, special: pd.DataFrame) -> pd.Series:
    """All at work, by the zone that they live in."""
    travel = by(commuters, "origin")
    others = special.groupby("origin")["workers"].sum()
    return travel.set_axis(travel.index.astype(str)).add(others, fill_value=0.0)


@pytest.fixture(scope="module")
def workers(commuters: pd.DataFrame, special: pd.DataFrame, candidates: set[str]) -> pd.DataFrame:
    """All who live or work in a zone that may be of the region."""
    near = [
        every[every["origin"].isin(candidates) | every["destination"].isin(candidates)]
        for every in (commuters, special)
    ]
    return pd.concat([frame.astype(AS_TEXT) for frame in near], ignore_index=True)


@pytest.fixture(scope="module")
def district_of() -> pd.Series:
    zones = default_store().read("zones_msoa11", columns=["msoa11cd", "lad25cd"]).to_pandas()
    return zones.astype(str).set_index("msoa11cd")["lad25cd"]


def shares(workers: pd.DataFrame, zones: set[str]) -> tuple[float, float]:
    lives, works = workers["origin"].isin(zones), workers["destination"].isin(zones)
    both = workers.loc[lives & works, "workers"].sum()
    return (
        both / workers.loc[lives, "workers"].sum(),
        both / workers.loc[works, "workers"].sum(),
    )


@pytest.mark.parametrize("reading", ["narrow", "wide"])
def test_official_areas_with_half_of_their_residents_in_the_region_are_joined(
    reading: str, council: Council, residents: pd.Series, district_of: pd.Series
) -> None:
    within = NORTH_ESSEX | SOUTH_SUFFOLK if reading == "narrow" else WIDE
    areas = default_store().read("ttwa11_msoa11").to_pandas().astype(str)
    areas = areas.set_index("msoa11cd")["ttwa11nm"]
    residents = residents.reindex(areas.index, fill_value=0.0)
    here = district_of.reindex(areas.index).isin(within)
    of_area = (residents * here).groupby(areas).sum() / residents.groupby(areas).sum()
    joined = set(of_area[of_area >= 0.5].index)
    assert joined == {"Colchester", "Clacton"} | ({"Chelmsford"} if reading == "wide" else set())
    expected = set(areas.index[areas.isin(joined)])
    found = choose_zones("ttwa-region", {"reading": reading}, council)
    assert set(found.zones) == expected
    # No official area is mostly in South Suffolk, so the option holds none of it and says so.
    assert not district_of.reindex(list(expected)).isin(SOUTH_SUFFOLK).any()
    assert any("no zone of it" in note for note in found.parameters["notes"])


def by(commuters: pd.DataFrame, end: str) -> pd.Series:
    return commuters.groupby(end, observed=True)["workers"].sum()


@pytest.fixture(scope="module")
def candidates(commuters: pd.DataFrame, district_of: pd.Series) -> set[str]:
    """The region's zones, and those of which 15% of commuters, or jobs, are the region's."""
    here = set(district_of.index[district_of.isin(NORTH_ESSEX | SOUTH_SUFFOLK)])
    to_region, from_region = (commuters[end].isin(here) for end in ("destination", "origin"))
    sent = by(commuters[to_region], "origin") / by(commuters, "origin")
    taken = by(commuters[from_region], "destination") / by(commuters, "destination")
    return here | set(sent.index[sent >= 0.15]) | set(taken.index[taken >= 0.15])


def test_the_composite_of_the_region_keeps_what_it_promises(
    council: Council, workers: pd.DataFrame, district_of: pd.Series, candidates: set[str]
) -> None:
    option = option_zones("composite-region", council)
    inside = set(option.zones)
    assert inside <= candidates
    assert set(district_of.index[district_of.isin(NORTH_ESSEX | SOUTH_SUFFOLK)]) <= inside
    shapes = gpd.GeoSeries(list(zone_shapes(sorted(inside))), index=sorted(inside))
    pairs = shapes.sindex.query(shapes.values, predicate="intersects").T
    touching = nx.Graph()
    touching.add_nodes_from(inside)
    for one, other in pairs:
        if one < other and shapes.iloc[one].intersection(shapes.iloc[other]).length > 0:
            touching.add_edge(shapes.index[one], shapes.index[other])
    assert nx.is_connected(touching)
    supply, demand = shares(workers, inside)
    assert (supply, demand) == pytest.approx((0.775, 0.804), abs=1e-3)
    for zone in candidates - inside:  # no further candidate would raise the smaller share
        assert min(shares(workers, inside | {zone})) <= supply + 1e-12


def test_a_minimum_cut_proves_that_no_set_of_candidates_holds_more(
    council: Council,
    workers: pd.DataFrame,
    residents: pd.Series,
    district_of: pd.Series,
    candidates: set[str],
) -> None:
    """
    The largest live-and-work less s times the residents is a minimum cut (Picard and Ratliff).

    With s the option's supply-side share, no set with all of the region has a surplus above nought,
    in one piece or not, so none has a larger smaller share either.
    """
    inside = set(option_zones("composite-region", council).zones)
    share = min(shares(workers, inside))
    must = set(district_of.index[district_of.isin(NORTH_ESSEX | SOUTH_SUFFOLK)])
    within = workers[workers["origin"].isin(candidates) & workers["destination"].isin(candidates)]
    low = within[["origin", "destination"]].min(axis=1)
    high = within[["origin", "destination"]].max(axis=1)
    mutual = within.groupby([low, high])["workers"].sum()
    worth = {zone: -share * residents[zone] for zone in candidates}
    graph = nx.DiGraph()
    for (one, other), people in mutual.items():
        if one == other:
            worth[one] += people
            continue
        for a, b in ((one, other), (other, one)):
            worth[a] += people / 2
            graph.add_edge(a, b, capacity=people / 2)
    for zone, value in worth.items():
        if zone in must:
            graph.add_edge("in", zone)  # without a capacity: it cannot be cut
        elif value > 0:
            graph.add_edge("in", zone, capacity=value)
        else:
            graph.add_edge(zone, "out", capacity=-value)
    _, (best, _) = nx.minimum_cut(graph, "in", "out")
    best = set(best) - {"in"}
    assert must <= best
    both = workers["origin"].isin(best) & workers["destination"].isin(best)
    surplus = workers.loc[both, "workers"].sum() - share * residents.reindex(sorted(best)).sum()
    assert surplus <= 1e-6
    assert best == inside


def test_the_programme_proves_the_same(council: Council) -> None:
    problem = region_problem({}, council, None)
    inside = best_within(problem, 1.0)
    assert (best_in_one_piece(problem.region, inside) == inside).all()


def test_the_front_rises_from_the_whole_districts_to_the_option(
    council: Council, workers: pd.DataFrame, residents: pd.Series, district_of: pd.Series
) -> None:
    front = region_front(council.spec("composite-region").parameters, council)
    here = set(district_of.index[district_of.isin(NORTH_ESSEX | SOUTH_SUFFOLK)])
    first, last = front.iloc[0], front.iloc[-1]
    assert (first["zones"], first["outside_share"]) == (len(here), 0.0)
    assert first["self_containment"] == pytest.approx(min(shares(workers, here)))
    assert last["chosen"]
    assert front["outside_share"].is_monotonic_increasing
    assert front["self_containment"].is_monotonic_increasing
    inside = set(option_zones("composite-region", council).zones)
    outside = residents.reindex(sorted(inside - here)).sum()
    assert last["outside_share"] == pytest.approx(outside / residents.reindex(sorted(inside)).sum())
    assert last["self_containment"] == pytest.approx(min(shares(workers, inside)))


@pytest.mark.slow
def test_every_row_of_the_front_is_the_best_there_is(council: Council) -> None:
    """Published in docs/methods/region.md."""
    parameters = council.spec("composite-region").parameters
    front, problem = region_front(parameters, council), region_problem(parameters, council, None)
    proved: list[Any] = []
    cuts: list[Any] = []  # a set in two pieces is none under the next limit either
    for limit in np.arange(0.0, front["outside_share"].max(), FRONT_STEP).tolist():
        # The proof begins from what the search finds, also from the best of the limit before, which
        # is quick, and wins nothing by it.
        known = best_within(problem, limit, proved[-1:])
        best = best_in_one_piece(problem.with_most_outside(limit), known, cuts)
        proved.append(best)
        within = front[front["outside_share"] <= limit + 1e-9]
        held = problem.region.self_containment(best)
        assert within["self_containment"].max() == pytest.approx(held, abs=1e-6)
