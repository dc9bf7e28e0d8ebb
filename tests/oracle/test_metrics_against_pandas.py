"""Every figure again, in plain pandas from the tables, option by option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from localarea.comparison.metrics import compute_metrics
from localarea.datasets.store import default_store
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.council import read_council
from localarea.options.membership import compute_options
from localarea.options.minutes.anchor_minutes import zone_minutes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localarea.options.council import Council


@pytest.fixture(scope="module")
def folder() -> Path:
    return default_store().root


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pd.DataFrame]:
    names = (
        "flows_2011", "flows_2011_special", "flows_2021", "flows_2021_special", "msoa11_msoa21",
        "population_msoa11_2011", "population_msoa21_2021", "jobs_msoa21_2024", "enterprises_lad",
    )  # fmt: skip
    found = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    columns = ["msoa11cd", "status"]
    found["postcodes"] = pd.read_parquet(folder / "postcodes.parquet", columns=columns)
    found["zones"] = gpd.read_parquet(folder / "zones_msoa11.parquet")
    return found


def self_containment(tables: dict[str, pd.DataFrame], year: int, inside: set[str]) -> pd.Series:
    flows, special = tables[f"flows_{year}"], tables[f"flows_{year}_special"]
    lives, works = flows["origin"].isin(inside), flows["destination"].isin(inside)
    own = special[special["origin"].isin(inside)]
    home = own.loc[
        own["kind"].isin(["home", "no_fixed_place", "home_or_no_fixed_place"]), "workers"
    ].sum()
    both = flows.loc[lives & works, "workers"].sum() + home
    residents = flows.loc[lives, "workers"].sum() + own["workers"].sum()
    jobs = flows.loc[works, "workers"].sum() + home
    return pd.Series({"both": both, "residents": residents, "jobs": jobs})


def recompute(
    tables: dict[str, pd.DataFrame], inside: set[str], anchor: set[str], place: set[str]
) -> dict[str, Any]:
    zones, bridge = tables["zones"], tables["msoa11_msoa21"]
    found: dict[str, Any] = {"zones": len(inside)}
    work = self_containment(tables, 2011, inside)
    found["employed_residents"], found["jobs"] = work["residents"], work["jobs"]
    found["live_and_work"] = work["both"]
    found["supply_side"] = work["both"] / work["residents"]
    found["demand_side"] = work["both"] / work["jobs"]
    held = bridge[bridge["msoa11cd"].isin(inside)].groupby("msoa21cd", observed=True)["share21"]
    inside_2021 = set(held.sum()[lambda s: s >= 0.5 - 1e-9].index)
    later = self_containment(tables, 2021, inside_2021)
    found["supply_side_2021"] = later["both"] / later["residents"]
    found["demand_side_2021"] = later["both"] / later["jobs"]
    found |= link(tables, inside, anchor, place)
    found |= sizes(tables, inside)
    mine = zones[zones["msoa11cd"].isin(inside)]
    found["area_km2"] = mine.area.sum() / 1e6
    found["holes"] = sum(len(p.interiors) for p in mine.dissolve().explode().geometry)
    counts = zones["msoa11cd"].isin(inside).groupby(zones["lad25cd"], observed=True)
    counts = counts.agg(["size", "sum"]).set_axis(["of", "in"], axis=1)
    touched = counts[counts["in"] > 0]
    found["districts_touched"] = len(touched)
    found["districts_cut"] = int((touched["in"] < touched["of"]).sum())
    found["parts"] = parts(inside, tables["touching"])
    return found


def link(
    tables: dict[str, pd.DataFrame], inside: set[str], anchor: set[str], place: set[str]
) -> dict[str, float]:
    flows, special = tables["flows_2011"], tables["flows_2011_special"]
    home = special[special["kind"].isin(["home", "no_fixed_place"])]
    every = pd.concat([flows, home.assign(destination=home["origin"])[list(flows.columns)]])
    elsewhere = special.drop(home.index)
    lives, works = every["origin"].isin(anchor), every["destination"].isin(anchor)
    residents = every.loc[lives, "workers"].sum()
    residents += elsewhere.loc[elsewhere["origin"].isin(anchor), "workers"].sum()
    found = {
        "anchor_residents_inside_share": every.loc[
            lives & every["destination"].isin(inside), "workers"
        ].sum() / residents,
        "anchor_jobs_inside_share": every.loc[
            works & every["origin"].isin(inside), "workers"
        ].sum() / every.loc[works, "workers"].sum(),
    }  # fmt: skip
    if place:
        of = pd.concat([every, elsewhere])
        of = of[of["origin"].isin(place)]
        share = of.loc[of["origin"].isin(inside), "workers"].sum() / of["workers"].sum()
        found["share_of_ipswich_inside"] = share
    return found


# What the minutes call North Essex and South Suffolk, in two readings: codes of 2025, by hand.
ESSEX, WIDER_ESSEX = (
    {"E07000067", "E07000071", "E07000076"},
    {"E07000070", "E07000074", "E07000077"},
)
HALVES = {
    "mandate": {"north_essex": ESSEX, "south_suffolk": {"E07000200"}},
    "mandate_wide": {
        "north_essex": ESSEX | WIDER_ESSEX,
        "south_suffolk": {"E07000200", "E07000203"},
    },
}


def at_work(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count by zone who lives and who works there."""
    flows, special = tables["flows_2011"], tables["flows_2011_special"]
    home = special[special["kind"].isin(["home", "no_fixed_place"])]
    lived = pd.concat([flows, special]).groupby("origin", observed=True)["workers"].sum()
    at_home = home.rename(columns={"origin": "destination"})
    worked = pd.concat([flows, at_home]).groupby("destination", observed=True)["workers"].sum()
    zones = tables["zones"].set_index("msoa11cd")["lad25cd"].astype(str).to_frame()
    zones["residents"] = lived.rename(index=str).reindex(zones.index).fillna(0)
    zones["jobs"] = worked.rename(index=str).reindex(zones.index).fillna(0)
    return zones


