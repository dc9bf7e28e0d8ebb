"""The command ``ttwa``: anybody's flows in, zone and area out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.cli.app import run
from localarea.datasets.flow_formats.flow_pairs import read_flow_pairs
from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

# Two towns that hardly commute to one another, each with a suburb that mostly works in it.
TOWNS = pd.DataFrame(
    [
        ("east", "east", 30_000),
        ("east suburb", "east", 4_000),
        ("east suburb", "east suburb", 1_000),
        ("west", "west", 30_000),
        ("west suburb", "west", 4_000),
        ("west suburb", "west suburb", 1_000),
        ("east", "west", 300),
    ],
    columns=["home", "work", "people"],
)


@pytest.fixture(params=["flows.csv", "flows.parquet", "flows.csv.gz"])
def flows(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / request.param
    table = TOWNS.assign(note="kept out")
    if path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False)
    return path


def test_suburbs_join_their_towns(
    flows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "areas.csv"
    assert run(["ttwa", "--flows", str(flows), "--out", str(out), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["areas"], document["valid_areas"]) == (2, 2)
    assert document["workers"] == TOWNS.people.sum()
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "zone,area"
    area = dict(line.split(",") for line in lines[1:])
    assert area["east suburb"] == area["east"] != area["west"] == area["west suburb"]


def test_thresholds_reach_the_method(flows: Path, tmp_path: Path) -> None:
    out = tmp_path / "areas.csv"
    wide = ["--min-size", "60000", "--target-size", "80000"]
    assert run(["ttwa", "--flows", str(flows), "--out", str(out), *wide]) == 0
    assert len(set(pd.read_csv(out)["area"])) == 1


def test_zone_is_explained(flows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "areas.csv"
    arguments = ["ttwa", "--flows", str(flows), "--out", str(out), "--explain", "east suburb"]
    assert run(arguments) == 0
    assert "east suburb is in the area of east" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("home,work\nA,B\n", "2 columns"),
        ("home,work,n\nA,B,many\n", "row 1 has 'many'"),
        ("home,work,n\nA,B,1\nA,,1\n", "row 2 has no origin or no destination"),
        ("", "cannot be read"),
    ],
)
def test_table_that_holds_no_flows_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "flows.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError, match=says):
        read_flow_pairs(path)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (["--flows", "nowhere.csv"], "no such file"),
        (["--vintage", "2001"], "flows_2001"),
        (["--preset", "france"], "ons2011, istat"),
        (["--min-sc", "0.9"], "minimum <= target"),
        (["--flows", "x.csv", "--vintage", "2011"], "use either --flows or --vintage"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_two(
    extra: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "areas.csv"
    assert run(["ttwa", "--out", str(out), *extra]) == 2
    assert says in capsys.readouterr().err
    assert not out.exists()
