"""Going on from areas that exist."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.errors import SchemaError
from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
from localarea.labour.travel_to_work_areas.result import measure_areas
from localarea.labour.travel_to_work_areas.settling import settle_areas

METHOD = TtwaParameters(criteria=Criteria(200, 2_000, 0.5, 0.7))
N = 9
CODES = [f"z{i}" for i in range(N)]


def matrix_of(counts: list[int]) -> FlowMatrix:
    grid = np.array(counts).reshape(N, N)
    origin, destination = (at.ravel() for at in np.indices((N, N)))
    table = pd.DataFrame(
        {
            "origin": pd.Categorical.from_codes(origin, CODES),
            "destination": pd.Categorical.from_codes(destination, CODES),
            "workers": grid.ravel(),
        }
    )
    return build_flow_matrix(table)


MATRICES = st.lists(
    st.one_of(st.just(0), st.integers(0, 60), st.integers(50, 500)), min_size=N * N, max_size=N * N
).map(matrix_of)
PARTITIONS = st.lists(st.sampled_from("PQRS"), min_size=N, max_size=N)


@settings(deadline=None, max_examples=60)
@given(MATRICES)
def test_from_single_zones_it_is_the_regionalisation(flows: FlowMatrix) -> None:
    singles = pd.Series(flows.codes, index=flows.codes)
    whole = compute_travel_to_work_areas(flows, METHOD)
    settled = settle_areas(flows, singles, METHOD)
    pairs = pd.DataFrame({"a": whole.membership, "b": settled.membership}).drop_duplicates()
    assert pairs["a"].is_unique
    assert pairs["b"].is_unique
    assert settled.dissolutions == whole.trace.n_dissolutions


@settings(deadline=None, max_examples=60)
@given(MATRICES, PARTITIONS)
def test_what_has_settled_stays(flows: FlowMatrix, labels: list[str]) -> None:
    given_areas = pd.Series(labels, index=CODES)
    settled = settle_areas(flows, given_areas, METHOD)
    again = settle_areas(flows, settled.membership, METHOD)
    if settled.areas["valid"].all():
        assert (again.dissolutions, again.moved, again.dissolved) == (0, (), ())
    pd.testing.assert_frame_equal(
        settled.areas, measure_areas(flows, settled.membership, METHOD), check_names=False
    )


@settings(deadline=None, max_examples=60)
@given(MATRICES, PARTITIONS)
def test_valid_areas_that_nothing_joins_are_left_alone(
    flows: FlowMatrix, labels: list[str]
) -> None:
    given_areas = pd.Series(labels, index=CODES)
    settled = settle_areas(flows, given_areas, METHOD)
    figures = measure_areas(flows, given_areas, METHOD)
    if figures["valid"].all():
        assert settled.moved == ()
    assert set(settled.moved) == set(given_areas.index[given_areas != settled.membership])
    assert set(settled.dissolved) == set(given_areas) - set(settled.membership)


def test_a_zone_without_an_area_is_refused() -> None:
    flows = matrix_of([1] * (N * N))
    with pytest.raises(SchemaError, match="every zone"):
        settle_areas(flows, pd.Series("P", index=CODES[:-1]))
