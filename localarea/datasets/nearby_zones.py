"""
Zone polygons read one row group at a time, nearest first.

The polygons are stored as plain coordinates (GeoArrow), so the file's statistics give the extent
of each row group, and shapely needs no parsing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from localarea.datasets.storage.arrow import shapes_of
from localarea.once import once_property

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore

Extent = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ZoneGroup:
    """
    A row group of neighbouring zones.

    Attributes
    ----------
    codes : tuple of str
        Codes of the zones.
    shapes : numpy.ndarray of shapely geometries, shape (n_zones,)
        Their multipolygons; CRS EPSG:27700, unit metre.
    """

    codes: tuple[str, ...]
    shapes: NDArray[np.object_]


class NearbyZones:
    """
    The zones of one system, found by location.

    Parameters
    ----------
    system : str
        ``msoa11`` or ``msoa21``.
    store : DataStore or None
        Data store; the packaged tables by default.

    Attributes
    ----------
    extents : list of tuple of float
        Bounds of each row group, as (min easting, min northing, max easting, max
        northing).
    """

    def __init__(self, system: str, *, store: DataStore | None = None) -> None:
        import pyarrow.parquet as pq

        from localarea.datasets.store import default_store

        path = (store or default_store()).path(f"zones_{system}")
        self._file = pq.ParquetFile(path)
        self._code = f"{system}cd"
        metadata = self._file.metadata
        self.extents = [_extent(metadata.row_group(i)) for i in range(metadata.num_row_groups)]
        self._read: dict[int, ZoneGroup] = {}

    def group(self, index: int) -> ZoneGroup:
        """Read a row group, which is cached."""
        if index not in self._read:
            table = self._file.read_row_group(index, columns=[self._code, "geometry"])
            codes = tuple(table[self._code].to_pylist())
            self._read[index] = ZoneGroup(codes, shapes_of(table["geometry"]))
        return self._read[index]

    def codes(self, index: int) -> tuple[str, ...]:
        """Read the zone codes of a row group, without their shapes."""
        first, last = self._edges[index : index + 2]
        return self._codes[first:last]

    @once_property
    def _codes(self) -> tuple[str, ...]:
        """Codes of all zones: read at once, in a tenth of the time that group after group takes."""
        return tuple(self._file.read(columns=[self._code])[self._code].to_pylist())

    @once_property
    def _edges(self) -> list[int]:
        """Where the codes of each row group begin, and where the last ends."""
        metadata = self._file.metadata
        sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        return [0, *accumulate(sizes)]

    def outwards_from(self, easting: float, northing: float) -> Iterator[tuple[float, ZoneGroup]]:
        """
        Iterate over the row groups from the nearest to the farthest.

        ``easting``, ``northing``: metres in EPSG:27700. Yields a lower bound in metres on the
        distance of any zone of this group or a later one, and the group.
        """
        away = [_distance(extent, easting, northing) for extent in self.extents]
        for index in sorted(range(len(away)), key=away.__getitem__):
            yield away[index], self.group(index)

    def within(self, extent: Extent) -> Iterator[ZoneGroup]:
        """
        Iterate over the row groups whose extent meets another.

        ``extent``: west, south, east, north; metres in EPSG:27700.
        """
        west, south, east, north = extent
        for index, (w, s, e, n) in enumerate(self.extents):
            if w <= east and e >= west and s <= north and n >= south:
                yield self.group(index)


def _extent(row_group: Any) -> Extent:
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for i in range(row_group.num_columns):
        column = row_group.column(i)
        axis = column.path_in_schema.rpartition(".")[2]
        if axis in {"x", "y"}:
            low[axis], high[axis] = column.statistics.min, column.statistics.max
    return low["x"], low["y"], high["x"], high["y"]


def _distance(extent: Extent, easting: float, northing: float) -> float:
    west, south, east, north = extent
    across = max(west - easting, 0.0, easting - east)
    along = max(south - northing, 0.0, northing - north)
    return math.hypot(across, along)
