"""Access legs: from a postcode or the centre of a zone to the roads around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from localarea.roads.graph import RoadGraph
    from localarea.roads.ground.land import Land

FURTHER: Final = 8  # factor on the number of nodes to try if the nearest are across water


@dataclass(frozen=True, slots=True)
class Legs:
    """
    The legs of many points, in one array.

    Attributes
    ----------
    start : numpy.ndarray of int64, shape (n_points + 1,)
        Point i has the legs ``start[i]`` up to ``start[i + 1]``. A point without legs cannot
        reach anything.
    nodes : numpy.ndarray of int32, shape (n_legs,)
        Node at the far end.
    minutes : numpy.ndarray of float64, shape (n_legs,)
        Driving time of the leg.
    """

    start: np.ndarray
    nodes: np.ndarray
    minutes: np.ndarray

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.start) - 1

    def part(self, first: int, last: int) -> Legs:
        """Return the legs of the points from ``first`` up to but excluding ``last``."""
        a, b = self.start[first], self.start[last]
        return Legs(self.start[first : last + 1] - a, self.nodes[a:b], self.minutes[a:b])


class LocalSpeed(Protocol):
    """Speed away from the roads of a graph, in km/h of straight distance."""

    def __call__(self, points: np.ndarray, /) -> np.ndarray:
        """Return the speed at each point, shape (n,); `points` has shape (n, 2)."""


@dataclass(frozen=True, slots=True)
class Access:
    """
    Parameters of the access legs.

    Attributes
    ----------
    kph : LocalSpeed
        Speed away from the roads, in km/h of straight distance, which allows for detours.
    longest_m : float
        Longest leg, metres.
    direct_m : float
        Two points closer than this many metres may be connected without a node.
    most_water_m : float
        Greatest length of water that a leg may cross, metres.
    """

    kph: LocalSpeed
    n_nearest: int = 6
    longest_m: float = 10_000.0
    direct_m: float = 3_000.0
    most_water_m: float = 100.0

    def legs(self, graph: RoadGraph, points: np.ndarray, land: Land | None = None) -> Legs:
        """
        Connect points to the nodes around them.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, 2)
            Eastings and northings, EPSG:27700, metres; NaN if unknown.
        land : Land, optional
            Legs over more water than allowed are omitted.

        Returns
        -------
        Legs
            Every point, including those without legs.

        Raises
        ------
        SchemaError
            If the points are not pairs of coordinates.
        """
        points = require_points(points)
        known = np.flatnonzero(np.isfinite(points).all(axis=1))
        rounds = [self._legs_over_land(graph, points, land, self.n_nearest)]
        if land is not None:
            # All the nearest nodes may be across water: try more.
            cut_off = np.setdiff1d(known, rounds[0][0])
            row, nodes, away = self._legs_over_land(
                graph, points[cut_off], land, self.n_nearest * FURTHER
            )
            rounds.append((cut_off[row], nodes, away))
            # The centre of a zone on both banks of a river may be in the water.
            adrift = np.setdiff1d(cut_off, cut_off[row])
            adrift = adrift[(land.ashore(points[adrift]) != points[adrift]).any(axis=1)]
            row, nodes, away = self._legs_over_land(graph, points[adrift], None, self.n_nearest)
            rounds.append((adrift[row], nodes, away))
        row, nodes, away = (np.concatenate(part) for part in zip(*rounds, strict=True))
        order = np.argsort(row, kind="stable")
        row, nodes, away = row[order], nodes[order], away[order]
        minutes = away / 1000 / self.kph(points)[row] * 60
        start = np.searchsorted(row, np.arange(len(points) + 1)).astype(np.int64)
        return Legs(start, nodes.astype(np.int32), minutes)

    def _legs_over_land(
        self, graph: RoadGraph, points: np.ndarray, land: Land | None, n_nearest: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the legs of points over land: row of the point, node and metres."""
        known = np.isfinite(points).all(axis=1)
        count = min(n_nearest, graph.n_nodes)
        found, nodes = np.full((len(points), count), np.inf), np.zeros((len(points), count), int)
        if known.any() and count:
            away, near = (np.asarray(a) for a in graph.tree.query(points[known], count))
            found[known], nodes[known] = away.reshape(-1, count), near.reshape(-1, count)
        row, column = np.nonzero(found <= self.longest_m)
        if land is not None and row.size:
            starts = np.full_like(points, np.nan)
            starts[known] = land.ashore(points[known])  # a zone's centre may be in its river
            water = land.water_on_the_way(starts[row], graph.points[nodes[row, column]])
            dry = water <= self.most_water_m
            row, column = row[dry], column[dry]
        return row, nodes[row, column], found[row, column]


def require_points(points: np.ndarray) -> np.ndarray:
    """
    Check that an array holds points, and convert it to float.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 2)
        Eastings and northings.

    Returns
    -------
    numpy.ndarray of float64, shape (n, 2)
        The same points.

    Raises
    ------
    SchemaError
        If it has any other shape.
    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise SchemaError(
            "points", [f"must be eastings and northings of shape (n, 2), not {points.shape}"]
        )
    return points
