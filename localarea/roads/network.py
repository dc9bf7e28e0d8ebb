"""One interface to every kind of network: a graph, how points reach it, and the journey's ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import SettingError
from localarea.roads.access import Access

if TYPE_CHECKING:
    from localarea.roads.access import Legs
    from localarea.roads.graph import RoadGraph
    from localarea.roads.land import Land

# On a network with every street a leg only leads to the kerb: at walking pace in a car park.
KERB_KPH: Final = 15.0
KERB_LONGEST_M: Final = 3_000.0


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """
    A graph with all that a travel time needs besides.

    Attributes
    ----------
    graph : RoadGraph
        The roads.
    access : Access
        How points reach the roads.
    terminal_min : float
        Minutes at both ends of a journey together, added once to every journey between
        two different places.
    land : Land, optional
        What access legs may cross; anything where there is none.
    """

    graph: RoadGraph
    access: Access
    terminal_min: float = 0.0
    land: Land | None = None

    def __post_init__(self) -> None:
        """Refuse a terminal time that is no time."""
        if not (np.isfinite(self.terminal_min) and self.terminal_min >= 0):
            raise SettingError(f"terminal_min must be 0 or more minutes, not {self.terminal_min}")

    def legs(self, points: np.ndarray) -> Legs:
        """
        Join points to the roads around them.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, 2)
            Eastings and northings, EPSG:27700, metres.

        Returns
        -------
        Legs
            Legs of every point; none for a point out of reach.
        """
        return self.access.legs(self.graph, points, self.land)


def full_network(graph: RoadGraph, *, land: Land | None = None) -> RoadNetwork:
    """
    Use a graph that has every street, of OpenStreetMap or of OSMnx.

    Parameters
    ----------
    graph : RoadGraph
        The streets.
    land : Land, optional
        What access legs may cross.

    Returns
    -------
    RoadNetwork
        Points go straight to the four nearest nodes, at `KERB_KPH`; no terminal time.
    """
    access = Access(_kerb_kph, n_nearest=4, longest_m=KERB_LONGEST_M, direct_m=0.0)
    return RoadNetwork(graph, access, land=land)


def _kerb_kph(points: np.ndarray) -> np.ndarray:
    return np.full(len(points), KERB_KPH)
