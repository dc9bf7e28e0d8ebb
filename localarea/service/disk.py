"""What the system says when there is no room left."""

from __future__ import annotations

import errno
from typing import Final

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
