"""Write a definition as one GeoPackage, sealed by its own checksum."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import zlib
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from localarea.definitions.model import Definition, canonical_json
from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


SEAL: Final = b"localarea-seal-sha256:"


BLANK: Final = b"0" * 64


_PAGE: Final = 4096


_GEOPACKAGE: Final = 0x47504B47, 10300  # application id "GPKG", version 1.3


_SQLITE_VERSION: Final = 3_040_000  # fixed, so that the bytes do not depend on the SQLite build


_SRS: Final = 27700


_GRID: Final = (
    'PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",DATUM["Ordnance_Survey_of_Great_'
    'Britain_1936",SPHEROID["Airy 1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",49],PARAMETER["central_meridian",-2],'
    'PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],'
    'PARAMETER["false_northing",-100000],UNIT["metre",1],AUTHORITY["EPSG","27700"]]'
)


_WORLD: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)


TABLES: Final = (
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,"
    " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,"
    " definition TEXT NOT NULL, description TEXT)",
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL,"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER)",
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE, column_name TEXT NOT"
    " NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,"
    " m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name))",
    "CREATE TABLE boundary (fid INTEGER PRIMARY KEY, id TEXT, title TEXT, geom MULTIPOLYGON)",
    "CREATE TABLE zones (fid INTEGER PRIMARY KEY, code TEXT, name TEXT, lad25cd TEXT,"
    " district TEXT, geom MULTIPOLYGON)",
    "CREATE TABLE definition (fid INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL)",
    "CREATE TABLE outward_codes (fid INTEGER PRIMARY KEY, outward_code TEXT, status TEXT,"
    " live_local INTEGER, live_not_local INTEGER)",
    "CREATE TABLE localarea_lists (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE localarea_postcodes (outward INTEGER PRIMARY KEY, data BLOB NOT NULL)",
)


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """
    Contents of a definition's file.

    Attributes
    ----------
    outline : bytes
        Outline of the area: well-known binary of a multipolygon; EPSG:27700.
    extent : tuple of float
        West, south, east, north in metres.
    zones : sequence of tuple
        Code, name, ``lad25cd``, district and well-known binary of each zone.
    outward_codes : sequence of tuple
        Outward code, status, and numbers of its live postcodes that are local and not.
    lists : mapping
        ``zones`` and ``districts`` (lists of code and name), ``endings`` (pairs of
        months) and ``options`` (id of each option of the council, and the positions in
        ``zones`` of its zones).
    postcodes : sequence of tuple
        Outward number and packed rows of each outward code, sorted.
    """

    definition: Definition
    outline: bytes
    extent: tuple[float, float, float, float]
    zones: Sequence[tuple[str, str, str, str, bytes]]
    outward_codes: Sequence[tuple[str, str, int, int]]
    lists: Mapping[str, Any]
    postcodes: Sequence[tuple[int, bytes]]


def definition_bytes(contents: Contents) -> bytes:
    """Write a definition's file: the sealed file; equal contents give equal bytes."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        application, version = _GEOPACKAGE
        for pragma in (
            ("page_size", _PAGE),
            ("application_id", application),
            ("user_version", version),
        ):
            database.execute(f"PRAGMA {pragma[0]} = {pragma[1]}")
        database.execute("BEGIN")
        for statement in TABLES:
            database.execute(statement)
        _fill(database, contents)
        database.execute("COMMIT")
        data = bytearray(database.serialize())
    # The change counter, its valid-for number and the SQLite version.
    struct.pack_into(">I", data, 24, 1)
    struct.pack_into(">II", data, 92, 1, _SQLITE_VERSION)
    return _sealed(bytes(data))


# Header of a GeoPackage geometry: magic, version, flags (little-endian, extent), SRS, extent.
HEADER: Final = struct.Struct("<2sBBi4d")


def _geometry(well_known: bytes, extent: tuple[float, float, float, float]) -> bytes:
    west, south, east, north = extent
    return HEADER.pack(b"GP", 0, 0b11, _SRS, west, east, south, north) + well_known


