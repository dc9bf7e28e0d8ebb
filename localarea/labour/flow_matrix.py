"""
The commuting matrix of a zone system, with an explicit rule for unusual workplaces.

A census records where people live and where they work. Some work at a place that a
matrix of zones cannot hold: at home, at no fixed place, offshore, abroad, in
Scotland or Northern Ireland. How they are treated changes every result, so it is
always a parameter.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from localarea.datasets.flow_formats.flow_pairs import text_codes
from localarea.errors import DatasetNotFoundError, SchemaError
from localarea.once import once_property
from localarea.records import ZoneSystem  # noqa: TC001 -- dataclass field, read at run time by users

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore

    _Codes = tuple[NDArray[np.str_], NDArray[Any]]  # distinct ones, and the number of each row's

Treatment = Literal["at_home", "outside", "exclude"]
TREATMENTS: Final = ("at_home", "outside", "exclude")


@dataclass(frozen=True, slots=True)
class SpecialRule:
    """
    Treatment of workers whose workplace is not a zone.

    ``at_home`` counts them as working in the zone where they live; ``outside``
    counts them as employed residents of the zone whose job is outside every area;
    ``exclude`` omits them.

    Attributes
    ----------
    home : {'at_home', 'outside', 'exclude'}
        Working mainly at or from home (2011).
    no_fixed_place : {'at_home', 'outside', 'exclude'}
        No fixed place of work (2011).
    home_or_no_fixed_place : {'at_home', 'outside', 'exclude'}
        Both of these, which the data of 2021 combine.
    offshore : {'at_home', 'outside', 'exclude'}
        Offshore installations.
    outside_uk : {'at_home', 'outside', 'exclude'}
        Workplaces abroad.
    scotland : {'at_home', 'outside', 'exclude'}
        Workplaces in Scotland, for a matrix of England and Wales.
    northern_ireland : {'at_home', 'outside', 'exclude'}
        Workplaces in Northern Ireland, likewise.
    """

    home: Treatment = "at_home"
    no_fixed_place: Treatment = "at_home"
    home_or_no_fixed_place: Treatment = "at_home"
    offshore: Treatment = "outside"
    outside_uk: Treatment = "outside"
    scotland: Treatment = "outside"
    northern_ireland: Treatment = "outside"

    def __post_init__(self) -> None:
        """Raise an error for an unknown treatment."""
        faults = [
            f"{kind} is {value!r}, not one of {', '.join(TREATMENTS)}"
            for kind, value in asdict(self).items()
            if value not in TREATMENTS
        ]
        if faults:
            raise SchemaError("special rule", faults)


# The rule of the ONS for travel-to-work areas: people who work at home or at no fixed place work in
# the zone where they live (Coombes and ONS 2015, Travel to Work Areas, RR2015/05). The others work,
# but in no area of England and Wales, so they reduce supply-side self-containment.
TTWA_RULE: Final = SpecialRule()
# Only commuting between zones, as for a catchment or a road model.
COMMUTERS_ONLY: Final = SpecialRule(*("exclude",) * 7)
_NOTHING: Final = (np.empty(0, dtype=str), np.empty(0, dtype=np.intp))


@dataclass(frozen=True, eq=False)
class FlowMatrix:
    """
    Commuters between zones.

    Attributes
    ----------
    codes : numpy.ndarray of str, shape (n_zones,)
        Zone codes, sorted.
    matrix : scipy.sparse.csr_array of float64, shape (n_zones, n_zones)
        Persons who live in the zone of the row and work in that of the column.
    employed_residents : numpy.ndarray of float64, shape (n_zones,)
        Workers who live in the zone, wherever they work: the sum of the row plus those
        whose workplace counts as outside.
    zone_system : str
        Zone system and vintage of the codes, such as ``msoa11``.
    rule : SpecialRule
        Treatment of workplaces that are not zones.
    excluded : dict
        Persons omitted, by kind of workplace.
    """

    codes: NDArray[np.str_]
    matrix: Any
    employed_residents: NDArray[np.float64]
    zone_system: ZoneSystem
    vintage: int
    rule: SpecialRule
    excluded: Mapping[str, float] = field(default_factory=dict)

    @property
    def n_zones(self) -> int:
        """Count the zones: number of rows of the matrix."""
        return len(self.codes)

    @once_property
    def jobs(self) -> NDArray[np.float64]:
        """
        Count the jobs in each zone that are held by residents of the zones.

        Returns
        -------
        numpy.ndarray of float64, shape (n_zones,)
            The column sums.
        """
        return np.asarray(self.matrix.sum(axis=0), dtype=np.float64).ravel()

    @property
    def workers(self) -> float:
        """Count all workers, including those who work outside the zones: persons."""
        return float(self.employed_residents.sum())

    def positions(self, codes: Iterable[str]) -> NDArray[np.intp]:
        """
        Return the rows of some zones.

        Returns
        -------
        numpy.ndarray of int, shape (n_codes,)
            Row of each code, in the same order.

        Raises
        ------
        SchemaError
            If a code is not a zone of this matrix.
        """
        wanted = np.asarray(list(codes), dtype=str)
        if wanted.size == 0:
            return np.empty(0, dtype=np.intp)
        at = np.minimum(np.searchsorted(self.codes, wanted), self.n_zones - 1)
        unknown = wanted[self.codes[at] != wanted] if self.n_zones else wanted
        if unknown.size:
            more = f" and {unknown.size - 5:,} more" if unknown.size > 5 else ""
            told = ", ".join(unknown[:5]) + more
            raise SchemaError("zones", [f"not zones of the flows ({self.zone_system}): {told}"])
        return at

    def indicator(self, codes: Iterable[str]) -> NDArray[np.bool_]:
        """
        Return a mask of some zones.

        Returns
        -------
        numpy.ndarray of bool, shape (n_zones,)
            True for the zones in `codes`.
        """
        inside = np.zeros(self.n_zones, dtype=bool)
        inside[self.positions(codes)] = True
        return inside


def build_flow_matrix(
    flows: pd.DataFrame,
    special: pd.DataFrame | None = None,
    *,
    rule: SpecialRule = TTWA_RULE,
    zone_system: ZoneSystem = "msoa11",
    vintage: int = 2011,
    codes: Iterable[str] | None = None,
) -> FlowMatrix:
    """
    Build a matrix from a table of flows.

    Repeated pairs are summed. Zones that are only origins or only destinations are kept.

    Parameters
    ----------
    flows : pandas.DataFrame, shape (n_flows, 3)
        Columns ``origin`` and ``destination`` (zone codes, texts or whole numbers; spaces around
        them do not count) and ``workers`` (persons, finite, >= 0). A missing pair means zero.
    special : pandas.DataFrame, shape (n_special, 3), optional
        Columns ``origin``, ``kind`` (a field of :class:`SpecialRule`) and ``workers``.
    vintage : int
        Year of the flows.
    codes : iterable of str, optional
        All zones; by default, those in the tables.

    Raises
    ------
    SchemaError
        If a column is missing, a count is negative or not finite, a kind is
        unknown, or a zone is not in ``codes``. Lists every fault.
    """
    _require_flows(flows, special)
    # Take the distinct codes of each column first: sorting millions of texts would take seconds.
    lived, worked = _distinct(flows["origin"]), _distinct(flows["destination"])
    lived_apart = kinds, kind = _NOTHING
    persons = np.empty(0)
    if special is not None:
        lived_apart, (kinds, kind) = _distinct(special["origin"]), _distinct(special["kind"])
        persons = special["workers"].to_numpy(dtype=np.float64)
    named = (lived[0], worked[0], lived_apart[0])
    if any((distinct == "").any() for distinct in named):
        raise SchemaError("commuting flows", ["a code of a zone is blank; leave such rows out"])
    known = np.concatenate(named) if codes is None else [*codes]
    zones = np.unique(np.asarray(known, dtype=str))
    rows, columns, counts = _triplets(flows["workers"], lived, worked, zones)
    origin = _positions(lived_apart, zones, "special origin")
    treatment = np.array([getattr(rule, str(name)) for name in kinds], dtype=str)[kind]
    home, outside = treatment == "at_home", treatment == "outside"
    matrix = sparse.csr_array(
        (
            np.concatenate([counts, persons[home]]),
            (np.concatenate([rows, origin[home]]), np.concatenate([columns, origin[home]])),
        ),
        shape=(zones.size, zones.size),
    )
    matrix.sum_duplicates()
    beyond = np.bincount(origin[outside], weights=persons[outside], minlength=zones.size)
    left_out = dict(zip(kinds.tolist(), np.bincount(kind, persons, kinds.size), strict=True))
    return FlowMatrix(
        codes=zones,
        matrix=matrix,
        employed_residents=np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel() + beyond,
        zone_system=zone_system,
        vintage=vintage,
        rule=rule,
        excluded={k: float(left_out[k]) for k in sorted(left_out) if getattr(rule, k) == "exclude"},
    )


def _require_flows(flows: pd.DataFrame, special: pd.DataFrame | None) -> None:
    faults: list[str] = []
    for name, table, second in (("flows", flows, "destination"), ("special", special, "kind")):
        if table is None:
            continue
        missing = [c for c in ("origin", second, "workers") if c not in table.columns]
        if missing:
            there = ", ".join(str(column) for column in table.columns[:10]) or "none"
            faults.append(f"{name} has no column {', '.join(missing)}; its columns are {there}")
            continue
        if any(_lacks_codes(table[column]) for column in ("origin", second)):
            faults.append(f"{name} has rows without a code")
        workers = pd.to_numeric(table["workers"], errors="coerce").to_numpy(dtype=np.float64)
        finite = np.isfinite(workers)
        if not finite.all():
            wrong = f"{name} has counts that are missing, infinite or not numbers"
            faults.append(wrong + _where(table["workers"], ~finite))
        elif (workers < 0).any():
            faults.append(f"{name} has counts below zero" + _where(table["workers"], workers < 0))
    if special is not None and "kind" in special.columns:
        known = set(SpecialRule.__dataclass_fields__)
        unknown = sorted(set(_distinct(special["kind"].dropna())[0].tolist()) - known)
        if unknown:
            faults.append(f"there is no rule for the kinds {', '.join(unknown)}")
    if faults:
        raise SchemaError("commuting flows", faults)


def _where(values: pd.Series, wrong: NDArray[np.bool_]) -> str:
    """Say how many values are wrong, and which is the first."""
    first = int(wrong.argmax())
    return f": {int(wrong.sum()):,}, the first in row {first + 1:,} ({values.iloc[first]})"


def _lacks_codes(codes: pd.Series) -> bool:
    if isinstance(codes.dtype, pd.CategoricalDtype):
        return bool((codes.cat.codes < 0).any())
    return bool(codes.isna().any())


def _distinct(codes: pd.Series) -> _Codes:
    """Return the distinct codes, and the number of each row's; categories are numbered already."""
    distinct: Any
    if isinstance(codes.dtype, pd.CategoricalDtype):
        numbers = codes.cat.codes.to_numpy()
        used = np.zeros(len(codes.cat.categories) + 1, dtype=bool)
        used[numbers] = True
        place = np.cumsum(used) - 1
        distinct = codes.cat.categories[used[:-1]]
        labels = numbers if used[:-1].all() else place[numbers]
    else:
        labels, distinct = pd.factorize(codes)
    known = np.asarray(text_codes(pd.Series(distinct)), dtype=str)
    plain, at = np.unique(known, return_inverse=True)
    # Two codes that differ by spaces alone are one; otherwise the order stays as it is.
    return (known, labels) if len(plain) == len(known) else (plain, at[labels])


