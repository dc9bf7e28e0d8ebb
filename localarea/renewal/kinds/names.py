"""Refresh the names of zones from the House of Commons Library's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from localarea.datasets.publishers.lookups import read_library_names
from localarea.datasets.storage.parquet_layout import GEOMETRY
from localarea.datasets.zones import read_zones
from localarea.renewal.differences import compare_frames
from localarea.renewal.kinds._shared import described, require_known, zones_here
from localarea.renewal.making.zones import zones_table
from localarea.renewal.request import Made, NewTable

if TYPE_CHECKING:
    import geopandas as gpd

    from localarea.datasets.zones import System
    from localarea.renewal.differences import Differences
    from localarea.renewal.request import Request

_SOURCE = "{outlines}; House of Commons Library MSOA names"


def make(request: Request) -> Made:
    """
    Refresh the names from another edition; outlines and districts of the zones stay as they are.

    SchemaError if a zone of the file is none of 2021.
    """
    names = read_library_names(request.path)
    newer, older = (read_zones(one, store=request.store) for one in ("msoa21", "msoa11"))
    hint = "download the names of MSOAs of 2021"
    require_known("names", names["code"], newer.index, "zones", hint)
    kept = names["kept"].fillna(names["code"].isin(older.index)).astype(bool)
    tables, changes = [], []
    for system, zones, rows in (("msoa11", older, names[kept]), ("msoa21", newer, names)):
        table, difference = _named(request, system, zones, rows)  # type: ignore[arg-type]
        tables.append(table)
        changes.append(difference)
    return Made(tuple(tables), tuple(changes))


def _named(
    request: Request, system: System, zones: gpd.GeoDataFrame, names: pd.DataFrame
) -> tuple[NewTable, Differences]:
    """Name each zone by the list, otherwise as the ONS does."""
    name, column = f"zones_{system}", f"{system}cd"
    listed = names.set_index("code")["name"]
    known = pd.DataFrame(zones.drop(columns="geometry")).reset_index()
    frame = known.assign(name=known[column].map(listed).fillna(known["ons_name"]))
    info = request.store.info(name)
    outlines = info.source.partition("; House of Commons")[0]
    made = NewTable(
        described(request, name, vintage=info.vintage, source=_SOURCE.format(outlines=outlines)),
        zones_table(frame, zones.geometry.to_numpy(), system=system),
        GEOMETRY,
    )
    difference = compare_frames(
        _named_by_the_library(known, column),
        _named_by_the_library(frame, column),
        table=name,
        vintages=(info.vintage, info.vintage),
        keys=(column,),
        is_here=zones_here(request, system, column),
        what="names",
    )
    return made, difference


def _named_by_the_library(zones: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the zones that have a name other than the ONS's: a lost name is a lost row."""
    return zones.loc[zones["name"] != zones["ons_name"], [column, "name"]]
