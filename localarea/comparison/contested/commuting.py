"""Who commutes between the anchor and a place, and to where else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.comparison.metrics import bridge_to_2021
from localarea.options.zone_figures import FLOW_VINTAGES, read_zone_figures
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix

MOST_LISTED: Final = 6  # districts; the others are added up
ELSEWHERE: Final = "Elsewhere"


@dataclass(frozen=True, slots=True)
class Destination:
    """
    Where working residents of a place work.

    Attributes
    ----------
    lad25cd : str
        The district; blank for the sum of those that are not listed.
    workers, shares : mapping of int to float
        Persons by year of the census, and their share of the place's working residents.
    """

    lad25cd: str
    name: str
    workers: Mapping[int, float]
    shares: Mapping[int, float]


def destinations(
    zones: Sequence[str],
    *,
    always: Sequence[str] = (),
    most: int = MOST_LISTED,
    store: DataStore | None = None,
) -> tuple[Destination, ...]:
    """
    List the districts in which the working residents of a place work, by census.

    People who work at home count where they live.

    Parameters
    ----------
    zones : sequence of str
        The place, zones of 2011; for 2021 those of which most postcodes lie in it.
    always : sequence of str
        Codes of districts to list, however few work there.
    most : int
        Number of districts to list before those; the others are added up.

    Returns
    -------
    tuple of Destination
        Most workers of 2011 first; last those of other districts, at sea and abroad together.
    """
    figures = read_zone_figures(store=store)
    inside = figures.flows.indicator(zones)
    (inside_2021,) = bridge_to_2021(inside[np.newaxis, :], figures)
    of_2021 = read_gazetteer("msoa21", store=store).zone_district
    sums = {
        2011: sums_by_district(figures.flows, inside, figures.lad25cd),
        2021: sums_by_district(
            figures.flows_2021,
            inside_2021,
            np.array([of_2021[code] for code in figures.flows_2021.codes.tolist()]),
        ),
    }
    whole = {
        2011: float(figures.flows.employed_residents[inside].sum()),
        2021: float(figures.flows_2021.employed_residents[inside_2021].sum()),
    }
    return _listed(sums, whole, read_gazetteer("msoa11", store=store).districts, always, most)


def sums_by_district(
    flows: FlowMatrix, inside: NDArray[np.bool_], district_of: NDArray[np.str_]
) -> dict[str, float]:
    """
    Add up the workers who live in some zones by the district in which they work.

    Parameters
    ----------
    inside : numpy.ndarray of bool, shape (n_zones,)
        Where they live.
    district_of : numpy.ndarray of str, shape (n_zones,)
        District of each zone.
    """
    workers = inside.astype(np.float64) @ flows.matrix
    codes, at = np.unique(district_of, return_inverse=True)
    sums = np.bincount(at, weights=workers, minlength=codes.size)
    return dict(zip(codes.tolist(), sums.tolist(), strict=True))


def _listed(
    sums: Mapping[int, Mapping[str, float]],
    whole: Mapping[int, float],
    names: Mapping[str, str],
    always: Sequence[str],
    most: int,
) -> tuple[Destination, ...]:
    first = FLOW_VINTAGES[0]
    order = sorted(sums[first], key=lambda code: (-sums[first][code], code))
    chosen = [code for at, code in enumerate(order) if at < most or code in always]

    def row(code: str, name: str, workers: dict[int, float]) -> Destination:
        shares = {y: n / whole[y] if whole[y] else float("nan") for y, n in workers.items()}
        return Destination(code, name, workers, shares)

    rows = [row(c, names[c], {year: by.get(c, 0.0) for year, by in sums.items()}) for c in chosen]
    rest = {
        year: whole[year] - sum(by.get(code, 0.0) for code in chosen) for year, by in sums.items()
    }
    return (*rows, row("", ELSEWHERE, rest))
