"""A county of twelve square kilometres in three districts, worked by hand, as a folder of tables.

Zones run in three rows of four: row 1 is Anchorton, row 2 Midham, row 3 Farley, so that Anchorton
and Farley do not touch. The last zone of Farley was split in two in 2021.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from localarea.datasets.store import DataStore

if TYPE_CHECKING:
    from pathlib import Path

DISTRICTS = {"E07000001": "Anchorton", "E07000002": "Midham", "E07000003": "Farley"}
ZONES = tuple(f"E020000{n:02}" for n in range(1, 13))
A, M, F = ZONES[:4], ZONES[4:8], ZONES[8:]
ZONES_2021 = (*ZONES[:11], "E02000098", "E02000099")
TTWAS = {"E30000001": ("Anchorton", ZONES[:6]), "E30000002": ("Farley", ZONES[6:])}
COUNCIL = """
title = "Anchorton Council"
anchor = "Anchorton"
default_option = "ttwa-official"
[contested.farley]
place = "Farley"
[options.district]
title = "Anchorton alone"
[options.districts]
title = "Anchorton and Midham"
members = { E07000001 = "Anchorton", E07000002 = "Midham" }
[options.ttwa-official]
title = "Travel to work area"
[options.catchment]
title = "Catchment"
min_share = 0.25
"""
# Narrow: Anchorton and Midham, a half each; wide: Farley belongs to the south, too.
MANDATE = """
[mandate]
words = "local is North and South"
source = "Minute 1"
role = "Head of Trade"
[mandate.area]
title = "North and South"
[mandate.area.narrow.north]
title = "North"
reason = "The anchor"
districts = { E07000001 = "Anchorton" }
[mandate.area.narrow.south]
title = "South"
reason = "The nearest"
districts = { E07000002 = "Midham" }
[mandate.area.wide.north]
title = "North"
reason = "The anchor"
districts = { E07000001 = "Anchorton" }
[mandate.area.wide.south]
title = "South"
reason = "All the rest"
districts = { E07000002 = "Midham", E07000003 = "Farley" }
"""
# Persons from zone to zone; every other zone has 10 who work in it.
FLOWS = {
    (A[0], A[0]): 60, (A[0], M[0]): 20, (A[0], F[0]): 10,
    (M[0], M[0]): 50, (M[0], A[0]): 30,
    (F[0], F[0]): 45, (F[0], A[0]): 5,
    **{(z, z): 10 for z in ZONES if z not in (A[0], M[0], F[0])},
}  # fmt: skip
SPECIAL = [(M[0], "home", 20), (A[0], "outside_uk", 10)]


def _district_of(zone: str) -> str:
    row = 2 if zone not in ZONES else ZONES.index(zone) // 4
    return list(DISTRICTS)[row]


def _squares() -> list[Any]:
    west, south = 600_000, 220_000
    at = [(west + 1000 * (n % 4), south + 1000 * (n // 4)) for n in range(12)]
    return [shapely.box(x, y, x + 1000, y + 1000) for x, y in at]


def _rows() -> list[Any]:
    """Draw the districts: one row of four squares above the other."""
    return [shapely.union_all(_squares()[n : n + 4]) for n in (0, 4, 8)]


def _geometry(shapes: list[Any]) -> pa.Array:
    multi = np.array([shapely.MultiPolygon([shape]) for shape in shapes])
    _, points, offsets = shapely.to_ragged_array(multi)
    column: Any = pa.StructArray.from_arrays(
        [pa.array(points[:, 0]), pa.array(points[:, 1])], names=["x", "y"]
    )
    for offset in offsets:
        column = pa.ListArray.from_arrays(pa.array(offset, pa.int32()), column)
    return column


def _zone_table(codes: tuple[str, ...], column: str, shapes: list[Any]) -> dict[str, Any]:
    districts = [_district_of(code) for code in codes]
    names = [f"Zone {code[-2:]}" for code in codes]
    ons = [f"{DISTRICTS[d]} {n:03}" for n, d in enumerate(districts, start=1)]
    return {
        column: list(codes), "name": names, "ons_name": ons, "lad25cd": districts,
        "geometry": _geometry(shapes),
    }  # fmt: skip


def _columns(names: str, rows: list[Any]) -> dict[str, Any]:
    return dict(zip(names.split(), zip(*rows, strict=True), strict=True))


def _stored(name: str, values: Any) -> pa.Array:
    """Encode as the real tables are: text that repeats as a dictionary."""
    if isinstance(values, pa.Array):
        return values
    array = pa.array(list(values))
    repeats = name in {"origin", "destination", "kind", "lad25cd", "status", "industry"}
    return array.dictionary_encode() if repeats else array


def _tables() -> dict[str, dict[str, Any]]:
    squares = _squares()
    halves = [squares[11], squares[11]]  # their shape plays no part
    ttwa = {z: (code, name) for code, (name, zones) in TTWAS.items() for z in zones}
    same = [(z, z) for z in ZONES[:11]] + [(ZONES[11], z) for z in ZONES_2021[11:]]
    flows = [(o, d, n) for (o, d), n in FLOWS.items()]
    flows_2021 = [(z, z, 10) for z in ZONES_2021]
    return {
        "zones_msoa11": _zone_table(ZONES, "msoa11cd", squares),
        "zones_msoa21": _zone_table(ZONES_2021, "msoa21cd", squares[:11] + halves),
        "districts_lad25": {
            "lad25cd": list(DISTRICTS), "name": list(DISTRICTS.values()), "region": ["East"] * 3,
        },
        "districts_names": {
            "lad_cd": [*DISTRICTS, "E07000009", "S12000001"],
            "name": [*DISTRICTS.values(), "Oldham Regis", "Northerly"],
            "lad25cd": [*DISTRICTS, "E07000003", "S12000001"],
        },
        "flows_2011": _columns("origin destination workers", flows),
        "flows_2011_special": _columns("origin kind workers", SPECIAL),
        "flows_2021": _columns("origin destination workers", flows_2021),
        "flows_2021_special": _columns(
            "origin kind workers", [(A[0], "home_or_no_fixed_place", 5)]
        ),
        "msoa11_msoa21": {
            "msoa11cd": [a for a, _ in same], "msoa21cd": [b for _, b in same],
            "share11": [1.0] * 11 + [0.5, 0.5], "share21": [1.0] * 13,
        },
        "ttwa11_msoa11": {
            "msoa11cd": list(ZONES), "ttwa11cd": [ttwa[z][0] for z in ZONES],
            "ttwa11nm": [ttwa[z][1] for z in ZONES], "share": [1.0] * 12,
        },
        "ttwa11_lookup": {
            "lsoa11cd": [f"E010000{n:02}" for n in range(12)], "msoa11cd": list(ZONES),
            "lad25cd": [_district_of(z) for z in ZONES], "ttwa11cd": [ttwa[z][0] for z in ZONES],
            "ttwa11nm": [ttwa[z][1] for z in ZONES], "residents_2011": [100] * 12,
        },
        "population_msoa11_2011": {"msoa11cd": list(ZONES), "residents": [100] * 12},
        "population_msoa21_2021": {"msoa21cd": list(ZONES_2021), "residents": [110] * 13},
        "jobs_msoa21_2024": {
            "msoa21cd": list(ZONES_2021), "industry": ["all"] * 13, "employees": [30] + [10] * 12,
        },
        "enterprises_lad": {
            "lad25cd": [*DISTRICTS] * 2, "year": [2021] * 3 + [2022] * 3,
            "enterprises": [1, 2, 3, 60, 80, 100],
        },
        "postcodes": {
            "key": list(range(24)), "msoa11cd": [*ZONES, *ZONES],
            "status": ["live"] * 12 + ["live"] * 4 + ["terminated"] * 8,
        },
    }  # fmt: skip


def _about_geometry() -> str:
    """Say that the geometry is of multipolygons on the British National Grid, as GeoParquet."""
    about = {
        "encoding": "multipolygon",
        "geometry_types": ["MultiPolygon"],
        "crs": pyproj.CRS("EPSG:27700").to_json_dict(),
    }
    return json.dumps(
        {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    )


def make_store(folder: Path, **changed: dict[str, Any]) -> DataStore:
    """Write the tables (some of them changed, by name), their registry and the council's file."""
    entries = ['directory_date = "2025-11"']
    for name, columns in {**_tables(), **changed}.items():
        path = folder / f"{name}.parquet"
        table = pa.table({c: _stored(c, v) for c, v in columns.items()})
        if "geometry" in columns:  # arrow reads it, and geopandas by what it says of itself
            table = table.replace_schema_metadata({"geo": _about_geometry()})
        if name == "districts_lad25":  # the one table that is made by geopandas
            districts = gpd.GeoDataFrame(table.to_pandas(), geometry=_rows(), crs="EPSG:27700")
            districts.to_parquet(path, index=False)
        else:
            pq.write_table(table, path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        facts = {
            "file": path.name, "title": name, "source": "made up", "vintage": "a test",
            "licence": "none", "attribution": "none", "crs": "EPSG:27700", "sha256": sha256,
        }  # fmt: skip
        entries.append(f"[tables.{name}]\nrows = {table.num_rows}\ninputs = []")
        entries += [f'{key} = "{value}"' for key, value in facts.items()]
    (folder / "registry.toml").write_text("\n".join(entries), encoding="utf-8")
    (folder / "councils").mkdir()
    (folder / "councils" / "anchorton.toml").write_text(COUNCIL, encoding="utf-8")
    return DataStore(folder, cache_dir=folder)
