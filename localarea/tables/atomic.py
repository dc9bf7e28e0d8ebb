"""Atomic writes: a file appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator


def write_once(path: Path, data: bytes) -> None:
    """
    Write a new file atomically, never over an existing one.

    Parameters
    ----------
    path : pathlib.Path
        File to write, in an existing folder.
    data : bytes
        Content of the file.

    Raises
    ------
    InputError
        If the file exists or cannot be written.
    """
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(partial).chmod(0o444)  # mapping software must not change it
            _link_or_copy(Path(partial), path)
        finally:
            Path(partial).unlink(missing_ok=True)
    except FileExistsError:
        raise InputError(
            f"{path} already exists and will not be overwritten; choose another name"
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _link_or_copy(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)  # unlike a move, fails if the file exists
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        partial.rename(path)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a temporary path, and move it to the file once it is written.

    Parameters
    ----------
    path : pathlib.Path
        File to write.

    Yields
    ------
    pathlib.Path
        Path to write to, with the same name.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".localarea-", dir=path.parent) as folder:
            partial = (
                Path(folder) / path.name
            )  # GDAL names the layer of a GeoPackage after its file
            yield partial
            partial.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{path} cannot be written: {why}; choose another file") from error
