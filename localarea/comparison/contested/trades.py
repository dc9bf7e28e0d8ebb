"""What becomes local with a place, industry by industry, beside what the anchor has of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from localarea.comparison.industries import jobs_by_zone
from localarea.comparison.metrics import memberships
from localarea.options.methods.base import anchor_zones
from localarea.options.zone_figures import read_zone_figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.comparison.contested.question import Question
    from localarea.datasets.store import DataStore


@dataclass(frozen=True, slots=True)
class SumHeld:
    """
    A sum without a place and with it, and what the anchor has of it.

    Attributes
    ----------
    anchor : float
        What lies in the anchor and inside the area, which is the same without and with the place.
    without, with_place : float
        What lies inside the area.
    """

    anchor: float
    without: float
    with_place: float

    @property
    def gained(self) -> float:
        """Return what becomes local with the place."""
        return self.with_place - self.without

    @property
    def anchor_share(self) -> tuple[float, float]:
        """Return the anchor's share of what is inside, without and with; NaN where it is empty."""
        return _ratio(self.anchor, self.without), _ratio(self.anchor, self.with_place)


@dataclass(frozen=True, slots=True)
class Trade:
    """The employee jobs of one industry (broad group of SIC 2007)."""

    industry: str
    jobs: SumHeld


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def held(
    values: NDArray[np.float64],
    inside: NDArray[np.bool_],
    anchor: NDArray[np.bool_],
) -> SumHeld:
    """
    Add up a figure of zones without a place and with it.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n_zones,)
        The figure; NaN counts as nothing.
    inside : numpy.ndarray of bool, shape (2, n_zones)
        The zones without the place, and with it.
    anchor : numpy.ndarray of bool, shape (n_zones,)
        The zones of the anchor.

    Examples
    --------
    >>> zones = np.array([[True, True, False], [True, True, True]])
    >>> found = held(np.array([8.0, 2.0, 10.0]), zones, np.array([True, False, False]))
    >>> found.gained, found.anchor_share
    (10.0, (0.8, 0.4))
    """
    known = np.nan_to_num(values)
    without, with_place = (float(known[row].sum()) for row in inside)
    return SumHeld(float(known[inside[0] & anchor].sum()), without, with_place)


def find_trades(question: Question, *, store: DataStore | None = None) -> tuple[Trade, ...]:
    """List the industries: most jobs that become local first."""
    inside, anchor = _masks(question, store)
    jobs = jobs_by_zone(store=store)
    rows = [Trade(str(n), held(jobs[n].to_numpy(), inside, anchor)) for n in jobs.columns]
    return tuple(sorted(rows, key=lambda trade: (-trade.jobs.gained, trade.industry)))


def find_firms(question: Question, *, store: DataStore | None = None) -> SumHeld:
    """Count active enterprises; those of a zone are its share of its district's, by jobs."""
    inside, anchor = _masks(question, store)
    return held(read_zone_figures(store=store).enterprises_2022, inside, anchor)


def _masks(
    question: Question, store: DataStore | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    figures = read_zone_figures(store=store)
    inside = memberships([question.without, question.with_place], figures)
    return inside, figures.flows.indicator(anchor_zones(question.council, store=store))
