"""The compiled method against the same method in dictionaries, on many random countries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import pandas as pd
import pytest
import ttwa_oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas import compute, hubs
from localarea.labour.travel_to_work_areas._kernel import arrays, entries, ledgers
from localarea.labour.travel_to_work_areas.compute import (
    canonical_order,
    compute_travel_to_work_areas,
)
from localarea.labour.travel_to_work_areas.parameters import ISTAT_METHOD, TtwaParameters
from localarea.labour.travel_to_work_areas.settling import settle_areas

if TYPE_CHECKING:
    from localarea.labour.travel_to_work_areas.result import TtwaResult

SEEDS = 20
N_ZONES = 30  # the dictionaries take twice as long for 40, with the same steps
CRITERIA = {"min_size": 60.0, "target_size": 400.0, "min_sc": 0.6, "target_sc": 0.75}


def random_country(seed: int, n_zones: int = N_ZONES) -> FlowMatrix:
    """Scatter towns on a line, with commuting that thins out with distance, and some oddities."""
    rng = np.random.default_rng(seed)
    place = np.sort(rng.uniform(0, 60, n_zones))
    size = rng.pareto(1.5, n_zones) * 40 + 5
    nearness = np.exp(-np.abs(place[:, None] - place[None, :]) / rng.uniform(1, 5))
    pull = nearness * size[None, :]
    workers = rng.poisson(size[:, None] * pull / pull.sum(axis=1, keepdims=True))
    workers[rng.integers(n_zones)] = 0
    workers[:, rng.integers(n_zones)] = 0
    origin, destination = np.nonzero(workers)
    codes = np.array([f"Z{i:03d}" for i in rng.permutation(n_zones)])
    flows = pd.DataFrame(
        {
            "origin": pd.Categorical.from_codes(origin, codes),
            "destination": pd.Categorical.from_codes(destination, codes),
            "workers": workers[origin, destination].astype(float),
        }
    )
    away = rng.choice(codes, 5, replace=False)
    special = pd.DataFrame({"origin": away, "kind": "offshore", "workers": 3.0})
    return build_flow_matrix(flows, special, codes=codes)


def oracle_of(flows: FlowMatrix, parameters: TtwaParameters) -> ttwa_oracle.Country:
    """Set the oracle up with the same zones, flows and parameters."""
    coo = flows.matrix.tocoo()
    pairs = zip(flows.codes[coo.row].tolist(), flows.codes[coo.col].tolist(), strict=True)
    within = np.asarray(flows.matrix.sum(axis=1)).ravel()
    outside = dict(zip(flows.codes.tolist(), flows.employed_residents - within, strict=True))
    criteria = parameters.criteria
    return ttwa_oracle.Country(
        zones=flows.codes[canonical_order(flows)].tolist(),
        flows=dict(zip(pairs, coo.data.tolist(), strict=True)),
        method=ttwa_oracle.Method(
            criteria.min_size,
            criteria.target_size,
            criteria.min_sc,
            criteria.target_sc,
            form=criteria.form,
            order=parameters.order,
            dissolution=parameters.dissolution,
            placing=parameters.placing,
            reserve=parameters.reserve,
            link=parameters.link,
        ),
        outside=outside,
    )


def assert_same(flows: FlowMatrix, parameters: TtwaParameters) -> TtwaResult:
    """Compare the partitions, and the replayed trace with the oracle's founding zones."""
    result = compute_travel_to_work_areas(flows, parameters)
    expected = pd.Series(oracle_of(flows, parameters).run()).sort_index()
    pd.testing.assert_series_equal(
        result.trace.replay(), expected, check_names=False, check_dtype=False
    )
    pairs = pd.concat([result.membership, expected], axis=1).drop_duplicates()
    assert len(pairs) == result.membership.nunique() == expected.nunique()
    return result


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("form", ["product", "linear"])
def test_whole_dissolution_equals_the_dictionaries(seed: int, form: str) -> None:
    criteria = Criteria(**CRITERIA, form=form)  # type: ignore[arg-type]
    result = assert_same(random_country(seed), TtwaParameters(criteria=criteria))
    assert 1 < result.quality.areas < N_ZONES


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("form", ["product", "linear"])
def test_one_zone_with_a_reserve_equals_the_dictionaries(seed: int, form: str) -> None:
    criteria = Criteria(**CRITERIA, form=form)  # type: ignore[arg-type]
    parameters = TtwaParameters(
        criteria=criteria, dissolution="one_zone", reserve="as_entered", order="flows"
    )
    assert_same(random_country(seed), parameters)


