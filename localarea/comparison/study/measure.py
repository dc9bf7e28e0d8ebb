"""
The figures of one set of zones, in about a millisecond.

They are those of :func:`localarea.comparison.metrics.compute_metrics` and
:func:`localarea.comparison.exposure.measure_exposure`, whose definitions hold; here they are taken
from a :class:`~localarea.comparison.study.landscape.Landscape` instead of the whole country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.comparison.mandate.figures import mandate_readings
from localarea.comparison.study.pieces import parts_and_holes
from localarea.labour.self_containment import ONS_2011, validity
from localarea.places.census_bridge import is_mostly_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.comparison.study.landscape import Landscape
    from localarea.options.council import Council

Values = dict[str, Any]
_M2_PER_KM2: Final = 1e6
_ROUNDING: Final = 1e-9
_MINUTES_SHARES: Final = np.array([0.5, 0.9])


def measure(land: Landscape, inside: NDArray[np.bool_], council: Council) -> Values:
    """
    Calculate every figure of a set of zones.

    Parameters
    ----------
    inside : numpy.ndarray of bool, shape (n_zones,)
        Which zones of the landscape are in the set, at least one.

    Returns
    -------
    dict
        Name of each figure to its value; NaN if unknown.
    """
    whole = np.zeros(land.country.flows.n_zones, dtype=bool)
    whole[land.at[inside]] = True
    return {
        **_sizes(land, inside, whole),
        **_labour(land, inside, whole),
        **_later(land, inside),
        **_shape(land, inside),
        **_minutes(land, inside),
        **_mandate(land, whole, council),
        **_contested(land, inside, whole),
    }


def _sizes(land: Landscape, inside: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Values:
    country = land.country
    # Apportioned figures are no whole numbers, and the last digit of a sum of those depends on
    # its order: they are added up as a comparison of two options does.
    pair = np.vstack((whole, whole))
    enterprises = country.enterprises_2022
    known = np.where(np.isnan(enterprises), 0.0, enterprises)
    unknown = bool(np.isnan(enterprises[whole]).any())
    return {
        "zones": int(inside.sum()),
        "population_2011": float(whole @ country.population_2011),
        "population_2021": _last(pair @ country.population_2021),
        "employees_2024": _last(pair @ country.employees_2024),
        "enterprises_2022": np.nan if unknown else _last(pair @ known),
        "live_postcodes": int(whole @ country.live_postcodes),
    }


def _last(sums: NDArray[Any]) -> float:
    return float(sums[-1])


def _labour(land: Landscape, inside: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Values:
    flows = land.country.flows
    residents, jobs = float(whole @ flows.employed_residents), float(whole @ flows.jobs)
    held = _within(land.matrix, inside)
    supply, demand = _ratio(held, residents), _ratio(held, jobs)
    score = float(validity(np.array([np.fmin(supply, demand)]), np.array([residents]), ONS_2011)[0])
    from_inside = _ratio(float(land.to_anchor[inside].sum()), land.anchor_jobs)
    return {
        "employed_residents": residents,
        "jobs": jobs,
        "live_and_work": held,
        "supply_side": supply,
        "demand_side": demand,
        "validity": score,
        "valid": score >= 1,
        "anchor_residents_inside_share": _ratio(
            float(land.from_anchor[inside].sum()), land.anchor_residents
        ),
        "anchor_jobs_inside_share": from_inside,
        "anchor_firms_workers_outside_share": 1.0 - from_inside,
        "commuters_cut": residents + jobs - 2 * held,
    }


def _within(matrix: Any, inside: NDArray[np.bool_]) -> float:
    """Return how many live and work in a set: persons are whole, so their order is nothing."""
    return float((matrix[np.flatnonzero(inside)] @ inside).sum())


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _later(land: Landscape, inside: NDArray[np.bool_]) -> Values:
    flows = land.country.flows_2021
    held = is_mostly_inside(land.bridge @ inside.astype(np.float64))
    both, rows = _within(land.matrix_2021, held), land.at_2021[held]
    return {
        "supply_side_2021": _ratio(both, float(flows.employed_residents[rows].sum())),
        "demand_side_2021": _ratio(both, float(flows.jobs[rows].sum())),
    }


def _shape(land: Landscape, inside: NDArray[np.bool_]) -> Values:
    held = np.bincount(land.district[inside], minlength=len(land.of_district))
    parts, holes = parts_and_holes(land.neighbours, inside)
    return {
        "districts_touched": int((held > 0).sum()),
        "districts_cut": int(((held > 0) & (held < land.of_district)).sum()),
        "area_km2": float(land.area_m2[inside].sum()) / _M2_PER_KM2,
        "holes": holes,
        "parts": parts,
    }


def _minutes(land: Landscape, inside: NDArray[np.bool_]) -> Values:
    rows = land.at[inside]
    away = land.minutes[rows]
    order = np.argsort(away, kind="stable")
    running = np.cumsum(land.country.flows.employed_residents[rows][order])
    at = np.searchsorted(running, _MINUTES_SHARES * running[-1] * (1 - _ROUNDING))
    median, p90 = (_finite(value) for value in away[order][at])
    worst = _finite(away.max())
    return {"minutes_median": median, "minutes_p90": p90, "minutes_worst": worst}


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else float("nan")


def _mandate(land: Landscape, whole: NDArray[np.bool_], council: Council) -> Values:
    flows = land.country.flows
    found: Values = {}
    for reading in mandate_readings(council):
        places = [(reading.reading.codes, reading.residents, reading.jobs)]
        places += [(half.codes, lived, worked) for half, lived, worked in reading.halves]
        for codes, of_residents, of_jobs in places:
            there = land.within_mandate[tuple(codes)]
            for figure, people in ((of_residents, flows.employed_residents), (of_jobs, flows.jobs)):
                held = float(people[whole & there].sum())
                found[figure.name] = _ratio(held, float(people[there].sum()))
        outside = whole & ~land.within_mandate[tuple(reading.reading.codes)]
        people = flows.employed_residents
        found[reading.outside.name] = _ratio(
            float(people[outside].sum()), float(people[whole].sum())
        )
    return found


def _contested(land: Landscape, inside: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Values:
    flows = land.country.flows
    found: Values = {}
    for key, place in land.places.items():
        name = key.replace("-", "_")
        residents = flows.employed_residents
        share = _ratio(float(residents[place & whole].sum()), float(residents[place].sum()))
        workers = land.works_in[key]
        found[f"share_of_{name}_inside"] = share
        found[f"{name}_residents_local_share"] = share
        found[f"{name}_jobs_local_share"] = _ratio(
            float(flows.jobs[place & whole].sum()), float(flows.jobs[place].sum())
        )
        found[f"{name}_firms_workers_local_share"] = _ratio(
            float(workers[land.at[inside]].sum()), float(workers.sum())
        )
    return found
