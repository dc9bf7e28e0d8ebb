"""More of what must hold for travel-to-work areas of any commuting figures: the odd zones."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.errors import SchemaError
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import TtwaParameters

CODES = [f"z{i}" for i in range(8)]
PLAIN = TtwaParameters(criteria=Criteria(150, 1_500, 0.55, 0.7))
COLUMNS = ["origin", "destination", "workers"]
ROW = st.tuples(st.sampled_from(CODES), st.sampled_from(CODES), st.integers(0, 900))
TABLES = st.lists(ROW, min_size=1, max_size=64).map(
    lambda rows: pd.DataFrame(rows, columns=COLUMNS)
)
SETTINGS = settings(deadline=None, max_examples=50)


def areas_of(table: pd.DataFrame, codes: list[str] = CODES) -> dict[str, str]:
    result = compute_travel_to_work_areas(build_flow_matrix(table, codes=codes), PLAIN)
    return {str(zone): str(area) for zone, area in result.membership.items()}


@SETTINGS
@given(table=TABLES, zeros=st.lists(ROW, max_size=20))
def test_rows_of_nobody_change_nothing(
    table: pd.DataFrame, zeros: list[tuple[str, str, int]]
) -> None:
    more = pd.DataFrame(zeros, columns=COLUMNS).assign(workers=0)
    assert areas_of(pd.concat([table, more])) == areas_of(table)


@SETTINGS
@given(table=TABLES, own=st.integers(0, 5_000))
def test_an_isolated_zone_stays_alone_and_changes_no_other(table: pd.DataFrame, own: int) -> None:
    alone = pd.DataFrame([("island", "island", own)], columns=COLUMNS)
    got = areas_of(pd.concat([table, alone]), [*CODES, "island"])
    assert got.pop("island") == "island"
    assert "island" not in got.values()
    assert got == areas_of(table)


@SETTINGS
@given(table=TABLES)
def test_pairs_given_twice_are_added_up(table: pd.DataFrame) -> None:
    twice = pd.concat([table, table])
    summed = twice.groupby(["origin", "destination"], as_index=False)["workers"].sum()
    assert areas_of(twice) == areas_of(summed)


@SETTINGS
@given(table=TABLES, town=st.sampled_from(CODES), workers=st.integers(1, 900))
def test_zone_of_homes_or_of_jobs_alone_goes_to_its_only_partner(
    table: pd.DataFrame, town: str, workers: int
) -> None:
    for pair in (("odd", town), (town, "odd")):
        more = pd.concat([table, pd.DataFrame([(*pair, workers)], columns=COLUMNS)])
        got = areas_of(more, [*CODES, "odd"])
        assert got["odd"] == got[town]


@SETTINGS
@given(
    table=TABLES,
    count=st.one_of(st.integers(max_value=-1), st.sampled_from([float("nan"), float("inf")])),
)
def test_one_bad_count_among_many_good_is_refused(table: pd.DataFrame, count: float) -> None:
    bad = pd.concat([table, pd.DataFrame([("z0", "z1", float(count))], columns=COLUMNS)])
    with pytest.raises(SchemaError, match=r"below zero|infinite"):
        build_flow_matrix(bad, codes=CODES)
