"""The commuting matrix: who is counted where, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from localarea.errors import SchemaError
from localarea.labour.flow_matrix import (
    COMMUTERS_ONLY,
    TTWA_RULE,
    SpecialRule,
    build_flow_matrix,
)

FLOWS = pd.DataFrame(
    [("A", "A", 60), ("A", "B", 30), ("B", "A", 5), ("B", "B", 40), ("C", "B", 10)],
    columns=["origin", "destination", "workers"],
)
SPECIAL = pd.DataFrame(
    [("A", "home", 8), ("B", "no_fixed_place", 3), ("A", "outside_uk", 2), ("D", "home", 7)],
    columns=["origin", "kind", "workers"],
)


def test_home_workers_work_where_they_live_and_others_count_as_residents_only() -> None:
    built = build_flow_matrix(FLOWS, SPECIAL, rule=TTWA_RULE)
    assert built.codes.tolist() == ["A", "B", "C", "D"]
    # A: 60 + 30 + 8 at home + 2 abroad; B: 45 + 3; C: 10; D: 7 at home.
    assert built.employed_residents.tolist() == [100, 48, 10, 7]
    # Jobs: A 60 + 5 + 8; B 30 + 40 + 10 + 3; D 7. Nobody abroad holds a job here.
    assert built.jobs.tolist() == [73, 83, 0, 7]
    assert built.workers == FLOWS.workers.sum() + SPECIAL.workers.sum()
    assert built.excluded == {}


def test_excluded_workers_leave_both_sides_and_are_told() -> None:
    built = build_flow_matrix(FLOWS, SPECIAL, rule=COMMUTERS_ONLY)
    assert built.workers == FLOWS.workers.sum()
    assert built.excluded == {"home": 15, "no_fixed_place": 3, "outside_uk": 2}
    assert built.codes.tolist() == ["A", "B", "C", "D"]  # D sends nobody but is still a zone


def test_categories_count_as_their_texts_do() -> None:
    known = pd.CategoricalDtype(["D", "C", "A", "Z", "B"])  # in no order, and nobody is in Z
    flows = FLOWS.astype({"origin": known, "destination": known})
    special = SPECIAL.astype({"origin": known, "kind": "category"})
    built = build_flow_matrix(flows, special, rule=COMMUTERS_ONLY)
    assert built.codes.tolist() == ["A", "B", "C", "D"]
    assert built.matrix.toarray().tolist() == [
        [60, 30, 0, 0],
        [5, 40, 0, 0],
        [0, 10, 0, 0],
        [0] * 4,
    ]
    assert built.excluded == {"home": 15, "no_fixed_place": 3, "outside_uk": 2}
    with pytest.raises(SchemaError, match="not a zone: C"):
        build_flow_matrix(flows, codes=["A", "B"])
    lacking = flows.assign(origin=flows["origin"].where(flows["workers"] > 5))
    with pytest.raises(SchemaError, match="flows has rows without a code"):
        build_flow_matrix(lacking)


def test_pairs_given_twice_are_added_up() -> None:
    twice = pd.concat([FLOWS, FLOWS])
    built, once = build_flow_matrix(twice), build_flow_matrix(FLOWS)
    np.testing.assert_array_equal(built.matrix.toarray(), 2 * once.matrix.toarray())


def test_no_rows_make_a_matrix_of_no_zones() -> None:
    built = build_flow_matrix(FLOWS.iloc[:0])
    assert (built.n_zones, built.workers) == (0, 0)


def test_zones_may_be_given_and_then_must_hold_every_code() -> None:
    assert build_flow_matrix(FLOWS, codes=["C", "B", "A", "Z"]).n_zones == 4
    with pytest.raises(SchemaError, match="not a zone: C"):
        build_flow_matrix(FLOWS, codes=["A", "B"])


def test_every_fault_is_said_at_once() -> None:
    bad = pd.DataFrame({"origin": ["A"], "destination": ["B"], "workers": [-1.0]})
    special = pd.DataFrame({"origin": ["A"], "kind": ["moon"], "workers": [np.inf]})
    with pytest.raises(SchemaError) as caught:
        build_flow_matrix(bad, special)
    assert len(caught.value.faults) == 3
    for part in ("below zero", "infinite", "moon"):
        assert part in str(caught.value)


@pytest.mark.parametrize("column", ["origin", "destination", "workers"])
def test_missing_column_is_named(column: str) -> None:
    with pytest.raises(SchemaError, match=f"no column {column}"):
        build_flow_matrix(FLOWS.drop(columns=column))


def test_unknown_treatment_is_refused() -> None:
    with pytest.raises(SchemaError, match="somewhere"):
        SpecialRule(home="somewhere")  # type: ignore[arg-type]


def test_unknown_zone_is_named() -> None:
    with pytest.raises(SchemaError, match="ZZ"):
        build_flow_matrix(FLOWS).indicator(["A", "ZZ"])