def mandate(zones: pd.DataFrame, inside: set[str]) -> dict[str, float]:
    """Add up by half what is inside."""
    mine = zones[zones.index.isin(inside)]
    found = {}
    for stem, halves in HALVES.items():
        every = set().union(*halves.values())
        for name, districts in {"": every, **{f"_{half}": d for half, d in halves.items()}}.items():
            for of in ("residents", "jobs"):
                whole = zones.loc[zones["lad25cd"].isin(districts), of].sum()
                part = mine.loc[mine["lad25cd"].isin(districts), of].sum()
                found[f"{stem}{name}_{of}_share"] = part / whole
        outside = mine.loc[~mine["lad25cd"].isin(every), "residents"].sum()
        found[f"outside_{stem}_share"] = outside / mine["residents"].sum()
    return found


def by_zone_of_2011(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Bring people, jobs and enterprises to the zones of 2011."""
    bridge, zones = tables["msoa11_msoa21"], tables["zones"]
    jobs = tables["jobs_msoa21_2024"].groupby("msoa21cd", observed=True)["employees"].sum()
    later = tables["population_msoa21_2021"].set_index("msoa21cd")["residents"]
    shared = bridge.astype({"msoa11cd": str, "msoa21cd": str})
    shared["jobs"] = shared["share21"] * shared["msoa21cd"].map(jobs)
    shared["people"] = shared["share21"] * shared["msoa21cd"].map(later)
    by_zone = shared.groupby("msoa11cd")[["jobs", "people"]].sum()
    by_zone["lad25cd"] = zones.set_index("msoa11cd")["lad25cd"].astype(str)
    firms = tables["enterprises_lad"]
    firms = firms[firms["year"] == firms["year"].max()].set_index("lad25cd")["enterprises"]
    part = by_zone["jobs"] / by_zone.groupby("lad25cd")["jobs"].transform("sum")
    by_zone["firms"] = part * by_zone["lad25cd"].map(firms.rename(index=str)).astype(float)
    return by_zone


def sizes(tables: dict[str, pd.DataFrame], inside: set[str]) -> dict[str, float]:
    by_zone, people = tables["by_zone"], tables["population_msoa11_2011"]
    postcodes = tables["postcodes"]
    mine = by_zone[by_zone.index.isin(inside)]
    live = postcodes["status"].eq("live") & postcodes["msoa11cd"].isin(inside)
    return {
        "population_2011": people.loc[people["msoa11cd"].isin(inside), "residents"].sum(),
        "population_2021": mine["people"].sum(),
        "employees_2024": mine["jobs"].sum(),
        "enterprises_2022": mine["firms"].sum(),
        "live_postcodes": live.sum(),
    }


def parts(inside: set[str], touching: pd.DataFrame) -> int:
    graph = nx.Graph()
    graph.add_nodes_from(inside)
    both = touching.isin(inside).all(axis=1)
    graph.add_edges_from(touching[both].to_numpy())
    return nx.number_connected_components(graph)


def shared_lines(zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the pairs of zones that share a line; each pair once."""
    pairs = gpd.sjoin(zones, zones, predicate="intersects")
    pairs = pairs[pairs.index < pairs["index_right"]]
    left = zones.geometry.loc[pairs.index].reset_index(drop=True)
    right = zones.geometry.loc[pairs["index_right"]].reset_index(drop=True)
    line = left.intersection(right).length.to_numpy() > 0
    return pairs.loc[line, ["msoa11cd_left", "msoa11cd_right"]].astype(str)


def minutes(
    tables: dict[str, pd.DataFrame], inside: set[str], away: Mapping[str, float]
) -> dict[str, float]:
    """Walk outwards, counting the employed residents passed."""
    people = pd.concat([tables["flows_2011"], tables["flows_2011_special"]])
    people = people[people["origin"].isin(inside)].groupby("origin", observed=True)["workers"].sum()
    nearest = sorted((away[str(zone)], count) for zone, count in people.items())
    found, passed = {"minutes_worst": nearest[-1][0]}, 0
    for far, count in nearest:
        passed += count
        for name, share in (("minutes_median", 0.5), ("minutes_p90", 0.9)):
            if passed >= share * people.sum():
                found.setdefault(name, far)
    return found


def near_by(tables: dict[str, pd.DataFrame], zones: set[str]) -> dict[str, pd.DataFrame]:
    """
    Leave out trips that neither begin nor end in some zones, and postcodes elsewhere.

    With what is of each zone, whatever the option.
    """
    found = dict(tables)
    for year in (2011, 2021):
        near = zones
        if year == 2021:
            bridge = tables["msoa11_msoa21"]
            near = set(bridge.loc[bridge["msoa11cd"].isin(zones), "msoa21cd"].astype(str))
        flows, special = tables[f"flows_{year}"], tables[f"flows_{year}_special"]
        touching = flows["origin"].isin(near) | flows["destination"].isin(near)
        found[f"flows_{year}"] = flows[touching].astype({"origin": str, "destination": str})
        of_them = special[special["origin"].isin(near)]
        found[f"flows_{year}_special"] = of_them.astype({"origin": str})
    found["postcodes"] = tables["postcodes"][tables["postcodes"]["msoa11cd"].isin(zones)]
    shapes = tables["zones"]
    found["at_work"], found["by_zone"] = at_work(found), by_zone_of_2011(found)
    found["touching"] = shared_lines(shapes[shapes["msoa11cd"].isin(zones)])
    return found


@pytest.mark.parametrize("anchor", [None, "Cardiff"])
def test_metrics_against_pandas(anchor: str | None, tables: dict[str, pd.DataFrame]) -> None:
    council: Council = read_council("colchester") if anchor is None else council_of_anchor(anchor)
    options = compute_options(council)
    fast = compute_metrics(options, council)
    districts = gpd.read_parquet(default_store().root / "districts_lad25.parquet")
    code = districts.set_index("name")["lad25cd"]
    of = tables["zones"].set_index("msoa11cd")["lad25cd"].astype(str)
    core = set(of.index[of == code[council.anchor]])
    place = set(of.index[of == code["Ipswich"]]) if anchor is None else set()
    named = set().union(*(districts for halves in HALVES.values() for districts in halves.values()))
    near = core.union(place, of.index[of.isin(named)], *(option.zones for option in options))
    tables = near_by(tables, near)
    for option in options[:: 1 if anchor else 3]:
        slow = recompute(tables, set(option.zones), core, place)
        slow |= minutes(tables, set(option.zones), zone_minutes(council))
        slow |= mandate(tables["at_work"], set(option.zones)) if anchor is None else {}
        known = fast.loc[option.id].drop(["validity", "valid"]).dropna().astype(float)
        assert set(slow) == set(known.index), option.id
        expected = known.index.map(slow).astype(float)
        np.testing.assert_allclose(known.to_numpy(), expected, rtol=1e-9, err_msg=option.id)
