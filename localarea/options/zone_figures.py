"""
The figures of every zone, aligned and ready for any number of options.

Everything is converted to 2011 zones once and cached per store: commuting as a matrix, and
residents, employees, enterprises and postcodes as arrays in the same order. Figures that
are published for 2021 zones or districts are apportioned as stated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from localarea.datasets.store import default_store
from localarea.errors import VintageError
from localarea.options.kept_flows import kept_flows
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix, SpecialRule
    from localarea.records import ZoneSystem

Vintage = Literal[2011, 2021]
FLOW_VINTAGES: Final[tuple[Vintage, ...]] = (2011, 2021)
SYSTEM_OF: Final[Mapping[Vintage, ZoneSystem]] = {2011: "msoa11", 2021: "msoa21"}
TABLES: Final = (
    "flows_2011",
    "flows_2011_special",
    "flows_2021",
    "flows_2021_special",
    "msoa11_msoa21",
    "population_msoa11_2011",
    "population_msoa21_2021",
    "jobs_msoa21_2024",
    "enterprises_lad",
    "postcodes",
    "zones_msoa11",
)


@dataclass(frozen=True, slots=True, eq=False)
class ZoneFigures:
    """
    Figures of all 2011 zones in England and Wales, in the order of ``flows.codes``.

    Attributes
    ----------
    flows : FlowMatrix
        Commuters of 2011 between 2011 zones; home workers count at home.
    flows_2021 : FlowMatrix
        Commuters of 2021 between 2021 zones, by the same rule.
    bridge : scipy.sparse.csr_array, shape (n_zones_2021, n_zones)
        Share of each 2021 zone's live postcodes that lies in each 2011 zone.
    lad25cd : numpy.ndarray of str, shape (n_zones,)
        District of 2025 of each zone.
    population_2011, population_2021 : numpy.ndarray of float64, shape (n_zones,)
        Usual residents (persons); those of 2021 are apportioned by the bridge.
    employees_2024 : numpy.ndarray of float64, shape (n_zones,)
        Employees by place of work (jobs) in the year of the table, apportioned by the bridge.
    enterprises_2022 : numpy.ndarray of float64, shape (n_zones,)
        Active enterprises in the latest year of the table, apportioned from districts to
        zones by ``employees_2024``; NaN if the district has no figure.
    live_postcodes : numpy.ndarray of float64, shape (n_zones,)
        Postcodes in use.
    """

    flows: FlowMatrix
    flows_2021: FlowMatrix
    bridge: Any
    lad25cd: NDArray[np.str_]
    population_2011: NDArray[np.float64]
    population_2021: NDArray[np.float64]
    employees_2024: NDArray[np.float64]
    enterprises_2022: NDArray[np.float64]
    live_postcodes: NDArray[np.float64]


def commuter_matrix(vintage: Vintage = 2011, *, store: DataStore | None = None) -> FlowMatrix:
    """
    Return the journeys between zones, without home workers and special workplaces.

    Read once per store, then cached.
    """
    from localarea.labour.flow_matrix import COMMUTERS_ONLY

    return _matrix(vintage, COMMUTERS_ONLY, store or default_store())


def flow_matrix(vintage: Vintage = 2011, *, store: DataStore | None = None) -> FlowMatrix:
    """
    Return the commuting matrix under the rule for travel to work areas.

    Read once per store, then cached.
    """
    from localarea.labour.flow_matrix import TTWA_RULE

    return _matrix(vintage, TTWA_RULE, store or default_store())


@lru_cache(maxsize=4)
def _matrix(vintage: Vintage, rule: SpecialRule, store: DataStore) -> FlowMatrix:
    from localarea.labour.flow_matrix import build_flow_matrix

    def build() -> FlowMatrix:
        flows, special = _flow_tables(vintage, store)
        return build_flow_matrix(
            flows, special, rule=rule, zone_system=SYSTEM_OF[vintage], vintage=vintage
        )

    return kept_flows(vintage, rule, store, build)


@lru_cache(maxsize=2)  # both rules need the same tables, and reading is half of the work
def _flow_tables(vintage: Vintage, store: DataStore) -> tuple[pd.DataFrame, pd.DataFrame]:
    from localarea.datasets.flows import read_flows, read_special_flows

    return read_flows(vintage, store=store), read_special_flows(vintage, store=store)


def forget_tables() -> None:
    """
    Release the tables that the matrices were made of: 33 MB that a service has no use for.

    The matrices stay; a table is read again if another is to be made of it.
    """
    _flow_tables.cache_clear()


def read_zone_figures(*, store: DataStore | None = None) -> ZoneFigures:
    """
    Read the figures of all zones: read once per store, then cached.

    VintageError if the commuting figures and the zones use different zone systems.
    """
    return _figures(store or default_store())


@lru_cache(maxsize=2)
def _figures(store: DataStore) -> ZoneFigures:
    from localarea.datasets.population import read_population

    flows, flows_2021 = flow_matrix(2011, store=store), flow_matrix(2021, store=store)
    gazetteer = read_gazetteer("msoa11", store=store)
    lacking = sorted(set(flows.codes.tolist()) - set(gazetteer.zone_district))
    if lacking:
        raise VintageError(
            f"{len(lacking)} zones of the flows of 2011 are not in zones_msoa11 "
            f"({', '.join(lacking[:5])}); build both tables from the same inputs"
        )
    # The largest table, before the others are read: whoever is refused it waits for none of them.
    live_postcodes = _live_postcodes(flows.codes, store)
    lad25cd = np.array([gazetteer.zone_district[code] for code in flows.codes.tolist()])
    bridge = _bridge(flows.codes, flows_2021.codes, store)
    employees = _employees(flows_2021.codes, store) @ bridge
    return ZoneFigures(
        flows=flows,
        flows_2021=flows_2021,
        bridge=bridge,
        lad25cd=lad25cd,
        population_2011=_aligned(
            read_population("msoa11", 2011, store=store).set_index("msoa11cd")["residents"],
            flows.codes,
        ),
        population_2021=_aligned(
            read_population("msoa21", 2021, store=store).set_index("msoa21cd")["residents"],
            flows_2021.codes,
        )
        @ bridge,
        employees_2024=employees,
        enterprises_2022=_enterprises(lad25cd, employees, store),
        live_postcodes=live_postcodes,
    )


@lru_cache(maxsize=32)  # one holds some 0.1 MB
def exchange(
    codes: tuple[str, ...], store: DataStore
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Count the commuters of 2011 to some zones and from them: once for each set, for any options.

    Of each zone, the persons who live there and work in one of ``codes``, and the reverse: two
    arrays of float64, shape (n_zones,).
    """
    flows = read_zone_figures(store=store).flows
    inside = flows.indicator(codes).astype(np.float64)
    to, back = flows.matrix @ inside, inside @ flows.matrix
    to.flags.writeable = back.flags.writeable = False
    return to, back


