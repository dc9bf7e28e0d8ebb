"""What the system says of a disk: that there is no room left, and when something last changed."""

from __future__ import annotations

import errno
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
