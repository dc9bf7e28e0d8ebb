"""Exposure, changes, jobs by industry, replay and agreement again, in plain pandas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from localarea.checking.replay import replay_spend
from localarea.comparison.comparison import compare_options
from localarea.comparison.industries import industry_changes
from localarea.comparison.robustness import count_postcodes, measure_robustness
from localarea.comparison.uncertainty import bootstrap_self_containment, borderline_postcodes
from localarea.datasets.store import default_store
from localarea.geo.postcodes import postcode_of
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

    from localarea.comparison.comparison import Comparison
    from localarea.records import Option

IDS = ("ttwa-official", "ttwa-official+ipswich", "districts")
AT_HOME = ("home", "no_fixed_place")


@pytest.fixture(scope="module")
def folder() -> Path:
    return default_store().root


@pytest.fixture(scope="module")
def options() -> list[Option]:
    return [option_zones(name, read_council()) for name in IDS]


@pytest.fixture(scope="module")
def comparison(options: list[Option]) -> Comparison:
    return compare_options(options, read_council())


@pytest.fixture(scope="module")
def districts(folder: Path) -> pd.Series:
    names = pd.read_parquet(folder / "districts_lad25.parquet", columns=["lad25cd", "name"])
    zones = pd.read_parquet(folder / "zones_msoa11.parquet", columns=["msoa11cd", "lad25cd"])
    named = names.set_index("lad25cd")["name"]
    return zones.set_index("msoa11cd")["lad25cd"].astype(str).map(named)


@pytest.fixture(scope="module")
def journeys(
    folder: Path, options: list[Option], districts: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Everybody who works in a zone, those at home in their own; and those who work beyond.

    Of the whole country's, those who live or work in an option, Colchester or Ipswich.
    """
    near = set().union(*(option.zones for option in options))
    near |= set(districts.index[districts.isin(["Colchester", "Ipswich"])])
    flows = pd.read_parquet(folder / "flows_2011.parquet")
    flows = flows[flows["origin"].isin(near) | flows["destination"].isin(near)]
    flows = flows.astype({"origin": str, "destination": str})
    special = pd.read_parquet(folder / "flows_2011_special.parquet").astype({"origin": str})
    home = special[special["kind"].isin(AT_HOME)]
    own = home.assign(destination=home["origin"])[["origin", "destination", "workers"]]
    return pd.concat([flows, own]), special.drop(home.index)


def test_exposure(
    comparison: Comparison,
    options: list[Option],
    districts: pd.Series,
    journeys: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    every, beyond = journeys
    lives, works = every["origin"].map(districts), every["destination"].map(districts)
    workers = every["workers"]
    for option in options:
        home, work = every["origin"].isin(option.zones), every["destination"].isin(option.zones)
        away = beyond.loc[beyond["origin"].isin(option.zones), "workers"].sum()
        in_ipswich = beyond["origin"].map(districts) == "Ipswich"
        of_ipswich = workers[lives == "Ipswich"].sum() + beyond.loc[in_ipswich, "workers"].sum()
        inside = workers[(lives == "Ipswich") & home].sum()
        inside += beyond.loc[in_ipswich & beyond["origin"].isin(option.zones), "workers"].sum()
        expected = {
            "anchor_firms_workers_outside_share": workers[(works == "Colchester") & ~home].sum()
            / workers[works == "Colchester"].sum(),
            "ipswich_residents_local_share": inside / of_ipswich,
            "ipswich_jobs_local_share": workers[(works == "Ipswich") & work].sum()
            / workers[works == "Ipswich"].sum(),
            "ipswich_firms_workers_local_share": workers[(works == "Ipswich") & home].sum()
            / workers[works == "Ipswich"].sum(),
            "commuters_cut": workers[home & ~work].sum() + workers[work & ~home].sum() + away,
        }
        found = comparison.exposure.loc[option.id]
        assert set(found.index) == set(expected)
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, rel=1e-9), (option.id, name)


def test_changes_by_zone_add_up_to_those_by_district(comparison: Comparison) -> None:
    keys = ["option", "change", "lad25cd"]
    figures = ["population_2021", "jobs", "employees_2024", "enterprises_2022", "live_postcodes"]
    sums = comparison.changes_by_zone.groupby(keys)[figures].sum()
    by_district = comparison.changes.set_index(keys)[figures].sort_index()
    pd.testing.assert_frame_equal(sums, by_district, check_dtype=False)


