"""The folder of tables: found, verified once, and every way in which it can be wrong."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from localarea.datasets import store as store_module
from localarea.datasets.storage.renewed import Edition
from localarea.datasets.store import DataStore
from localarea.errors import (
    ChecksumError,
    DataError,
    DataMissingError,
    DatasetNotFoundError,
)

ENTRY = """
directory_date = "2025-11"
[tables.towns]
file = "towns.parquet"
title = "Three towns"
source = "nobody"
vintage = "1999"
licence = "OGL-UK-3.0"
attribution = "none"
crs = ""
rows = 3
sha256 = "{sha256}"
inputs = [{{ name = "towns.csv", sha256 = "ab" }}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    root.mkdir()
    path = root / "towns.parquet"
    towns = pa.array(["Clacton", "Harwich", "Clacton"]).dictionary_encode()
    pq.write_table(pa.table({"name": towns, "people": [1, 2, 3]}), path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    (root / "registry.toml").write_text(ENTRY.format(sha256=sha256), encoding="utf-8")
    return root


@pytest.fixture
def towns(folder: Path, tmp_path: Path) -> DataStore:
    return DataStore(folder, tmp_path / "cache")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """List every file whose bytes were gone through."""
    seen: list[Path] = []
    real = hashlib.file_digest

    def watched(stream: Any, kind: str) -> Any:
        seen.append(Path(stream.name))
        return real(stream, kind)

    monkeypatch.setattr(hashlib, "file_digest", watched)
    return seen


def test_registry_tells_where_a_table_comes_from(towns: DataStore) -> None:
    info = towns.registry["towns"]
    assert (info.vintage, info.licence, info.rows) == ("1999", "OGL-UK-3.0", 3)
    assert info.inputs == (("towns.csv", "ab"),)
    assert towns.directory_date == "2025-11"
    assert towns.vintages("towns") == {"towns": "1999"}


def test_a_store_goes_to_another_process_as_its_folders(towns: DataStore) -> None:
    towns.info("towns")
    copied = pickle.loads(pickle.dumps(towns))  # noqa: S301
    assert (copied.root, copied.cache_dir) == (towns.root, towns.cache_dir)
    again = pickle.loads(pickle.dumps(towns))  # noqa: S301
    assert again is copied  # what is worked out of its tables is kept for both
    other = replace(towns.info("towns"), vintage="2001")
    renewed = towns.using(Edition(1, 0, "", {"towns": other}, "", ""))
    assert pickle.loads(pickle.dumps(renewed)).info("towns").vintage == "2001"  # noqa: S301


def test_columns_and_rows_are_chosen(towns: DataStore) -> None:
    assert towns.read("towns", ["people"]).column_names == ["people"]
    kept = towns.read("towns", filters=[("name", "==", "Clacton")])
    assert kept.column("people").to_pylist() == [1, 3]


def test_file_is_verified_once_and_remembered(
    folder: Path, tmp_path: Path, hashed: list[Path]
) -> None:
    for _ in range(3):
        DataStore(folder, tmp_path / "cache").path("towns")
    assert hashed == [folder / "towns.parquet"]


def test_file_touched_since_is_verified_again(
    folder: Path, tmp_path: Path, hashed: list[Path]
) -> None:
    towns = DataStore(folder, tmp_path / "cache")
    towns.path("towns")
    (folder / "towns.parquet").touch()
    towns.path("towns")
    assert len(hashed) == 2


def test_damaged_file_is_refused_even_after_it_was_whole(towns: DataStore, folder: Path) -> None:
    path = towns.path("towns")
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ChecksumError, match="damaged or has been changed") as caught:
        towns.path("towns")
    assert caught.value.expected == towns.registry["towns"].sha256
    with pytest.raises(ChecksumError):  # a failure is not remembered as a success
        towns.path("towns")


def test_new_registry_makes_an_old_file_wrong(
    folder: Path, tmp_path: Path, towns: DataStore
) -> None:
    towns.path("towns")
    (folder / "registry.toml").write_text(ENTRY.format(sha256="0" * 64), encoding="utf-8")
    with pytest.raises(ChecksumError):
        DataStore(folder, tmp_path / "cache").path("towns")


def test_missing_file_names_what_to_do(towns: DataStore, folder: Path) -> None:
    (folder / "towns.parquet").unlink()
    with pytest.raises(DataMissingError, match="localarea data build"):
        towns.path("towns")


def test_unknown_table_suggests_the_nearest(towns: DataStore) -> None:
    with pytest.raises(DatasetNotFoundError, match="towns"):
        towns.read("town")


@pytest.mark.parametrize("kind", ["a file", "damaged", "not a mapping"])
def test_unusable_cache_only_costs_time(folder: Path, tmp_path: Path, kind: str) -> None:
    cache = tmp_path / "cache"
    if kind == "a file":
        cache.write_text("in the way")
    else:
        cache.mkdir()
        (cache / "verified.json").write_text("{" if kind == "damaged" else "[1]")
    assert DataStore(folder, cache).read("towns").num_rows == 3


def test_cache_holds_size_time_and_checksum(towns: DataStore, tmp_path: Path) -> None:
    path = towns.path("towns")
    noted = json.loads((tmp_path / "cache" / "verified.json").read_text())
    state = path.stat()
    sha256 = towns.registry["towns"].sha256
    assert noted == {str(path): [state.st_size, state.st_mtime_ns, sha256]}


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match="nowhere"):
        DataStore(tmp_path / "nowhere").path("towns")


def test_folder_without_a_registry_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match=r"registry\.toml"):
        DataStore(tmp_path).path("towns")


@pytest.mark.parametrize(
    "text", ["tables = [", "", 'directory_date = "x"', "[tables.a]\nfile = 1", "tables = 3"]
)
def test_registry_that_makes_no_sense_is_an_error_of_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "registry.toml").write_text(text)
    with pytest.raises(DataError, match=r"registry\.toml"):
        DataStore(tmp_path).path("a")


def test_packaged_tables_come_before_the_repositorys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "localarea"
    beside = tmp_path / "data"
    monkeypatch.setattr(store_module, "PACKAGE", package)
    beside.mkdir()
    assert DataStore().root == beside
    (package / "_data").mkdir(parents=True)
    assert DataStore().root == package / "_data"
    assert DataStore(tmp_path).root == tmp_path


def test_cold_readers_import_neither_pandas_nor_scipy() -> None:
    code = """
import sys
import numpy as np
from localarea.classify.index import ColumnBuffer
from localarea.datasets.districts import district_names
from localarea.datasets.postcodes import read_postcode_rows, read_postcodes
from localarea.datasets.ttwa import ttwa11_zones
from localarea.datasets.zones import read_zone_shapes, zone_districts, zone_names
read_postcode_rows([61, 500_000_000])
rows = read_postcodes(["easting", "msoa11cd"])
for name, kind in (("easting", np.int32), ("msoa11cd", np.int16)):
    chunk = rows[name].chunk(0)
    assert chunk.null_count
    ColumnBuffer(len(chunk), kind).fill(0, chunk)
zones = ttwa11_zones("E30000193")
read_zone_shapes(zones)
zone_districts(), zone_names(), district_names()
heavy = {"pandas", "geopandas", "scipy", "numba", "matplotlib", "folium", "pyproj"}
print(sorted(heavy & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
