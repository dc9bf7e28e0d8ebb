"""
The best area in one piece, exactly: a proof beside the search of ``composite-region``.

An area has a smaller self-containment above a share only if what it holds (people who live and
work in it) is more than that share of its employed residents, and of its jobs. The largest such
surplus is an integer programme: a variable for each zone, and one for each pair of zones that
exchange commuters, no larger than either zone's. It is solved for the share reached so far, which
then rises to what the answer reaches, until no surplus is left (Dinkelbach's method [1]_). An
answer in several pieces is cut off by the rule that a zone of a lesser piece takes one of the
zones around that piece with it, and the programme is solved again. For a piece of one zone this is
asked from the beginning, of every zone that may not be the whole area.

The time grows fast with the candidates and with loose rules: seconds for a region that must be
held whole, minutes if half of it is enough. The option itself is found by search.

References
----------
.. [1] Dinkelbach, W. (1967), On nonlinear fractional programming, Management Science 13(7),
   492-498.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from localarea.errors import InfeasibleError
from localarea.places.contiguity import pieces_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.options.methods.region_growing import Region

    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Cut = tuple[Floats, float]  # weights of the zones, and the most that those inside add up to

_ROUNDING: Final = 1e-3  # persons of surplus that may be rounding
_WHOLE: Final = 0.5  # the solver's zones are 0 or 1 but for rounding


def best_in_one_piece(
    region: Region, known: Mask | None = None, cuts: list[Cut] | None = None
) -> Mask:
    """
    Find the set in one piece with the largest smaller self-containment.

    Parameters
    ----------
    known : numpy.ndarray of bool, shape (n_zones,), optional
        A set in one piece that keeps the rules. A good one saves time; it is returned if no
        other is better.
    cuts : list of Cut, optional
        What earlier proofs asked of sets in several pieces of the same zones, under whatever
        rules: it need not be found again. What this one asks is added.

    Returns
    -------
    numpy.ndarray of bool, shape (n_zones,)
        The set; no set in one piece that keeps the rules has a larger one.

    Raises
    ------
    InfeasibleError
        If no set in one piece keeps the rules, or the solver does not finish.
    """
    borders = sparse.csr_array(region.borders)
    programme = _Programme(region, [] if cuts is None else cuts)
    best = known
    while True:
        share = -1.0 if best is None else region.self_containment(best)
        surplus, inside = programme.solve(max(share, 0.0))
        if best is not None and surplus <= _ROUNDING:
            return best
        pieces = pieces_of(borders, inside)
        if len(pieces) > 1:
            programme.cut(pieces)
        elif best is None or region.self_containment(inside) > share:
            best = inside
        else:
            return best


class _Programme:
    """The integer programme: zones, pairs of zones, and the surplus that is to be largest."""

    def __init__(self, region: Region, cuts: list[Cut]) -> None:
        self.region, self.n, self.cuts = region, region.residents.size, cuts
        mutual = np.triu(region.flows + region.flows.T, 1)
        self.one, self.other = np.nonzero(mutual)
        self.held = np.r_[np.diag(region.flows), mutual[self.one, self.other]]
        self.rules: list[Cut] = [
            (region.residents, region.limit),
            *((rule.weights, rule.most) for rule in region.rules),
        ]
        self._join(~np.all([weights <= bound for weights, bound in self.rules], axis=0))

    def _join(self, zones: Mask) -> None:
        """Ask of zones that would break a rule alone that a zone next to each comes with it."""
        for zone in np.flatnonzero(zones).tolist():
            weights = -self.region.borders[zone].astype(float)
            weights[zone] = 1.0
            self.rules.append((weights, 0.0))

    def cut(self, pieces: list[Mask]) -> None:
        """Ask of every piece but the largest that a zone next to it comes with it."""
        largest = max(pieces, key=lambda piece: float(self.region.residents[piece].sum()))
        stays = int(np.flatnonzero(largest)[0])
        for piece in pieces:
            if piece is largest:
                continue
            around = self.region.borders[piece].any(axis=0) & ~piece
            for zone in np.flatnonzero(piece).tolist():
                weights = -around.astype(float)
                weights[zone] += 1.0
                weights[stays] += 1.0
                self.cuts.append((weights, 1.0))

    def solve(self, share: float) -> tuple[float, Mask]:
        """Return the largest surplus above a share, and the set that has it."""
        n, pairs = self.n, self.one.size
        asked = [*self.rules, *self.cuts]
        rows = [np.r_[weights, np.zeros(pairs + 1)] for weights, _ in asked]
        for people in (self.region.residents, self.region.jobs):
            rows.append(np.r_[np.r_[share * people, np.zeros(pairs)] - self.held, 1.0])
        most = [*(bound for _, bound in asked), 0.0, 0.0]
        table = sparse.vstack([sparse.csr_array(np.array(rows)), *self._linked()])
        goal = np.r_[np.zeros(n + pairs), -1.0]
        found: Any = milp(
            goal,
            integrality=np.r_[np.ones(n), np.zeros(pairs + 1)],
            bounds=Bounds(
                np.r_[self.region.core.astype(float), np.zeros(pairs), -np.inf],
                np.r_[np.ones(n + pairs), np.inf],
            ),
            constraints=LinearConstraint(table.tocsr(), -np.inf, np.r_[most, np.zeros(2 * pairs)]),
            options={"mip_rel_gap": 0.0},
        )
        if found.status != 0:
            raise InfeasibleError(f"no area in one piece keeps the rules: {found.message}")
        return float(-found.fun), np.asarray(found.x[:n] > _WHOLE)

    def _linked(self) -> list[Any]:
        """Return, for each pair, that it is no larger than either of its zones."""
        n, pairs = self.n, self.one.size
        at = np.arange(pairs)
        return [
            sparse.coo_array(
                (np.repeat([1.0, -1.0], pairs), (np.tile(at, 2), np.r_[n + at, zone])),
                shape=(pairs, n + pairs + 1),
            )
            for zone in (self.one, self.other)
        ]
