"""Minutes kept in the cache folder: each worked out by one at a time, and not without end."""

from __future__ import annotations

import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Files that are kept by how their names begin to end: those of every postcode have some 2 MB
#: each, those of zones some 25 kB.
MOST_KEPT: Final = {"_postcodes-": 40, "_msoa": 1_000}
_LOCKS: Final = 16  # files shared by all that is computed, so that they do not pile up


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """
    Wait until no other process or thread computes a file of minutes.

    Where the folder cannot be written, nothing is kept in it and there is nothing to wait for.
    """
    import fcntl

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = (path.parent / f".minutes-{zlib.crc32(path.name.encode()) % _LOCKS}.lock").open("a")
    except OSError:
        yield
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released with the file, however the process ends
        yield


def forget_oldest(made: Path) -> None:
    """Delete the minutes used longest ago beside a new file, if there are more than may be kept."""
    kind = next((kind for kind in MOST_KEPT if kind in made.name), None)
    if kind is None:
        return
    keep_latest(made, f"minutes_*{kind}*.parquet", MOST_KEPT[kind])


def keep_latest(made: Path, alike: str, most: int) -> None:
    """Delete the files like a new one that were used longest ago, but for so many in all."""
    with suppress(OSError):
        found = [path for path in made.parent.glob(alike) if path != made]
        found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in found[most - 1 :]:
            path.unlink(missing_ok=True)