def test_jobs_by_industry(folder: Path, comparison: Comparison, options: list[Option]) -> None:
    jobs = pd.read_parquet(folder / "jobs_msoa21_2024.parquet").astype({"msoa21cd": str})
    bridge = pd.read_parquet(folder / "msoa11_msoa21.parquet").astype(str)
    bridge["share21"] = bridge["share21"].astype(float)
    merged = bridge.merge(jobs, on="msoa21cd")
    merged["part"] = merged["share21"] * merged["employees"]
    first = set(options[0].zones)
    for option in options:
        mine = set(option.zones)
        found = comparison.jobs_by_industry.query("option == @option.id").set_index("industry")
        for column, zones in (
            ("employees_2024", mine), ("gained", mine - first), ("lost", first - mine),
        ):  # fmt: skip
            held = merged[merged["msoa11cd"].isin(zones)].groupby("industry")["part"].sum()
            expected = held.reindex(found.index).fillna(0.0)
            np.testing.assert_allclose(found[column], expected, rtol=1e-9, atol=1e-9)
    moved = industry_changes(options).groupby(["option", "change"])["employees_2024"].sum()
    whole = comparison.changes.groupby(["option", "change"])["employees_2024"].sum()
    np.testing.assert_allclose(moved, whole, rtol=1e-9)


@pytest.fixture(scope="module")
def payments(folder: Path) -> pd.DataFrame:
    """Postcodes from all over the East of England and the country, drawn with a fixed seed."""
    columns = ["key", "msoa11cd", "status"]
    table = pd.read_parquet(folder / "postcodes.parquet", columns=columns)
    table = table[table["msoa11cd"].notna()]
    near = table[(table["key"] // 6760).isin(table["key"][table["msoa11cd"].isin(
        option_zones("districts+ipswich", read_council()).zones
    )] // 6760)]  # fmt: skip
    drawn = pd.concat([near.sample(3000, random_state=1), table.sample(500, random_state=2)])
    drawn["amount"] = np.random.default_rng(3).lognormal(6, 2, len(drawn)).round(2)
    drawn["postcode"] = [postcode_of(int(key)) for key in drawn["key"]]
    return drawn.reset_index(drop=True)


def test_replay(payments: pd.DataFrame, options: list[Option]) -> None:
    extra = pd.DataFrame({"postcode": ["ZZ99 9ZZ", None, "no"], "amount": ["£1,000", "(20)", "?"]})
    frame = pd.concat([payments[["postcode", "amount"]].astype(object), extra], ignore_index=True)
    replay = replay_spend(
        frame, options, read_council(), postcode_column="postcode", amount_column="amount"
    )
    first = payments["msoa11cd"].isin(options[0].zones)
    for option in options:
        local, amount = payments["msoa11cd"].isin(option.zones), payments["amount"]
        found = replay.by_option.loc[option.id]
        expected: dict[str, Any] = {
            "rows": len(frame),
            "local_rows": local.sum(),
            "unknown_rows": 3,
            "amount": amount.sum() + 980,
            "local_amount": amount[local].sum(),
            "local_share": amount[local].sum() / (amount.sum() + 980),
            "becomes_local_amount": amount[local & ~first].sum(),
            "stops_local_amount": amount[first & ~local].sum(),
        }
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, rel=1e-9), (option.id, name)
    assert replay.unread_amounts == 1
    assert (replay.rows.tail(3) == "unknown").all(axis=None)


def test_agreement_of_options(folder: Path, options: list[Option], districts: pd.Series) -> None:
    robustness = measure_robustness(options, read_council())
    counts = pd.Series([z for option in options for z in option.zones]).value_counts()
    zones = robustness.zones
    assert zones["n_local"].to_dict() == counts.to_dict()
    assert (zones["standing"].eq("core") == (zones["n_local"] == len(options))).all()
    assert (zones["district"] == districts.reindex(zones.index)).all()
    assert robustness.membership.sum(axis=1).equals(zones["n_local"].rename(None))
    assert set(robustness.contested.index) == set(zones.index[zones["n_local"] < len(options)])
    flows = pd.read_parquet(folder / "flows_2011.parquet")
    flows = flows[flows["origin"].isin(zones.index)].astype({"origin": str})
    to_anchor = flows["destination"].isin(districts.index[districts == "Colchester"])
    share = flows[to_anchor].groupby("origin")["workers"].sum()
    share = share / flows.groupby("origin")["workers"].sum()
    np.testing.assert_allclose(zones["share_to_anchor"], share.reindex(zones.index), rtol=1e-9)
    postcodes = count_postcodes(robustness)
    live = postcodes.groupby("msoa11cd").size()
    assert live.to_dict() == zones["live_postcodes"].astype(int).to_dict()
    assert (postcodes["n_local"] == zones["n_local"].loc[postcodes["msoa11cd"]].to_numpy()).all()


