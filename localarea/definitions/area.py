"""The area of a definition: its outline, its zones and the districts that it touches."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from localarea.once import once_property

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem


class Area:
    """What is written of an area, each part read or computed once."""

    def __init__(self, zones: Sequence[str], system: ZoneSystem, tables: DataStore) -> None:
        from localarea.classify.directory import Directory

        self._zones, self._system, self._tables = tuple(zones), system, tables
        self._names = Directory(system, store=tables)

    @once_property
    def _outline(self) -> tuple[bytes, tuple[float, float, float, float]]:
        import shapely

        from localarea.places.outline import zone_shapes

        shapes = zone_shapes(self._zones, self._system, store=self._tables)
        union = shapely.normalize(shapely.coverage_union_all(shapes))
        if union.geom_type == "Polygon":
            union = shapely.MultiPolygon([union])
        west, south, east, north = shapely.bounds(union).tolist()
        return shapely.to_wkb(union, byte_order=1), (west, south, east, north)

    @property
    def outline(self) -> bytes:
        """Union of the zones, as WKB of a multipolygon; CRS EPSG:27700."""
        return self._outline[0]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the outline, in metres."""
        return self._outline[1]

    @once_property
    def _district_of(self) -> Mapping[str, str]:
        self._tables.path(f"zones_{self._system}")  # one that was damaged since is told
        return _districts(self._system, self._tables)

    @once_property
    def districts(self) -> tuple[str, ...]:
        """Return the codes of the districts with a zone inside, sorted."""
        return tuple(sorted({self._district_of[code] for code in self._zones}))

    @once_property
    def districts_cut(self) -> list[str]:
        """Return the names of the districts with a zone inside and a zone outside, sorted."""
        touched, held = set(self.districts), set(self._zones)
        outside = {d for code, d in self._district_of.items() if code not in held}
        return sorted(self.name(code, "district") for code in touched & outside)

    @once_property
    def rows(self) -> list[tuple[str, str, str, str, bytes]]:
        """Code and name of each zone, code and name of its district, and its shape as WKB."""
        import shapely

        from localarea.places.outline import zone_shapes

        shapes = zone_shapes(self._zones, self._system, store=self._tables)
        names = self._names.district_names
        rows = []
        for code, shape in zip(
            self._zones, shapely.to_wkb(shapes, byte_order=1).tolist(), strict=True
        ):
            district = self._district_of[code]
            rows.append((code, self.name(code), district, names.get(district, ""), shape))
        return rows

    def name(self, code: str, kind: str = "zone") -> str:
        """Return the name of any zone or district; the code if it has none."""
        names = self._names.zone_names if kind == "zone" else self._names.district_names
        return names.get(code, code)


@lru_cache(maxsize=4)  # whoever approves an area asks for it several times
def _districts(system: ZoneSystem, tables: DataStore) -> Mapping[str, str]:
    from localarea.datasets.zones import zone_districts

    table = zone_districts(system, store=tables)  # type: ignore[arg-type]
    found = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return MappingProxyType(dict(found))
