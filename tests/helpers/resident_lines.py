"""Read the lines of the resident map as its script does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def unpack_line(
    packed: Sequence[int], origin: tuple[float, float], steps: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the corners of a packed line, as the map's script reads them."""
    cells = np.cumsum(np.asarray(packed, dtype=np.int64).reshape(-1, 2), axis=0)
    return np.asarray(cells * np.array(steps) + np.array(origin), dtype=np.float64)
