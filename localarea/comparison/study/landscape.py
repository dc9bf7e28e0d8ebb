"""
What the figures of a study rest on, gathered once for the zones around a council.

A study asks for the figures of one set of zones after another, each a little different from the
last. Everything that does not depend on the set is kept here: commuters between the zones, their
sums, minutes by car, and which zones border on which.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.comparison.mandate.figures import mandate_readings
from localarea.comparison.study.pieces import Neighbours, neighbours_of
from localarea.options.membership import contested_zones
from localarea.options.methods.commuting import anchor_links, commuting_of
from localarea.options.minutes.anchor_minutes import has_roads, zone_minutes
from localarea.options.zone_figures import read_zone_figures
from localarea.places.outline import zone_borders, zone_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.options.zone_figures import ZoneFigures

REACH_MIN: Final = 75  # minutes by car that a slider can ask for
LEAST_SHARE: Final = 0.03  # share of commuters that a slider can ask for


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """
    The zones that a study may move, with what belongs to each.

    Attributes
    ----------
    codes : numpy.ndarray of str, shape (n_zones,)
        MSOA 2011, sorted.
    at : numpy.ndarray of int, shape (n_zones,)
        Their rows in the arrays of the country.
    matrix : scipy.sparse.csr_array, shape (n_zones, n_zones)
        Commuters between the zones here (persons, 2011).
    bridge, at_2021 : scipy.sparse.csr_array, numpy.ndarray of int
        Share of live postcodes of each zone of 2021 in the zones here, and the rows of those zones.
    matrix_2021 : scipy.sparse.csr_array
        Commuters between these zones of 2021.
    to_anchor, from_anchor : numpy.ndarray of float64, shape (n_zones,)
        Persons who commute from each zone to the anchor, and back.
    minutes : numpy.ndarray of float64, shape (n_zones_of_country,)
        Minutes by car from the anchor; NaN where there are no roads to measure by.
    places : mapping
        Key of each contested place to its zones, a Boolean for each zone of the country.
    works_in : mapping
        Key of each contested place to the persons of each zone of the country who work in it.
    within_mandate : mapping
        Districts of each part of the mandate to its zones, a Boolean for each of the country.
    district : numpy.ndarray of int, shape (n_zones,)
        District of each zone, as a row of ``districts``.
    area_m2 : numpy.ndarray of float64, shape (n_zones,)
        Land area.
    """

    codes: NDArray[np.str_]
    at: NDArray[np.intp]
    country: ZoneFigures
    matrix: Any
    bridge: Any
    at_2021: NDArray[np.intp]
    matrix_2021: Any
    to_anchor: NDArray[np.float64]
    from_anchor: NDArray[np.float64]
    anchor_residents: float
    anchor_jobs: float
    minutes: NDArray[np.float64]
    places: Mapping[str, NDArray[np.bool_]]
    works_in: Mapping[str, NDArray[np.float64]]
    within_mandate: Mapping[tuple[str, ...], NDArray[np.bool_]]
    district: NDArray[np.intp]
    districts: NDArray[np.str_]
    of_district: NDArray[np.intp]
    area_m2: NDArray[np.float64]
    neighbours: Neighbours

    def mask(self, zones: Iterable[str]) -> NDArray[np.bool_] | None:
        """Return which of the zones here are in a set; None if it has others."""
        wanted = np.fromiter(zones, dtype=self.codes.dtype)
        found = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        if not (self.codes[found] == wanted).all():
            return None
        inside = np.zeros(len(self.codes), dtype=bool)
        inside[found] = True
        return inside


def read_landscape(council: Council, codes: Iterable[str], *, store: DataStore) -> Landscape:
    """
    Gather what a study of a council rests on.

    ``codes``: zones that must be in it, such as those of every option; those that the sliders can
    reach are added.
    """
    country = read_zone_figures(store=store)
    flows = country.flows
    links = anchor_links(commuting_of({}, replace(council, zone_system="msoa11"), store), store)
    core = links.core
    minutes = _minutes(country, council, store)
    held = flows.indicator(codes) | core | (links.sends >= LEAST_SHARE) | (minutes <= REACH_MIN)
    contested = contested_zones(council, store=store)
    places = {key: flows.indicator(zones) for key, zones in contested.items()}
    for place in places.values():
        held |= place
    at = np.flatnonzero(held)
    shapes = zone_shapes(flows.codes[at].tolist(), store=store)
    zone_borders(np.asarray(flows.codes[at], dtype=str), store=store)  # kept for the methods
    districts, district = np.unique(country.lad25cd, return_inverse=True)
    at_2021, bridge, matrix_2021 = _of_2021(country, at)
    weights = core.astype(np.float64)
    return Landscape(
        codes=flows.codes[at],
        at=at,
        country=country,
        matrix=flows.matrix[at][:, at].tocsr(),
        bridge=bridge,
        at_2021=at_2021,
        matrix_2021=matrix_2021,
        to_anchor=np.asarray(flows.matrix @ weights)[at],
        from_anchor=np.asarray(weights @ flows.matrix)[at],
        anchor_residents=float(weights @ flows.employed_residents),
        anchor_jobs=float(weights @ flows.jobs),
        minutes=minutes,
        places=places,
        works_in={
            key: np.asarray(flows.matrix @ place.astype(np.float64))
            for key, place in places.items()
        },
        within_mandate={
            codes: np.isin(country.lad25cd, codes) for codes in mandate_districts(council)
        },
        district=district[at],
        districts=districts,
        of_district=np.bincount(district),
        area_m2=_areas(shapes),
        neighbours=neighbours_of(shapes),
    )


def _minutes(country: ZoneFigures, council: Council, store: DataStore) -> NDArray[np.float64]:
    codes = country.flows.codes.tolist()
    if not has_roads(store):
        return np.full(len(codes), np.nan)
    known = zone_minutes(replace(council, zone_system="msoa11"), store=store)
    return np.array([known[code] for code in codes], dtype=np.float64)


def _areas(shapes: NDArray[Any]) -> NDArray[np.float64]:
    import shapely

    return np.asarray(shapely.area(shapes), dtype=np.float64)


def _of_2021(country: ZoneFigures, at: NDArray[np.intp]) -> tuple[NDArray[np.intp], Any, Any]:
    """Return the zones of 2021 that meet the zones here, their bridge and their commuters."""
    bridge = country.bridge[:, at].tocsr()
    met = np.flatnonzero(np.diff(bridge.indptr))
    return met, bridge[met], country.flows_2021.matrix[met][:, met].tocsr()


def mandate_districts(council: Council) -> set[tuple[str, ...]]:
    """Return the districts of every reading of the mandate, and of every half."""
    found = set()
    for figures in mandate_readings(council):
        found.add(tuple(figures.reading.codes))
        found |= {tuple(half.codes) for half, _, _ in figures.halves}
    return found
