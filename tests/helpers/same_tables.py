"""
Tables that were read whole, for all who read the very same file again.

Hundreds of tests ask for the districts and names of the zones, whose file has 156 parts. An Arrow
table cannot be changed, so whoever asks can have the same.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    import pytest

_LARGEST: Final = 2 << 20  # bytes of a table that is kept
_MOST: Final = 32  # tables


def share(patch: pytest.MonkeyPatch) -> None:
    """Have a store read a table once, as long as its file is the same."""
    from localarea.datasets.store import DataStore

    read, kept = DataStore.read, OrderedDict[Any, Any]()

    def once(
        store: DataStore, name: str, columns: Sequence[str] | None = None, filters: Any = None
    ) -> pa.Table:
        if filters is not None:
            return read(store, name, columns, filters)
        path = store.path(name).resolve()  # verified, as ever
        found = path.stat()
        of_file = path, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
        key = (*of_file, None if columns is None else tuple(columns))
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
        table = read(store, name, columns)
        if table.nbytes <= _LARGEST:
            kept[key] = table
            while len(kept) > _MOST:
                kept.popitem(last=False)
        return table

    patch.setattr(DataStore, "read", once)
