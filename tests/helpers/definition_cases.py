"""A small country to publish definitions of: a few outward codes, and a later directory."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from localarea.datasets.store import DataStore, default_store
from localarea.definitions.geopackage_writer import Contents, definition_bytes
from localarea.definitions.model import Definition
from localarea.definitions.terms import Approval
from localarea.geo.postcodes import outward_range

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MINUTES = "minutes_colchester_postcodes"
_PLACE = ["key", "easting", "northing", "msoa11cd"]
OUTWARDS = ("CO1", "CO6", "CO16", "IP1", "EH8", "BT9", "IM1", "JE1", "B1")
APPROVAL = Approval(
    id="colchester-measure-2026.1",
    purpose="measure",
    approved_by="Pat Example",
    role="Assistant Director",
    reason="labour market criteria",
    approved_on="2026-03-02",
    effective_from="2026-04-01",
    minute="Cabinet, 13 February 2019",
    half_left_out="few commute across the Stour",  # the district and the area of 2011 need it
)


def small_store(
    folder: Path, *, month: str = "2025-11", edit: Callable[[pa.Table], pa.Table] | None = None
) -> DataStore:
    """Copy the package's tables with few postcodes, after ``edit`` has changed them."""
    whole = default_store()
    folder.mkdir()
    for name, info in whole.registry.items():
        if name != "postcodes":
            (folder / info.file).symlink_to(whole.path(name).resolve())
    (folder / "councils").symlink_to((whole.root / "councils").resolve())
    table = _near(whole, "postcodes")
    edited = edit(table) if edit else table
    path = folder / "postcodes.parquet"
    pq.write_table(edited, path, row_group_size=2_000)
    registry = _registered((whole.root / "registry.toml").read_text(encoding="utf-8"), path)
    minutes = _minutes_to(edited, whole)
    if minutes is not None:
        shipped, now = whole.info("postcodes").sha256, _sha256_of(path)
        before, section, after = registry.partition(f"[tables.{_MINUTES}]")
        registry = before + section + after.replace(shipped, now, 1)
        path = folder / f"{_MINUTES}.parquet"
        path.unlink()
        pq.write_table(minutes, path, row_group_size=2_000)
        registry = _registered(registry, path)
    registry = re.sub(r'directory_date = "[^"]+"', f'directory_date = "{month}"', registry, count=1)
    (folder / "registry.toml").write_text(registry, encoding="utf-8")
    return DataStore(folder, folder / "cache")


def _sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _registered(registry: str, path: Path) -> str:
    """State checksum and rows of a table as they are now."""
    before, section, after = registry.partition(f"[tables.{path.stem}]")
    after = re.sub(r'sha256 = "[0-9a-f]+"', f'sha256 = "{_sha256_of(path)}"', after, count=1)
    after = re.sub(
        r"rows = \d+", f"rows = {pq.ParquetFile(path).metadata.num_rows}", after, count=1
    )
    return before + section + after


def _minutes_to(directory: pa.Table, whole: DataStore) -> pa.Table | None:
    """Give the package's minutes to some of the few postcodes; nothing if one lies elsewhere."""
    near = _near(whole, "postcodes")
    keys, wanted = (table["key"].to_numpy() for table in (near, directory))
    rows = pa.array(np.minimum(keys.searchsorted(wanted), len(keys) - 1))
    if not near.take(rows).select(_PLACE).equals(directory.select(_PLACE)):
        return None
    return _near(whole, _MINUTES).take(rows)


@cache
def _rows_near(whole: DataStore) -> pa.Array:
    """Tell of each postcode of the country whether it is one of the few."""
    keys = whole.read("postcodes", columns=["key"])["key"].to_numpy()
    near = np.zeros(len(keys), bool)
    for low, high in map(outward_range, OUTWARDS):
        near |= (keys >= low) & (keys < high)
    return pa.array(near)


@cache
def _near(whole: DataStore, name: str) -> pa.Table:
    """Give the rows of the few postcodes, picked out of the country's once."""
    return whole.read(name).filter(_rows_near(whole))


def tiny_file(**changes: Any) -> bytes:
    """Make a definition's file of one square and no postcode."""
    square = shapely.to_wkb(shapely.MultiPolygon([shapely.box(0, 0, 1000, 1000)]), byte_order=1)
    made = Definition(
        **{
            name: getattr(APPROVAL, name)
            for name in Approval.__slots__  # every other field is one of the definition
            if name not in ("backdated_because", "half_left_out")
        }
        | {"title": "A square"},
        council="colchester",
        option="square",
        method="district",
        anchor="Colchester",
        parameters={},
        zone_system="msoa11",
        zones=("E02000001",),
        districts=("E07000071",),
        whole_districts=True,
        boundary_sha256=hashlib.sha256(square).hexdigest(),
        directory_date="2025-11",
        software="localarea test",
    )
    zones = [("E02000001", "Square", "E07000071", "Colchester", square)]
    lists = {"zones": [], "districts": [], "endings": [], "options": []}
    return definition_bytes(
        Contents(replace(made, **changes), square, (0, 0, 1000, 1000), zones, [], lists, [])
    )
