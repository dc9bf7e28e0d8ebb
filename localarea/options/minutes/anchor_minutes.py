"""
Minutes by road from a council's anchor to zones and postcodes.

The anchor is the centre of the council's district. Minutes are stored in whole tenths. For
Colchester they ship with the package; for any other anchor they are computed once and stored
in the cache folder. pandas and numba are imported only if something must be computed.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from contextlib import suppress
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from localarea.atomic import moved_into_place
from localarea.datasets.store import DataStore, default_store
from localarea.once import once_property
from localarea.options.minutes.cache import forget_oldest, one_at_a_time
from localarea.options.minutes.encoding import (
    ANCHORS,
    COEFFICIENTS,
    COLUMN,
    NO_PLACE,
    PER_MINUTE,
    ROADS,
    ROW_GROUP,
    RULE,
)
from localarea.options.titles import spoken_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from localarea.options.council import Council
    from localarea.records import ZoneSystem


def input_tables(zone_system: ZoneSystem | None) -> tuple[str, ...]:
    """
    List the tables that minutes are computed from.

    Parameters
    ----------
    zone_system : {'msoa11', 'msoa21'} or None
        Zone system of the destinations; None for postcodes.
    """
    ends = "postcodes" if zone_system is None else f"centroids_{zone_system}"
    return tuple(dict.fromkeys((*ROADS, *ANCHORS, ends)))


def table_name(anchor: str, zone_system: ZoneSystem | None) -> str:
    """
    Return the name of the table of an anchor's minutes.

    Parameters
    ----------
    zone_system : {'msoa11', 'msoa21'} or None
        Zone system; None for postcodes.

    Returns
    -------
    str
        Name in the registry, if the package has the table.

    Examples
    --------
    >>> table_name("Bristol, City of", None), table_name("Colchester", "msoa11")
    ('minutes_bristol_city_of_postcodes', 'minutes_colchester_msoa11')
    """
    slug = re.sub(r"[^a-z0-9]+", "_", anchor.casefold()).strip("_")
    return f"minutes_{slug}_{zone_system or 'postcodes'}"


def coefficients_sha256() -> str:
    """
    Return the checksum of the speed coefficients.

    SHA-256 of ``roads/coefficients.toml``, in hexadecimal.
    """
    return hashlib.sha256(COEFFICIENTS.read_bytes()).hexdigest()


def zone_minutes(council: Council, *, store: DataStore | None = None) -> Mapping[str, float]:
    """
    Return minutes by road from a council's anchor to the centre of every zone.

    Zone code to minutes, to one decimal place; `math.inf` if unreachable. DatasetNotFoundError if
    the folder of tables has no road network.
    """
    return _zone_minutes(council.anchor, council.zone_system, store or default_store())


@lru_cache(maxsize=16)
def _zone_minutes(anchor: str, system: ZoneSystem, store: DataStore) -> Mapping[str, float]:
    table = _kept_or_computed(anchor, system, store)
    codes = table[f"{system}cd"].to_pylist()
    minutes = (t / PER_MINUTE if t >= 0 else math.inf for t in map(int, table[COLUMN].to_pylist()))
    return MappingProxyType(dict(zip(codes, minutes, strict=True)))


def has_roads(store: DataStore | None = None) -> bool:
    """
    Return whether minutes by road are available.

    False if the folder of tables has no road network.
    """
    return set(input_tables(None)) <= set((store or default_store()).registry)


def anchor_minutes(council: Council, *, store: DataStore | None = None) -> PostcodeMinutes:
    """
    Return minutes by road from a council's anchor to any postcode.

    Lazy: nothing is read or computed before the first look-up.
    """
    return _anchor_minutes(council.anchor, store or default_store())


@lru_cache(maxsize=4)
def _anchor_minutes(anchor: str, store: DataStore) -> PostcodeMinutes:
    return PostcodeMinutes(anchor, store)


class PostcodeMinutes:
    """
    Minutes by road from an anchor to the postcodes of England and Wales.

    Parameters
    ----------
    store : DataStore
        Folder of the tables. Without a road network in it, all minutes are unknown.
    """

    def __init__(self, anchor: str, store: DataStore) -> None:
        self.anchor = anchor
        self._store = store
        self._groups: dict[int, tuple[NDArray[Any], NDArray[Any]]] = {}

    def prepare(self) -> None:
        """Compute the minutes unless they are at hand, which takes about a minute."""
        if has_roads(self._store):
            _ = self._source

    @once_property
    def start(self) -> str:
        """
        Return the name of the point that they are counted from.

        Those that come with the package are of a town, whose centre needs no look at its people.
        """
        if table_name(self.anchor, None) in self._store.registry:
            return f"the centre of {spoken_name(self.anchor)}"
        from localarea.options.minutes.centre import name_centre

        return name_centre(self.anchor, store=self._store)

    def of(self, key: int) -> float | None:
        """
        Return the minutes to one postcode.

        ``key``: key of the postcode; see `localarea.geo.postcodes`. Returns minutes, to one decimal
        place; None if unknown or unreachable.
        """
        tenths = self.tenths_of(key)
        return tenths / PER_MINUTE if tenths >= 0 else None

    def tenths_of(self, key: int) -> int:
        """
        Return the tenths of a minute to one postcode, distinguishing unreachable from unknown.

        Tenths of a minute, `NOT_REACHED` or `NO_PLACE`.
        """
        if not has_roads(self._store):
            return NO_PLACE
        for group, (least, most) in enumerate(self._bounds):
            if least <= key <= most:
                keys, tenths = self._read(group)
                at = int(keys.searchsorted(key))
                return int(tenths[at]) if keys[at] == key else NO_PLACE
        return NO_PLACE

    @once_property
    def all_tenths(self) -> NDArray[np.int32]:
        """
        Return the tenths of a minute to every postcode of the directory.

        Returns
        -------
        numpy.ndarray of int32, shape (n_postcodes,)
            In the order of the postcode table, with `NOT_REACHED` and `NO_PLACE`.
        """
        import numpy as np

        from localarea.datasets.storage.arrow import numbers_of

        if not has_roads(self._store):
            return np.full(self._store.info("postcodes").rows, NO_PLACE, np.int32)
        table = self._source if self._file is None else self._file.read()
        return numbers_of(table[COLUMN])

    @once_property
    def _source(self) -> Any:
        return _kept(self.anchor, None, self._store) or _compute(self.anchor, None, self._store)

    @once_property
    def _file(self) -> pq.ParquetFile | None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if isinstance(self._source, pa.Table):
            return None
        return pq.ParquetFile(self._source, memory_map=True)

    @once_property
    def _postcodes(self) -> pq.ParquetFile:
        return self._store.open("postcodes")

    @once_property
    def _bounds(self) -> list[tuple[int, int]]:
        metadata = self._postcodes.metadata
        at = self._postcodes.schema_arrow.get_field_index("key")
        columns = (metadata.row_group(i).column(at) for i in range(metadata.num_row_groups))
        return [(column.statistics.min, column.statistics.max) for column in columns]

    def _read(self, group: int) -> tuple[NDArray[Any], NDArray[Any]]:
        from localarea.datasets.storage.arrow import numbers_of

        if group not in self._groups:
            keys = numbers_of(self._postcodes.read_row_group(group, columns=["key"])["key"])
            if self._file is not None and _group_sizes(self._file) == _group_sizes(self._postcodes):
                tenths = numbers_of(self._file.read_row_group(group)[COLUMN])
            else:  # the row groups differ, so the whole table is read
                first = sum(_group_sizes(self._postcodes)[:group])
                tenths = self.all_tenths[first : first + len(keys)]
            self._groups[group] = keys, tenths
        return self._groups[group]


def _group_sizes(file: pq.ParquetFile) -> list[int]:
    metadata = file.metadata
    return [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]


def _kept_or_computed(anchor: str, system: ZoneSystem | None, store: DataStore) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = _kept(anchor, system, store) or _compute(anchor, system, store)
    return found if isinstance(found, pa.Table) else pq.ParquetFile(found).read()


def fingerprint(anchor: str, zone_system: ZoneSystem | None, store: DataStore) -> str:
    """
    Return a fingerprint of the inputs that minutes are computed from.

    SHA-256, in hexadecimal, of the anchor, the rule for its centre and the checksums of all inputs.
    """
    inputs = {name: store.info(name).sha256 for name in input_tables(zone_system)}
    stated = {
        "anchor": anchor,
        "rule": RULE,
        "inputs": inputs,
        "coefficients": coefficients_sha256(),
    }
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


def _kept(anchor: str, system: ZoneSystem | None, store: DataStore) -> Path | None:
    """Find stored minutes: in the package, if its input tables are unchanged, or in the cache."""
    name = table_name(anchor, system)
    if name in store.registry:
        stated = dict(store.info(name).inputs)
        now = {f"table: {n}": store.info(n).sha256 for n in input_tables(system)}
        now["package: roads/coefficients.toml"] = coefficients_sha256()
        if stated == now:
            return store.path(name)
    kept = store.kept_file(_cache_path(anchor, system, store).name)
    if kept is None:
        return None
    with suppress(OSError):
        kept.touch()  # so that the files used last are the last to be deleted
    with suppress(OSError, ValueError):  # a damaged file is made again
        import pyarrow.parquet as pq

        if system is None or pq.ParquetFile(kept).metadata.num_rows:
            rows = pq.ParquetFile(kept).metadata.num_rows
            return kept if system or rows == store.info("postcodes").rows else None
    return None


def _cache_path(anchor: str, system: ZoneSystem | None, store: DataStore) -> Path:
    print_ = fingerprint(anchor, system, store)[:20]
    return store.cache_folder / f"{table_name(anchor, system)}-{print_}.parquet"


def _compute(anchor: str, system: ZoneSystem | None, store: DataStore) -> Path | pa.Table:
    """Compute minutes and cache them; an unwritable cache only costs time."""
    from localarea.options.minutes.compute import compute_minutes

    path = _cache_path(anchor, system, store)
    with one_at_a_time(path):
        found = _kept(anchor, system, store)  # another process may have computed it meanwhile
        if found is not None:
            return found
        table = compute_minutes(anchor, system, store=store)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with moved_into_place(path) as partial:
                write_minutes(table, partial)
            forget_oldest(path)
    return store.kept_file(path.name) or table


def write_minutes(table: pa.Table, path: Path) -> None:
    """Write a table of minutes with a column ``tenths``, compressed."""
    import pyarrow.parquet as pq

    others = [name for name in table.column_names if name != COLUMN]
    pq.write_table(
        table,
        path,
        row_group_size=ROW_GROUP,
        compression="zstd",
        use_dictionary=others,
        column_encoding={COLUMN: "BYTE_STREAM_SPLIT"},
    )
