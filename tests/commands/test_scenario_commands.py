"""The commands ``scenario`` and ``compare``: every way in, every file out, every plain refusal."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from localarea.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path

BOW_TIE = (
    '{"type": "Polygon", "coordinates": '
    "[[[0.8, 51.8], [0.9, 51.9], [0.9, 51.8], [0.8, 51.9], [0.8, 51.8]]]}"
)


def test_scenario_is_kept_and_gone_on_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "s.toml"
    changes = ["--threshold", "min_share=0.1", "--vintage", "2021", "--include", "Ipswich"]
    assert run(["scenario", "catchment", *changes, "--save", str(kept), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["options"][0]["id"] == "catchment@min_share=0.1@2021+ipswich"
    assert first["options"][0]["parameters"]["min_share"] == 0.1
    assert run(["scenario", "--from", str(kept), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert run(["compare", "ttwa-official", str(kept), "--json"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert second["options"][1]["zones"] == first["options"][0]["zones"]


def test_compare_writes_map_replay_and_agreement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spend = tmp_path / "spend.csv"
    spend.write_text('Supplier,Postcode,Net\nA,CO1 1JB,"£1,000.00"\nB,IP1 1DH,250\nC,?,50\n')
    base = ["compare", "ttwa-official", "ttwa-official+ipswich", "--replay", str(spend)]
    page, book = tmp_path / "c.html", tmp_path / "c.xlsx"
    assert run([*base, "--robustness", "--out", str(page), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    # 1,000 of 1,300 pounds go to Colchester; with Ipswich 250 more become local.
    assert [row["local_share"] for row in document["replay"]] == pytest.approx(
        [1000 / 1300, 1250 / 1300], abs=1e-6
    )
    assert document["replay"][1]["becomes_local_amount"] == 250
    assert {row["standing"] for row in document["robustness"]} == {"core", "fringe"}
    text = page.read_text("utf-8")
    assert "<iframe" in text
    assert "L.map(" in text
    assert "Spend replayed" in text
    assert text.count("Agreement on zones") >= 1
    assert run([*base, "--robustness", "--out", str(book)]) == 0
    assert "96.2%" in capsys.readouterr().out
    names = openpyxl.load_workbook(book, read_only=True).sheetnames
    assert {"Spend replayed", "Agreement on zones", "Sources"} <= set(names)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenario"], "name the option to start from"),
        (["scenario", "district", "--from", "x.toml"], "name the option to start from"),
        (["scenario", "--from", "nowhere.toml"], "cannot be read"),
        (["scenario", "district", "--polygon", "nowhere.gpkg"], "no such file"),
        (["scenario", "district", "--include", BOW_TIE], "crosses or touches itself"),
        (["scenario", "district", "--threshold", "x"], "NAME=VALUE"),
        (["scenario", "district", "--threshold", "x=1"], "does not accept x"),
        (["scenario", "catchment", "--threshold", "min_share=2"], "above 0 and at most 1"),
        (["scenario", "district", "--vintage", "2001"], "2011 or 2021"),
        (["scenario", "district", "--exclude", "Colchester"], "no zones left"),
        (["scenario", "district", "--include", "Ipswhich"], "Ipswich"),
        (["options", "--anchor", "Newton"], "ambiguous"),
        (["scenario", "district", "--include", "EH1 1YZ"], "Scotland"),
        (["compare", "district"], "two options"),
        (["compare", "district", "catchment", "--replay", "nowhere.csv"], "No such file"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(arguments)
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert said.err.startswith("localarea: ")
    assert len(said.err.strip().splitlines()) == 1
    assert code in (2, 3)


def test_scenarios_of_the_top_of_the_package_are_light() -> None:
    code = (
        "import sys, localarea as la; assert 'Scenario' in dir(la); "
        "heavy = {'pandas', 'geopandas', 'numba', 'scipy', 'folium'}; "
        "assert not heavy & set(sys.modules); "
        "la.Scenario.of('district').include('Ipswich').option(); "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_explore_shows_both_and_keeps_one_file(tmp_path: Path) -> None:
    import localarea as la

    page = la.Scenario.of("district").include("Ipswich").explore()
    assert page.title.endswith("Colchester district; Colchester district, plus Ipswich")
    assert "<iframe" in page._repr_html_()
    assert page.save(tmp_path / "m.html").stat().st_size < 3_000_000
    with pytest.raises(AttributeError, match="no attribute"):
        _ = la.nothing


def test_every_place_that_cannot_be_read_is_told_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    changes = ["--include", "Ipswitch", "--exclude", "Clactn", "--exclude", "Clactn"]
    assert run(["scenario", "district", *changes]) == 2
    told = capsys.readouterr().err
    assert "2 places cannot be used" in told
    assert "nearest: Ipswich" in told
    assert "nearest: Clacton" in told
    assert run(["scenario", "district", "--include", "Ipswitch"]) == 2
    assert capsys.readouterr().err.startswith("localarea: place 'Ipswitch' is not known")
