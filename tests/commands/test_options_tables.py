"""Options on a terminal of a hundred characters, and commands that answer one document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from options_county import make_store
from rich.console import Console

from localarea.cli.app import run
from localarea.cli.options.option_tables import _print_figures, _suffixes
from localarea.comparison.figure_catalogue import Figure
from localarea.options.council import Contested

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def county(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store(tmp_path_factory.mktemp("county"))
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(store.root))
    monkeypatch.setenv("LOCALAREA_CACHE_DIR", str(store.root))
    monkeypatch.setenv("LOCALAREA_COUNCIL", "anchorton")
    monkeypatch.setenv("COLUMNS", "100")


def test_options_fit_and_say_units_and_vintages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["options"]) == 0
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= 100
    for part in ("Area (km2)", "Employed residents (persons)", "flows_2011 (a test)", "lockdown"):
        assert part in out
    assert "…" not in out
    assert "share_of" not in out
    assert "Minutes" not in out  # not yet known, so not shown


def test_scenario_shows_what_is_gained_and_noted(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["scenario", "district", "--include", "Farley", "--exclude", "Midham"]
    assert run(arguments) == 0
    out = capsys.readouterr().out
    assert "note: Midham was not inside" in out
    assert "+4" in out
    assert "…" not in out


def test_scenario_answers_itself_and_what_it_started_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["scenario", "district", "--include", "Farley", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [option["id"] for option in document["options"]] == ["district+farley"]
    assert document["base"]["id"] == "district"
    assert document["changes"][0]["district"] == "Farley"


def test_scenario_without_a_change_is_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenario", "district", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [option["id"] for option in document["options"]] == ["district"]
    assert run(["scenario", "district"]) == 0


def test_compare_writes_a_file_and_one_document(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "c.csv"
    assert run(["compare", "district", "catchment", "--out", str(out), "--json"]) == 0
    captured = capsys.readouterr()
    assert len(json.loads(captured.out)["options"]) == 2
    assert "written" in captured.err
    lines = [line for line in out.read_text(encoding="utf-8-sig").splitlines() if line]
    assert {"table", "option", "against"} <= set(lines[0].split(","))
    assert any(",district," in f",{line}" and "catchment" in line for line in lines[1:])
    assert run(["compare", "district", "catchment"]) == 0
    assert "Midham" in capsys.readouterr().out


def test_any_district_is_an_anchor(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["options", "--anchor", "Farley", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["council"], document["anchor"]) == ("farley", "Farley")
    # The recalculated area alone takes in the large zones of both, 100 of 130 workers. The official
    # one holds 20 more of Midham, so that more is at stake there: 120 workers against 100.
    found = {finding["place"]: dict(finding["share_inside"]) for finding in document["findings"]}
    assert list(found) == ["Midham", "Anchorton"]
    assert found["Midham"]["ttwa-official"] == pytest.approx(20 / 130, abs=1e-6)
    assert found["Anchorton"]["ttwa-computed"] == pytest.approx(100 / 130, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["options", "--anchor", "Farlay"], "Farley"),
        (["options", "--council", "nowhere"], "anchorton"),
        (["compare", "district"], "two options"),
        (["compare", "district", "district"], "more than once"),
        (["compare", "district", "catchment", "--out", "c.doc"], ".gpkg"),
        (["scenario", "district", "--exclude", "Anchorton"], "no zones left"),
        (["scenario", "district", "--include", "Northerly"], "Scotland"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("width", ["40", "80"])
def test_who_gains_and_loses_is_whole_on_a_narrow_terminal(
    width: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    assert run(["scenario", "district", "--include", "Farley"]) == 0
    out = capsys.readouterr().out
    assert "…" not in out
    gains = out.partition(" against ")[2]
    assert "Farley" in gains
    assert "Residents" in gains
    assert "a wider terminal or --json has them" in " ".join(gains.split())


def test_no_id_is_broken_within_a_name_for_want_of_room(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["scenario", "ttwa-official", "--include", "zone:E02000012"]) == 0
    overlaps = capsys.readouterr().out.partition("(Jaccard)")[2]
    assert "ttwa-official+zone-e02000012 " in overlaps


@pytest.mark.parametrize(
    ("ids", "told"), [(["district", "district+farley"], 1), (["reserve-own", "reserve-county"], 0)]
)
def test_a_suffix_that_no_option_has_is_not_explained(ids: list[str], told: int) -> None:
    assert len(_suffixes([Contested("farley", "Farley"), Contested("ham", "Ham")], ids)) == told


def test_a_table_is_no_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    figure = Figure("zones", "Zones in the area", "count", "Size", "how many")
    ids = ["a" * 41 + "-" + "b" * 30, "district"]
    _print_figures(Console(), pd.DataFrame({"zones": [1.0, 2.0]}, index=ids), [figure])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40
    assert "".join(line.strip() for line in lines[:4]).startswith("a" * 41 + "-" + "b")


def test_a_table_of_which_nothing_is_known_is_not_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    figure = Figure("zones", "Zones in the area", "count", "Size", "how many")
    _print_figures(Console(), pd.DataFrame({"zones": [float("nan")]}, index=["a"]), [figure])
    assert capsys.readouterr().out == ""
