"""
Compute the figures of options, all options at once.

Commuting figures are for 2011, with home workers and people without a fixed place of work
counted at home, as for the official travel to work areas. Figures for 2021 are given
alongside. :mod:`localarea.comparison.figure_catalogue` defines every figure.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from localarea.comparison.figure_catalogue import (
    FIGURES,
    Figure,
    contested_figure,
    date_figures,
    name_anchor,
)
from localarea.comparison.mandate.figures import mandate_figures, mandate_shares
from localarea.datasets.store import default_store
from localarea.errors import InputError, VintageError
from localarea.labour.self_containment import self_containment
from localarea.options.figure_years import vintages_of_figures
from localarea.options.membership import contested_zones
from localarea.options.methods.base import anchor_zones
from localarea.options.minutes.anchor_minutes import has_roads, input_tables, zone_minutes
from localarea.options.titles import spoken_name
from localarea.options.zone_figures import TABLES, ZoneFigures, exchange, read_zone_figures
from localarea.places.census_bridge import is_mostly_inside
from localarea.places.contiguity import count_parts
from localarea.places.outline import area_and_holes, zone_borders, zone_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

_ROUNDING = 1e-9
_MINUTES_SHARES = np.array([0.5, 0.9])  # residents within the median and the p90


def figures_of(council: Council, *, store: DataStore | None = None) -> tuple[Figure, ...]:
    """
    List the figures that :func:`compute_metrics` computes for a council, in order.

    Definition of each column, with the years of the tables in use; those of the mandate come first,
    where the council states its area.
    """
    places = tuple(contested_figure(c.key, c.place) for c in council.contested)
    named = [name_anchor(figure, spoken_name(council.anchor)) for figure in FIGURES]
    named = [*date_figures(named, vintages_of_figures(store))]
    return (
        *mandate_figures(council),
        *(f for f in named if f.kind != "minutes"),
        *places,
        *(f for f in named if f.kind == "minutes"),
    )


def compute_metrics(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Compute the figures of options.

    Parameters
    ----------
    options : sequence of Option
        Options on 2011 zones, with different ids.

    Returns
    -------
    pandas.DataFrame, shape (n_options, n_figures)
        The columns of :func:`figures_of`, indexed by option id in the order given.
        Shares are fractions in [0, 1], NaN where the divisor is zero. Counts that were
        apportioned to zones are fractional. Minutes are NaN if a zone is unreachable or
        there is no road network.
        ``attrs["vintages"]`` holds the vintage of each table used.

    Raises
    ------
    VintageError
        If an option does not use MSOA 2011 zones.
    InputError
        If there are no options, or two have the same id.
    SchemaError
        If an option has a zone that is missing from the commuting data.
    """
    _require_comparable(options)
    store = store or default_store()
    zones = read_zone_figures(store=store)
    inside = memberships(options, zones)
    parts = [
        _sizes(inside, zones),
        self_containment(zones.flows, inside),
        _anchor_link(inside, anchor_zones(council, store=store), store),
        _self_containment_2021(inside, zones),
        _districts(inside, zones),
        _shapes(options, inside, zones, store),
        mandate_shares(inside, zones, council, store),
        _contested(inside, zones, contested_zones(council, store=store)),
        _minutes(inside, zones, council, store),
    ]
    index = pd.Index([o.id for o in options], name="option")
    frame = pd.concat([part.set_axis(index) for part in parts], axis=1)
    frame = frame.reindex(columns=[f.name for f in figures_of(council, store=store)])
    roads = input_tables("msoa11") if has_roads(store) else ()
    frame.attrs["vintages"] = store.vintages(*dict.fromkeys((*TABLES, *roads)))
    return frame


def require_options(options: Sequence[Option]) -> None:
    """Check that there is something to measure; InputError if there are no options."""
    if not options:
        raise InputError("there are no options to measure; name at least one")


def _require_comparable(options: Sequence[Option]) -> None:
    require_options(options)
    other = [o.id for o in options if o.zone_system != "msoa11"]
    if other:
        raise VintageError(
            f"figures need options on zones of 2011 (msoa11); these are not: {', '.join(other)}"
        )
    ids = [o.id for o in options]
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        raise InputError(f"named more than once: {', '.join(repeated)}; name each option once")


def memberships(options: Sequence[Option], zones: ZoneFigures) -> NDArray[np.bool_]:
    """
    Return which zones are in each option.

    Returns
    -------
    numpy.ndarray of bool, shape (n_options, n_zones)
        True if the zone is in the option.
    """
    marked = np.zeros((len(options), zones.flows.n_zones), dtype=bool)
    for row, option in zip(marked, options, strict=True):
        row[zones.flows.positions(option.zones)] = True
    return marked


def _sizes(inside: NDArray[np.bool_], zones: ZoneFigures) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "zones": inside.sum(axis=1),
            **{
                name: inside @ getattr(zones, name)
                for name in ("population_2011", "population_2021", "employees_2024")
            },
            "enterprises_2022": _sum_where_known(inside, zones.enterprises_2022),
            "live_postcodes": (inside @ zones.live_postcodes).astype(np.int64),
        }
    )


