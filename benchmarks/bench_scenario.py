"""
Time a what-if: change one place, get every figure back; and the plain pandas way beside it.

Run ``python benchmarks/bench_scenario.py``. Both ways start with all tables in memory,
change the same places and are held to give the same figures; the median counts. The plain
way is what a careful analyst would write: ``isin``, ``groupby`` and ``dissolve``.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import Any

import geopandas as gpd
import pandas as pd

from localarea.comparison.scenario import Scenario
from localarea.comparison.session import ScenarioSession
from localarea.datasets.store import default_store
from localarea.options.membership import option_zones

TIMES = 15


def read_tables() -> dict[str, Any]:
    """Read what the plain way needs, with home workers put where they live."""
    folder = default_store().root
    tables: dict[str, Any] = {}
    for year in (2011, 2021):
        flows = pd.read_parquet(folder / f"flows_{year}.parquet")
        special = pd.read_parquet(folder / f"flows_{year}_special.parquet")
        home = special["kind"].isin(["home", "no_fixed_place", "home_or_no_fixed_place"])
        own = special[home].assign(destination=special["origin"])[list(flows.columns)]
        both = pd.concat([flows.astype({"origin": str, "destination": str}), own])
        tables[f"flows_{year}"] = both.astype({"origin": "category", "destination": "category"})
        tables[f"beyond_{year}"] = special[~home]
    tables["bridge"] = pd.read_parquet(folder / "msoa11_msoa21.parquet")
    tables["zones"] = gpd.read_parquet(folder / "zones_msoa11.parquet")
    tables["people"] = pd.read_parquet(folder / "population_msoa11_2011.parquet")
    columns = ["msoa11cd", "status"]
    tables["postcodes"] = pd.read_parquet(folder / "postcodes.parquet", columns=columns)
    return tables


def plain(tables: dict[str, Any], inside: set[str], anchor: set[str]) -> dict[str, float]:
    """Compute the figures as an analyst would: fewer of them than a session gives."""
    share = tables["bridge"][tables["bridge"]["msoa11cd"].isin(inside)]
    held = share.groupby("msoa21cd", observed=True)["share21"].sum()
    later = set(held.index[held >= 0.5 - 1e-9])
    found: dict[str, float] = {}
    for year, zones, ending in ((2011, inside, ""), (2021, later, "_2021")):
        flows, beyond = tables[f"flows_{year}"], tables[f"beyond_{year}"]
        lives, works = flows["origin"].isin(zones), flows["destination"].isin(zones)
        both = flows.loc[lives & works, "workers"].sum()
        away = beyond.loc[beyond["origin"].isin(zones), "workers"].sum()
        found[f"supply_side{ending}"] = both / (flows.loc[lives, "workers"].sum() + away)
        found[f"demand_side{ending}"] = both / flows.loc[works, "workers"].sum()
    flows = tables["flows_2011"]
    there = flows["destination"].isin(anchor)
    held_inside = flows.loc[there & flows["origin"].isin(inside), "workers"].sum()
    found["anchor_jobs_inside_share"] = held_inside / flows.loc[there, "workers"].sum()
    people, codes = tables["people"], tables["postcodes"]
    found["population_2011"] = people.loc[people["msoa11cd"].isin(inside), "residents"].sum()
    live = codes["msoa11cd"].isin(inside) & (codes["status"] == "live")
    found["live_postcodes"] = live.sum()
    mine = tables["zones"][tables["zones"]["msoa11cd"].isin(inside)]
    found["area_km2"] = mine.area.sum() / 1e6
    found["holes"] = sum(len(p.interiors) for p in mine.dissolve().explode().geometry)
    return found


def main() -> None:
    """Time both ways on the same changes, turn by turn."""
    begun = time.perf_counter()
    session = ScenarioSession()
    prepared = time.perf_counter() - begun
    tables = read_tables()
    anchor = set(option_zones("district", session.council).zones)
    around = sorted(set(option_zones("districts-wide", session.council).zones) - anchor)
    quick, slow = [], []
    for zone in around[:: len(around) // TIMES][:TIMES]:
        scenario = Scenario.of("ttwa-official").include(zone)
        begun = time.perf_counter()
        figures = session.figures(scenario)
        quick.append(time.perf_counter() - begun)
        inside = set(session.option(scenario).zones)
        begun = time.perf_counter()
        expected = plain(tables, inside, anchor)
        slow.append(time.perf_counter() - begun)
        for name, value in expected.items():
            if abs(float(figures[name]) - value) > 1e-9 * max(1.0, abs(value)):
                raise SystemExit(f"{scenario.id}: {name} is {figures[name]}, plainly {value}")
    session_ms, plain_ms = 1e3 * statistics.median(quick), 1e3 * statistics.median(slow)
    answer = {
        "prepare_s": round(prepared, 2),
        "session_ms": round(session_ms, 1),
        "session_worst_ms": round(1e3 * max(quick), 1),
        "session_figures": len(session.metrics.columns),
        "plain_pandas_ms": round(plain_ms, 1),
        "plain_pandas_figures": len(expected),
        "ratio": round(plain_ms / session_ms, 1),
    }
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
