"""Whole files: a reader sees the old content or the new, never a part."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def moved_into_place(path: Path) -> Iterator[Path]:
    """
    Yield a temporary path on the same disk, and move it to the file once it is written.

    The temporary file has the same name, in a folder of its own: GDAL names the layer of a
    GeoPackage after its file. ``path``: file to write, in an existing folder; replaced if it
    exists.
    """
    import tempfile  # slow to import, and a check of one postcode seldom writes

    with tempfile.TemporaryDirectory(prefix=".localarea-", dir=path.parent) as folder:
        partial = Path(folder) / path.name
        yield partial
        partial.replace(path)


def write_whole(path: Path, content: bytes) -> None:
    """
    Write a file durably: it is on the disk before it replaces an older one.

    ``path``: file to write, in an existing folder.
    """
    with moved_into_place(path) as partial, partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