def _sum_where_known(inside: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum by set of zones; NaN if the figure of any zone in the set is missing."""
    unknown = np.isnan(values)
    return np.where(inside @ unknown, np.nan, inside @ np.where(unknown, 0.0, values))


def _ratio(part: NDArray[Any], whole: float) -> NDArray[np.float64]:
    return np.asarray(part / whole if whole else np.full(part.shape, np.nan), dtype=np.float64)


def _anchor_link(
    inside: NDArray[np.bool_], anchor: tuple[str, ...], store: DataStore
) -> pd.DataFrame:
    flows = read_zone_figures(store=store).flows
    core = flows.indicator(anchor).astype(np.float64)
    residents, jobs = float(core @ flows.employed_residents), float(core @ flows.jobs)
    live_in, work_in = exchange(anchor, store)
    return pd.DataFrame(
        {
            "anchor_residents_inside_share": _ratio(inside @ work_in, residents),
            "anchor_jobs_inside_share": _ratio(inside @ live_in, jobs),
        }
    )


def bridge_to_2021(inside: NDArray[np.bool_], zones: ZoneFigures) -> NDArray[np.bool_]:
    """
    Convert sets of 2011 zones to 2021 zones.

    Parameters
    ----------
    inside : numpy.ndarray of bool, shape (n_sets, n_zones)
        Options on 2011 zones.

    Returns
    -------
    numpy.ndarray of bool, shape (n_sets, n_zones_2021)
        True if at least half of the zone's live postcodes are in the set.
    """
    share = (zones.bridge @ inside.T.astype(np.float64)).T
    return is_mostly_inside(share)


def _self_containment_2021(inside: NDArray[np.bool_], zones: ZoneFigures) -> pd.DataFrame:
    measured = self_containment(zones.flows_2021, bridge_to_2021(inside, zones))
    return measured[["supply_side", "demand_side"]].add_suffix("_2021")


def _districts(inside: NDArray[np.bool_], zones: ZoneFigures) -> pd.DataFrame:
    _, at = np.unique(zones.lad25cd, return_inverse=True)
    of_all = np.bincount(at)
    held = np.array([np.bincount(at, weights=row, minlength=of_all.size) for row in inside])
    return pd.DataFrame(
        {
            "districts_touched": (held > 0).sum(axis=1),
            "districts_cut": ((held > 0) & (held < of_all)).sum(axis=1),
        }
    )


def _shapes(
    options: Sequence[Option], inside: NDArray[np.bool_], zones: ZoneFigures, store: DataStore
) -> pd.DataFrame:
    used = np.flatnonzero(inside.any(axis=0))
    codes = np.asarray(zones.flows.codes[used], dtype=str)
    borders = zone_borders(codes, store=store)
    rows = []
    for option, row in zip(options, inside[:, used], strict=True):
        area_km2, holes = _area_and_holes(tuple(codes[row].tolist()), option.id, store)
        rows.append({"area_km2": area_km2, "holes": holes, "parts": count_parts(borders, row)})
    return pd.DataFrame(rows)


@lru_cache(maxsize=64)
def _area_and_holes(codes: tuple[str, ...], name: str, store: DataStore) -> tuple[float, int]:
    """Measure the union of an option's zones: once, for it is compared with one after another."""
    return area_and_holes(zone_shapes(codes, store=store), name)


def _minutes(
    inside: NDArray[np.bool_], zones: ZoneFigures, council: Council, store: DataStore
) -> pd.DataFrame:
    """Return the minutes within which shares of the employed residents live, and the longest."""
    columns = ["minutes_median", "minutes_p90", "minutes_worst"]
    if not has_roads(store):
        return pd.DataFrame(np.nan, index=range(len(inside)), columns=columns)
    known = zone_minutes(replace(council, zone_system="msoa11"), store=store)
    minutes = np.array([known[code] for code in zones.flows.codes.tolist()])
    order = np.argsort(minutes, kind="stable")
    workers = np.where(inside, zones.flows.employed_residents, 0.0)[:, order]
    running = np.cumsum(workers, axis=1)
    rows = []
    for held, row in zip(running, inside, strict=True):
        at = np.searchsorted(held, _MINUTES_SHARES * held[-1] * (1 - _ROUNDING))
        rows.append([*minutes[order][at], minutes[row].max()])
    return pd.DataFrame(rows, columns=columns).replace(np.inf, np.nan)


def _contested(
    inside: NDArray[np.bool_], zones: ZoneFigures, places: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    workers = zones.flows.employed_residents
    shares = {}
    for key, codes in places.items():
        held = zones.flows.indicator(codes) * workers
        shares[contested_figure(key, key).name] = _ratio(inside @ held, float(held.sum()))
    return pd.DataFrame(shares, index=range(len(inside)))
