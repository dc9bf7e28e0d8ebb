"""Self-containment of official areas against sums in plain pandas over the census tables."""

from __future__ import annotations

import pandas as pd
import pytest

from localarea.datasets.store import default_store
from localarea.datasets.ttwa import read_ttwa11_msoa11
from localarea.labour.flow_matrix import COMMUTERS_ONLY, read_flow_matrix
from localarea.labour.self_containment import self_containment

WORKERS_2011 = 26_681_568  # ONS, census 2011, WU01EW, England and Wales
OFFICIAL = {"E30000193": "Colchester", "E30000222": "Ipswich", "E30000188": "Chelmsford"}


def test_every_worker_of_2011_is_in_the_matrix() -> None:
    assert read_flow_matrix(2011).workers == WORKERS_2011


def test_workers_left_out_are_accounted_for() -> None:
    commuters = read_flow_matrix(2011, rule=COMMUTERS_ONLY)
    assert commuters.workers + sum(commuters.excluded.values()) == WORKERS_2011


@pytest.fixture(scope="module")
def areas() -> pd.Series:
    return read_ttwa11_msoa11().reset_index().set_index("msoa11cd")["ttwa11cd"].astype(str)


@pytest.fixture(scope="module")
def got(areas: pd.Series) -> pd.DataFrame:
    return self_containment(read_flow_matrix(2011), areas)


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    return pd.read_parquet(default_store().root / "flows_2011.parquet")


@pytest.mark.parametrize("code", OFFICIAL)
def test_official_areas_hold_the_commuters_that_pandas_counts(
    code: str, areas: pd.Series, pairs: pd.DataFrame, got: pd.DataFrame
) -> None:
    inside = set(areas.index[areas == code])
    lives, works = pairs["origin"].isin(inside), pairs["destination"].isin(inside)
    special = pd.read_parquet(default_store().root / "flows_2011_special.parquet")
    own = special[special["origin"].astype(str).isin(inside)]
    # At home or at no fixed place: they live and work in their zone, as for the official areas.
    home = own.loc[own["kind"].isin(["home", "no_fixed_place"]), "workers"].sum()
    both = pairs.loc[lives & works, "workers"].sum() + home
    residents = pairs.loc[lives, "workers"].sum() + own["workers"].sum()
    jobs = pairs.loc[works, "workers"].sum() + home
    found = got.loc[code]
    assert (found.employed_residents, found.jobs, found.live_and_work) == (residents, jobs, both)
    assert found.supply_side == pytest.approx(both / residents, rel=1e-12)
    assert found.demand_side == pytest.approx(both / jobs, rel=1e-12)
