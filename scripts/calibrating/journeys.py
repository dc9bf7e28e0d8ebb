"""Minutes of many journeys to a few places, with their derivatives by each coefficient."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numba
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from localarea.roads.embedded import build_embedded
from localarea.roads.ground.network_tables import LOCAL
from localarea.roads.speeds import (
    LOCAL_KPH,
    MAJOR_KPH,
    SpeedModel,
    local_terms,
    major_terms,
)

if TYPE_CHECKING:
    from localarea.roads.access import Legs
    from localarea.roads.embedded import EmbeddedTables
    from localarea.roads.ground.land import Land

NAMES: Final = tuple(f.name for f in fields(SpeedModel))
MAJORS: Final = [i for i, name in enumerate(NAMES) if name.startswith("major")]
LOCALS: Final = [i for i, name in enumerate(NAMES) if name.startswith("local")]
DETOUR, TERMINAL = NAMES.index("access_detour"), NAMES.index("terminal_min")
SEARCH_LIMIT_MIN: Final = 420.0


@numba.njit(cache=False)
def _add_up(order, before, edge, of_edge, found):  # type: ignore[no-untyped-def] # numba
    for node in order:
        if before[node] >= 0 and edge[node] >= 0:
            found[node] = found[before[node]] + of_edge[edge[node]]


@dataclass
class Journeys:
    """Journeys from points to places over the roads of some tables."""

    tables: EmbeddedTables
    land: Land
    points: np.ndarray  # (n, 2)
    places: np.ndarray  # (p, 2)

    @cached_property
    def _legs(self) -> tuple[Legs, Legs]:
        # Which nodes a point is joined to does not depend on the speeds.
        any_speeds = SpeedModel(**dict.fromkeys(NAMES, 1.0))
        network = build_embedded(self.tables, any_speeds, self.land)
        return network.legs(self.points), network.legs(self.places)

    @cached_property
    def _nearest(self) -> tuple[np.ndarray, np.ndarray]:
        from scipy.spatial import cKDTree

        tree = cKDTree(self.tables.points())
        return np.asarray(tree.query(self.points)[1]), np.asarray(tree.query(self.places)[1])

    @cached_property
    def _terms(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        edges, nodes = self.tables.edges, self.tables.nodes
        near, wide = (edges[name].to_numpy(float) for name in ("near", "wide"))
        around = local_terms(nodes["near"].to_numpy(float), nodes["wide"].to_numpy(float))
        terms = (major_terms(edges), local_terms(near, wide), around)
        major, local, node = (np.stack(list(t.values()), axis=1) for t in terms)
        return major, local, node

    @cached_property
    def _edge_numbers(self) -> csr_array:
        edges = self.tables.edges
        u, v, n = edges["u"].to_numpy(), edges["v"].to_numpy(), len(self.tables.nodes)
        number = np.arange(1, len(edges) + 1)
        return csr_array((np.tile(number, 2), (np.r_[u, v], np.r_[v, u])), shape=(n, n))

    def minutes(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """
        Calculate minutes and their derivatives.

        Returns
        -------
        minutes : numpy.ndarray, shape (n, p)
            Infinite if unreachable.
        slopes : numpy.ndarray, shape (n, p, coefficients)
            Change of each for a unit of each coefficient, the way staying the same.
        """
        edge_min, edge_slope = self._edges(values)
        node_pace, node_slope = self._around(values)
        found = [
            self._to(p, values, edge_min, edge_slope, node_pace, node_slope)
            for p in range(len(self.places))
        ]
        return np.stack([m for m, _ in found], 1), np.stack([s for _, s in found], 1)

    def _edges(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        edges = self.tables.edges
        km = edges["km"].to_numpy(float)
        local = edges["kind"].to_numpy() == LOCAL
        pace, slope = np.empty(len(km)), np.zeros((len(km), len(NAMES)))
        for here, terms, which, limits in (
            (~local, self._terms[0], MAJORS, MAJOR_KPH),
            (local, self._terms[1], LOCALS, LOCAL_KPH),
        ):
            pace[here], by_term = _pace(terms[here], values[which], limits)
            slope[np.ix_(here, which)] = by_term
        return km * pace, km[:, None] * slope

    def _around(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return minutes per straight kilometre of an access leg at each node."""
        pace, by_term = _pace(self._terms[2], values[LOCALS], LOCAL_KPH)
        slope = np.zeros((len(pace), len(NAMES)))
        slope[:, LOCALS], slope[:, DETOUR] = by_term * values[DETOUR], pace
        return pace * values[DETOUR], slope

    def _to(
        self,
        place: int,
        values: np.ndarray,
        edge_min: np.ndarray,
        edge_slope: np.ndarray,
        pace: np.ndarray,
        pace_slope: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        nodes, edges, n = self.tables.points(), self.tables.edges, len(self.tables.nodes)
        ours, theirs = self._legs
        near_point, near_place = self._nearest
        first = theirs.nodes[theirs.start[place] : theirs.start[place + 1]]
        first_km = np.hypot(*(nodes[first] - self.places[place]).T) / 1000
        u, v = edges["u"].to_numpy(), edges["v"].to_numpy()
        graph = csr_array(
            (
                np.r_[edge_min, edge_min, first_km * pace[near_place[place]]],
                (np.r_[u, v, np.full(len(first), n)], np.r_[v, u, first]),
            ),
            shape=(n + 1, n + 1),
        )
        away, before = dijkstra(
            graph, indices=np.array([n]), return_predecessors=True, limit=SEARCH_LIMIT_MIN
        )
        away, before = away[0, :n], before[0, :n]
        slopes = np.zeros((n, len(NAMES)))
        slopes[first] = first_km[:, None] * pace_slope[near_place[place]]
        order = np.argsort(away)[: np.isfinite(away).sum()]
        on = order[(before[order] >= 0) & (before[order] < n)]
        edge = np.full(n, -1)
        edge[on] = self._edge_numbers[before[on], on] - 1
        before = np.where(before == n, -1, before)
        _add_up(order, before, edge, edge_slope, slopes)
        row = np.repeat(np.arange(len(self.points)), np.diff(ours.start))
        leg_km = np.hypot(*(self.points[row] - nodes[ours.nodes]).T) / 1000
        total = away[ours.nodes] + leg_km * pace[near_point[row]]
        best = np.lexsort((total, row))
        best = best[np.unique(row[best], return_index=True)[1]]
        minutes = np.full(len(self.points), np.inf)
        slope = np.zeros((len(self.points), len(NAMES)))
        at, leg = row[best], leg_km[best]
        minutes[at] = total[best] + values[TERMINAL]
        slope[at] = slopes[ours.nodes[best]] + leg[:, None] * pace_slope[near_point[at]]
        slope[:, TERMINAL] += 1
        return minutes, slope


def _pace(
    terms: np.ndarray, values: np.ndarray, limits: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return minutes per kilometre, and their derivatives."""
    low, high = limits
    part = 1 / (1 + np.exp(-terms @ values))
    kph = low + (high - low) * part
    return 60 / kph, (-60 / kph**2 * (high - low) * part * (1 - part))[:, None] * terms
