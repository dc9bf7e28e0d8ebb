"""Files written whole or not at all, and never over another one."""

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
    Write a file whole or not at all, and never over another one.

    Parameters
    ----------
    path : pathlib.Path
        File to write, in an existing folder.
    data : bytes
        Its bytes.

    Raises
    ------
    InputError
        If there is such a file, or it cannot be written.
    """
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(partial).chmod(0o444)  # programs that open it for maps must not change it
            _place(Path(partial), path)
        finally:
            Path(partial).unlink(missing_ok=True)
    except FileExistsError:
        raise InputError(f"{path} exists and is not written over; take another name") from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _place(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)  # fails where there is a file, unlike a move
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        if path.exists():
            raise FileExistsError(path) from None
        partial.rename(path)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a path beside the file, and move it into place once it is written.

    Parameters
    ----------
    path : pathlib.Path
        File to write.

    Yields
    ------
    pathlib.Path
        Where to write it; of the same name.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".localarea-", dir=path.parent) as folder:
            partial = Path(folder) / path.name  # the layer names of a GeoPackage follow the file
            yield partial
            partial.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{path} cannot be written: {why}; name another file") from error
