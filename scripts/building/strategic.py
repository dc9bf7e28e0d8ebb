"""Identify the motorways and dual carriageways of the embedded graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    import pandas as pd

STEP_M: Final = 100.0  # length of the steps into which surveyed lines are cut
SNAP_M: Final = 180.0  # distance at which an end may be on a line: the graph is accurate to 100 m
GAP_M: Final = 40.0  # longest gap over which lines are connected
LENGTH_SHARE, LENGTH_M = 0.08, 250.0  # tolerance of an edge's length, relative and absolute
SINGLE, DUAL, MOTORWAY = 1, 2, 3
TWIN_END_M: Final = 350.0  # distance between the ends of the two carriageways of a road
TWIN_SHARE, TWIN_KM, TWIN_LEAST_KM = 0.06, 0.12, 0.4


@dataclass(frozen=True, slots=True)
class SurveyedRoads:
    """
    Main carriageways as surveyed by the road authority.

    Attributes
    ----------
    lines : numpy.ndarray of shapely.LineString, shape (n,)
        CRS EPSG:27700; unit metre.
    classes : numpy.ndarray of int, shape (n,)
        1 single carriageway, 2 dual carriageway, 3 motorway.
    bounds : tuple of float
        Min x, min y, max x, max y of the survey, metres.
    """

    lines: np.ndarray
    classes: np.ndarray
    bounds: tuple[float, float, float, float]


def with_survey(nodes: pd.DataFrame, edges: pd.DataFrame, survey: SurveyedRoads) -> pd.DataFrame:
    """
    Add the kind of carriageway of each edge, as a survey and parallel edges tell it.

    Parameters
    ----------
    nodes : pandas.DataFrame
        Columns ``easting`` and ``northing`` (EPSG:27700, metres), in node order.
    edges : pandas.DataFrame
        Columns ``u``, ``v`` and ``km``.

    Returns
    -------
    pandas.DataFrame
        The edges with ``dual``, ``motorway`` (shares) and ``surveyed`` (whether the middle of the
        edge is in the area of the survey).
    """
    points = nodes[["easting", "northing"]].to_numpy(float)
    ends, km = edges[["u", "v"]].to_numpy(np.int64), edges["km"].to_numpy(float)
    shares = match_survey(points, ends, km, survey)
    x, y = points[ends].mean(axis=1).T
    west, south, east, north = survey.bounds
    return edges.assign(
        dual=np.maximum(shares[:, 0], find_twins(points, ends, km)),
        motorway=shares[:, 1],
        surveyed=(x > west) & (x < east) & (y > south) & (y < north),
    )


def match_survey(
    points: np.ndarray, edges: np.ndarray, km: np.ndarray, survey: SurveyedRoads
) -> np.ndarray:
    """
    Calculate the share of each edge on a surveyed dual carriageway and motorway.

    An edge has no shape, so it is matched by its ends and its length: both ends are on
    surveyed lines, and the distance between them along the lines is that of the edge.

    Parameters
    ----------
    points : numpy.ndarray, shape (n_nodes, 2)
        Nodes, EPSG:27700, metres.
    edges : numpy.ndarray of int, shape (n_edges, 2)
        Ends of each edge.
    km : numpy.ndarray, shape (n_edges,)
        Length of each edge.

    Returns
    -------
    numpy.ndarray, shape (n_edges, 2)
        Share of the ends on a dual carriageway or motorway, and on a motorway: 0, 0.5 or 1;
        0 for edges that do not follow a surveyed line.
    """
    steps, classes, ways = _steps(survey)
    gap, nearest = (np.asarray(found) for found in cKDTree(steps).query(points))
    on_line = (gap[edges] < SNAP_M).all(axis=1) & (km > STEP_M / 1000)
    tried = np.flatnonzero(on_line)
    starts, row = np.unique(nearest[edges[tried, 0]], return_inverse=True)
    along = dijkstra(ways, directed=False, indices=starts, limit=float(km.max() * 1200 + 1000))
    found = along[row, nearest[edges[tried, 1]]] / 1000
    follows = np.abs(found - km[tried]) < LENGTH_SHARE * km[tried] + LENGTH_M / 1000
    ends = classes[nearest[edges[tried[follows]]]]
    shares = np.zeros((len(edges), 2))
    shares[tried[follows]] = np.stack([(ends >= DUAL).mean(1), (ends >= MOTORWAY).mean(1)], axis=1)
    return shares


def _steps(survey: SurveyedRoads) -> tuple[np.ndarray, np.ndarray, csr_array]:
    """Cut lines into steps; return their points, classes, and distances between neighbours."""
    points, classes, starts = [], [], []
    count = 0
    for line, kind in zip(survey.lines, survey.classes, strict=True):
        cut = _cut(line)
        points.append(cut)
        classes.append(np.full(len(cut), kind))
        starts.append(np.arange(count, count + len(cut) - 1))
        count += len(cut)
    at, of_class = np.vstack(points), np.concatenate(classes)
    start = np.concatenate(starts)
    pairs = cKDTree(at).query_pairs(GAP_M, output_type="ndarray")
    start, end = np.concatenate([start, pairs[:, 0]]), np.concatenate([start + 1, pairs[:, 1]])
    length = np.hypot(*(at[start] - at[end]).T) + 1e-3  # a sparse matrix would not store a zero
    keep = np.unique(np.sort(np.stack([start, end], 1), 1), axis=0, return_index=True)[1]
    ways = coo_array((length[keep], (start[keep], end[keep])), shape=(count, count))
    return at, of_class, ways.tocsr()


def _cut(line: shapely.LineString) -> np.ndarray:
    pieces = max(int(line.length // STEP_M), 1)
    at = np.linspace(0.0, line.length, pieces + 1)
    cut: np.ndarray = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
    return cut


def find_twins(points: np.ndarray, edges: np.ndarray, km: np.ndarray) -> np.ndarray:
    """
    Return a mask of edges with a parallel twin: the other carriageway of the same road.

    Parameters
    ----------
    km : numpy.ndarray, shape (n_edges,)
        Length of each edge; those under 0.4 km never count as twins.

    Returns
    -------
    numpy.ndarray of bool, shape (n_edges,)
        True if another edge starts and ends nearby and has the same length. Such a road is
        nearly always dual, but many dual carriageways have only one edge here.
    """
    long = np.flatnonzero(km > TWIN_LEAST_KM)
    number = np.concatenate([long, long])
    ends = np.concatenate([edges[long], edges[long][:, ::-1]])
    where = np.hstack([points[ends[:, 0]], points[ends[:, 1]]])
    a, b = cKDTree(where).query_pairs(TWIN_END_M * 2**0.5, output_type="ndarray").T
    near = (np.hypot(*(where[a, :2] - where[b, :2]).T) < TWIN_END_M) & (
        np.hypot(*(where[a, 2:] - where[b, 2:]).T) < TWIN_END_M
    )
    a, b = number[a[near]], number[b[near]]
    apart = np.abs(km[a] - km[b]) < TWIN_SHARE * np.minimum(km[a], km[b]) + TWIN_KM
    twins = np.zeros(len(edges), dtype=bool)
    both = apart & (a != b)
    twins[a[both]] = twins[b[both]] = True
    return twins
