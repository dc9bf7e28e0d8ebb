"""
Compare options: their figures, the zones gained and lost, and their overlap.

Gains and losses are listed by district and by zone, each option against the first. A zone
is gained if the option contains it and the first option does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from localarea.comparison.exposure import measure_exposure
from localarea.comparison.figure_catalogue import Figure
from localarea.comparison.industries import compare_industries
from localarea.comparison.metrics import compute_metrics, figures_of, memberships
from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.options.methods.base import anchor_zones
from localarea.options.zone_figures import ZoneFigures, exchange, read_zone_figures
from localarea.places.gazetteer import read_gazetteer
from localarea.places.outline import zone_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

_CHANGES: Final = "Gained and lost"
CHANGE_FIGURES: Final = (
    Figure("zones", "Zones", "count", _CHANGES, "Zones of 2011 gained or lost."),
    Figure(
        "population_2021", "Residents 2021", "count", _CHANGES, "Usual residents of those zones."
    ),
    Figure(
        "employed_residents", "Employed residents", "count", _CHANGES,
        "People at work who live in those zones (2011).",
    ),
    Figure("jobs", "Jobs 2011", "count", _CHANGES, "People at work in those zones (2011)."),
    Figure("employees_2024", "Employee jobs 2024", "count", _CHANGES, "BRES 2024, provisional."),
    Figure(
        "enterprises_2022", "Enterprises 2022", "count", _CHANGES,
        "Active enterprises, apportioned to zones by employee jobs.",
    ),
    Figure("live_postcodes", "Live postcodes", "count", _CHANGES, "Postcodes in use."),
    Figure(
        "commuters_to_anchor", "Commute to the anchor", "count", _CHANGES,
        "People who live in those zones and work in the anchor (2011).",
    ),
    Figure(
        "commuters_from_anchor", "Commute from the anchor", "count", _CHANGES,
        "People who live in the anchor and work in those zones (2011).",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """
    Result of :func:`compare_options`.

    Attributes
    ----------
    options : tuple of Option
        The options; the first is the baseline.
    metrics : pandas.DataFrame, shape (n_options, n_figures)
        Result of :func:`localarea.comparison.metrics.compute_metrics`.
    changes : pandas.DataFrame
        One row for each option after the first, district and type of change:
        ``against`` (id of the first), ``option``, ``lad25cd``, ``district``, ``change``
        (``gained`` or ``lost``), then the columns of :data:`CHANGE_FIGURES`.
    changes_by_zone : pandas.DataFrame
        As ``changes``, by zone: ``against``, ``option``, ``msoa11cd``, ``name``, ``lad25cd``,
        ``district``, ``change``, then the columns of :data:`CHANGE_FIGURES` except ``zones``.
    jobs_by_industry : pandas.DataFrame
        Result of :func:`localarea.comparison.industries.compare_industries`.
    exposure : pandas.DataFrame
        Result of :func:`localarea.comparison.exposure.measure_exposure`.
    overlaps : pandas.DataFrame
        One row per pair of options: ``option``, ``other``, ``jaccard_workers``,
        ``jaccard_jobs`` and ``jaccard_area``: intersection over union, in [0, 1].
    """

    options: tuple[Option, ...]
    figures: tuple[Figure, ...]
    metrics: pd.DataFrame
    changes: pd.DataFrame
    changes_by_zone: pd.DataFrame
    jobs_by_industry: pd.DataFrame
    exposure: pd.DataFrame
    overlaps: pd.DataFrame
    vintages: Mapping[str, str]


def compare_options(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> Comparison:
    """
    Compare two or more options.

    Parameters
    ----------
    options : sequence of Option
        Two or more, with different ids, on 2011 zones.

    Returns
    -------
    Comparison
        Figures, gains and losses, jobs by industry, exposure and overlaps.

    Raises
    ------
    InputError
        If there are fewer than two options, or an option is repeated.
    VintageError
        If an option does not use MSOA 2011 zones.
    """
    if len(options) < 2:
        raise InputError("a comparison needs two options or more; name another one")
    store = store or default_store()
    metrics = compute_metrics(options, council, store=store)
    zones = read_zone_figures(store=store)
    inside = memberships(options, zones)
    ids = [option.id for option in options]
    values = _zone_values(zones, anchor_zones(council, store=store), store)
    return Comparison(
        options=tuple(options),
        figures=figures_of(council, store=store),
        metrics=metrics,
        changes=_changes(ids, inside, values, zones.lad25cd, store),
        changes_by_zone=_changes_by_zone(ids, inside, values, zones, store),
        jobs_by_industry=compare_industries(options, store=store),
        exposure=measure_exposure(options, council, store=store),
        overlaps=_overlaps(ids, inside, zones, store),
        vintages=metrics.attrs["vintages"],
    )


def _zone_values(zones: ZoneFigures, anchor: tuple[str, ...], store: DataStore) -> pd.DataFrame:
    """Return what each zone contributes to a gain or a loss, in the order of the flows."""
    to_anchor, from_anchor = exchange(anchor, store)
    return pd.DataFrame(
        {
            "zones": np.ones(zones.flows.n_zones),
            "population_2021": zones.population_2021,
            "employed_residents": zones.flows.employed_residents,
            "jobs": zones.flows.jobs,
            "employees_2024": zones.employees_2024,
            "enterprises_2022": zones.enterprises_2022,
            "live_postcodes": zones.live_postcodes,
            "commuters_to_anchor": to_anchor,
            "commuters_from_anchor": from_anchor,
        }
    )


def _changes(
    ids: Sequence[str],
    inside: NDArray[np.bool_],
    values: pd.DataFrame,
    lad25cd: NDArray[np.str_],
    store: DataStore,
) -> pd.DataFrame:
    names = read_gazetteer("msoa11", store=store).districts
    first, missing = inside[0], values.isna()
    parts = []
    for option, row in zip(ids[1:], inside[1:], strict=True):
        for change, which in (("gained", row & ~first), ("lost", first & ~row)):
            # If a figure is missing for one zone, it is unknown for the whole district.
            sums = values[which].groupby(lad25cd[which]).sum()
            if missing[which].to_numpy().any():
                sums = sums.mask(missing[which].groupby(lad25cd[which]).any())
            head = {
                "against": ids[0],
                "option": option,
                "lad25cd": sums.index.astype(str),
                "district": [names[code] for code in sums.index],
                "change": change,
            }
            parts.append(pd.concat([pd.DataFrame(head), sums.reset_index(drop=True)], axis=1))
    whole = {"zones": "int64", "live_postcodes": "int64"}
    changes: pd.DataFrame = pd.concat(parts, ignore_index=True).astype(whole)
    return changes


def _changes_by_zone(
    ids: Sequence[str],
    inside: NDArray[np.bool_],
    values: pd.DataFrame,
    zones: ZoneFigures,
    store: DataStore,
) -> pd.DataFrame:
    gazetteer = read_gazetteer("msoa11", store=store)
    first, parts = inside[0], []
    for option, row in zip(ids[1:], inside[1:], strict=True):
        for change, which in (("gained", row & ~first), ("lost", first & ~row)):
            codes, districts = zones.flows.codes[which], zones.lad25cd[which]
            head = {
                "against": ids[0],
                "option": option,
                "msoa11cd": codes,
                "name": [gazetteer.zone_names[code] for code in codes],
                "lad25cd": districts,
                "district": [gazetteer.districts[code] for code in districts],
                "change": change,
            }
            figures = values[which].drop(columns="zones").reset_index(drop=True)
            parts.append(pd.concat([pd.DataFrame(head), figures], axis=1))
    every: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return every.astype({"live_postcodes": "int64"})


def _overlaps(
    ids: Sequence[str], inside: NDArray[np.bool_], zones: ZoneFigures, store: DataStore
) -> pd.DataFrame:
    import shapely

    used = np.flatnonzero(inside.any(axis=0))
    sets = inside[:, used].astype(np.float64)
    area = shapely.area(zone_shapes(zones.flows.codes[used].tolist(), store=store))
    weights = {
        "jaccard_workers": zones.flows.employed_residents[used],
        "jaccard_jobs": zones.flows.jobs[used],
        "jaccard_area": area,
    }
    one, other = np.triu_indices(len(ids), k=1)
    frame = pd.DataFrame({"option": np.array(ids)[one], "other": np.array(ids)[other]})
    for name, weight in weights.items():
        shared = (sets * weight) @ sets.T
        held = np.diag(shared)
        together = held[one] + held[other] - shared[one, other]
        with np.errstate(divide="ignore", invalid="ignore"):
            frame[name] = shared[one, other] / together
    return frame
