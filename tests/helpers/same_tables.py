"""
Tables, and what is read of them as a whole, for all who ask for those of the very same file again.

Hundreds of tests ask for the districts and names of the zones, whose file has 156 parts. An Arrow
table cannot be changed, so whoever asks can have the same. A table is told by its file, so that one
that a test has changed is read.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from between_workers import once_for_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    import pytest

    from localarea.datasets.store import DataStore

_LARGEST: Final = 2 << 20  # bytes of a table that is kept
_MOST_TABLES: Final = 32
_MOST_INDEXES: Final = 6


def share(patch: pytest.MonkeyPatch) -> None:
    """Have what follows read once: tables, the directory's index and points, and the land."""
    _share_tables(patch)
    _share_directory(patch)
    _share_land(patch)


def _file_of(name: str, store: DataStore | None) -> tuple[Any, ...]:
    from localarea.datasets.store import default_store

    path = (store or default_store()).path(name).resolve()  # verified, as ever
    found = path.stat()
    return path, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _kept(kept: OrderedDict[Any, Any], key: Any, read: Callable[[], Any], most: int) -> Any:
    if key not in kept:
        kept[key] = read()
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
    return kept[key]


def _share_tables(patch: pytest.MonkeyPatch) -> None:
    from localarea.datasets.store import DataStore

    read, kept = DataStore.read, OrderedDict[Any, Any]()

    def once(
        store: DataStore, name: str, columns: Sequence[str] | None = None, filters: Any = None
    ) -> pa.Table:
        key = (*_file_of(name, store), None if columns is None else tuple(columns))
        if filters is None and key in kept:
            return _kept(kept, key, dict, _MOST_TABLES)
        table = read(store, name, columns, filters)
        if filters is None and table.nbytes <= _LARGEST:
            _kept(kept, key, lambda: table, _MOST_TABLES)
        return table

    patch.setattr(DataStore, "read", once)


def _share_directory(patch: pytest.MonkeyPatch) -> None:
    from localarea.checking.rows import row_evidence
    from localarea.classify import verdicts

    read_index, read_points = verdicts.read_index, verdicts.read_points
    kept = OrderedDict[Any, Any]()

    def index(system: Any, *, store: DataStore | None = None) -> Any:
        key = (system, *_file_of("postcodes", store))
        return _kept(kept, key, lambda: read_index(system, store=store), _MOST_INDEXES)

    def points(store: DataStore | None = None) -> Any:
        key = ("points", *_file_of("postcodes", store))
        return _kept(kept, key, lambda: read_points(store=store), _MOST_INDEXES)

    patch.setattr(verdicts, "read_index", index)
    for module in (verdicts, row_evidence):
        patch.setattr(module, "read_points", points)


def _share_land(patch: pytest.MonkeyPatch) -> None:
    """Have one worker unite the zones of the country and split their land, for all workers."""
    from localarea.roads import embedded

    read, lands = embedded.read_land, dict[Any, Any]()

    def split(store: DataStore | None) -> Any:
        land = read(store=store)
        _ = land._parts  # goes with it to the other workers
        return land

    def land(*, store: DataStore | None = None) -> Any:
        key = _file_of("zones_msoa11", store)
        if key not in lands:
            lands[key] = once_for_all("land", key, lambda: split(store))
        return lands[key]

    patch.setattr(embedded, "read_land", land)
