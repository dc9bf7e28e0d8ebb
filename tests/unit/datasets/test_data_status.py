"""What ``data status`` says of each table: at 80 columns, and as JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from localarea.cli.app import run
from localarea.datasets.store import default_store
from localarea.renewal import foundations, resting
from localarea.renewal.renewable import makers_of

if TYPE_CHECKING:
    import pytest


def test_nothing_is_cut_at_eighty_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["data", "status"]) == 0
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    store = default_store()
    lines = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    for name, info in store.registry.items():
        words = lines[name].split()
        assert info.vintage in words
        assert f"{info.rows:,}" in words
        assert words[-2:] == ["verified", "package"]


def test_json_says_what_rests_on_what_and_what_a_refresh_makes_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["data", "status", "--json"]) == 0
    tables = {t["name"]: t for t in json.loads(capsys.readouterr().out)["tables"]}
    assert {n for n, t in tables.items() if t["rebuilt_by_refresh"]} == {
        "postcodes", "minutes_colchester_postcodes",
    }  # fmt: skip
    assert tables["msoa11_msoa21"]["rests_on"] == ["postcodes"]
    assert "published" in tables["msoa11_msoa21"]["why_not_rebuilt"]
    assert "minutes_colchester_msoa11" in tables["postcodes"]["resting_on_it"]  # by the roads
    assert tables["flows_2011"]["resting_on_it"] == []
    assert "data refresh flows" in tables["flows_2011"]["why_not_rebuilt"]
    assert "does not change" in tables["oa11_lookup"]["why_not_rebuilt"]
    assert "census of 2011 and 2021" in tables["msoa11_msoa21"]["fixed"]
    assert tables["flows_2011"]["fixed"] is None
    assert tables["flows_2011"]["refreshed_by"] == ["flows"]
    assert tables["zones_msoa11"]["refreshed_by"] == ["districts", "zones", "names"]
    assert tables["roads_nodes"]["refreshed_by"] == ["roads"]
    assert tables["flows_2011"]["age_months"] is None
    assert tables["postcodes"]["edition"] == 0


def test_tables_of_a_census_are_said_to_be_fixed_with_it() -> None:
    registry = default_store().registry
    assert set(resting.FIXED) <= set(registry)
    for name in registry:  # each is refreshed by a road, or fixed, or made by the build alone
        if resting.fixed_with(name):
            assert set(makers_of(name)) <= {"districts"}  # which moves codes of districts alone
    words = "it is of the census of 2011 and does not change: there is no newer edition"
    assert resting.why_not_made_again("oa11_lookup", registry) == words
    assert resting.fixed_with("jobs_msoa21_2024") is None


def test_every_table_made_with_the_directory_is_known_to_be() -> None:
    """Whatever the build made from the publishers' files of the directory was made with it."""
    registry = default_store().registry
    files = set(registry["postcodes"].inputs)
    made_with_it = {n for n, info in registry.items() if files <= set(info.inputs)}
    assert made_with_it - {"postcodes"} == set(foundations.MADE_WITH_THE_DIRECTORY)
    credited = {n for n, info in registry.items() if "Postcode Directory" in info.source}
    assert credited - {"postcodes"} <= set(foundations.resting_on("postcodes", registry))


def test_only_months_have_an_age() -> None:
    assert resting.age_of("2025-11", date(2026, 2, 1)) == 3
    for vintage in ("2011", "2014-2025", "unstated"):
        assert resting.age_of(vintage, date(2026, 2, 1)) is None