@pytest.mark.slow
def test_bootstrap_agrees_with_every_flow_drawn_again(
    options: list[Option], journeys: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    option, (every, beyond) = options[0], journeys
    every = every[every["origin"].isin(option.zones)]
    home = every["destination"].isin(option.zones).to_numpy()
    away = beyond.loc[beyond["origin"].isin(option.zones), "workers"].to_numpy()
    generator, shares = np.random.default_rng(5), []
    for _ in range(800):
        drawn = generator.poisson(every["workers"].to_numpy())
        shares.append(drawn[home].sum() / (drawn.sum() + generator.poisson(away).sum()))
    found = bootstrap_self_containment(options, read_council(), runs=4000).loc[option.id]
    low, high = np.percentile(shares, [2.5, 97.5])
    assert found["supply_low"] == pytest.approx(low, abs=2e-4)
    assert found["supply_high"] == pytest.approx(high, abs=2e-4)
    assert found["supply_low"] < found["supply_side"] < found["supply_high"]


def test_options_of_the_same_zones_have_the_same_interval(options: list[Option]) -> None:
    again = replace(options[0], id="drive-30")
    found = bootstrap_self_containment([*options, again], read_council(), runs=20)
    assert list(found.index) == [*IDS, "drive-30"]
    assert found.loc["drive-30"].tolist() == found.loc[IDS[0]].tolist()


def test_an_interval_does_not_depend_on_the_options_beside_it(options: list[Option]) -> None:
    """Two reports would otherwise give one option two intervals."""
    together = bootstrap_self_containment(options, read_council(), runs=20)
    alone = [bootstrap_self_containment([o], read_council(), runs=20) for o in reversed(options)]
    assert together.equals(pd.concat(alone[::-1]))
    assert together["supply_low"].nunique() == len(options)


@pytest.mark.parametrize("name", ["ttwa-official", "drive-30"])
def test_borderline_postcodes_are_those_of_the_verdicts(name: str) -> None:
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.classify.codes import MEANINGS

    # One postcode of drive-30 is inside by its zone, and its point lies kilometres outside.
    option = option_zones(name, read_council())
    found = borderline_postcodes([option], read_council()).iloc[0]
    boundary = replace(boundary_of_option(option), drive=None)  # metres alone
    codes = Classifier(boundary).verdicts.codes
    counts = np.bincount(codes, minlength=len(MEANINGS))
    live = [
        count
        for meaning, count in zip(MEANINGS, counts, strict=False)
        if meaning.borderline and meaning.reason in ("in_area", "outside_area")
    ]
    assert found["near_boundary"] == sum(live)
    assert np.isnan(found["near_in_minutes"]) == (name == "ttwa-official")


def assert_raw_flows_give_the_same(
    raw_folder: Path, comparison: Comparison, options: list[Option]
) -> None:
    raw = pd.read_csv(raw_folder / "flows" / "wu01ew_2011_msoa_flows.csv.gz")
    raw.columns = ["origin", "destination", "workers"]
    home = raw["destination"].isin(["OD0000001", "OD0000003"])  # at home, no fixed place
    raw.loc[home, "destination"] = raw.loc[home, "origin"]
    for option in options:
        lives, works = raw["origin"].isin(option.zones), raw["destination"].isin(option.zones)
        both, residents = raw["workers"][lives & works].sum(), raw["workers"][lives].sum()
        jobs = raw["workers"][works].sum()
        found = comparison.metrics.loc[option.id]
        assert found["employed_residents"] == residents
        assert found["jobs"] == jobs
        assert found["supply_side"] == pytest.approx(both / residents, rel=1e-12)
        assert found["demand_side"] == pytest.approx(both / jobs, rel=1e-12)
        assert comparison.exposure.loc[option.id, "commuters_cut"] == residents + jobs - 2 * both


def test_raw_census_flows_give_the_same(
    raw_folder: Path, comparison: Comparison, options: list[Option]
) -> None:
    """From the publisher's own file, with and without Ipswich."""
    assert_raw_flows_give_the_same(raw_folder, comparison, options[:2])


def test_raw_flows_of_the_invented_country_give_the_same(twin: Twin) -> None:
    council = read_council(store=twin.store)
    options = [option_zones(i, council, store=twin.store) for i in ("district", "district+ipswich")]
    comparison = compare_options(options, council, store=twin.store)
    assert_raw_flows_give_the_same(twin.raw, comparison, options)
    # By hand: 1,000 and 1,001 who stay in their zones, 100 between them, 90 at home or nowhere
    # fixed; 101 go on to Ipswich and 3 offshore.
    assert comparison.metrics.loc["district", "employed_residents"] == 2_191 + 101 + 3
    assert comparison.metrics.loc["district", "jobs"] == 2_191
