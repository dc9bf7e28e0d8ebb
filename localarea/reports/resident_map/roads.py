"""The main roads of the map: those with a number that our tables know, and the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from localarea.datasets.roads import read_named_roads, read_road_edges, read_road_nodes
from localarea.geo.crs import BRITISH_NATIONAL_GRID

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.reports.cartography.study_area import Bounds

MOTORWAY, NUMBERED, OTHER = 0, 1, 2
SAME_M: Final = 300.0  # a line this close to a numbered road is the same road: good to 100 m
LEAST_M: Final = 250.0  # shorter pieces are slip roads and corners of junctions
_NUMBERED_M, _OTHER_M = 20.0, 80.0  # detail


def main_roads(window: Bounds, near: Bounds, *, store: DataStore | None = None) -> gpd.GeoDataFrame:
    """
    Read the main roads that touch a window.

    Parameters
    ----------
    window, near : tuple of float
        West, south, east, north; metres, EPSG:27700. Roads without a number are those that touch
        ``near``.

    Returns
    -------
    geopandas.GeoDataFrame
        ``road`` (its number, "" if it is not known), ``kind`` and ``geometry`` (lines,
        EPSG:27700), numbered roads last, so that they are drawn on top.
    """
    box = shapely.box(*window)
    numbered = _numbered(store)
    numbered = numbered[numbered.geometry.intersects(box).to_numpy()]
    other = _others(shapely.box(*near), numbered.geometry.to_numpy(), store)
    rest = gpd.GeoDataFrame(
        {"road": [""] * len(other), "kind": [OTHER] * len(other)},
        geometry=list(other),
        crs=BRITISH_NATIONAL_GRID,
    )
    return gpd.GeoDataFrame(pd.concat([rest, numbered], ignore_index=True), crs=rest.crs)


def _numbered(store: DataStore | None) -> gpd.GeoDataFrame:
    corners = read_named_roads(store=store)
    of_line = corners.groupby(["road", "line"], observed=True).ngroup().to_numpy()
    order = np.argsort(of_line, kind="stable")  # by road and line, the corners as they come
    points = corners[["easting", "northing"]].to_numpy(float)[order]
    lines = shapely.linestrings(points, indices=of_line[order])
    first = corners.iloc[order[np.flatnonzero(np.diff(of_line[order], prepend=-1))]]
    return gpd.GeoDataFrame(
        {
            "road": first["road"].astype(str).tolist(),
            "kind": np.where(first["motorway"], MOTORWAY, NUMBERED).tolist(),
        },
        geometry=list(shapely.simplify(lines, _NUMBERED_M)),
        crs=BRITISH_NATIONAL_GRID,
    )


def _others(
    box: shapely.Polygon, numbered: NDArray[np.object_], store: DataStore | None
) -> NDArray[np.object_]:
    """Return the lines of the other roads: junction to junction, so that bends are cut short."""
    nodes = read_road_nodes(store=store)[["easting", "northing"]].to_numpy(float)
    ends = nodes[read_road_edges(store=store)[["u", "v"]].to_numpy()]
    low, high = ends.min(axis=1), ends.max(axis=1)
    around = (low <= box.bounds[2:]).all(axis=1) & (high >= box.bounds[:2]).all(axis=1)
    lines = shapely.linestrings(ends[around])  # not of the country's
    lines = lines[shapely.intersects(lines, box)]
    if len(numbered):
        known = shapely.buffer(shapely.union_all(numbered), SAME_M)
        shapely.prepare(known)
        lines = lines[~shapely.within(lines, known)]
    joined = shapely.get_parts(shapely.line_merge(shapely.union_all(lines)))
    joined = joined[shapely.length(joined) > LEAST_M]
    return np.asarray(shapely.simplify(joined, _OTHER_M), dtype=object)
