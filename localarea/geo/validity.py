"""Validity of polygons, their parts and holes, and the cost of combining them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_QUERY_SIZE = 100  # lines in one query, because each may meet all the others
_FAULTS_SHOWN = 5  # faults that an error lists
_POLYGON, _MULTIPOLYGON = 3, 6  # type numbers of GEOS


def require_valid_polygons(
    shapes: NDArray[Any], names: Sequence[str], *, table: str = "polygons"
) -> None:
    """
    Raise an error if any shape is missing, empty, invalid or not a polygon.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n,)
        CRS EPSG:27700; unit metre. May hold None.

    Raises
    ------
    SchemaError
        If any shape is not a valid polygon; lists the first five faults.
    """
    import shapely

    polygonal = np.isin(shapely.get_type_id(shapes), (_POLYGON, _MULTIPOLYGON))
    bad = ~polygonal | shapely.is_empty(shapes) | ~shapely.is_valid(shapes)
    if not bad.any():
        return
    at = np.flatnonzero(bad)
    faults = [f"{names[i]}: {_fault(shapes[i])}" for i in at[:_FAULTS_SHOWN]]
    if at.size > _FAULTS_SHOWN:
        faults.append(f"and {at.size - _FAULTS_SHOWN} more")
    raise SchemaError(table, faults)


def _fault(shape: BaseGeometry | None) -> str:
    import shapely

    if shape is None:
        return "there is no geometry"
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return f"a {shape.geom_type} is not a polygon"
    return "it is empty" if shape.is_empty else str(shapely.is_valid_reason(shape))


def count_parts_and_holes(shape: BaseGeometry) -> tuple[int, int]:
    """
    Count the parts of a polygon and the holes in them.

    Parameters
    ----------
    shape : shapely Polygon or MultiPolygon
        CRS EPSG:27700; valid.

    Examples
    --------
    >>> from shapely import Polygon, box
    >>> count_parts_and_holes(Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior]))
    (1, 1)
    """
    import shapely

    parts = shapely.get_parts(shape)
    parts = parts[~shapely.is_empty(parts)]
    return len(parts), int(shapely.get_num_interior_rings(parts).sum())


def right_handed(shape: BaseGeometry) -> BaseGeometry:
    """
    Orient the rings of polygons as GeoJSON requires.

    Parameters
    ----------
    shape : shapely geometry
        Any geometry; only polygons are changed.

    Returns
    -------
    shapely geometry
        Exterior rings counter-clockwise, interior rings clockwise.

    References
    ----------
    .. [1] RFC 7946, The GeoJSON Format, section 3.1.6.

    Examples
    --------
    >>> import shapely
    >>> clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])
    >>> clockwise.exterior.is_ccw, right_handed(clockwise).exterior.is_ccw
    (False, True)
    """
    import shapely

    return shapely.orient_polygons(shape)


def count_meetings(shapes: NDArray[Any], *, most: int) -> int:
    """
    Count the pairs of edges that may meet.

    A bound on the cost of a union. Two combs that lie across each other have a union with a corner
    for every pair of teeth: with 100,000 edges, more than fits in memory.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n,)
        Polygons in any CRS.

    Returns
    -------
    int
        Pairs of edges whose boxes meet, each counted twice and each edge with itself. Once above
        ``most``, the count is incomplete.
    """
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    same = of_ring[1:] == of_ring[:-1]
    lines = shapely.linestrings(np.stack([points[:-1][same], points[1:][same]], axis=1))
    tree = shapely.STRtree(lines)
    count = 0
    for start in range(0, len(lines), _QUERY_SIZE):
        count += tree.query(lines[start : start + _QUERY_SIZE]).shape[1]
        if count > most:
            break
    return count
