"""What a refresh of a table refuses, in which words, and that the old tables stay in use."""

from __future__ import annotations

import errno
import gzip
import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from killed import mortal
from table_cases import over, refresh

from localarea.datasets.storage import renewed
from localarea.datasets.zones import read_zones
from localarea.errors import (
    ConflictError,
    CrsError,
    FileFormatError,
    InputError,
    LocalareaError,
    SchemaError,
)
from localarea.renewal import bringing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin_country import Twin

JOBS = "population/bres2024_employees_msoa21_tidy.csv"
ENTERPRISES = "population/active_enterprises_lad_to2022.csv"
NAMES = "lookups/msoa21_names.csv"
FLOWS = "flows/wu01ew_2011_msoa_flows.csv.gz"
ZONES = "boundaries/MSOA11_BGC.geojsonl.gz"
DISTRICTS = "boundaries/lad_all_years_topo.json.gz"
OF = {
    "jobs": JOBS, "enterprises": ENTERPRISES, "names": NAMES, "flows": FLOWS, "zones": ZONES,
    "districts": DISTRICTS, "counties": DISTRICTS,
}  # fmt: skip


def text_of(path: Path) -> str:
    content = path.read_bytes()
    packed = content.startswith(b"\x1f\x8b")
    return (gzip.decompress(content) if packed else content).decode("utf-8-sig")


def halved(text: str) -> str:
    lines = text.splitlines(keepends=True)
    header = 0 if lines[0].startswith("{") else 1
    return "".join([*lines[:header], *lines[header::2]])


def refused(
    twin: Twin, tmp_path: Path, what: str, path: Path, error: type[Exception], words: str
) -> None:
    folder = tmp_path / "tables"
    with pytest.raises(error, match=words):
        refresh(twin, folder, what, path)
    assert renewed.read_all(folder) == {}
    assert over(twin, folder).registry == twin.store.registry


@pytest.mark.parametrize(
    ("what", "error", "words"),
    [
        ("jobs", InputError, r"would be lost, more than 1%, so the file is probably not whole"),
        ("enterprises", InputError, r"would be lost, more than 1%"),
        ("names", InputError, r"names would be lost, more than 1%"),
        ("flows", InputError, r"pairs of zones would be lost, more than 1%"),
        ("zones", SchemaError, r"zones are not in the file, and none can be left out"),
    ],
)
def test_half_a_country_is_refused(
    twin: Twin, tmp_path: Path, what: str, error: type[Exception], words: str
) -> None:
    text = text_of(twin.raw / OF[what])
    if what == "enterprises":  # of half the districts; a year left out is kept as it is
        text = "".join(
            line
            for line in text.splitlines(keepends=True)
            if "Ipswich" not in line and "Colchester" not in line
        )
    path = tmp_path / ("half.geojsonl" if what == "zones" else "half_2024_wu01ew.csv")
    path.write_text(text if what == "enterprises" else halved(text), encoding="utf-8")
    if what == "enterprises":
        kept = refresh(twin, tmp_path / "kept", what, path, accept_loss=True)
        assert kept.changes[0].counts["gone"] == 12  # two districts in six years
    refused(twin, tmp_path, what, path, error, words)


