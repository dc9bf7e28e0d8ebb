"""
Twenty councils of every kind, by their names alone: published figures, and plain pandas.

Residents are those that the census of 2011 published for each district (KS101EW, usual
residents). The official area is that of most residents by the ONS lookup, as published.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pytest

from localarea.comparison.metrics import compute_metrics
from localarea.datasets.store import default_store
from localarea.options.by_name.any_council import council_of_anchor, plain_council
from localarea.options.by_name.disputed import find_disputed
from localarea.options.membership import compute_options, option_zones
from localarea.options.methods.base import anchor_zones
from localarea.options.minutes.anchor_minutes import zone_minutes

#: Name, residents of 2011, official area, and what kind of council it is.
TWENTY: Final = [
    ("Camden", 220_338, "London"),  # a London borough
    ("City of London", 7_375, "London"),  # one zone, with fifty times as many jobs as residents
    ("Birmingham", 1_073_045, "Birmingham"),  # the largest district
    ("Leeds", 751_485, "Leeds"),  # a metropolitan district
    ("Gateshead", 200_214, "Newcastle"),  # in an area named after another
    ("Northumberland", 316_028, "Blyth and Ashington"),  # Berwick's side of the border
    ("County Durham", 513_242, "Durham and Bishop Auckland"),  # a county-sized unitary
    ("Cornwall", 532_273, "St Austell and Newquay"),  # a county of many labour markets
    ("Isles of Scilly", 2_203, "Penzance"),  # no road leads there
    ("Isle of Wight", 138_265, "Isle of Wight"),  # one island, one area
    ("Newport", 145_736, "Newport"),  # a name that several places share
    ("Cardiff", 346_090, "Cardiff"),  # a city of Wales
    ("Powys", 132_976, "Newtown and Welshpool"),  # a quarter of Wales
    ("Gwynedd", 121_874, "Bangor and Holyhead"),  # an area across the Menai Strait
    ("Wiltshire", 470_981, "Trowbridge"),  # a unitary round another
    ("Rutland", 37_369, "Peterborough"),  # the smallest county
    ("Herefordshire", 183_477, "Hereford"),  # ", County of" in the ONS list
    ("Bristol", 428_234, "Bristol"),  # ", City of" in the ONS list
    ("Exeter", 117_773, "Exeter"),  # a district of a county
    ("Colchester", 173_074, "Colchester"),  # the first council, as if it had no file
]
EVERY: Final = [
    "district", "districts", "ttwa-official", "ttwa-computed", "ttwa-cluster", "catchment",
    "drive-30", "drive-45", "composite",
]  # fmt: skip
#: Two quick ones for every run; all of them where slow tests run.
SOME: Final = [
    pytest.param(*row, marks=() if row[0] in {"Gateshead", "Isles of Scilly"} else pytest.mark.slow)
    for row in TWENTY
]


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    return pd.read_parquet(default_store().root / "flows_2011.parquet")


def by_origin(pairs: pd.DataFrame) -> pd.Series:
    """Add up workers by the zone that they live in; as categories, in a fraction of the time."""
    found = pairs.groupby("origin", observed=True)["workers"].sum()
    return found.set_axis(found.index.astype(str))


@pytest.fixture(scope="module")
def leaving(pairs: pd.DataFrame) -> pd.Series:
    return by_origin(pairs)


@pytest.fixture(scope="module")
def special() -> pd.DataFrame:
    table = pd.read_parquet(default_store().root / "flows_2011_special.parquet")
    return table.astype({"origin": str, "kind": str})


def among(codes: pd.Series, zones: set[str]) -> np.ndarray:
    """Tell of each trip whether it ends there; looked up once for each code, not for each trip."""
    return codes.cat.categories.isin(zones)[codes.cat.codes]


def supply(pairs: pd.DataFrame, special: pd.DataFrame, inside: set[str]) -> float:
    """Work out the share of employed residents who work inside, or at home or in no fixed place."""
    pairs = pairs[among(pairs["origin"], inside)]
    own = special[special["origin"].isin(inside)]
    home = own.loc[own["kind"].isin(["home", "no_fixed_place"]), "workers"].sum()
    stay = pairs.loc[among(pairs["destination"], inside), "workers"].sum()
    return (stay + home) / (pairs["workers"].sum() + own["workers"].sum())


@pytest.mark.parametrize(("name", "residents", "area"), SOME)
def test_a_council_has_every_method_by_its_name_alone(
    name: str,
    residents: int,
    area: str,
    pairs: pd.DataFrame,
    special: pd.DataFrame,
    leaving: pd.Series,
) -> None:
    found = council_of_anchor(name)
    council = plain_council(found.anchor)
    options = {option.id: option for option in compute_options(council)}
    assert list(options) == EVERY
    metrics = compute_metrics(list(options.values()), council)
    assert metrics.loc["district", "population_2011"] == residents
    assert options["ttwa-official"].parameters["ttwa11nm"] == area
    assert options["ttwa-official"].title.startswith(f"{area} labour market")

    core = set(anchor_zones(council))
    assert core <= set(options["composite"].zones)
    assert set(options["district"].zones) == core <= set(options["districts"].zones)
    inside = set(options["ttwa-official"].zones)
    expected = supply(pairs, special, inside)
    assert metrics.loc["ttwa-official", "supply_side"] == pytest.approx(expected)
    share = by_origin(pairs[among(pairs["destination"], core)]) / leaving
    assert set(options["catchment"].zones) - core == set(share[share >= 0.15].index) - core
    away = zone_minutes(council)
    for limit in (30, 45):
        within = {zone for zone, minutes in away.items() if minutes <= limit}
        assert set(options[f"drive-{limit}"].zones) == within


def test_places_in_dispute_are_those_on_which_the_methods_differ(leaving: pd.Series) -> None:
    council = plain_council("Exeter")
    lists = {
        name: set(option_zones(name, council).zones)
        for name in EVERY
        if name not in {"district", "districts"}
    }
    zones = pd.read_parquet(
        default_store().root / "zones_msoa11.parquet", columns=["msoa11cd", "lad25cd"]
    )
    district = zones.astype(str).set_index("msoa11cd")["lad25cd"]
    special = pd.read_parquet(default_store().root / "flows_2011_special.parquet")
    people = leaving.add(by_origin(special), fill_value=0)
    held = pd.DataFrame(
        {name: district.index.isin(list(codes)) for name, codes in lists.items()},
        index=district.index,
    )
    workers = people.reindex(district.index, fill_value=0)
    share = (
        held.mul(workers, axis=0)
        .groupby(district)
        .sum()
        .div(workers.groupby(district).sum(), axis=0)
    )
    inside = (share > 0.5).sum(axis=1)
    differ = (inside > 0) & (inside < len(lists))
    some = held.any(axis=1) & ~held.all(axis=1)
    stake = workers[some].groupby(district[some]).sum() * np.fmin(inside, len(lists) - inside)
    expected = stake[differ & (stake.index != "E07000041")].sort_values(ascending=False)
    assert [one.lad25cd for one in find_disputed(council)] == list(expected.index)
    assert [float(one.weight) for one in find_disputed(council)] == list(expected)
    # Torbay, 25 miles off, is local by one method; Teignbridge, next to Exeter, by all but one.
    assert [one.name for one in find_disputed(council)] == ["Torbay", "Teignbridge"]
