"""Make a clean coverage of published polygons: neighbours share their edges exactly."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import numpy as np
import shapely

from localarea.errors import DataError

GRID_M = 1.0  # coordinates are whole metres
SLIVER_WIDTH_M = 50.0  # an enclosed gap thinner than this (a river cut off at both ends) is filled
TOLERANCE_M = 5.0  # sides of the triangles that simplification may cut off


def clean_coverage(polygons: np.ndarray) -> np.ndarray:
    """
    Rebuild polygons so that they neither overlap nor leave slivers between them.

    All boundaries are noded together on the grid of whole metres and cut the plane into
    faces; each face goes to the polygon that covers it (the first of several), and a thin
    enclosed gap to the neighbour with which it shares the longest edge. The union of its
    faces is the new polygon, so that neighbours have every vertex in common.
    """
    valid = np.array([_valid(polygon) for polygon in polygons])
    lines = shapely.unary_union(shapely.boundary(polygons), grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    owner = _owners(faces, valid)
    _fill_slivers(faces, owner)
    order = np.argsort(owner, kind="stable")
    order = order[owner[order] >= 0]
    starts = np.searchsorted(owner[order], np.arange(len(polygons) + 1))
    if (np.diff(starts) == 0).any():
        raise DataError("a polygon vanished when the boundaries were rounded to whole metres")
    return np.array([shapely.coverage_union_all(faces[order[a:b]]) for a, b in pairwise(starts)])


def _valid(polygon: shapely.Geometry) -> shapely.Geometry:
    """Mend a polygon by the even-odd rule: a part published inside another is a hole in it."""
    if shapely.is_valid(polygon):
        return polygon
    parts = shapely.make_valid(shapely.get_parts(polygon), method="structure", keep_collapsed=False)
    return reduce(shapely.symmetric_difference, parts)


def _owners(faces: np.ndarray, polygons: np.ndarray) -> np.ndarray:
    inside = shapely.point_on_surface(faces)
    face, polygon = shapely.STRtree(polygons).query(inside, predicate="within")
    owner = np.full(len(faces), len(polygons), dtype=np.int64)
    np.minimum.at(owner, face, polygon)
    return np.where(owner == len(polygons), -1, owner)


def _fill_slivers(faces: np.ndarray, owner: np.ndarray) -> None:
    """Assign thin unowned faces to a neighbour, in place; wide ones are water and stay holes."""
    unowned = np.flatnonzero(owner < 0)
    width = 2 * shapely.area(faces[unowned]) / shapely.length(faces[unowned])
    tree = shapely.STRtree(faces)
    for face in unowned[width < SLIVER_WIDTH_M]:
        near = np.sort(tree.query(faces[face], predicate="touches"))
        near = near[owner[near] >= 0]
        if len(near):
            shared = shapely.length(shapely.intersection(faces[face], faces[near]))
            owner[face] = owner[near[int(np.argmax(shared))]]


def simplify_coverage(polygons: np.ndarray) -> np.ndarray:
    """Drop vertices that hardly matter, the same ones on both sides of every shared edge."""
    simple = shapely.coverage_simplify(polygons, TOLERANCE_M)
    require_coverage(simple)
    return np.asarray(shapely.normalize(simple))


def require_coverage(polygons: np.ndarray) -> None:
    """Stop unless every polygon is valid and none overlaps or misses a neighbour."""
    invalid = int((~shapely.is_valid(polygons)).sum())
    if invalid or not shapely.coverage_is_valid(polygons):
        raise DataError(f"the zones are no clean coverage ({invalid} polygons are invalid)")