def _positions(codes: _Codes, zones: NDArray[np.str_], what: str) -> NDArray[np.int32]:
    # Look up the distinct codes only: a table of flows repeats each one hundreds of times.
    known, labels = codes
    at = np.searchsorted(zones, known)
    missing = known[(at >= zones.size) | (zones[np.minimum(at, zones.size - 1)] != known)]
    if missing.size:
        raise SchemaError("commuting flows", [f"{what} is not a zone: {', '.join(missing[:5])}"])
    # Of 32 bits, because the matrix keeps them: two million pairs are held for as long as it is.
    return np.asarray(at.astype(np.int32)[labels] if known.size else labels, dtype=np.int32)


def _triplets(
    workers: pd.Series, lived: _Codes, worked: _Codes, zones: NDArray[np.str_]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    counts = workers.to_numpy(dtype=np.float64)
    kept = counts > 0  # a zero is not stored as a flow, but its zones are kept
    rows = _positions(lived, zones, "origin")
    columns = _positions(worked, zones, "destination")
    if kept.all():
        return rows, columns, counts
    return rows[kept], columns[kept], counts[kept]


def read_flow_matrix(
    vintage: int = 2011, *, rule: SpecialRule = TTWA_RULE, store: DataStore | None = None
) -> FlowMatrix:
    """
    Read the embedded census flows of England and Wales as a matrix.

    Parameters
    ----------
    vintage : {2011, 2021}
        Year of the census. That of 2021 was taken in a lockdown, which understates commuting.

    Returns
    -------
    FlowMatrix
        7,201 zones of 2011, or 7,264 of 2021.

    Raises
    ------
    DatasetNotFoundError
        If there are no flows of that year.
    """
    from localarea.datasets.flows import read_flows, read_special_flows

    census: Literal[2011, 2021]
    zone_system: ZoneSystem
    if vintage == 2011:
        census, zone_system = 2011, "msoa11"
    elif vintage == 2021:
        census, zone_system = 2021, "msoa21"
    else:
        raise DatasetNotFoundError(f"flows_{vintage}", ["flows_2011", "flows_2021"])
    return build_flow_matrix(
        read_flows(census, store=store),
        read_special_flows(census, store=store),
        rule=rule,
        zone_system=zone_system,
        vintage=census,
    )
