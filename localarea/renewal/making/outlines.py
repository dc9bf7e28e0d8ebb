"""Read published outlines of areas as polygons on whole metres of the National Grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers._opening import as_path
from localarea.datasets.publishers.vectors import read_vectors
from localarea.geo.datum_shifts import to_national_grid
from localarea.renewal.making.coverage import GRID_M

if TYPE_CHECKING:
    import re
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

_GRID, _DEGREES = 27700, 4326
_WEST, _SOUTH, _EAST, _NORTH = -10_000.0, -10_000.0, 670_000.0, 1_250_000.0  # Great Britain
_SHOWN: Final = 3


def read_outlines(
    path: str | Path, code: re.Pattern[str], codes: re.Pattern[str]
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    """
    Read the polygons of areas as published.

    Parameters
    ----------
    path : str or pathlib.Path
        GeoPackage, Shapefile, GeoJSON or GeoJSON lines, also as .zip or .gz, in any reference
        system that it states.
    code : re.Pattern
        Name of the column of codes, in lower case.
    codes : re.Pattern
        What a code looks like.

    Returns
    -------
    tuple of (pandas.DataFrame, numpy.ndarray)
        Columns as published, in lower case, with ``code`` first; and the polygons in the same
        order, sorted by code. EPSG:27700, rounded to whole metres, as published otherwise: they
        may cross themselves.

    Raises
    ------
    FileFormatError, CrsError
        As for :func:`localarea.datasets.publishers.vectors.read_vectors`.
    SchemaError
        If there is no such column, a code is repeated or malformed, or an area has no polygon
        in Great Britain; lists every fault.
    """
    frame = read_vectors(path, to_grid=False)
    faults = Faults(f"outlines {as_path(path).name}")
    named = [str(name) for name in frame.columns if code.fullmatch(str(name))]
    if not named:
        listed = ", ".join(str(name) for name in frame.columns)
        faults.add(f"no column of codes, such as {code.pattern}; the columns are {listed}")
        faults.stop()
    frame = frame.assign(code=frame[named[0]].astype("str").str.strip())
    frame = frame.sort_values("code", ignore_index=True)
    texts = frame["code"]
    strange = texts[~texts.map(lambda one: bool(codes.fullmatch(one)))]
    faults.rows(len(strange), "have no code", strange.head(_SHOWN).tolist())
    twice = texts[texts.duplicated()]
    faults.rows(len(twice), "repeat a code", twice.head(_SHOWN).tolist())
    shapes = frame.geometry
    lacking = ~(shapes.geom_type.isin(["Polygon", "MultiPolygon"]) & ~shapes.is_empty)
    faults.rows(int(lacking.sum()), "have no polygon", texts[lacking].head(_SHOWN).tolist())
    faults.stop()
    polygons = _on_the_grid(frame)
    west, south, east, north = shapely.bounds(polygons).T
    away = ~((west > _WEST) & (south > _SOUTH) & (east < _EAST) & (north < _NORTH))
    faults.rows(int(away.sum()), "lie outside Great Britain", texts[away].head(_SHOWN).tolist())
    faults.stop()
    return frame.drop(columns="geometry"), polygons


def _on_the_grid(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    system = frame.crs.to_epsg()
    if system not in (_GRID, _DEGREES):
        frame = frame.to_crs(_DEGREES)
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    transform = _rounded if system == _GRID else _from_degrees
    return np.asarray(shapely.transform(shapes, transform))


def _rounded(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.round(points / GRID_M) * GRID_M)


def _from_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return _rounded(to_national_grid(points[:, 0], points[:, 1]))
