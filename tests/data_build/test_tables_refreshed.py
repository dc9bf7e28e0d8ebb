"""Each table is the same, byte by byte, from a refresh and from the build of the same file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from table_cases import AT, over, refresh

from localarea.datasets.store import DataStore, default_store
from localarea.renewal.renewable import renewable
from localarea.renewal.request import Request

if TYPE_CHECKING:
    from twin_country import Twin

FILES = (
    ("jobs", "population/bres2024_employees_msoa21_tidy.csv", ("jobs_msoa21_2024",)),
    ("enterprises", "population/active_enterprises_lad_to2022.csv", ("enterprises_lad",)),
    ("names", "lookups/msoa21_names.csv", ("zones_msoa11", "zones_msoa21")),
    (
        "flows",
        "flows/wu01ew_2011_msoa_flows.csv.gz",
        ("flows_2011", "flows_2011_special"),
    ),
    (
        "flows",
        "flows/odwp01ew_2021_msoa_flows.csv.gz",
        ("flows_2021", "flows_2021_special"),
    ),
    ("zones", "boundaries/MSOA11_BGC.geojsonl.gz", ("zones_msoa11", "districts_lad25")),
    ("zones", "boundaries/MSOA21_EW.geojsonl.gz", ("zones_msoa21",)),
)
FILES += (
    (
        "districts",
        "boundaries/lad_all_years_topo.json.gz",
        ("districts_names", "districts_lad25"),
    ),
    ("counties", "boundaries/lad_all_years_topo.json.gz", ("counties_lad25",)),
)


@pytest.mark.parametrize(("what", "file", "tables"), FILES)
def test_the_same_edition_makes_the_same_bytes(
    twin: Twin, tmp_path: Path, what: str, file: str, tables: tuple[str, ...]
) -> None:
    done = refresh(twin, tmp_path, what, twin.raw / file)
    assert all(not any(one.counts.values()) for one in done.changes)
    assert set(tables) <= set(done.tables)
    made, built = over(twin, tmp_path), twin.store
    for table in tables:
        assert made.path(table).read_bytes() == built.path(table).read_bytes(), table
        assert made.info(table).file.startswith(str(tmp_path))
        assert made.info(table).source.endswith(f"from {Path(file).name}")


@pytest.mark.slow
@pytest.mark.parametrize(("what", "file", "tables"), FILES)
def test_the_publishers_own_file_makes_the_packages_own_tables(
    raw_folder: Path, tmp_path: Path, what: str, file: str, tables: tuple[str, ...]
) -> None:
    package = default_store()
    request = Request(raw_folder / file, package, tmp_path, AT, anchors=("Colchester",))
    done = renewable(what).refresh(request)
    assert all(not any(one.counts.values()) for one in done.changes)
    made = DataStore(package.root, package.cache_dir, renewed=tmp_path)
    for table in tables:
        assert made.info(table).sha256 == package.info(table).sha256, table
    minutes = "minutes_colchester_postcodes"  # brought along: not worked out again
    assert made.info(minutes).sha256 == package.info(minutes).sha256
