"""The commands travel-times and isochrone: one document, files, exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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
