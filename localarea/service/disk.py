"""What the system says of a disk, when something on it last changed, and how it is deleted."""

from __future__ import annotations

import errno
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
