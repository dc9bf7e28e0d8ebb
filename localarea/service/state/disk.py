"""What the system says of a disk: no room, not writable, when it last changed; and deletion."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from localarea.errors import FolderClosedError, NoRoomError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


def existing(folder: Path) -> Path:
    """Return a folder, or the nearest above it that is there: what it would be made in."""
    return next(one for one in (folder, *folder.absolute().parents) if _is_there(one))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # in a folder that may not be looked into
        return False


def is_closed(folder: Path) -> bool:
    """Check whether a folder cannot be written to, or not be made."""
    return not os.access(existing(folder), os.W_OK | os.X_OK)


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """
    Tell that there is no room, or that a folder cannot be written to.

    NoRoomError or FolderClosedError in place of what the system says.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoomError from error
        if error.errno in _CLOSED:
            raise FolderClosedError(folder, str(error.strerror)) from error
        raise


def last_change(folder: Path) -> float:
    """Return when a folder or anything in it last changed; 0 where it is gone."""
    times = [0.0]
    with suppress(FileNotFoundError):
        times += [path.stat().st_mtime for path in (folder, *folder.iterdir())]
    return max(times)


def delete(path: Path) -> None:
    """Delete a file, or a folder with all that is in it; of a link only the link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
