"""
Grow a contiguous area round a core to maximise its self-containment.

The problem: among the eligible zones, choose a set that contains the core, whose parts are
all connected to the core, and whose employed residents do not exceed a limit, so as to
maximise the smaller of its two self-containments. Without a core the set must be in one
piece; further linear rules may restrict it. Finding the best connected set of
limited size is NP-hard in general, so this is a deterministic local search without a
guarantee of the optimum: it climbs from several starts and stops where no single move
helps. Tests compare it with an exhaustive search.

References
----------
Aarts, E. and Lenstra, J. K. (eds., 2003), Local Search in Combinatorial Optimization,
Princeton University Press.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from localarea.errors import InfeasibleError
from localarea.options.methods._region_kernel import (
    SLACK,
    RegionLand,
    reach,
    share_of,
    top,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_DIGITS: Final = 12  # decimal places at which self-containments count as equal
_NEAR: Final = 1e-9  # a difference that no rounding to so many places, nor its errors, can undo


class Rule(NamedTuple):
    """
    A linear rule that an area must keep.

    Attributes
    ----------
    weights : numpy.ndarray of float64, shape (n_zones,)
        Weight of each zone, of either sign.
    most : float
        The weights of the zones inside may not sum to more.
    """

    weights: Floats
    most: float


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """
    The core and the zones that may be added to it.

    Attributes
    ----------
    flows : numpy.ndarray of float64, shape (n_zones, n_zones)
        Commuters from origin (row) to destination (column), in persons.
    residents, jobs : numpy.ndarray of float64, shape (n_zones,)
        Employed residents and jobs of each zone (persons), wherever they work or live.
    borders : numpy.ndarray of bool, shape (n_zones, n_zones)
        Symmetric; True where two zones share a border.
    core : numpy.ndarray of bool, shape (n_zones,)
        Zones that are always included; if there are none, the area must be in one piece.
    limit : float
        Maximum employed residents (persons).
    rules : tuple of Rule
        Further rules that the area must keep.
    """

    flows: Floats
    residents: Floats
    jobs: Floats
    borders: Mask
    core: Mask
    limit: float = np.inf
    rules: tuple[Rule, ...] = ()

    def fits(self, inside: Mask) -> bool:
        """Return whether a set keeps the limit and the rules."""
        return bool(self.residents[inside].sum() <= self.limit) and all(
            rule.weights[inside].sum() <= rule.most + SLACK for rule in self.rules
        )

    def self_containment(self, inside: Mask) -> float:
        """
        Calculate the objective: the smaller of the two self-containments.

        In [0, 1].
        """
        held = float(self.flows[np.ix_(inside, inside)].sum())
        larger = float(max(self.residents[inside].sum(), self.jobs[inside].sum()))
        return held / larger if larger > 0 else 0.0  # the larger total gives the smaller share


def search_one_piece(region: Region, whole: Mask, starts: Iterable[Mask]) -> Mask:
    """
    Search for the set in one piece, without a core, with the largest self-containment.

    The search starts from each of ``starts`` as it is and grown zone by zone, and from ``whole``
    peeled zone by zone, the best set that keeps the rules taken on the way.

    Parameters
    ----------
    whole : numpy.ndarray of bool, shape (n_zones,)
        A set in one piece; it need not keep the rules that only smaller sets keep.
    starts : iterable of numpy.ndarray of bool, shape (n_zones,)
        Sets in one piece; those that break a rule are passed over.

    Returns
    -------
    numpy.ndarray of bool, shape (n_zones,)
        The set.

    Raises
    ------
    InfeasibleError
        If the search meets no set that keeps the rules.
    """
    kept = [start for start in starts if region.fits(start)]
    search, everywhere = Search(region), np.ones_like(whole)
    begun = [*kept, *(search.walk(start, everywhere, up=True) for start in kept)]
    peeled = search.walk(whole, everywhere, up=False)
    begun += [peeled] if peeled.any() else []
    if not begun:
        raise InfeasibleError(
            "no area in one piece was found that keeps the rules; lower what must be held, or "
            "accept zones that are linked less"
        )
    return search.best_climb(begun, everywhere)


class Search:
    """A region ready for many searches; ``land``: the same as the compiled code takes it."""

    def __init__(self, region: Region) -> None:
        self.region = region
        zone, beside = np.nonzero(region.borders)
        n = region.core.size
        self.land = RegionLand(
            flows=np.ascontiguousarray(region.flows, dtype=np.float64),
            mutual=np.ascontiguousarray(region.flows + region.flows.T, dtype=np.float64),
            residents=np.asarray(region.residents, dtype=np.float64),
            jobs=np.asarray(region.jobs, dtype=np.float64),
            ends=np.searchsorted(zone, np.arange(n + 1)).astype(np.int64),
            beside=beside.astype(np.int64),
            core=region.core,
            weights=np.array([r.weights for r in region.rules], dtype=np.float64).reshape(-1, n),
            most=np.array([r.most for r in region.rules], dtype=np.float64),
            limit=float(region.limit),
        )

    def grow(self, starts: Iterable[Mask] = (), within: Mask | None = None) -> Mask:
        """
        Search for the set with the largest self-containment.

        The search starts from the core grown zone by zone to the limit, from all reachable zones
        peeled back to the core (the best set on the way in both cases), and from ``starts``. Each
        climbs until no move raises the self-containment, and the best result is returned. Ties go
        to the set with fewer employed residents, then to the one with the earlier zones.

        Parameters
        ----------
        starts : iterable of numpy.ndarray of bool, shape (n_zones,)
            Further sets to start from, each allowed in the region.
        within : numpy.ndarray of bool, shape (n_zones,), optional
            Zones that may be reached, beside the core; by default all.

        Returns
        -------
        numpy.ndarray of bool, shape (n_zones,)
            The set; it contains the core, and all of it is connected to the core.

        Raises
        ------
        InfeasibleError
            If the core alone exceeds the limit.
        """
        region = self.region
        least = float(region.residents[region.core].sum())
        if least > region.limit:
            raise InfeasibleError(
                f"the anchor alone has {least:,.0f} employed residents, above the limit of "
                f"{region.limit:,.0f}; raise the limit"
            )
        within = np.ones_like(region.core) if within is None else within | region.core
        begun = [self.walk(region.core, within, up=True), *starts]
        begun.append(self.walk(reach(self.land, region.core, within), within, up=False))
        return self.best_climb(begun, within)

    def walk(self, start: Mask, within: Mask, *, up: bool) -> Mask:
        """Add (or remove) the best zone, even at a loss; return the best set on the way."""
        best: Mask = walk(self.land, start, within, up)
        return best

    def best_climb(self, begun: Iterable[Mask], within: Mask) -> Mask:
        """Return the best of the sets to which climbs from several starts lead."""
        distinct = {start.tobytes(): start for start in begun}.values()
        ends = {end.tobytes(): end for end in (self._end(start, within) for start in distinct)}
        shares = [(share_of(self.land, end), end) for end in ends.values()]
        highest = max(share for share, _ in shares)
        # All that comes into question: no other is as high once both are rounded.
        near = [end for share, end in shares if share > highest - _NEAR]
        if len(near) == 1:
            return near[0]
        return min(near, key=lambda inside: _preference(self.region, inside))

    def _end(self, start: Mask, within: Mask) -> Mask:
        """
        Climb until no move raises the self-containment, and return where that is.

        A move adds one zone, adds two at once, removes one, or exchanges one for another. The
        move with the largest gain is made; ties go to the first in that order, then to the
        earlier zones.
        """
        end: Mask = top(self.land, start, within)
        return end


def _preference(region: Region, inside: Mask) -> tuple[float, float, list[bool]]:
    sc = round(region.self_containment(inside), _DIGITS)
    return -sc, float(region.residents[inside].sum()), (~inside).tolist()
