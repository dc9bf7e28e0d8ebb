"""Flows between own zones: added under a name, asked for by it, and taken away again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from localarea.cli.app import run
from localarea.datasets.own_flows import own_flow_names
from localarea.datasets.storage import renewed
from localarea.datasets.store import default_store
from localarea.errors import DataError, InputError, SchemaError
from localarea.renewal.own_flows import add_flows

if TYPE_CHECKING:
    from pathlib import Path

AT = "2026-03-01T09:00:00+00:00"
# Two towns: A and B go to each other, and so do C and D.
FLOWS = """home,work,workers
A,A,3000
A,B,2000
B,B,3000
B,A,2000
C,C,4000
C,D,1000
D,D,4000
D,C,1000
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    flows, zones = tmp_path / "survey.csv", tmp_path / "zones.gpkg"
    flows.write_text(FLOWS, encoding="utf-8")
    boxes = [shapely.box(x, 0, x + 1_000, 1_000) for x in range(600_000, 605_000, 1_000)]
    frame = gpd.GeoDataFrame({"no": range(5), "area": list("ABCDE")}, geometry=boxes)
    frame.set_crs("EPSG:27700").to_crs("EPSG:4326").to_file(zones)
    return flows, zones


def test_from_add_to_restore(
    files: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    flows, zones = map(str, files)
    out, named = str(tmp_path / "areas.csv"), ["--name", "survey-2025"]
    monkeypatch.setenv("LOCALAREA_RENEWED_DIR", str(tmp_path / "tables"))
    assert run(["data", "add", "flows", flows, *named, "--dry-run"]) == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert run(["data", "add", "flows", flows, "--zones", zones, *named]) == 0
    told = capsys.readouterr().out
    assert "20,000 workers between 4 zones, read as pairs; 5 outlines, of which 1 are in" in told
    settings = ["--min-size", "1000", "--target-size", "2000", "--out", out, "--json"]
    meet = ["--set", "contiguity=prefer"]
    assert run(["ttwa", "--flows", "survey-2025", *settings]) == 0
    by_name = json.loads(capsys.readouterr().out)
    assert (by_name["workers"], by_name["zones"]) == (20_000, 4)
    areas = (tmp_path / "areas.csv").read_text()
    assert run(["ttwa", "--flows", flows, *settings]) == 0
    assert json.loads(capsys.readouterr().out)["areas"] == by_name["areas"]
    assert (tmp_path / "areas.csv").read_text() == areas
    assert run(["ttwa", "--flows", "survey-2025", *settings, *meet]) == 0  # by their outlines
    capsys.readouterr()
    assert run(["ttwa", "--flows", flows, *settings, *meet]) == 2  # a file has none
    assert "data add flows" in capsys.readouterr().err
    assert run(["data", "status", "--json"]) == 0
    tables = {row["name"]: row for row in json.loads(capsys.readouterr().out)["tables"]}
    assert tables["own_flows_survey_2025"]["rests_on"] == ["own_zones_survey_2025"]
    assert tables["own_zones_survey_2025"]["resting_on_it"] == ["own_flows_survey_2025"]
    assert tables["own_flows_survey_2025"]["source"] == "file survey.csv of the user"
    assert run(["data", "restore", "flows-survey-2025"]) == 0
    assert run(["ttwa", "--flows", "survey-2025", *settings]) == 2
    assert "survey-2025" in capsys.readouterr().err


def test_faults_are_named_and_nothing_is_added(files: tuple[Path, Path], tmp_path: Path) -> None:
    flows, zones = files
    folder = tmp_path / "tables"
    with pytest.raises(InputError, match="'My flows' is not valid"):
        add_flows(flows, "My flows", folder, now=AT)
    frame = gpd.read_file(zones)
    few = tmp_path / "few.gpkg"
    frame[frame["area"] != "C"].to_file(few)
    with pytest.raises(SchemaError, match="1 zones of the flows have no outline, such as C"):
        add_flows(flows, "mine", folder, now=AT, zones=few)
    others = tmp_path / "others.gpkg"
    frame.drop(columns="area").to_file(others)
    with pytest.raises(SchemaError, match="no column holds codes of the flows"):
        add_flows(flows, "mine", folder, now=AT, zones=others)
    damaged = tmp_path / "damaged.gpkg"
    damaged.write_bytes(zones.read_bytes()[:-20_000])
    with pytest.raises((InputError, DataError)):
        add_flows(flows, "mine", folder, now=AT, zones=damaged)
    assert renewed.read_all(folder) == {}


def test_flows_of_the_same_name_step_back(files: tuple[Path, Path], tmp_path: Path) -> None:
    from localarea.datasets.store import DataStore

    flows, _ = files
    folder = tmp_path / "tables"
    first = add_flows(flows, "mine", folder, now=AT)
    flows.write_text(FLOWS.replace("3000", "3500"), encoding="utf-8")
    second = add_flows(flows, "mine", folder, now=AT)
    assert (first.workers, second.workers, second.edition) == (20_000, 21_000, 2)
    store = DataStore(default_store().root, renewed=folder)
    assert own_flow_names(store) == ("mine",)
    back = renewed.restore(folder, "flows-mine")
    assert back is not None
    assert back.number == 1
