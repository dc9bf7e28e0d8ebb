"""Which nodes of a graph hang together."""

from __future__ import annotations

from typing import Literal

import numpy as np


def label_parts(
    indptr: np.ndarray, indices: np.ndarray, connection: Literal["strong", "weak"]
) -> np.ndarray:
    """Return the component of each node: there and back (strong), or in any direction (weak)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    shape = (len(indptr) - 1,) * 2
    matrix = csr_array((np.ones(len(indices), np.int8), indices, indptr), shape=shape)
    label: np.ndarray = connected_components(matrix, connection=connection)[1]
    return label
