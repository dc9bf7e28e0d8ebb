"""Whether somebody else could have written a file that answers would rest on."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_own(path: Path) -> bool:
    """
    Return whether only this user, or the system's own, could have written a file or folder.

    ``path``: a file or a folder; a link is nobody's. Returns False also where there is none. On
    Windows, which has other means, always True for what is there.
    """
    try:
        found = path.lstat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True
    if stat.S_ISLNK(found.st_mode) or found.st_uid not in (os.geteuid(), 0):
        return False
    # A group of one's own may write: on many systems each user has one, and files are made so.
    by_group = found.st_mode & stat.S_IWGRP and found.st_gid != os.getegid()
    return not (by_group or found.st_mode & stat.S_IWOTH)