def _extent_of(well_known: bytes) -> tuple[float, float, float, float]:
    import shapely

    west, south, east, north = shapely.bounds(shapely.from_wkb(well_known)).tolist()
    return west, south, east, north


def _fill(database: sqlite3.Connection, contents: Contents) -> None:
    made = contents.definition
    _fill_geopackage(database, contents)
    outline = _geometry(contents.outline, contents.extent)
    database.execute("INSERT INTO boundary VALUES (1, ?, ?, ?)", (made.id, made.title, outline))
    zones = [(*row[:4], _geometry(row[4], _extent_of(row[4]))) for row in contents.zones]
    _insert(database, "zones", zones)
    _insert(database, "definition", _definition_rows(made))
    _insert(database, "outward_codes", contents.outward_codes)
    lists = _compressed(canonical_json(contents.lists))
    database.execute("INSERT INTO localarea_lists VALUES (1, ?)", (lists,))
    database.executemany("INSERT INTO localarea_postcodes VALUES (?, ?)", contents.postcodes)


@lru_cache(maxsize=4)  # one holds 0.5 MB
def _compressed(lists: bytes) -> bytes:
    """Compress the lists: those of one council are the same in one definition after another."""
    return zlib.compress(lists, 9)


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    numbered = [(fid, *row) for fid, row in enumerate(rows, start=1)]
    if numbered:
        places = ", ".join("?" * len(numbered[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({places})", numbered)  # noqa: S608


def _fill_geopackage(database: sqlite3.Connection, contents: Contents) -> None:
    systems = [
        ("Undefined cartesian", -1, "NONE", -1, "undefined", None),
        ("Undefined geographic", 0, "NONE", 0, "undefined", None),
        ("WGS 84", 4326, "EPSG", 4326, _WORLD, None),
        ("British National Grid", _SRS, "EPSG", _SRS, _GRID, None),
    ]
    marks = ", ".join("?" * 6)
    database.executemany(f"INSERT INTO gpkg_spatial_ref_sys VALUES ({marks})", systems)  # noqa: S608
    changed = f"{contents.definition.approved_on}T00:00:00.000Z"  # not the clock
    layers: list[tuple[Any, ...]] = [
        (name, "features", name, description, changed, *contents.extent, _SRS)
        for name, description in (
            ("boundary", contents.definition.title),
            ("zones", "zones that are in"),
        )
    ]
    layers += [
        (name, "attributes", name, description, changed, None, None, None, None, None)
        for name, description in (
            ("definition", "what was approved, by whom, and from what it was made"),
            ("outward_codes", "outward codes, with their live postcodes that are local and not"),
        )
    ]
    marks = ", ".join("?" * 10)
    database.executemany(f"INSERT INTO gpkg_contents VALUES ({marks})", layers)  # noqa: S608
    columns = [(name, "geom", "MULTIPOLYGON", _SRS, 0, 0) for name in ("boundary", "zones")]
    marks = ", ".join("?" * 6)
    database.executemany(f"INSERT INTO gpkg_geometry_columns VALUES ({marks})", columns)  # noqa: S608


def _definition_rows(made: Definition) -> list[tuple[str, str]]:
    """Return the rows of the table ``definition``: readable terms, the document and the seal."""
    document = made.as_document()
    rows = [
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for key, value in document.items()
        if key not in {"zones", "inputs"} and value is not None
    ]
    rows += [(f"input {table['name']}", canonical_json(table).decode()) for table in made.inputs]
    rows.append(("terms_sha256", made.terms_sha256))
    rows.append(("document", canonical_json(document).decode()))
    return [*rows, ("seal", (SEAL + BLANK).decode())]


def _sealed(data: bytes) -> bytes:
    if data.count(SEAL) != 1:
        raise SchemaError("definition", ["its text must not contain the marker of a seal"])
    start = data.index(SEAL) + len(SEAL)
    if data[start : start + 64] != BLANK:
        raise SchemaError("definition", ["the seal could not be placed"])
    digest = hashlib.sha256(data).hexdigest().encode()
    return data[:start] + digest + data[start + 64 :]
