"""Which of several areas no other beats in both of two aims."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def undominated(shares: NDArray[np.float64], costs: NDArray[np.float64]) -> list[bool]:
    """
    Return which rows are not dominated: no other is better in one aim and as good in the other.

    Parameters
    ----------
    shares : numpy.ndarray of float64, shape (n_areas,)
        What is to be high.
    costs : numpy.ndarray of float64, shape (n_areas,)
        What is to be low, such as minutes.

    Examples
    --------
    >>> import numpy as np
    >>> undominated(np.array([0.7, 0.8, 0.6]), np.array([1.0, 2.0, 3.0]))
    [True, True, False]
    """
    return [
        not bool(((shares >= s) & (costs <= c) & ((shares > s) | (costs < c))).any())
        for s, c in zip(shares, costs, strict=True)
    ]
