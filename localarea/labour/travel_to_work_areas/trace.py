"""The trace of a regionalisation: every dissolution and placement, which can be replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.errors import PlaceNotFoundError
from localarea.labour.travel_to_work_areas._kernel import arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Placement:
    """
    One placement of a zone.

    Attributes
    ----------
    step : int
        Number of the dissolution that released the zone, from 0.
    dissolved : str
        Founding zone of the area that was dissolved or that released the zone; empty for a
        zone from the reserve.
    dissolved_validity : float
        Validity of that area before the step, the lowest of all; NaN for the reserve.
    to : str
        Founding zone of the new area; empty if the zone went to the reserve.
    link : float
        Strength of the link with that area at the time.
    second : str
        Founding zone of the area with the second strongest link; empty if there was none.
    second_link : float
        Strength of that link; 0 if there was none.
    """

    step: int
    dissolved: str
    dissolved_validity: float
    to: str
    link: float
    second: str
    second_link: float


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """
    All dissolutions and placements, in order.

    Areas are named by their founding zone, from which they grew. With
    ``dissolution='whole'`` it cannot leave its area before the area is dissolved.

    Attributes
    ----------
    zones : numpy.ndarray of str, shape (n_zones,)
        Zone codes in order of rank; the numbers below are positions in this array.
    steps : numpy.ndarray of records, shape (n_steps,)
        ``area`` dissolved and its ``validity``.
    moves : numpy.ndarray of records, shape (n_moves,)
        ``step`` of each placement, the ``zone``, the area ``to`` which it was added (-2: the
        reserve), the area with the ``second`` strongest link (-1: none), and the two links,
        ``link`` and ``second_link``.
    """

    zones: NDArray[np.str_]
    steps: NDArray[np.void]
    moves: NDArray[np.void]

    @classmethod
    def of(cls, world: arrays.World, zones: NDArray[np.str_]) -> Trace:
        """
        Copy the trace of a run.

        Parameters
        ----------
        zones : numpy.ndarray of str, shape (n_zones,)
            Zone codes in order of rank.
        """
        steps, moves = world.counters[arrays.N_STEPS], world.counters[arrays.N_MOVES]
        return cls(zones, world.steps[:steps].copy(), world.moves[:moves].copy())

    @property
    def n_dissolutions(self) -> int:
        """
        Count the dissolutions.

        Number of times that the worst area was dissolved, or released a zone.
        """
        return int(self.steps.size)

    def replay(self, steps: int | None = None) -> pd.Series:
        """
        Return the areas after a number of dissolutions.

        Parameters
        ----------
        steps : int, optional
            Number of dissolutions to replay; by default, all of them and the reserve.

        Returns
        -------
        pandas.Series of str, shape (n_zones,)
            Founding zone of each zone's area, indexed by zone code in sorted order;
            empty for a zone in the reserve.
        """
        last = self.moves.size
        if steps is not None:
            last = int(np.searchsorted(self.moves["step"], steps, side="left"))
        labels = np.arange(self.zones.size)
        for zone, to in zip(self.moves["zone"][:last], self.moves["to"][:last], strict=True):
            labels[zone] = to
        founders = np.where(labels >= 0, self.zones[labels], "") if labels.size else self.zones
        return pd.Series(founders, index=self.zones, name="area", dtype=str).sort_index()

    def moves_of(self, zone: str) -> tuple[Placement, ...]:
        """
        Return every placement of a zone in order; none if it never left the area that it founded.

        PlaceNotFoundError if there is no such zone.
        """
        at = np.flatnonzero(self.zones == zone)
        if at.size == 0:
            raise PlaceNotFoundError(zone, self.zones.tolist())
        rows = np.flatnonzero(self.moves["zone"] == at[0])
        return tuple(self._placement(int(row)) for row in rows)

    def _placement(self, row: int) -> Placement:
        step = int(self.moves["step"][row])
        known = step < self.steps.size  # the reserve is placed after all steps
        return Placement(
            step=step,
            dissolved=str(self.zones[self.steps["area"][step]]) if known else "",
            dissolved_validity=float(self.steps["validity"][step]) if known else float("nan"),
            to=self._founder(self.moves["to"][row]),
            link=float(self.moves["link"][row]),
            second=self._founder(self.moves["second"][row]),
            second_link=float(self.moves["second_link"][row]),
        )

    def _founder(self, area: int) -> str:
        return str(self.zones[area]) if area >= 0 else ""
