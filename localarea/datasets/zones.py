"""Zones of 2011 and 2021: names, districts and boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from localarea.datasets.storage.arrow import shapes_of, text_frame
from localarea.datasets.store import DataStore, default_store
from localarea.errors import PlaceNotFoundError
from localarea.geo.crs import BRITISH_NATIONAL_GRID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

System = Literal["msoa11", "msoa21"]


def read_zones(
    system: System = "msoa11",
    *,
    codes: Iterable[str] | None = None,
    store: DataStore | None = None,
) -> gpd.GeoDataFrame:
    """
    Read zones with their boundaries.

    Parameters
    ----------
    codes : iterable of str, optional
        Zones to keep, all of them by default.

    Returns
    -------
    geopandas.GeoDataFrame
        ``name`` (House of Commons Library name where there is one), ``ons_name``,
        ``lad25cd`` and ``geometry`` (CRS EPSG:27700; valid multipolygons; neighbours
        share their edges exactly; whole metres), indexed by code in sorted order.

    Raises
    ------
    PlaceNotFoundError
        If a code is not in the system.
    """
    import geopandas as gpd
    import numpy as np

    source = store or default_store()
    column = f"{system}cd"
    if codes is None:
        frame = gpd.read_parquet(source.path(f"zones_{system}")).set_index(column).sort_index()
        frame["lad25cd"] = frame["lad25cd"].astype("str")
        return frame
    wanted = sorted(set(codes))
    with source.open(f"zones_{system}") as file:  # outlines of the country take half a second
        table, rows = _rows_of(wanted, column, file)
    facts = text_frame(table.drop_columns(["geometry"]), ("lad25cd",)).set_index(column).iloc[rows]
    shapes = shapes_of(table["geometry"])[rows] if wanted else np.empty(0, dtype=np.object_)
    return gpd.GeoDataFrame(facts, geometry=shapes, crs=BRITISH_NATIONAL_GRID)


def read_zone_shapes(
    codes: Sequence[str], system: System = "msoa11", *, store: DataStore | None = None
) -> NDArray[np.object_]:
    """
    Read the boundaries of a few zones, without pandas and from only part of the file.

    Returns
    -------
    numpy.ndarray of shapely.MultiPolygon, shape (n,)
        One multipolygon for each code, in the same order. CRS EPSG:27700; valid; unit metre.

    Raises
    ------
    PlaceNotFoundError
        If a code is not in the system.
    """
    import numpy as np

    if not len(codes):
        return np.empty(0, dtype=np.object_)
    with (store or default_store()).open(f"zones_{system}") as file:
        table, rows = _rows_of(codes, f"{system}cd", file, ["geometry"])
    return shapes_of(table["geometry"])[rows]


def _codes(file: pq.ParquetFile, column: str) -> list[str]:
    codes: list[str] = file.read(columns=[column]).column(0).to_pylist()
    return codes


def _rows_of(
    codes: Sequence[str], column: str, file: pq.ParquetFile, columns: list[str] | None = None
) -> tuple[pa.Table, NDArray[np.int64]]:
    """Read the parts of the file that hold some zones; return them, and the row of each zone."""
    import numpy as np

    row_of = {code: row for row, code in enumerate(_codes(file, column))}
    _require_known(codes, row_of)
    rows = np.array([row_of[c] for c in codes], dtype=np.int64)
    sizes = [file.metadata.row_group(g).num_rows for g in range(file.num_row_groups)]
    ends = np.cumsum(sizes)
    groups = np.unique(np.searchsorted(ends, rows, side="right"))
    table = file.read_row_groups(groups.tolist(), columns=columns)
    read_rows = [np.arange(ends[g] - sizes[g], ends[g]) for g in groups]
    return table, np.searchsorted(np.concatenate(read_rows) if read_rows else rows, rows)


def zone_districts(system: System = "msoa11", *, store: DataStore | None = None) -> pa.Table:
    """
    Read the district of each zone, without pandas.

    Returns
    -------
    pyarrow.Table
        ``code`` and ``lad25cd`` (text), sorted by district and code.
    """
    table = (store or default_store()).read(f"zones_{system}", [f"{system}cd", "lad25cd"])
    names = ["code", "lad25cd"]
    return table.rename_columns(names)


def zone_names(
    system: System = "msoa11", *, near: str | None = None, store: DataStore | None = None
) -> pa.Table:
    """
    Read the names of the zones, without pandas.

    Parameters
    ----------
    near : str, optional
        Code of a zone, to read only the parts of the file that may have it.

    Returns
    -------
    pyarrow.Table
        ``code``, ``name`` (House of Commons Library name where there is one) and
        ``ons_name``, sorted by district and code.
    """
    columns = [f"{system}cd", "name", "ons_name"]
    store = store or default_store()
    if near is None:
        table = store.read(f"zones_{system}", columns)
    else:
        with store.open(f"zones_{system}") as file:
            table = file.read_row_groups(_groups_with(near, file), columns, use_threads=False)
    return table.rename_columns(["code", "name", "ons_name"])


def _groups_with(code: str, file: pq.ParquetFile) -> list[int]:
    """Return the row groups whose range of codes, the first column, contains a code."""
    statistics = [
        file.metadata.row_group(group).column(0).statistics for group in range(file.num_row_groups)
    ]
    return [
        group
        for group, known in enumerate(statistics)
        if known is None or not known.has_min_max or known.min <= code <= known.max
    ]


def zone_system_of(codes: Iterable[str], *, store: DataStore | None = None) -> str:
    """
    Return the zone system of some codes.

    ``msoa11`` or ``msoa21`` if every code is one of its zones; ``msoa11`` if that is true of both,
    because those zones did not change. Otherwise ``own``.
    """
    asked = set(codes)
    systems: tuple[System, ...] = ("msoa11", "msoa21")
    for system in systems:
        if asked <= known_zones(system, store=store):
            return system
    return "own"


def known_zones(system: System = "msoa11", *, store: DataStore | None = None) -> set[str]:
    """Read the codes of all zones of a system."""
    with (store or default_store()).open(f"zones_{system}") as file:
        return set(_codes(file, f"{system}cd"))


def read_msoa11_msoa21(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the correspondence of the zones of 2011 and 2021, by live postcodes.

    Returns
    -------
    pandas.DataFrame
        ``msoa11cd``, ``msoa21cd``, ``share11`` (fraction of the live postcodes of the zone
        of 2011 that lie in the zone of 2021) and ``share21`` (the reverse).
    """
    return text_frame((store or default_store()).read("msoa11_msoa21"), ("msoa11cd", "msoa21cd"))


def _require_known(codes: Iterable[str], known: Mapping[str, int]) -> None:
    for code in codes:
        if code not in known:
            raise PlaceNotFoundError(code, known)
