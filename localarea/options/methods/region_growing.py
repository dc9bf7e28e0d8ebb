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

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from localarea.errors import InfeasibleError
from localarea.options.methods.region_cuts import neighbours, removable_zones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from localarea.options.methods.region_cuts import Neighbours

    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_DIGITS: Final = 12  # decimal places at which self-containments count as equal
_RISE: Final = 1e-12  # smaller rises may be rounding errors
_SLACK: Final = 1e-6  # persons by which a sum may exceed a rule through rounding


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
            rule.weights[inside].sum() <= rule.most + _SLACK for rule in self.rules
        )

    def self_containment(self, inside: Mask) -> float:
        """
        Calculate the objective: the smaller of the two self-containments.

        Returns
        -------
        float
            In [0, 1].
        """
        held = float(self.flows[np.ix_(inside, inside)].sum())
        return float(_smaller(held, self.residents[inside].sum(), self.jobs[inside].sum()))

    def allowed(self, zones: Mask) -> Region:
        """
        Restrict the region to some zones; the core always stays.

        Parameters
        ----------
        zones : numpy.ndarray of bool, shape (n_zones,)
            Eligible zones.

        Returns
        -------
        Region
            The same zones, with no borders to those left out, so that they cannot be reached.
        """
        kept = zones | self.core
        borders = self.borders & kept[:, None] & kept[None, :]
        return replace(self, borders=borders)


def grow(region: Region, starts: Iterable[Mask] = ()) -> Mask:
    """
    Search for the set with the largest self-containment.

    The search starts from the core grown zone by zone to the limit, from all reachable zones
    peeled back to the core (the best set on the way in both cases), and from ``starts``.
    :func:`climb` improves each, and the best result is returned. Ties go to the set with
    fewer employed residents, then to the one with the earlier zones.

    Parameters
    ----------
    region : Region
        The zones, in an order that does not depend on the input, so that ties are stable.
    starts : iterable of numpy.ndarray of bool, shape (n_zones,)
        Further sets to start from, each allowed in the region.

    Returns
    -------
    numpy.ndarray of bool, shape (n_zones,)
        The set; it contains the core, and all of it is connected to the core.

    Raises
    ------
    InfeasibleError
        If the core alone exceeds the limit.
    """
    least = float(region.residents[region.core].sum())
    if least > region.limit:
        raise InfeasibleError(
            f"the anchor alone has {least:,.0f} employed residents, above the limit of "
            f"{region.limit:,.0f}; raise the limit"
        )
    begun = [_best_on_the_way(region, region.core, up=True), *starts]
    begun.append(_best_on_the_way(region, within_reach(region), up=False))
    return _best_climb(region, begun)