def test_a_loss_that_is_accepted_is_put_into_use(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "half_2024.csv"
    path.write_text(halved(text_of(twin.raw / JOBS)), encoding="utf-8")
    done = refresh(twin, tmp_path / "tables", "jobs", path, accept_loss=True)
    assert (done.edition, done.changes[0].counts["gone"]) == (1, 4 * 3)  # 4 zones, 3 industries
    assert done.changes[0].totals == {"employees": (540, 300)}


def test_an_older_edition_is_refused_unless_it_is_accepted(twin: Twin, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    with pytest.raises(InputError, match=r"of 2023, and the table jobs_msoa21_2024 in use is newe"):
        refresh(twin, folder, "jobs", twin.raw / JOBS, edition="2023")
    done = refresh(twin, folder, "jobs", twin.raw / JOBS, edition="2023", accept_loss=True)
    assert done.edition == 1
    assert over(twin, folder).info("jobs_msoa21_2024").vintage == "2023"


def test_a_year_to_come_is_refused(twin: Twin, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="would be of 2062, and today is in 2026-03"):
        refresh(twin, tmp_path / "tables", "jobs", twin.raw / JOBS, edition="2062")


@pytest.mark.parametrize("what", ["districts", "counties"])
def test_a_year_that_is_none_is_refused_of_a_file_of_all_years(
    twin: Twin, tmp_path: Path, what: str
) -> None:
    with pytest.raises(InputError, match=r"the year 'soon' is not valid"):
        refresh(twin, tmp_path / "tables", what, twin.raw / DISTRICTS, edition="soon")


def test_a_year_other_than_that_of_the_columns_is_refused(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "counties.csv"
    path.write_text("LAD25CD,LAD25NM,CTY25CD,CTY25NM\nE07000071,C,E10000012,E\n", "utf-8")
    with pytest.raises(InputError, match=r"column names of the file are of 2025, and '2026' is st"):
        refresh(twin, tmp_path / "tables", "counties", path, edition="2026")


@pytest.mark.parametrize("what", sorted(OF))
def test_another_kind_of_file_is_refused(twin: Twin, tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    refused(twin, tmp_path, what, path, LocalareaError, "a.csv")
    page = tmp_path / "page.csv"
    page.write_text("<!doctype html><title>Moved</title>", encoding="utf-8")
    refused(twin, tmp_path, what, page, FileFormatError, "web page")


@pytest.mark.parametrize("what", sorted(OF))
def test_a_file_that_is_cut_short_is_refused(twin: Twin, tmp_path: Path, what: str) -> None:
    packed = gzip.compress(text_of(twin.raw / OF[what]).encode())
    ending = {"zones": ".geojsonl.gz", "districts": ".json.gz", "counties": ".json.gz"}
    path = tmp_path / f"cut_2024_wu01ew{ending.get(what, '.csv.gz')}"
    path.write_bytes(packed[: len(packed) // 2])
    refused(twin, tmp_path, what, path, FileFormatError, "cut short|cut off|damaged|Compressed")
    archive = tmp_path / "cut_2024_wu01ew.zip"
    with zipfile.ZipFile(archive, "w") as whole:
        whole.writestr("a.csv", text_of(twin.raw / OF[what]))
    archive.write_bytes(archive.read_bytes()[:-40])
    refused(twin, tmp_path, what, archive, FileFormatError, "cut short|damaged")


@pytest.mark.parametrize(
    ("what", "old", "new", "words"),
    [
        ("jobs", "E02004511", "E02099999", "1 of the zones is not known here, such as E02099999"),
        ("jobs", "Motor trades (Part G)", "Motors (Part G)", "industries are missing: Motor trade"),
        ("jobs", ",30,60", ",many,60", "have no number of employees, such as 'many'"),
        ("enterprises", "W06000015", "W06000099", "1 of the districts is not known here"),
        ("enterprises", ",795", ",some", "has no number of enterprises"),
        ("names", "E02004511,", "E02099999,", "1 of the zones is not known here"),
        ("flows", "W02000367", "W02099999", "1 of the zones is not known here"),
    ],
)
def test_codes_and_figures_that_cannot_be_are_named(
    twin: Twin, tmp_path: Path, what: str, old: str, new: str, words: str
) -> None:
    path = tmp_path / "odd_2024_wu01ew.csv"
    path.write_text(text_of(twin.raw / OF[what]).replace(old, new), encoding="utf-8")
    refused(twin, tmp_path, what, path, SchemaError, words)


def test_a_map_without_a_reference_system_is_refused(twin: Twin, tmp_path: Path) -> None:
    import geopandas as gpd

    path = tmp_path / "zones.shp"
    gpd.read_file(f"/vsigzip/{twin.raw / ZONES}").to_file(path)
    path.with_suffix(".prj").unlink()
    refused(twin, tmp_path, "zones", path, CrsError, r"\.prj")


def test_a_table_without_a_year_asks_for_it(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_bytes((twin.raw / JOBS).read_bytes())
    refused(twin, tmp_path, "jobs", path, InputError, "state the year")
    assert refresh(twin, tmp_path / "tables", "jobs", path, edition="2025").edition == 1


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _full_at(number: int, write: Callable[..., None]) -> Callable[..., None]:
    left = [number]

    def one(*arguments: Any) -> None:
        left[0] -= 1
        return write(*arguments) if left[0] else _full()

    return one


@pytest.mark.parametrize("at", [0, 1, 2])
def test_on_a_full_disk_the_old_tables_stay(
    twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    folder = tmp_path / "tables"
    with monkeypatch.context() as full:
        if at:
            full.setattr(renewed, "_write", _full_at(at, renewed._write))
        else:
            full.setattr(bringing, "write_parquet", _full)
        with pytest.raises(InputError, match=r"No space left.*the old ones stay in use"):
            refresh(twin, folder, "jobs", twin.raw / JOBS)
    assert renewed.read_all(folder) == {}
    assert not list(folder.glob(".building-*"))
    assert refresh(twin, folder, "jobs", twin.raw / JOBS).edition


def test_two_at_once_are_one_too_many(twin: Twin, tmp_path: Path) -> None:
    with renewed.building(tmp_path), pytest.raises(ConflictError, match="another refresh"):
        refresh(twin, tmp_path, "jobs", twin.raw / JOBS)


KILLED = """
import sys
from pathlib import Path
from localarea.datasets.store import DataStore
from localarea.renewal.renewable import renewable
from localarea.renewal.request import Request
root, cache, source, folder = map(Path, sys.argv[1:5])
def work(dry_run=False):
    store, anchors = DataStore(root, cache, renewed=folder), () if dry_run else ("Colchester",)
    asked = Request(source, store, folder, "x", anchors=anchors, dry_run=dry_run)
    renewable("names").refresh(asked)
work(dry_run=True)  # all is imported
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_old_or_the_new_is_in_use(twin: Twin, tmp_path: Path) -> None:
    folder, path = tmp_path / "tables", tmp_path / "names.csv"
    path.write_text(text_of(twin.raw / NAMES).replace("Castle", "Keep"), encoding="utf-8")
    seen = set()
    with mortal(KILLED, *map(str, (twin.data, twin.cache, path, folder))) as kill_after:
        for number in range(10):
            kill_after(0.01 + 0.05 * number)
            store = over(twin, folder)
            zones = (read_zones(one, store=store) for one in ("msoa11", "msoa21"))
            names = {table["name"]["E02004511"] for table in zones}
            assert len(names) == 1  # never a mixture
            seen |= names
            if renewed.read_all(folder).get("names"):
                renewed.restore(folder, "names")
    assert seen <= {"Castle", "Keep"}
