"""
Minutes by road from a council's anchor to zones and postcodes.

The anchor is the centre of the council's district. Minutes are kept in whole tenths. For
Colchester they come with the package; for any other anchor they are computed once and kept
in the cache folder. Nothing here needs pandas or numba unless something must be computed.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from contextlib import suppress
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.store import PACKAGE, DataStore, default_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from localarea.options.council import Council
    from localarea.records import ZoneSystem

PER_MINUTE: Final = 10
NOT_REACHED: Final = -1  # no road leads there
NO_PLACE: Final = -2  # no grid reference, or one beyond England and Wales
COLUMN: Final = "tenths"
ROW_GROUP: Final = 32_768  # rows; those of the postcode table, so that a key is found there
ROADS: Final = ("roads_network_nodes", "roads_network_edges", "zones_msoa11")
ANCHORS: Final = ("centroids_msoa11", "population_msoa11_2011")
COEFFICIENTS: Final = PACKAGE / "roads" / "coefficients.toml"


def input_tables(zone_system: ZoneSystem | None) -> tuple[str, ...]:
    """
    Name the tables that minutes are computed from.

    Parameters
    ----------
    zone_system : {'msoa11', 'msoa21'} or None
        Zones to go to; None for postcodes.

    Returns
    -------
    tuple of str
        Names in the registry.
    """
    ends = "postcodes" if zone_system is None else f"centroids_{zone_system}"
    return tuple(dict.fromkeys((*ROADS, *ANCHORS, ends)))


def table_name(anchor: str, zone_system: ZoneSystem | None) -> str:
    """
    Name the table of an anchor's minutes.

    Parameters
    ----------
    anchor : str
        Name of the district.
    zone_system : {'msoa11', 'msoa21'} or None
        Zones; None for postcodes.

    Returns
    -------
    str
        Name in the registry, where the package has it.

    Examples
    --------
    >>> table_name("Bristol, City of", None), table_name("Colchester", "msoa11")
    ('minutes_bristol_city_of_postcodes', 'minutes_colchester_msoa11')
    """
    slug = re.sub(r"[^a-z0-9]+", "_", anchor.casefold()).strip("_")
    return f"minutes_{slug}_{zone_system or 'postcodes'}"


def coefficients_sha256() -> str:
    """
    Give the checksum of the speeds.

    Returns
    -------
    str
        The sha256 of ``roads/coefficients.toml``, as hex.
    """
    return hashlib.sha256(COEFFICIENTS.read_bytes()).hexdigest()


def zone_minutes(council: Council, *, store: DataStore | None = None) -> Mapping[str, float]:
    """
    Give minutes by road from a council's anchor to the centre of every zone.

    Parameters
    ----------
    council : Council
        Whose anchor and zone system are used.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    mapping of str to float
        Zone code to minutes, in tenths; `math.inf` where no road leads.

    Raises
    ------
    DatasetNotFoundError
        If there is no road network among the tables.
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
    Tell whether minutes can be known at all.

    Parameters
    ----------
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    bool
        False where the tables hold no road network.
    """
    return set(input_tables(None)) <= set((store or default_store()).registry)


def anchor_minutes(council: Council, *, store: DataStore | None = None) -> PostcodeMinutes:
    """
    Give minutes by road from a council's anchor to any postcode.

    Parameters
    ----------
    council : Council
        Whose anchor is used.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    PostcodeMinutes
        Nothing is read or computed before the first question.
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
    anchor : str
        Name of the district that they are counted from.
    store : DataStore
        Where the tables are. Without a road network among them nothing is known.
    """

    def __init__(self, anchor: str, store: DataStore) -> None:
        self.anchor = anchor
        self._store = store
        self._groups: dict[int, tuple[NDArray[Any], NDArray[Any]]] = {}

    def of(self, key: int) -> float | None:
        """
        Give the minutes to one postcode.

        Parameters
        ----------
        key : int
            Key of the postcode, see `localarea.geo.postcodes`.

        Returns
        -------
        float or None
            Minutes, in tenths; None where it is not known, or no road leads there.
        """
        tenths = self.tenths_of(key)
        return tenths / PER_MINUTE if tenths >= 0 else None

    def tenths_of(self, key: int) -> int:
        """
        Give the tenths of a minute to one postcode, telling unreachable from unknown.

        Parameters
        ----------
        key : int
            Key of the postcode.

        Returns
        -------
        int
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

    @cached_property
    def all_tenths(self) -> NDArray[np.int32]:
        """
        Give tenths of a minute to every postcode of the directory.

        Returns
        -------
        numpy.ndarray of int32, shape (n_postcodes,)
            In the order of the postcode table; `NOT_REACHED` and `NO_PLACE` as they are.
        """
        import numpy as np

        from localarea.datasets._arrow import numbers_of

        if not has_roads(self._store):
            return np.full(self._store.info("postcodes").rows, NO_PLACE, np.int32)
        table = self._source if self._file is None else self._file.read()
        return numbers_of(table[COLUMN])

    @cached_property
    def _source(self) -> Any:
        return _kept(self.anchor, None, self._store) or _compute(self.anchor, None, self._store)

    @cached_property
    def _file(self) -> pq.ParquetFile | None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if isinstance(self._source, pa.Table):
            return None
        return pq.ParquetFile(self._source, memory_map=True)

    @cached_property
    def _postcodes(self) -> pq.ParquetFile:
        return self._store.open("postcodes")

    @cached_property
    def _bounds(self) -> list[tuple[int, int]]:
        metadata = self._postcodes.metadata
        at = self._postcodes.schema_arrow.get_field_index("key")
        columns = (metadata.row_group(i).column(at) for i in range(metadata.num_row_groups))
        return [(column.statistics.min, column.statistics.max) for column in columns]

    def _read(self, group: int) -> tuple[NDArray[Any], NDArray[Any]]:
        from localarea.datasets._arrow import numbers_of

        if group not in self._groups:
            keys = numbers_of(self._postcodes.read_row_group(group, columns=["key"])["key"])
            if self._file is not None and _group_sizes(self._file) == _group_sizes(self._postcodes):
                tenths = numbers_of(self._file.read_row_group(group)[COLUMN])
            else:  # the tables are cut up otherwise, so all of it is read
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
    Tell minutes that would be computed now from all others.

    Parameters
    ----------
    anchor : str
        Name of the district.
    zone_system : {'msoa11', 'msoa21'} or None
        Zones; None for postcodes.
    store : DataStore
        Where the tables are.

    Returns
    -------
    str
        The sha256, as hex, of the anchor and of the checksums of all inputs.
    """
    inputs = {name: store.info(name).sha256 for name in input_tables(zone_system)}
    stated = {"anchor": anchor, "inputs": inputs, "coefficients": coefficients_sha256()}
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


def _kept(anchor: str, system: ZoneSystem | None, store: DataStore) -> Path | None:
    """Find the minutes in the package, as long as its tables are those they rest on, or kept."""
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
    with suppress(OSError, ValueError):  # a damaged file is made anew
        import pyarrow.parquet as pq

        if system is None or pq.ParquetFile(kept).metadata.num_rows:
            rows = pq.ParquetFile(kept).metadata.num_rows
            return kept if system or rows == store.info("postcodes").rows else None
    return None


def _cache_path(anchor: str, system: ZoneSystem | None, store: DataStore) -> Path:
    print_ = fingerprint(anchor, system, store)[:20]
    return store.cache_folder / f"{table_name(anchor, system)}-{print_}.parquet"


def _compute(anchor: str, system: ZoneSystem | None, store: DataStore) -> Path | pa.Table:
    """Compute minutes and keep them; a cache that cannot be written costs only time."""
    from localarea.options.minutes_by_road import compute_minutes

    table = compute_minutes(anchor, system, store=store)
    path = _cache_path(anchor, system, store)
    with suppress(OSError):
        _write_whole(path, lambda partial: write_minutes(table, partial))
    return store.kept_file(path.name) or table


def _write_whole(path: Path, write: Callable[[Path], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_minutes(table: pa.Table, path: Path) -> None:
    """
    Write a table of minutes as small as it gets.

    Parameters
    ----------
    table : pyarrow.Table
        With a column ``tenths``.
    path : pathlib.Path
        The file.
    """
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
