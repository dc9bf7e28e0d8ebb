"""Outlines of options: unions of zones, which share their edges exactly."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import numpy as np

from localarea.datasets.store import default_store
from localarea.geo.crs import BRITISH_NATIONAL_GRID
from localarea.geo.validity import count_parts_and_holes, require_valid_polygons
from localarea.places.contiguity import shared_borders

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from localarea.datasets.store import DataStore
    from localarea.records import Option

_M2_PER_KM2 = 1e6
_MOST_BORDERS: Final = 1_500  # zones whose borders are kept: some 100 kB


@lru_cache(maxsize=4)
def _shape_cache(system: str, store: DataStore) -> dict[str, Any]:
    """Return the cache of shapes by zone, since scenarios use nearly the same zones repeatedly."""
    return {}


def _zone_shapes(codes: tuple[str, ...], system: str, store: DataStore) -> NDArray[Any]:
    from localarea.datasets.zones import read_zone_shapes

    known = _shape_cache(system, store)
    lacking = [code for code in codes if code not in known]
    if lacking:
        read = read_zone_shapes(lacking, cast("Literal['msoa11', 'msoa21']", system), store=store)
        known.update(zip(lacking, read, strict=True))
    shapes = np.empty(len(codes), dtype=object)
    shapes[:] = [known[code] for code in codes]
    return shapes


def zone_shapes(
    codes: Sequence[str], zone_system: str = "msoa11", *, store: DataStore | None = None
) -> NDArray[Any]:
    """
    Return the polygons of some zones.

    Returns
    -------
    numpy.ndarray of shapely geometries, shape (n_zones,)
        CRS EPSG:27700; valid; unit metre; in the order of ``codes``.
    """
    return _zone_shapes(tuple(codes), zone_system, store or default_store())


class _Borders:
    """The borders of the zones last asked for: those of fewer zones are among them."""

    def __init__(self, system: str, store: DataStore) -> None:
        self._system, self._store = system, store
        self._kept: tuple[NDArray[np.str_], Any] = np.empty(0, dtype=str), None

    def of(self, codes: NDArray[np.str_]) -> Any:
        known, borders = self._kept
        at = np.searchsorted(known, codes)
        held = borders is not None and bool((at < known.size).all())
        if held and (known[at] == codes).all():
            return borders[at][:, at]
        near = bool(np.isin(codes, known).any())  # zones of another council are asked for alone
        every = np.union1d(known, codes) if near else np.unique(codes)
        every = np.unique(codes) if every.size > _MOST_BORDERS else every
        borders = shared_borders(_zone_shapes(tuple(every.tolist()), self._system, self._store))
        self._kept = every, borders
        at = np.searchsorted(every, codes)
        return borders[at][:, at]


@lru_cache(maxsize=4)
def _borders(system: str, store: DataStore) -> _Borders:
    return _Borders(system, store)


def zone_borders(
    codes: NDArray[np.str_], zone_system: str = "msoa11", *, store: DataStore | None = None
) -> Any:
    """
    Return the lengths of the borders that some zones share.

    Parameters
    ----------
    codes : numpy.ndarray of str, shape (n_zones,)
        Zones, each once.

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (n_zones, n_zones)
        As :func:`localarea.places.contiguity.shared_borders`, in the order of ``codes``.
    """
    return _borders(zone_system, store or default_store()).of(codes)


def option_shape(option: Option, *, store: DataStore | None = None) -> BaseGeometry:
    """
    Return the boundary of an option.

    Parameters
    ----------
    option : Option
        Option with at least one zone.

    Returns
    -------
    shapely MultiPolygon
        CRS EPSG:27700; valid; unit metre. Its area is the sum of the zones' areas, because
        they neither overlap nor leave gaps.

    Raises
    ------
    SchemaError
        If the union of the zones is not valid.
    """
    return _union(zone_shapes(option.zones, option.zone_system, store=store), option.id)


def _union(shapes: NDArray[Any], name: str) -> BaseGeometry:
    import shapely

    union = shapely.coverage_union_all(shapes)
    if union.geom_type == "Polygon":  # always a multipolygon, for files and frames
        union = shapely.MultiPolygon([union])
    require_valid_polygons(np.array([union], dtype=object), [name], table="options")
    return union


def option_shapes(options: Sequence[Option], *, store: DataStore | None = None) -> gpd.GeoDataFrame:
    """
    Return the boundaries of several options.

    Returns
    -------
    geopandas.GeoDataFrame, shape (n_options, 3)
        ``id``, ``title`` and ``geometry`` (CRS EPSG:27700; valid multipolygons), in the same
        order.
    """
    import geopandas as gpd

    return gpd.GeoDataFrame(
        {"id": [o.id for o in options], "title": [o.title for o in options]},
        geometry=[option_shape(option, store=store) for option in options],
        crs=BRITISH_NATIONAL_GRID,
    )


def area_and_holes(shapes: NDArray[Any], name: str) -> tuple[float, int]:
    """
    Calculate the area of some zones and the number of holes in their union.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n_zones,)
        CRS EPSG:27700; unit metre; neighbours share their edges exactly.

    Returns
    -------
    area_km2 : float
        Square kilometres.
    holes : int
        Interior rings of the union.

    Raises
    ------
    SchemaError
        If the union is not valid.
    """
    import shapely

    area = float(shapely.area(shapes).sum()) / _M2_PER_KM2
    return area, count_parts_and_holes(_union(shapes, name))[1]
