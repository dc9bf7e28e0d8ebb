"""Files written whole or not at all, and never over another one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from localarea.errors import InputError


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
