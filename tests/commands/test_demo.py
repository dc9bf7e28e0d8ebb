"""The demonstration: everything written, the same every time, and said in plain words."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from command_cases import commanded

from localarea.records import Reason
from localarea.tables.finding.own_columns import plain_reason

if TYPE_CHECKING:
    from twin_country import Twin

pytestmark = pytest.mark.slow

WRITTEN = {
    "index.html",
    "explore-map.html",
    "comparison-map.html",
    "options-map.html",
    "comparison.csv",
    "comparison.xlsx",
    "options.gpkg",
    "suppliers.checked.csv",
}


def in_a_process_of_its_own(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from localarea.cli import main; main()", "demo", "--out", "demo"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo")
    done = commanded("demo", "--out", "demo", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "progress belongs on a terminal only"
    return folder / "demo", done.stdout


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_files_are_there_and_small_enough(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    assert {p.name for p in folder.iterdir()} == WRITTEN
    pages = list(folder.glob("*-map.html"))
    assert len(pages) == 3
    assert all(page.stat().st_size < 3_000_000 for page in pages)


def test_the_index_leads_to_every_file(demo: tuple[Path, str]) -> None:
    folder, said = demo
    assert said.endswith(f"\n\nNow open {Path('demo') / 'index.html'} in a browser.\n")
    linked = re.findall(r'href="([^"]+)"', (folder / "index.html").read_text("utf-8"))
    assert set(linked) == WRITTEN - {"index.html"}


def test_options_and_conclusion_are_printed(demo: tuple[Path, str]) -> None:
    _, said = demo
    for option in ("district", "districts-wide+ipswich", "ttwa-official+ipswich", "catchment"):
        assert option in said
    lines = said.strip().splitlines()
    (last,) = [n for n, line in enumerate(lines) if line == "What was found about Ipswich"]
    tail = " ".join(" ".join(lines[last:]).split())
    assert "Ipswich is outside these 10 options: Colchester district;" in tail
    assert "worked in Colchester" in tail
    assert "Adding Ipswich to “Colchester labour market (ONS 2011)”" in tail
    assert tail.endswith("the council's choice. Now open demo/index.html in a browser.")
    for name in WRITTEN:
        assert str(Path("demo") / name) in said


def test_every_reason_occurs_in_the_sample(demo: tuple[Path, str]) -> None:
    folder, said = demo
    rows = rows_of(folder / "suppliers.checked.csv")
    assert {r["local_reason"] for r in rows} == set(get_args(Reason))
    for reason in get_args(Reason):
        assert plain_reason(reason) in said  # "Isle of Man", and not "isle of man"


def test_no_row_and_no_cell_of_the_sample_is_lost(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    text = files("localarea.reports").joinpath("sample", "suppliers.csv").read_text("utf-8")
    before = list(csv.DictReader(text.splitlines(keepends=True)))
    after = rows_of(folder / "suppliers.checked.csv")
    assert [{k: row[k] for k in before[0]} for row in after] == before


def test_verdicts_are_those_of_a_single_check(demo: tuple[Path, str]) -> None:
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    council = read_council("colchester")
    option = option_zones(council.default_option, council)
    classifier = Classifier(boundary_of_option(option, default=True))
    rows = rows_of(demo[0] / "suppliers.checked.csv")
    single = classifier.check_many([r["trading_postcode"] for r in rows])
    assert [(v.status, v.reason) for v in single] == [
        (r["local_status"], r["local_reason"]) for r in rows
    ]


def test_comparison_has_every_option_once(demo: tuple[Path, str]) -> None:
    from localarea.options.council import read_council
    from localarea.options.membership import option_ids

    rows = rows_of(demo[0] / "comparison.csv")
    jobs = [r["option"] for r in rows if (r["table"], r["figure"]) == ("figures", "jobs")]
    assert jobs == list(option_ids(read_council("colchester")))


def test_layers_hold_outlines_and_zones(demo: tuple[Path, str], tmp_path: Path) -> None:
    import geopandas as gpd

    # GDAL may leave a file of its own beside the one it reads.
    path = Path(shutil.copy(demo[0] / "options.gpkg", tmp_path))
    outlines = gpd.read_file(path, layer="options").set_index("id")
    assert outlines.crs == "EPSG:27700"
    assert outlines.geometry.is_valid.all()
    zones = gpd.read_file(path, layer="zones")
    held = zones[zones["in ttwa-official"].astype(bool)]
    assert held.area.sum() == pytest.approx(outlines.loc["ttwa-official"].geometry.area)


def test_the_same_bytes_again(twin: Twin, tmp_path: Path) -> None:
    """Of the invented country, for all that differs between two processes is the same there."""
    tables = {"LOCALAREA_DATA_DIR": str(twin.data), "LOCALAREA_CACHE_DIR": str(twin.cache)}
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    first = commanded("demo", "--out", "demo", folder=here, **tables)
    again = in_a_process_of_its_own(there, PYTHONHASHSEED="7", **tables)
    assert (first.returncode, again.returncode) == (0, 0), again.stderr
    assert again.stdout == first.stdout
    for name in sorted(WRITTEN):
        made = (there / "demo" / name).read_bytes()
        assert made == (here / "demo" / name).read_bytes(), name


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("in the way")
    done = commanded("demo", "--out", "demo", folder=tmp_path)
    assert done.returncode == 2
    assert "name another folder (--out)" in done.stderr
    assert "Traceback" not in done.stderr
