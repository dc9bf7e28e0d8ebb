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
    table = _near_postcodes(whole)
    table = edit(table) if edit else table
    path = folder / "postcodes.parquet"
    pq.write_table(table, path, row_group_size=2_000)
    registry = (whole.root / "registry.toml").read_text(encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    before, section, after = registry.partition("[tables.postcodes]")
    after = re.sub(r'sha256 = "[0-9a-f]+"', f'sha256 = "{digest}"', after, count=1)
    after = re.sub(r"rows = \d+", f"rows = {table.num_rows}", after, count=1)
    before = re.sub(r'directory_date = "[^"]+"', f'directory_date = "{month}"', before)
    (folder / "registry.toml").write_text(before + section + after, encoding="utf-8")
    return DataStore(folder, folder / "cache")


@cache
def _near_postcodes(whole: DataStore) -> pa.Table:
    """Give the rows of the few postcodes, picked out of the country's once."""
    table = whole.read("postcodes")
    keys = table["key"].to_numpy()
    near = np.zeros(len(keys), bool)
    for low, high in map(outward_range, OUTWARDS):
        near |= (keys >= low) & (keys < high)
    return table.filter(pa.array(near))


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
