"""
Look up single postcodes on disk, for quick answers from a cold start.

This module avoids pandas, and the pyarrow conversions that import it: importing pandas
would take a third of a second out of a budget of half a second.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from localarea.classify.sentences import PostcodePlace
from localarea.datasets.store import DataStore, default_store
from localarea.once import once_property

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from localarea.records import ZoneSystem

_FEW_PARTS: Final = 4  # of the table of zones, to look up as many names; more take as long as all


class PlaceNames(ABC):
    """Names of zones and districts, as used in sentences, and the month of the directory."""

    @property
    @abstractmethod
    def date(self) -> str:
        """Month of the directory, ``YYYY-MM``."""

    @property
    @abstractmethod
    def zone_names(self) -> Mapping[str, str]:
        """Name of each zone: code to name, followed by the ONS name if it differs."""

    def zone_name(self, code: str) -> str | None:
        """Return the name of one zone; None if it is not known."""
        return self.zone_names.get(code)

    @property
    @abstractmethod
    def district_names(self) -> Mapping[str, str]:
        """Name of each district in the directory's year: code (``lad25cd``) to name."""

    def place_of(
        self, zone: str | None, district: str | None, ended: tuple[int, int] | None
    ) -> PostcodePlace:
        """
        Add the names to the codes of a place.

        ``ended``: first and last month (``yyyymm``) in which it may have been withdrawn.
        """
        return PostcodePlace(
            country=(district or "")[:1],
            zone=zone,
            zone_name=self.zone_name(zone) if zone else None,
            district=district,
            district_name=self.district_names.get(district) if district else None,
            ended=ended,
        )


class Directory(PlaceNames):
    """The postcode directory on disk."""

    def __init__(self, system: ZoneSystem, *, store: DataStore | None = None) -> None:
        self._store = store or default_store()
        self._system = system
        self._groups: dict[int, tuple[NDArray[np.uint32], pa.Table]] = {}
        self._named: dict[str, str] = {}
        self._parts_read = 0

    @property
    def date(self) -> str:
        """Month of the directory, ``YYYY-MM``."""
        return self._store.directory_date

    @once_property
    def zone_names(self) -> Mapping[str, str]:
        """Name of each zone: code to name, followed by the ONS name if it differs."""
        if self._system not in {"msoa11", "msoa21"}:
            return {}
        self._store.path(f"zones_{self._system}")  # one that was damaged since is told
        return _all_names(self._system, self._store)

    def zone_name(self, code: str) -> str | None:
        """Return the name of one zone; the first few are read from a part of the table."""
        if code not in self._named:
            if self._parts_read == _FEW_PARTS:
                return self.zone_names.get(code)
            self._parts_read += 1
            if self._system in {"msoa11", "msoa21"}:
                self._named |= _names(self._system, self._store, near=code)
        return self._named.get(code)

    @once_property
    def district_names(self) -> Mapping[str, str]:
        """Name of each district in the directory's year: code (``lad25cd``) to name."""
        from localarea.datasets.districts import district_names

        table = district_names(store=self._store)
        columns = (table[name].to_pylist() for name in ("lad_cd", "name", "end"))
        rows = sorted(zip(*columns, strict=True), key=lambda row: row[2] or 9999)
        return {code: name for code, name, _ in rows}

    @once_property
    def _file(self) -> pq.ParquetFile:
        return self._store.open("postcodes")

    @once_property
    def _bounds(self) -> list[tuple[int, int]]:
        metadata = self._file.metadata
        at = self._file.schema_arrow.get_field_index("key")
        columns = (metadata.row_group(i).column(at) for i in range(metadata.num_row_groups))
        return [(column.statistics.min, column.statistics.max) for column in columns]

    def rows(self, first: int, end: int) -> list[dict[str, Any]]:
        """Read the rows with ``first`` <= key < ``end``."""
        rows: list[dict[str, Any]] = []
        for group, (low, high) in enumerate(self._bounds):
            if low < end and high >= first:
                keys, table = self._read(group)
                start, stop = keys.searchsorted([first, end]).tolist()
                rows += table.slice(start, stop - start).to_pylist()
        return rows

    def _read(self, group: int) -> tuple[NDArray[np.uint32], pa.Table]:
        if group not in self._groups:
            import numpy as np

            names = ["key", "easting", "northing", "lad25cd", f"{self._system}cd"]
            names += ["terminated_from", "terminated_to"]
            table = self._file.read_row_group(group, columns=names).combine_chunks()
            keys = table["key"].chunk(0)
            self._groups[group] = np.frombuffer(keys.buffers()[1], np.uint32, len(keys)), table
        return self._groups[group]


@lru_cache(maxsize=4)  # each definition that is made or opened asks for all of them
def _all_names(system: ZoneSystem, store: DataStore) -> Mapping[str, str]:
    return _names(system, store)


def _names(system: ZoneSystem, store: DataStore, *, near: str | None = None) -> dict[str, str]:
    from localarea.datasets.zones import zone_names

    table = zone_names(system, near=near, store=store)  # type: ignore[arg-type]
    code, name, ons_name = (column.to_pylist() for column in table.columns)
    return {c: n if n == o else f"{n} ({o})" for c, n, o in zip(code, name, ons_name, strict=True)}