@pytest.mark.parametrize("order", ["jobs", "flows", "smallest_first", "strongest_link", "crossing"])
@pytest.mark.parametrize("link", ["smart", "four_shares", "own_shares", "flow"])
@pytest.mark.parametrize("placing", ["one_by_one", "together"])
def test_every_order_link_and_placing_equals_the_dictionaries(
    order: str, link: str, placing: str
) -> None:
    parameters = TtwaParameters(
        criteria=Criteria(**CRITERIA),
        order=order,  # type: ignore[arg-type]
        link=link,  # type: ignore[arg-type]
        placing=placing,  # type: ignore[arg-type]
    )
    for seed in range(100, 104):
        assert_same(random_country(seed), parameters)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_method_of_istat_equals_the_dictionaries(seed: int) -> None:
    parameters = replace(ISTAT_METHOD, criteria=Criteria(**CRITERIA))
    assert_same(random_country(seed), parameters)


@pytest.mark.parametrize("order", ["employed_residents", "strongest_link"])
def test_the_reserve_in_other_orders_equals_the_dictionaries(order: str) -> None:
    parameters = TtwaParameters(
        criteria=Criteria(**CRITERIA),
        order=order,  # type: ignore[arg-type]
        dissolution="one_zone",
        reserve="as_entered",
    )
    for seed in range(200, 205):
        assert_same(random_country(seed), parameters)


def let_ledgers_open(
    monkeypatch: pytest.MonkeyPatch, read_before: int, read_of_zone: int, most_hubs: int
) -> None:
    """Open ledgers after so many flows, for at most so many zones of which so many were read."""
    monkeypatch.setattr(hubs, "READ_BEFORE", read_before)
    monkeypatch.setattr(hubs, "READ_OF_ZONE", read_of_zone)
    monkeypatch.setattr(hubs, "MOST_HUBS", most_hubs)


def assert_same_trace(result: TtwaResult, plain: TtwaResult) -> None:
    assert result.trace.moves.tobytes() == plain.trace.moves.tobytes()
    assert result.trace.steps.tobytes() == plain.trace.steps.tobytes()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect how many zones have ledgers, each time that these are opened."""
    found: list[int] = []
    real = hubs.with_ledgers

    def watched(*state: Any) -> Any:
        world = real(*state)
        found.append(world.hubs.size)
        return world

    monkeypatch.setattr(compute, "with_ledgers", watched)
    return found


@pytest.mark.parametrize("most_hubs", [N_ZONES, 15, 3])
@pytest.mark.parametrize("link", ["smart", "four_shares", "own_shares", "flow"])
def test_zones_with_ledgers_are_placed_as_in_the_dictionaries(
    monkeypatch: pytest.MonkeyPatch, opened: list[int], most_hubs: int, link: str
) -> None:
    """All zones have ledgers, some, or a few; they are opened anew at nearly every dissolution."""
    parameters = TtwaParameters(criteria=Criteria(**CRITERIA), link=link)  # type: ignore[arg-type]
    for seed in range(300, 303):
        flows = random_country(seed)
        plain = compute_travel_to_work_areas(flows, parameters)
        assert not opened
        let_ledgers_open(monkeypatch, 20, 0, most_hubs)
        assert_same_trace(assert_same(flows, parameters), plain)
        assert len(opened) > 3 or most_hubs == N_ZONES  # once all have, there is no more to read
        assert set(opened) == {most_hubs}
        opened.clear()
        let_ledgers_open(monkeypatch, 10**9, 0, 0)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n_zones=st.integers(5, 45),
    read_before=st.integers(0, 3_000),
    read_of_zone=st.integers(0, 400),
    most_hubs=st.integers(0, 60),
    form=st.sampled_from(["product", "linear"]),
    order=st.sampled_from(["employed_residents", "jobs", "crossing", "smallest_first"]),
)
def test_whichever_zones_have_ledgers_the_trace_is_the_same(
    seed: int,
    n_zones: int,
    read_before: int,
    read_of_zone: int,
    most_hubs: int,
    form: str,
    order: str,
) -> None:
    flows = random_country(seed, n_zones)
    criteria = Criteria(**CRITERIA, form=form)  # type: ignore[arg-type]
    parameters = TtwaParameters(criteria=criteria, order=order)  # type: ignore[arg-type]
    plain = compute_travel_to_work_areas(flows, parameters)
    with pytest.MonkeyPatch.context() as patch:
        let_ledgers_open(patch, read_before, read_of_zone, most_hubs)
        assert_same_trace(assert_same(flows, parameters), plain)


def test_a_ledger_that_is_nearly_full_keeps_the_areas_that_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Few countries are so large that a ledger is ever full, so its parts are looked at."""
    let_ledgers_open(monkeypatch, 0, 0, 10)
    flows = random_country(7)
    parameters = TtwaParameters(criteria=Criteria(**CRITERIA))
    rules = compute.rules_of(parameters, N_ZONES)
    world = compute.build_world(flows, parameters, canonical_order(flows))
    entries.start(world, rules)
    world.counters[arrays.N_MOVES] = 0
    world = hubs.with_ledgers(world, rules)
    drop_dissolved = numba.njit(ledgers._drop_dissolved.py_func)  # ours is called by others alone
    for number in range(10):
        hub = world.hubs[number]
        cells = world.cells[hub["first"] : hub["first"] + hub["size"]]
        before = {int(cell["area"]): cell.tobytes() for cell in cells if cell["area"] >= 0}
        assert len(before) == hub["used"]
        gone = sorted(before)[::3]
        world.areas["count"][gone] = 0
        drop_dissolved(world, hub)
        after = {int(cell["area"]): cell.tobytes() for cell in cells if cell["area"] >= 0}
        assert after == {area: cell for area, cell in before.items() if area not in gone}
        assert world.hubs[number]["used"] == len(after)
        tree = world.bounds[2 * hub["first"] : 2 * (hub["first"] + hub["size"])]
        leaves = np.where(cells["area"] >= 0, cells["bound"], arrays.EMPTY)
        assert tree[hub["size"] :].tolist() == leaves.tolist()
        for node in range(1, hub["size"]):
            assert tree[node] == max(tree[2 * node], tree[2 * node + 1])
        world.areas["count"][gone] = 1


