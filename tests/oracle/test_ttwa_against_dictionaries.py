"""The compiled method against the same method in dictionaries, on many random countries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import ttwa_oracle

from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas import compute
from localarea.labour.travel_to_work_areas.compute import (
    canonical_order,
    compute_travel_to_work_areas,
)
from localarea.labour.travel_to_work_areas.parameters import ISTAT_METHOD, TtwaParameters

if TYPE_CHECKING:
    from localarea.labour.travel_to_work_areas.result import TtwaResult

CRITERIA = {"min_size": 60.0, "target_size": 400.0, "min_sc": 0.6, "target_sc": 0.75}


def random_country(seed: int, n_zones: int = 40) -> FlowMatrix:
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
            "origin": codes[origin],
            "destination": codes[destination],
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


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("form", ["product", "linear"])
def test_whole_dissolution_equals_the_dictionaries(seed: int, form: str) -> None:
    criteria = Criteria(**CRITERIA, form=form)  # type: ignore[arg-type]
    result = assert_same(random_country(seed), TtwaParameters(criteria=criteria))
    assert 1 < result.quality.areas < 40


@pytest.mark.parametrize("seed", range(40))
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


@pytest.mark.parametrize("seed", range(40))
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
    for seed in range(200, 210):
        assert_same(random_country(seed), parameters)


@pytest.mark.parametrize("hub_links", [1, 12, 30])
@pytest.mark.parametrize("link", ["smart", "four_shares", "own_shares", "flow"])
def test_zones_with_many_flows_are_placed_as_in_the_dictionaries(
    monkeypatch: pytest.MonkeyPatch, hub_links: int, link: str
) -> None:
    """Hubs are placed by their ledgers: all zones, half of them, or a few."""
    monkeypatch.setattr(compute, "HUB_LINKS", hub_links)
    parameters = TtwaParameters(criteria=Criteria(**CRITERIA), link=link)  # type: ignore[arg-type]
    for seed in range(300, 310):
        flows = random_country(seed)
        result = assert_same(flows, parameters)
        monkeypatch.setattr(compute, "HUB_LINKS", 10_000)  # none is a hub: the same trace, to a bit
        plain = compute_travel_to_work_areas(flows, parameters)
        monkeypatch.setattr(compute, "HUB_LINKS", hub_links)
        assert result.trace.moves.tobytes() == plain.trace.moves.tobytes()
        assert result.trace.steps.tobytes() == plain.trace.steps.tobytes()


def test_a_ledger_that_is_full_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """In 300 zones a hub with few flows meets more areas, one after the other, than it has room."""
    criteria = Criteria(60.0, 6_000.0, 0.6, 0.75)
    flows = random_country(7, 300)
    monkeypatch.setattr(compute, "HUB_LINKS", 1)
    result = assert_same(flows, TtwaParameters(criteria=criteria))
    assert result.trace.moves.size > 600


def test_flows_that_are_not_whole_numbers_have_no_ledgers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their sums depend on the order in which they are added, which the ledgers do not keep."""
    monkeypatch.setattr(compute, "HUB_LINKS", 1)
    flows = random_country(11)
    tenths = replace(
        flows, matrix=flows.matrix * 0.1, employed_residents=flows.employed_residents * 0.1
    )
    criteria = Criteria(6.0, 40.0, 0.6, 0.75)
    world = compute.build_world(tenths, TtwaParameters(criteria=criteria), np.arange(40))
    assert world.hubs.size == 0
    assert_same(tenths, TtwaParameters(criteria=criteria))
