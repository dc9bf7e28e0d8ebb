"""Make again the tables that name districts, after some of them became part of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.datasets.counties import read_counties
from localarea.datasets.districts import read_districts
from localarea.datasets.enterprises import read_enterprises
from localarea.datasets.storage.parquet_layout import (
    GEOMETRY,
    POSTCODES,
    WHOLE_SHAPES,
    ParquetLayout,
)
from localarea.datasets.zones import read_zones
from localarea.renewal.kinds._shared import described
from localarea.renewal.making.districts import counties_table
from localarea.renewal.making.figures import enterprises_table, sum_enterprises
from localarea.renewal.making.successors import with_moves
from localarea.renewal.making.zones import districts_table, zones_table
from localarea.renewal.request import NewTable

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from localarea.renewal.request import Request

_SYSTEMS: Final = ("msoa11", "msoa21")
_UNITARY: Final = ("E06", "E09")


def tables_that_follow(
    request: Request, names: pd.DataFrame, moves: dict[str, str], vintage: str
) -> tuple[tuple[NewTable, ...], tuple[str, ...]]:
    """
    Make the tables that name districts.

    Parameters
    ----------
    names : pandas.DataFrame
        Districts of all years, with what each is part of now.
    moves : dict of str to str
        New code of each district in use that ends.

    Returns
    -------
    tuple of (tuple of NewTable, tuple of str)
        ``districts_lad25`` in any case, because of its names; every other table only if a
        district ended. And notes on what was done.
    """
    year = vintage[-4:]
    zones = {one: _zones(request, one, moves) for one in _SYSTEMS}
    tables = [_districts(request, zones["msoa11"], names, moves, year)]
    if not moves:
        return tuple(tables), ()
    for one in _SYSTEMS:
        frame, shapes = zones[one]
        made = zones_table(frame, shapes, system=one)
        tables.append(_kept(request, f"zones_{one}", made, GEOMETRY))
    for name, layout in (("postcodes", POSTCODES), ("ttwa11_lookup", ParquetLayout())):
        made = with_moves(request.store.read(name), moves)
        tables.append(_kept(request, name, made, layout))
    tables += [_enterprises(request, moves), _counties(request, names, moves)]
    listed = ", ".join(f"{old} to {new}" for old, new in sorted(moves.items()))
    return tuple(tables), (
        f"districts that became part of others: {listed}; every table that names districts "
        "follows, and a definition that was published stays as it is",
    )


def _kept(request: Request, name: str, table: pa.Table, layout: ParquetLayout) -> NewTable:
    """Describe a table as before: only its districts are others."""
    info = request.store.info(name)
    source = info.source.partition("; districts from ")[0]
    return NewTable(
        described(request, name, vintage=info.vintage, source=f"{source}; districts"),
        table,
        layout,
        made_from=("districts_names",),
    )


def _zones(
    request: Request, system: str, moves: dict[str, str]
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    zones = read_zones(system, store=request.store)  # type: ignore[arg-type]
    frame = pd.DataFrame(zones.drop(columns="geometry")).reset_index()
    frame["lad25cd"] = frame["lad25cd"].map(lambda code: moves.get(code, code))
    return frame, zones.geometry.to_numpy()


def _districts(
    request: Request,
    zones: tuple[pd.DataFrame, NDArray[np.object_]],
    names: pd.DataFrame,
    moves: dict[str, str],
    year: str,
) -> NewTable:
    regions = read_districts(store=request.store)["region"].astype("str")
    regions.index = regions.index.map(lambda code: moves.get(code, code))
    regions = regions[~regions.index.duplicated()]
    frame, shapes = zones
    source = "ONS MSOA (December 2011) boundaries; ONS local authority districts"
    return NewTable(
        described(request, "districts_lad25", vintage=year, source=source),
        districts_table(frame, shapes, names, regions),
        WHOLE_SHAPES,
        made_from=("districts_names", "zones_msoa11"),
    )


def _enterprises(request: Request, moves: dict[str, str]) -> NewTable:
    counts = read_enterprises(store=request.store).rename(columns={"lad25cd": "code"})
    codes = counts["code"].drop_duplicates()
    now = pd.Series([moves.get(code, code) for code in codes], index=codes)
    made = enterprises_table(sum_enterprises(counts, now))
    return _kept(request, "enterprises_lad", made, ParquetLayout())


def _counties(request: Request, names: pd.DataFrame, moves: dict[str, str]) -> NewTable:
    """Assign a new unitary authority to itself, another new district to the county it was in."""
    frame = read_counties(store=request.store)
    frame["lad25cd"] = frame["lad25cd"].map(lambda code: moves.get(code, code))
    frame = frame.drop_duplicates("lad25cd").sort_values("lad25cd", ignore_index=True)
    own = frame["lad25cd"].str.startswith(_UNITARY) & frame["lad25cd"].isin(moves.values())
    called = frame["lad25cd"].map(names.set_index("lad_cd")["name"])
    frame["county_cd"] = frame["county_cd"].where(~own, frame["lad25cd"])
    frame["county"] = frame["county"].where(~own, called)
    return _kept(request, "counties_lad25", counties_table(frame), ParquetLayout())