def test_areas_settle_alike_with_ledgers_and_without(
    monkeypatch: pytest.MonkeyPatch, opened: list[int]
) -> None:
    parameters = TtwaParameters(criteria=Criteria(**CRITERIA))
    for seed in range(400, 405):
        flows = random_country(seed)
        given_areas = pd.Series([f"A{i % 5}" for i in range(N_ZONES)], index=flows.codes)
        plain = settle_areas(flows, given_areas, parameters)
        with monkeypatch.context() as patch:
            let_ledgers_open(patch, 20, 0, 15)
            found = settle_areas(flows, given_areas, parameters)
        pd.testing.assert_series_equal(found.membership, plain.membership)
        assert found.dissolutions == plain.dissolutions
    assert opened


@pytest.mark.parametrize(
    "parameters",
    [
        TtwaParameters(placing="together"),
        TtwaParameters(order="strongest_link"),
        TtwaParameters(contiguity="prefer"),
        ISTAT_METHOD,
    ],
)
def test_other_methods_have_no_ledgers(parameters: TtwaParameters) -> None:
    """There areas also shrink, or other zones than those placed so far decide."""
    assert hubs.links_before_ledgers(hubs.are_whole(np.array([1.0, 2.0])), TtwaParameters()) < 10**9
    assert hubs.links_before_ledgers(hubs.are_whole(np.array([1.0, 2.0])), parameters) > 10**18


def test_flows_that_are_not_whole_numbers_have_no_ledgers(
    monkeypatch: pytest.MonkeyPatch, opened: list[int]
) -> None:
    """Their sums depend on the order in which they are added, which the ledgers do not keep."""
    let_ledgers_open(monkeypatch, 0, 0, N_ZONES)
    flows = random_country(11)
    tenths = replace(
        flows, matrix=flows.matrix * 0.1, employed_residents=flows.employed_residents * 0.1
    )
    assert_same(tenths, TtwaParameters(criteria=Criteria(6.0, 40.0, 0.6, 0.75)))
    assert not opened


def test_flows_too_many_for_a_ledger_have_none() -> None:
    """A ledger counts up to 2,147,483,647 workers."""
    workers = np.array([2.0e9, 1.5e8])
    assert hubs.links_before_ledgers(hubs.are_whole(workers), TtwaParameters()) > 10**18