def _aligned(figures: pd.Series[int], codes: NDArray[np.str_]) -> NDArray[np.float64]:
    """Reindex figures by ``codes``; a zone without a figure counts as zero."""
    return np.asarray(figures.reindex(codes, fill_value=0), dtype=np.float64)


def _bridge(codes: NDArray[np.str_], codes_2021: NDArray[np.str_], store: DataStore) -> Any:
    from scipy import sparse

    from localarea.datasets.storage.arrow import texts_of

    table = store.read("msoa11_msoa21", columns=["msoa11cd", "msoa21cd", "share21"])
    at_2011 = np.searchsorted(codes, np.asarray(texts_of(table["msoa11cd"]), dtype=str))
    at_2021 = np.searchsorted(codes_2021, np.asarray(texts_of(table["msoa21cd"]), dtype=str))
    share = table["share21"].to_numpy()
    return sparse.csr_array((share, (at_2021, at_2011)), shape=(codes_2021.size, codes.size))


def _employees(codes_2021: NDArray[np.str_], store: DataStore) -> NDArray[np.float64]:
    from localarea.datasets.postcodes import numbered
    from localarea.datasets.storage.arrow import numbers_of

    table = store.read("jobs_msoa21_2024", columns=["msoa21cd", "employees"])
    zone, known = numbered(table, "msoa21cd")
    sums = np.bincount(zone, numbers_of(table["employees"]), len(known))
    jobs = dict(zip(known, sums.tolist(), strict=False))  # the last are those of no zone
    return np.array([jobs.get(code, 0.0) for code in codes_2021.tolist()])


def _enterprises(
    lad25cd: NDArray[np.str_], employees: NDArray[np.float64], store: DataStore
) -> NDArray[np.float64]:
    from localarea.datasets.enterprises import read_enterprises

    frame = read_enterprises(store=store)
    latest = frame[frame["year"] == frame["year"].max()]
    count = dict(zip(latest["lad25cd"], latest["enterprises"], strict=True))
    districts, at = np.unique(lad25cd, return_inverse=True)
    totals = np.array([count.get(district, np.nan) for district in districts], dtype=np.float64)
    jobs = np.bincount(at, weights=employees, minlength=districts.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(totals[at] * employees / jobs[at], dtype=np.float64)


def _live_postcodes(codes: NDArray[np.str_], store: DataStore) -> NDArray[np.float64]:
    from localarea.datasets.postcodes import are_live, numbered, read_postcodes

    table = read_postcodes(["msoa11cd", "status"], store=store)
    zone, known = numbered(table, "msoa11cd")
    number = np.bincount(zone[are_live(table)], minlength=len(known))
    counts = dict(zip(known, number.tolist(), strict=False))  # the last are those of no zone
    return np.array([float(counts.get(code, 0)) for code in codes.tolist()])


def attributions(tables: Collection[str], *, store: DataStore | None = None) -> tuple[str, ...]:
    """
    Collect the attributions required for anything derived from some tables.

    Unique sentences, in alphabetical order.
    """
    store = store or default_store()
    sentences = {
        f"{sentence.strip().rstrip('.')}."
        for name in tables
        for sentence in store.info(name).attribution.replace("(c)", "©").split(". ")
        if sentence.strip()  # own data ask for none
    }
    return tuple(sorted(sentences))
