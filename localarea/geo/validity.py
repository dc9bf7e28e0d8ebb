"""Whether polygons can be trusted, and how a shape is counted in parts and holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_AT_ONCE = 100  # lines asked about together: each may meet all the others
_SHOWN = 5  # faults that an error repeats: the first few say what is wrong


def require_valid_polygons(
    shapes: NDArray[Any], names: Sequence[str], *, table: str = "polygons"
) -> None:
    """
    Refuse shapes that are missing, empty, invalid or no polygons.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n,)
        CRS EPSG:27700; unit metre. May hold None.
    names : sequence of str
        Name of each, for the message.
    table : str, default "polygons"
        Where they come from, for the message.

    Raises
    ------
    SchemaError
        If any shape is not a valid polygon; the first few faults are said.
    """
    import shapely

    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6))
    bad = ~polygonal | shapely.is_empty(shapes) | ~shapely.is_valid(shapes)
    if not bad.any():
        return
    at = np.flatnonzero(bad)
    faults = [f"{names[i]}: {_fault(shapes[i])}" for i in at[:_SHOWN]]
    if at.size > _SHOWN:
        faults.append(f"and {at.size - _SHOWN} more")
    raise SchemaError(table, faults)


def _fault(shape: BaseGeometry | None) -> str:
    import shapely

    if shape is None:
        return "there is no geometry"
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return f"a {shape.geom_type} is no area"
    return "it is empty" if shape.is_empty else str(shapely.is_valid_reason(shape))


def count_parts_and_holes(shape: BaseGeometry) -> tuple[int, int]:
    """
    Count the separate pieces of a polygon and the holes in them.

    Parameters
    ----------
    shape : shapely Polygon or MultiPolygon
        CRS EPSG:27700; valid.

    Returns
    -------
    tuple of int
        Pieces, and interior rings over all of them.

    Examples
    --------
    >>> from shapely import Polygon, box
    >>> count_parts_and_holes(Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior]))
    (1, 1)
    """
    import shapely

    pieces = shapely.get_parts(shape)
    pieces = pieces[~shapely.is_empty(pieces)]
    return len(pieces), int(shapely.get_num_interior_rings(pieces).sum())


def right_handed(shape: BaseGeometry) -> BaseGeometry:
    """
    Wind the rings of polygons as GeoJSON wants them.

    Parameters
    ----------
    shape : shapely geometry
        Any; only rings of polygons are changed.

    Returns
    -------
    shapely geometry
        Outer rings counter-clockwise, holes clockwise.

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
    Count the pairs of lines of some shapes that may meet.

    Where two combs lie across each other, their union has a corner for every pair of teeth:
    from 100,000 lines more than any memory holds.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n,)
        Polygons of any reference system.
    most : int
        At which to stop counting.

    Returns
    -------
    int
        Pairs of lines whose boxes meet, each counted twice and each line with itself; more than
        ``most`` once there are more.
    """
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    same = of_ring[1:] == of_ring[:-1]
    lines = shapely.linestrings(np.stack([points[:-1][same], points[1:][same]], axis=1))
    tree = shapely.STRtree(lines)
    count = 0
    for start in range(0, len(lines), _AT_ONCE):
        count += tree.query(lines[start : start + _AT_ONCE]).shape[1]
        if count > most:
            break
    return count
