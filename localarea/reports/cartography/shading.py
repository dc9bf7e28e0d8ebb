"""
Classes and colours for shading maps, the same on screen and paper.

Every set runs from light to dark in even steps, so that it is legible to colour-blind
readers and on copies without colour; adjacent classes of a comparison also differ in pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LAND: Final = "#f7f4ee"
SEA: Final = "#dde7ee"
INK: Final = "#16181d"
BORDER: Final = "#7d828c"


@dataclass(frozen=True, slots=True)
class Shades:
    """
    Classes of a quantity, each with a colour.

    Attributes
    ----------
    title : str
        Heading of the legend: the quantity with its unit.
    edges : tuple of float
        Lower edges of the second and every later class; a value on an edge belongs to
        the class above it.
    colours : tuple of str
        Colour of each class, one more than ``edges``.
    """

    title: str
    edges: tuple[float, ...]
    colours: tuple[str, ...]
    words: tuple[str, ...]
    unknown: str = ""

    def classes(self, values: ArrayLike) -> NDArray[np.int64]:
        """
        Return the class of each value.

        Parameters
        ----------
        values : array_like of float
            Values; NaN has no class.

        Returns
        -------
        numpy.ndarray of int64
            Class numbers from 0; -1 for NaN.

        Examples
        --------
        >>> COMMUTING.classes([0.0, 0.01, 0.15, 0.9, float("nan")]).tolist()
        [0, 1, 3, 5, -1]
        """
        numbers = np.asarray(values, dtype=np.float64)
        found = np.searchsorted(self.edges, numbers, side="right")
        return np.where(np.isnan(numbers), -1, found).astype(np.int64)


COMMUTING: Final = Shades(
    "Share of a zone's commuters who work in the anchor, 2011",
    (0.01, 0.05, 0.15, 0.25, 0.50),
    ("#f3f1ea", "#cfdfeb", "#b0cfe4", "#77aacf", "#3b7cb0", "#0b3c66"),
    ("below 1%", "1% to 5%", "5% to 15%", "15% to 25%", "25% to 50%", "50% or more"),
    "no commuters",
)
MINUTES: Final = Shades(
    "Minutes door to door by car from the anchor",
    (15.0, 30.0, 45.0, 60.0, 90.0),
    ("#0b3f3a", "#2c7a70", "#63ab9e", "#a3d1c6", "#c9e2da", "#f3f1ea"),
    ("under 15", "15 to 30", "30 to 45", "45 to 60", "60 to 90", "90 or more"),
    "not reached by road",
)
RINGS: Final = (15.0, 30.0, 45.0, 60.0)  # minutes at which a line is drawn

# Core and fringe: blue for all, three oranges for some; hatching marks contested places.
STANDING_COLOURS: Final = ("#fbe3bf", "#efb566", "#cf7a1c", "#1f4e79")
STANDING_WORDS: Final = (
    "in few options (a third or fewer)",
    "in some (up to two thirds)",
    "in most",
    "core: in every option",
)


def standing_classes(n_local: ArrayLike, n_options: int) -> NDArray[np.int64]:
    """
    Classify zones by the share of options that include them.

    Parameters
    ----------
    n_local : array_like of int
        Number of options that include each zone, at least 1.

    Returns
    -------
    numpy.ndarray of int64
        Class numbers 0 to 3, in the order of `STANDING_WORDS`.

    Examples
    --------
    >>> standing_classes([1, 3, 4, 6, 8, 9], 9).tolist()
    [0, 0, 1, 1, 2, 3]
    """
    held = 3 * np.asarray(n_local, dtype=np.int64)
    fringe = np.where(held <= n_options, 0, np.where(held <= 2 * n_options, 1, 2))
    return np.where(held == 3 * n_options, 3, fringe).astype(np.int64)


# Comparison of two options: fill, colour of lines and hatching, matplotlib hatch, legend text.
CHANGES: Final = {
    "both": ("#ccd3db", "#ffffff", "", "in both"),
    "gained": ("#a6d5f0", "#0b5c8c", "////", "gained"),
    "lost": ("#f0a868", "#8a3606", "....", "lost"),
}
