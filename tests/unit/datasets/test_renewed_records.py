"""Records of renewed tables that earlier releases wrote are still read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from localarea.datasets.storage import renewed
from localarea.datasets.store import DataStore, default_store
from localarea.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

SHA256 = hashlib.sha256(b"a table").hexdigest()
# As the first release with refreshes wrote it: one edition, of postcodes, and no word of what it
# was put over or of what was refreshed.
FIRST: dict[str, Any] = {
    "schema": 1,
    "number": 3,
    "previous": 2,
    "directory_date": "2026-05",
    "made": "2026-06-02T09:00:00+00:00",
    "source": "ONSPD_MAY_2026.zip",
    "tables": {
        "postcodes": {
            "name": "postcodes",
            "file": "postcodes.parquet",
            "title": "Postcodes",
            "source": "ONS Postcode Directory (2026-05), from ONSPD_MAY_2026.zip",
            "vintage": "2026-05",
            "licence": "OGL-UK-3.0",
            "attribution": "none",
            "crs": "EPSG:27700",
            "rows": 1,
            "sha256": SHA256,
            "inputs": [["ONSPD_MAY_2026.zip", "0" * 64]],
        }
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0003").mkdir()
    (tmp_path / "0003" / "postcodes.parquet").write_bytes(b"a table")
    (tmp_path / renewed.CURRENT).write_text(json.dumps(FIRST), encoding="utf-8")
    return tmp_path


def test_a_record_of_one_edition_is_read(folder: Path) -> None:
    ((of, edition),) = renewed.read_all(folder).items()
    assert of == edition.of == "postcodes"
    assert (edition.number, edition.previous, edition.directory_date) == (3, 2, "2026-05")
    assert edition.over == {}
    package = default_store()
    store = DataStore(package.root, package.cache_dir, renewed=folder)
    assert store.directory_date == "2026-05"
    assert store.path("postcodes") == folder / "0003" / "postcodes.parquet"
    assert store.info("zones_msoa11") == package.info("zones_msoa11")


def test_an_older_edition_of_one_loses_to_a_newer_package(folder: Path) -> None:
    text = json.dumps(FIRST).replace("2026-05", "2024-05")
    (folder / renewed.CURRENT).write_text(text, encoding="utf-8")
    package = default_store()
    store = DataStore(package.root, package.cache_dir, renewed=folder)
    assert store.info("postcodes") == package.info("postcodes")


def test_what_is_brought_in_beside_it_keeps_it(folder: Path) -> None:
    first = renewed.read_all(folder)["postcodes"]
    info = first.tables["postcodes"]
    with renewed.building(folder) as (number, work):
        (work / "names.parquet").write_bytes(b"names")
        tables = {"names": replace(info, name="names", file=str(work / "names.parquet"))}
        made = renewed.Edition(number, 0, "", tables, "2026-07-01", "names.csv", "names")
        renewed.put_into_use(folder, work, made)
    assert json.loads((folder / renewed.CURRENT).read_text())["schema"] == 2
    assert renewed.read_all(folder)["postcodes"] == first
    assert number > 3


def test_a_record_of_a_release_to_come_is_refused(folder: Path) -> None:
    (folder / renewed.CURRENT).write_text(json.dumps(FIRST | {"schema": 3}), encoding="utf-8")
    with pytest.raises(DataError, match="written by another version of localarea"):
        renewed.read_all(folder)
