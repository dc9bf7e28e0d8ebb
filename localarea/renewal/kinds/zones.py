"""Refresh the outlines of zones of a census, and the districts that are made of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd
import shapely

from localarea.datasets.districts import read_districts
from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.storage.parquet_layout import GEOMETRY, WHOLE_SHAPES
from localarea.datasets.zones import read_zones
from localarea.errors import InputError
from localarea.renewal.differences import compare_frames
from localarea.renewal.kinds._shared import described, zones_here
from localarea.renewal.making.coverage import clean_coverage, simplify_coverage
from localarea.renewal.making.outlines import read_outlines
from localarea.renewal.making.zones import ZONE, districts_table, zones_table
from localarea.renewal.request import Made, NewTable

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from localarea.datasets.zones import System
    from localarea.renewal.differences import Differences
    from localarea.renewal.request import Request

_CODE: Final = re.compile(r"msoa(?:11|21)cd")
_SHOWN: Final = 3


def make(request: Request) -> Made:
    """
    Refresh the outlines of the MSOAs of 2011 or of 2021.

    Codes and districts of the zones stay: flows and definitions rest on every one of them.
    SchemaError if the codes are not those of the census, every one of them, or outlines lack or
    cross.
    """
    found, polygons = read_outlines(request.path, _CODE, ZONE)
    system = cast("System", next(f"msoa{year}" for year in (11, 21) if f"msoa{year}cd" in found))
    older = read_zones(system, store=request.store)
    _require_all(system, found["code"], older.index)
    _require_year(request, system)
    request.progress("making the outlines meet")
    shapes = simplify_coverage(clean_coverage(polygons))
    frame = _frame(system, found, older)
    name, column = f"zones_{system}", f"{system}cd"
    info = request.store.info(name)
    library = info.source.partition("; ")[2]
    year = info.vintage
    source = f"ONS MSOA ({year}) boundaries" + (f"; {library}" if library else "")
    tables = [
        NewTable(
            described(request, name, vintage=year, source=source),
            zones_table(frame, shapes, system=system),
            GEOMETRY,
        )
    ]
    if system == "msoa11":
        tables.append(_districts(request, frame, shapes))
    return Made(tuple(tables), (_compared(request, name, column, older, frame, shapes),))


def _require_all(system: System, found: pd.Series, known: pd.Index) -> None:
    """Raise an error for zones that are not of the census, or that the file leaves out."""
    faults = Faults(f"outlines of {system}")
    for codes, what in (
        (sorted(set(found) - set(known)), "are no zones of that census"),
        (sorted(set(known) - set(found)), "are not in the file, and none can be left out"),
    ):
        if codes:
            faults.add(f"{len(codes):,} zones {what}, such as {', '.join(codes[:_SHOWN])}")
    faults.stop()


def _require_year(request: Request, system: System) -> None:
    year = f"20{system[-2:]}"
    if request.edition not in (None, year):
        raise InputError(
            f"these are zones of the census of {year}, not of {request.edition}",
            parameter="edition",
        )


def _frame(system: System, found: pd.DataFrame, older: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return code, names and district of each zone, in the order of the codes."""
    known = pd.DataFrame(older.drop(columns="geometry")).loc[found["code"]].reset_index()
    frame = known.rename(columns={known.columns[0]: f"{system}cd"})
    if f"{system}nm" in found:
        names = found[f"{system}nm"].to_numpy(dtype=object)
        own = frame["name"] != frame["ons_name"]  # the Library's
        frame["name"] = frame["name"].where(own, names)
        frame["ons_name"] = names
    return frame[[f"{system}cd", "name", "ons_name", "lad25cd"]]


def _districts(request: Request, frame: pd.DataFrame, shapes: NDArray[np.object_]) -> NewTable:
    """Make the districts again as the unions of their zones."""
    districts = read_districts(store=request.store)
    names = pd.DataFrame({"lad_cd": districts.index, "name": districts["name"].to_numpy()})
    info = request.store.info("districts_lad25")
    return NewTable(
        described(request, info.name, vintage=info.vintage, source=info.source.split(", from ")[0]),
        districts_table(frame, shapes, names, districts["region"].astype("str")),
        WHOLE_SHAPES,
        made_from=("zones_msoa11",),
    )


def _compared(
    request: Request,
    name: str,
    column: str,
    older: gpd.GeoDataFrame,
    frame: pd.DataFrame,
    shapes: NDArray[np.object_],
) -> Differences:
    before = older.geometry.loc[frame[column]].to_numpy()
    vintage = request.store.info(name).vintage
    first, second = (
        pd.DataFrame(
            {column: frame[column], "outline": shapely.to_wkb(shapely.normalize(_whole(s)))}
        )
        for s in (before, shapes)
    )
    differences = compare_frames(
        first,
        second,
        table=name,
        vintages=(vintage, vintage),
        keys=(column,),
        is_here=zones_here(request, name.removeprefix("zones_"), column),  # type: ignore[arg-type]
        what="zones",
    )
    areas = {
        "km2 of land": (
            int(shapely.area(before).sum() / 1e6),
            int(shapely.area(shapes).sum() / 1e6),
        )
    }
    return differences.with_totals(areas)


def _whole(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return multipolygons throughout, as the table has them."""
    return np.array([shapely.multipolygons([s]) if s.geom_type == "Polygon" else s for s in shapes])
