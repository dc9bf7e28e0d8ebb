"""How much of the mandate's area an option holds, and how much of the option lies outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from localarea.comparison.figure_catalogue import MANDATE, MANDATE_OTHERWISE, Figure
from localarea.options.mandate_area import figure_stem, require_districts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.options.mandate_area import Half, MandateArea, Reading
    from localarea.options.zone_figures import ZoneFigures

_RESIDENTS: Final = "_residents_share"
_JOBS: Final = "_jobs_share"


class MandateFigures(NamedTuple):
    """
    Figures of one reading of a council's mandate.

    Attributes
    ----------
    residents, jobs : Figure
        Share of the whole mandate's employed residents, and of its jobs, inside.
    outside : Figure
        Share of the option's employed residents who live outside the mandate.
    """

    reading: Reading
    residents: Figure
    jobs: Figure
    halves: tuple[tuple[Half, Figure, Figure], ...]
    outside: Figure

    @property
    def all(self) -> tuple[Figure, ...]:
        """Return the figures in order: the whole, each half, what lies outside."""
        halves = (figure for _, residents, jobs in self.halves for figure in (residents, jobs))
        return (self.residents, self.jobs, *halves, self.outside)


def mandate_readings(council: Council) -> tuple[MandateFigures, ...]:
    """
    Describe the figures of each reading of a council's mandate.

    The first reading comes first; empty if the council's file states no area.
    """
    area = council.mandate_area
    if area is None:
        return ()
    return tuple(_figures(area, reading) for reading in area.readings)


def mandate_figures(council: Council) -> tuple[Figure, ...]:
    """List the figures of a council's mandate, of all readings, in order."""
    return tuple(figure for reading in mandate_readings(council) for figure in reading.all)


def first_mandate_figures(council: Council) -> tuple[Figure, ...]:
    """List the figures of the first reading, which tables of few figures begin with."""
    return mandate_readings(council)[0].all if council.mandate_area else ()


def _figures(area: MandateArea, reading: Reading) -> MandateFigures:
    first = reading is area.first
    group = MANDATE if first else MANDATE_OTHERWISE
    several = f", {reading.words}" if len(area.readings) > 1 else ""
    stem = figure_stem(reading.key, first=first)
    every = "; ".join(f"{half.title}: {half.names}" for half in reading.halves)
    whole = _both(stem, "The mandate", several, f"{area.title} ({every})", group)
    halves = tuple(
        (
            half,
            *_both(
                figure_stem(reading.key, half.key, first=first),
                half.title,
                several,
                f"{half.title} ({half.names})",
                group,
            ),
        )
        for half in reading.halves
    )
    outside = Figure(
        f"outside_{stem}_share",
        f"Outside the mandate{several}",
        "share",
        group,
        f"Share of the area's own employed residents who live outside {area.title} ({every}).",
    )
    return MandateFigures(reading, *whole, halves, outside)


def _both(stem: str, name: str, several: str, place: str, group: str) -> tuple[Figure, Figure]:
    """Return the figures of residents and of jobs of a place."""
    return (
        Figure(
            f"{stem}{_RESIDENTS}",
            f"{name}: employed residents inside{several}",
            "share",
            group,
            f"Share of the employed residents of {place} who live in the area.",
        ),
        Figure(
            f"{stem}{_JOBS}",
            f"{name}: jobs inside{several}",
            "share",
            group,
            f"Share of the people who work in {place} whose workplace is in the area.",
        ),
    )


def mandate_shares(
    inside: NDArray[np.bool_], zones: ZoneFigures, council: Council, store: DataStore
) -> pd.DataFrame:
    """
    Compute the figures of a council's mandate.

    Parameters
    ----------
    inside : numpy.ndarray of bool, shape (n_options, n_zones)
        Zones of each option.

    Returns
    -------
    pandas.DataFrame, shape (n_options, n_figures)
        The columns of :func:`mandate_figures`; none if the council states no area. A share is
        NaN where nobody lives or works in what it is of.

    Raises
    ------
    SettingError
        If a district of the mandate is not one of 2025 of that name.
    """
    shares: dict[str, NDArray[np.float64]] = {}
    area = council.mandate_area
    if area is not None:
        require_districts(area, store)
    residents, jobs = zones.flows.employed_residents, zones.flows.jobs
    for reading in mandate_readings(council):
        places = [(reading.reading.codes, reading.residents, reading.jobs)]
        places += [(half.codes, lived, worked) for half, lived, worked in reading.halves]
        for codes, of_residents, of_jobs in places:
            within = np.isin(zones.lad25cd, codes)
            for figure, people in ((of_residents, residents), (of_jobs, jobs)):
                there = people * within
                shares[figure.name] = _share(inside @ there, there.sum())
        outside = residents * ~np.isin(zones.lad25cd, reading.reading.codes)
        shares[reading.outside.name] = _share(inside @ outside, inside @ residents)
    return pd.DataFrame(shares, index=range(len(inside)))


def _share(part: NDArray[np.float64], whole: object) -> NDArray[np.float64]:
    """Divide; NaN where there is nobody to divide by."""
    of = np.broadcast_to(np.asarray(whole, dtype=np.float64), part.shape)
    out = np.full(part.shape, np.nan)
    np.divide(part, of, out=out, where=of > 0)
    return out
