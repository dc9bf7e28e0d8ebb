"""Simplify overlapping outlines together, so that shared edges stay shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.geo.crs import require_crs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray


def _faces(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Split the plane along every outline, into pieces that do not overlap."""
    import shapely

    lines = shapely.union_all(shapely.boundary(shapes))
    return shapely.get_parts(shapely.polygonize([lines]))  # type: ignore[no-any-return]


def _without_islets(faces: NDArray[np.object_], smallest_m2: float) -> NDArray[np.object_]:
    import numpy as np
    import shapely

    small = np.flatnonzero(shapely.area(faces) < smallest_m2)
    touching, _ = shapely.STRtree(faces).query(faces[small], predicate="touches")
    return np.delete(faces, np.setdiff1d(small, small[touching]))


def simplify_together(
    layers: Sequence[gpd.GeoSeries], tolerance_m: float = 80.0, *, smallest_m2: float = 0.0
) -> list[gpd.GeoSeries]:
    """
    Simplify several layers of overlapping polygons together.

    If outlines that share an edge are simplified separately, they diverge and
    slivers appear between them. Here the plane is first split along all outlines,
    the pieces are simplified as a coverage (a shared edge is simplified once),
    and every polygon is reassembled from its pieces.

    Parameters
    ----------
    layers : sequence of geopandas.GeoSeries
        Polygons, CRS EPSG:27700; valid; unit metre. They may overlap within a
        layer and between layers.
    tolerance_m : float, default 80.0
        Detail smaller than about this size, in metres, is removed; 0 or more.
    smallest_m2 : float, default 0.0
        Isolated pieces below this area, in square metres, are removed: islets
        smaller than a dot.

    Returns
    -------
    list of geopandas.GeoSeries
        Simplified layers in the given order, with the same index and CRS.

    Raises
    ------
    CrsError
        If a layer is not in EPSG:27700.
    """
    import geopandas as gpd
    import numpy as np
    import shapely

    for layer in layers:
        require_crs(layer)
    shapes = np.concatenate([np.asarray(layer.array, dtype=object) for layer in layers])
    faces = _without_islets(_faces(shapes), smallest_m2)
    light = shapely.coverage_simplify(faces, tolerance_m)
    tree = shapely.STRtree(shapely.point_on_surface(faces))
    owner, piece = tree.query(shapes, predicate="contains")
    whole = [
        shapely.union_all(light[piece[owner == number]], grid_size=None)
        for number in range(len(shapes))
    ]
    result, start = [], 0
    for layer in layers:
        part = whole[start : start + len(layer)]
        result.append(gpd.GeoSeries(part, index=layer.index, crs=layer.crs))
        start += len(layer)
    return result
