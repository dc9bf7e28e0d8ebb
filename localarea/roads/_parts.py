"""Connected components of a graph."""

from __future__ import annotations

from typing import Literal

import numpy as np


def label_parts(
    indptr: np.ndarray, indices: np.ndarray, connection: Literal["strong", "weak"]
) -> np.ndarray:
    """Return the label of each node's strongly or weakly connected component."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    shape = (len(indptr) - 1,) * 2
    matrix = csr_array((np.ones(len(indices), np.int8), indices, indptr), shape=shape)
    label: np.ndarray = connected_components(matrix, connection=connection)[1]
    return label
