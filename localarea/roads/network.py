"""A common interface to every network: a graph, access legs and terminal time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import SettingError
from localarea.roads.access import Access

if TYPE_CHECKING:
    from localarea.roads.access import Legs
    from localarea.roads.graph import RoadGraph
    from localarea.roads.ground.land import Land

# On a network with every street, a leg only leads to the kerb, at the speed of a car park.
KERB_KPH: Final = 15.0
KERB_LONGEST_M: Final = 3_000.0
# The legs of so many points are kept until those of others are asked for: the centres of all zones,
# to which minutes are worked out from one council's centre after another. They fill a megabyte.
KEPT: Final = range(1_000, 20_001)


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """
    A graph with everything else that travel times need.

    Attributes
    ----------
    terminal_min : float
        Total minutes at both ends of a journey, added once to every journey between two
        different places.
    land : Land, optional
        Land that access legs may cross; if None, they may cross anything.
    """

    graph: RoadGraph
    access: Access
    terminal_min: float = 0.0
    land: Land | None = None
    _kept: list[tuple[bytes, Legs] | None] = field(
        default_factory=lambda: [None], init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Raise an error for an invalid terminal time."""
        if not (np.isfinite(self.terminal_min) and self.terminal_min >= 0):
            raise SettingError(f"terminal_min must be 0 or more minutes, not {self.terminal_min}")

    def legs(self, points: np.ndarray) -> Legs:
        """
        Connect points to the roads around them.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, 2)
            Eastings and northings, EPSG:27700, metres.

        Returns
        -------
        Legs
            Legs of every point, of which a point out of reach has none.
        """
        if len(points) not in KEPT:
            return self.access.legs(self.graph, points, self.land)
        told, kept = np.asarray(points, dtype=np.float64).tobytes(), self._kept[0]
        if kept is None or kept[0] != told:
            kept = self._kept[0] = (told, self.access.legs(self.graph, points, self.land))
        return kept[1]


def full_network(graph: RoadGraph, *, land: Land | None = None) -> RoadNetwork:
    """
    Build a network from a graph with every street, from OpenStreetMap or OSMnx.

    Points connect to the four nearest nodes at `KERB_KPH`, without terminal time.
    """
    access = Access(_kerb_kph, n_nearest=4, longest_m=KERB_LONGEST_M, direct_m=0.0)
    return RoadNetwork(graph, access, land=land)


def _kerb_kph(points: np.ndarray) -> np.ndarray:
    return np.full(len(points), KERB_KPH)
