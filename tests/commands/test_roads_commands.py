"""The commands travel-times and isochrone: one document, files, exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd
import pytest

from localarea.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_times_to_places_in_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer(
        capsys,
        "travel-times",
        "--from",
        "CO1 1JB",
        "--to",
        "Ipswich",
        "--to",
        "51.0,-1.3",
        "--json",
    )
    document = json.loads(out)
    assert code == 0
    assert document["from"] == "CO1 1JB"
    assert [row["to"] for row in document["times"]] == ["Ipswich", "51.0,-1.3"]
    assert 25 < document["times"][0]["minutes"] < 45
    assert document["terminal_min"] == pytest.approx(5.8, abs=1)


def test_times_to_every_zone_keep_what_is_not_reached(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out_file = tmp_path / "times.csv"
    code, out, _ = answer(
        capsys, "travel-times", "--from", "Colchester", "--zones", "--out", str(out_file)
    )
    frame = pd.read_csv(out_file)
    assert (code, len(frame)) == (0, 7_201)
    assert "7,201" in out
    isle_of_wight = frame[frame["code"].isin(["E02003581"])]  # Cowes North
    assert isle_of_wight["minutes"].isna().all()
    assert frame["minutes"].notna().mean() > 0.99


def test_an_isochrone_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out_file = tmp_path / "reach.geojson"
    code, out, _ = answer(
        capsys, "isochrone", "--from", "Colchester", "--minutes", "15", "25", "--form", "grid",
        "--out", str(out_file), "--json",
    )  # fmt: skip
    document = json.loads(out)
    assert code == 0
    assert [row["minutes"] for row in document["areas"]] == [15, 25]
    assert document["areas"][0]["area_km2"] < document["areas"][1]["area_km2"]
    assert len(json.loads(out_file.read_text())["features"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["travel-times", "--from", "Colchester"],
        ["travel-times", "--from", "Colchester", "--to", "Ipswich", "--zones"],
        ["travel-times", "--from", "Nowhere-on-Sea", "--to", "Ipswich"],
        ["travel-times", "--from", "Colchester", "--to", "Ipswich", "--out", "a.pdf"],
        ["isochrone", "--from", "Colchester", "--minutes", "0"],
        ["isochrone", "--from", "Colchester", "--minutes", "10", "--form", "blob"],
        ["isochrone", "--from", "Colchester", "--minutes", "10", "--out", "a.pdf"],
    ],
    ids=lambda a: " ".join(a)[:60],
)
def test_bad_input_is_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, out, err = answer(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert err.strip()


def test_a_missing_extract_is_exit_3(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = answer(
        capsys, "travel-times", "--from", "Colchester", "--to", "Ipswich", "--roads", "none.osm.pbf"
    )
    assert code == 3
    assert "none.osm.pbf" in err


# Two places 500 m apart, a bollard between them, a way round, and a lane that is private.
EXTRACT = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
<node id="1" lat="51.89" lon="0.9"/><node id="2" lat="51.89" lon="0.9073"/>
<node id="3" lat="51.899" lon="0.9"/><node id="4" lat="51.899" lon="0.9073"/>
<node id="5" lat="51.89" lon="0.90365"><tag k="barrier" v="bollard"/></node>
<way id="1"><nd ref="1"/><nd ref="5"/><nd ref="2"/><tag k="highway" v="residential"/></way>
<way id="2"><nd ref="1"/><nd ref="3"/><nd ref="4"/><nd ref="2"/>
<tag k="highway" v="residential"/></way>
<way id="3"><nd ref="3"/><nd ref="2"/><tag k="highway" v="residential"/>
<tag k="access" v="private"/></way>
</osm>
"""


def test_what_of_an_extract_is_left_out_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("osmium")
    roads = tmp_path / "X.OSM"
    roads.write_text(EXTRACT, encoding="utf-8")
    asked = ("--from", "51.89,0.9", "--roads", str(roads), "--json")
    notes = [
        "omitted roads that their tags close to cars: 1",
        "barriers to cars at which roads are cut: 1",
    ]
    for command in (("travel-times", "--to", "51.89,0.9073"), ("isochrone", "--minutes", "5")):
        code, out, err = answer(capsys, *command, *asked)
        assert code == 0
        assert json.loads(out)["roads_notes"] == notes
        assert err == f"localarea: X.OSM: {'; '.join(notes)}\n"


def test_graphml_in_capitals_is_graphml(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import osmnx as ox

    made = nx.MultiDiGraph(crs="EPSG:4326")
    for number, x in ((1, 0.9), (2, 0.9073)):
        made.add_node(number, x=x, y=51.89)
    for u, v in ((1, 2), (2, 1)):
        made.add_edge(u, v, length=502.0, highway="residential")
    ox.save_graphml(made, tmp_path / "BASE.GRAPHML")
    code, out, _ = answer(
        capsys, "travel-times", "--from", "51.89,0.9", "--to", "51.89,0.9073",
        "--roads", str(tmp_path / "BASE.GRAPHML"), "--json",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["times"][0]["minutes"] == 0.8