def search_one_piece(region: Region, whole: Mask, starts: Iterable[Mask]) -> Mask:
    """
    Search for the set in one piece, without a core, with the largest self-containment.

    The search starts from each of ``starts`` as it is and grown zone by zone, and from ``whole``
    peeled zone by zone, the best set that keeps the rules taken on the way.

    Parameters
    ----------
    region : Region
        The zones, without a core.
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
    begun = [*kept, *(_best_on_the_way(region, start, up=True) for start in kept)]
    peeled = _best_on_the_way(region, whole, up=False)
    begun += [peeled] if peeled.any() else []
    if not begun:
        raise InfeasibleError(
            "no area in one piece was found that keeps the rules; lower what must be held, or "
            "accept zones that are linked less"
        )
    return _best_climb(region, begun)


def _best_climb(region: Region, begun: Iterable[Mask]) -> Mask:
    ends = [list(climb(region, start))[-1] for start in begun]
    return min(ends, key=lambda inside: _preference(region, inside))


def _preference(region: Region, inside: Mask) -> tuple[float, float, list[bool]]:
    sc = round(region.self_containment(inside), _DIGITS)
    return -sc, float(region.residents[inside].sum()), (~inside).tolist()


def climb(region: Region, start: Mask) -> Iterator[Mask]:
    """
    Climb until no move raises the self-containment.

    A move adds one zone, adds two at once, removes one, or exchanges one for another. The
    move with the largest gain is made; ties go to the first in that order, then to the
    earlier zones.

    Parameters
    ----------
    start : numpy.ndarray of bool, shape (n_zones,)
        Starting set; it contains the core and is connected to it.

    Yields
    ------
    numpy.ndarray of bool, shape (n_zones,)
        The start, then the set after each move; self-containment rises at every step.
    """
    inside, ground = start.copy(), _Ground.of(region)
    while True:
        yield inside.copy()
        moves = _Moves(region, inside, ground)
        found = [moves.additions(), moves.pairs(), moves.removals(), moves.exchanges()]
        value, changed = max(found, key=lambda move: move[0])
        if not value > moves.now + _RISE:
            return
        inside[changed] = ~inside[changed]


class _Ground(NamedTuple):
    """What the moves of a whole search have in common, worked out once for it."""

    lists: Neighbours
    touching: NDArray[np.float32]  # 1 where two zones share a border; counts of it are exact
    flows: Floats
    mutual: Floats
    own: Floats  # who lives and works in each zone
    whole: bool  # whether every flow is a whole number, so that sums are exact in any order

    @classmethod
    def of(cls, region: Region) -> Self:
        flows = region.flows
        whole = bool((flows == np.rint(flows)).all() and np.abs(flows).sum() < 2.0**53)
        touching, own = region.borders.astype(np.float32), np.diag(flows).copy()
        return cls(neighbours(region.borders), touching, flows, flows + flows.T, own, whole)

    def sums(self, inside: Mask) -> tuple[Floats, Floats]:
        """Return the commuters from each zone into a set, and from the set to each zone."""
        if self.whole:
            members = inside.astype(np.float64)
            return self.flows @ members, members @ self.flows
        return self.flows[:, inside].sum(axis=1), self.flows[inside].sum(axis=0)

    def beside(self, inside: Mask) -> NDArray[np.int64]:
        """Return the number of zones of a set that each zone borders."""
        return (self.touching @ inside.astype(np.float32)).astype(np.int64)


class _Moves:
    """All moves from one set, and the self-containment that each would give."""

    def __init__(self, region: Region, inside: Mask, ground: _Ground) -> None:
        self.region, self.inside, self._ground = region, inside, ground
        there, back = ground.sums(inside)
        self.gain: Floats = there + back + ground.own  # live-and-work gained by adding the zone
        self.loss: Floats = there + back - ground.own  # and lost by removing it
        self.held = float(there[inside].sum())
        self.r = float(region.residents[inside].sum())
        self.w = float(region.jobs[inside].sum())
        self.now = float(_smaller(self.held, self.r, self.w))
        self.beside = ground.beside(inside)
        self.frontier: Mask = ~inside & (self.beside > 0)

    @cached_property
    def out(self) -> Mask:
        """Zones that can be removed."""
        return removable(self.region, self.inside, self._ground.lists)

    def additions(self) -> tuple[float, list[int]]:
        return _first_best(self._values(self.gain, lambda of: of, self.frontier))

    def pairs(self) -> tuple[float, list[int]]:
        allowed = self.frontier[:, None] & ~self.inside[None, :] & self.region.borders
        gain = self.gain[:, None] + self.gain[None, :] + self._ground.mutual
        return _first_best(self._values(gain, lambda of: of[:, None] + of[None, :], allowed))

    def removals(self) -> tuple[float, list[int]]:
        return _first_best(self._values(-self.loss, lambda of: -of, self.out))

    def exchanges(self) -> tuple[float, list[int]]:
        region = self.region
        # The zone added must border something other than the zone removed.
        stays = self.beside[None, :] - region.borders > 0
        allowed = self.out[:, None] & self.frontier[None, :] & stays
        gain = self.gain[None, :] - self.loss[:, None] - self._ground.mutual
        return _first_best(self._values(gain, lambda of: of[None, :] - of[:, None], allowed))

    def _values(self, held: Floats, moved: Callable[[Floats], Floats], allowed: Mask) -> Floats:
        """Return the self-containment after each move; ``moved`` adds up what a move changes."""
        region = self.region
        r = self.r + moved(region.residents)
        score = _smaller(self.held + held, r, self.w + moved(region.jobs))
        kept = allowed & (r <= region.limit)
        for rule in region.rules:
            now = rule.weights[self.inside].sum()
            kept &= now + moved(rule.weights) <= rule.most + _SLACK
        return np.where(kept, score, -np.inf)


def _smaller(held: Floats | float, residents: Floats | float, jobs: Floats | float) -> Floats:
    larger = np.maximum(residents, jobs)  # the larger total gives the smaller share
    return np.asarray(np.divide(held, larger, out=np.zeros(np.shape(larger)), where=larger > 0))


def _first_best(values: Floats) -> tuple[float, list[int]]:
    at = int(np.argmax(values))  # ties go to the first
    return float(values.flat[at]), [int(i) for i in np.unravel_index(at, values.shape)]


def _best_on_the_way(region: Region, start: Mask, *, up: bool) -> Mask:
    """
    Add (or remove) the best zone, even at a loss; return the best set on the way.

    Without a core, the set is empty if none on the way keeps the rules.
    """
    inside, best = start.copy(), region.core.copy()
    highest = region.self_containment(best) if best.any() else -1.0
    # The way down starts above the limits, and must not fall below what has to be held.
    rules = tuple(rule for rule in region.rules if rule.weights[start].sum() <= rule.most)
    on_the_way = region if up else replace(region, limit=np.inf, rules=rules)
    ground = _Ground.of(on_the_way)
    while True:
        moves = _Moves(on_the_way, inside, ground)
        if region.fits(inside) and moves.now > highest + _RISE:
            highest, best = moves.now, inside.copy()
        value, changed = moves.additions() if up else moves.removals()
        if value == -np.inf:
            return best
        inside[changed] = up


def within_reach(region: Region) -> Mask:
    """
    Find the zones that are connected to the core.

    Returns
    -------
    numpy.ndarray of bool, shape (n_zones,)
        The core and every zone reachable from it across shared borders.
    """
    reached, before = region.core.copy(), 0
    while reached.sum() > before:
        before = int(reached.sum())
        reached |= region.borders[reached].any(axis=0)
    return reached


def removable(region: Region, inside: Mask, lists: Neighbours | None = None) -> Mask:
    """
    Find the zones that can be removed without cutting others off from the core.

    Parameters
    ----------
    inside : numpy.ndarray of bool, shape (n_zones,)
        A set that contains the core and is connected to it; without a core, in one piece.
    lists : list of list of int, optional
        The neighbours of each zone, worked out once for many sets.
    """
    lists = neighbours(region.borders) if lists is None else lists
    return removable_zones(inside, region.core, lists)
