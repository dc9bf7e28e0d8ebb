"""
The region of a council's mandate as a problem of choice: candidates, what must be held, pieces.

The region is that of one reading of ``[mandate.area]``. Candidates are its zones and every zone
linked with its workplaces; an area must hold a stated share of the employed residents of each
half, and be in one piece.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import csr_array

from localarea.datasets.store import default_store
from localarea.errors import InfeasibleError, SettingError
from localarea.labour.catchment import FUNCTIONAL_URBAN_AREA_SHARE, commuting_share
from localarea.options.mandate_area import require_districts
from localarea.options.methods.mandate_reading import mandate_reading
from localarea.options.methods.region_growing import Region, Rule
from localarea.options.stated import is_number
from localarea.options.titles import write_threshold
from localarea.options.zone_figures import commuter_matrix, flow_matrix
from localarea.places.contiguity import pieces_of
from localarea.places.gazetteer import read_gazetteer
from localarea.places.outline import zone_borders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.options.mandate_area import Half, Reading
    from localarea.options.zone_figures import Vintage
    from localarea.records import ZoneSystem

    Mask = NDArray[np.bool_]

DEFAULT_MIN_LINK: Final = FUNCTIONAL_URBAN_AREA_SHARE
DEFAULT_MIN_HELD: Final = 1.0
VINTAGE_OF: Final[Mapping[str, Vintage]] = {"msoa11": 2011, "msoa21": 2021}


@dataclass(frozen=True, slots=True)
class RegionThresholds:
    """
    Thresholds of the option ``composite-region``.

    Attributes
    ----------
    min_link : float
        Minimum share of a zone's commuters who work in the region, or of its jobs held by
        commuters from the region, whichever is larger; in [0, 1].
    min_held : float
        Minimum share of the employed residents of each half that the area holds; in (0, 1].
    max_outside : float
        Maximum share of the area's own employed residents who live outside the region.
    """

    min_link: float = DEFAULT_MIN_LINK
    min_held: float = DEFAULT_MIN_HELD
    max_outside: float = 1.0

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> RegionThresholds:
        """
        Validate the parameters of an option; SettingError if a value is not allowed.

        Examples
        --------
        >>> RegionThresholds.of({"min_held": 1}).min_held
        1.0
        """
        values = {}
        for name in ("min_link", "min_held", "max_outside"):
            value = parameters.get(name)
            if value is None:
                continue
            if not is_number(value) or not 0 <= value <= 1 or (name == "min_held" and value == 0):
                above = "above 0 and at most 1" if name == "min_held" else "from 0 to 1"
                raise SettingError(f"{name} is {value!r}; it must be a share {above}")
            values[name] = float(value)
        return cls(**values)


@dataclass(frozen=True, slots=True, eq=False)
class RegionProblem:
    """
    The candidates, sorted by code, with their data.

    Attributes
    ----------
    codes : numpy.ndarray of str, shape (n_zones,)
        Candidates that hang together with the region.
    mandated : numpy.ndarray of bool, shape (n_zones,)
        Those that lie in the region.
    """

    codes: NDArray[np.str_]
    region: Region
    mandated: Mask
    reading: Reading
    thresholds: RegionThresholds

    def outside_share(self, inside: Mask) -> float:
        """Return the share of an area's employed residents who live outside the region."""
        residents = self.region.residents
        return float(residents[inside & ~self.mandated].sum() / residents[inside].sum())

    def with_most_outside(self, share: float) -> Region:
        """Return the region with a limit on the share of residents outside the mandate."""
        weights = (~self.mandated - share) * self.region.residents
        return replace(self.region, rules=(*self.region.rules, Rule(weights, 0.0)))


def region_problem(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> RegionProblem:
    """
    Collect the candidates of a council's region, and the rules.

    SettingError if a parameter is not allowed or the council's file states no area of its mandate.
    InfeasibleError if no piece of the candidates holds what must be held of each half.
    """
    thresholds = RegionThresholds.of(parameters)
    store = store or default_store()  # what is kept is that of a store
    reading = mandate_reading(parameters, council)
    if council.mandate_area is not None:
        require_districts(council.mandate_area, store)
    flows = flow_matrix(VINTAGE_OF[council.zone_system], store=store)
    country = _country(council.zone_system, reading, store)
    linked = country.link >= thresholds.min_link
    mandated, residents = country.mandated, flows.employed_residents
    at = np.flatnonzero(mandated | linked)
    codes = country.codes
    at = at[np.argsort(codes[at])]
    borders = zone_borders(codes[at], council.zone_system, store=store).toarray() > 0
    halves = [lived[at] for lived in country.halves]
    piece = _piece(borders, halves, thresholds.min_held, reading.halves)
    kept = at[piece]
    region = Region(
        flows=flows.matrix[kept][:, kept].toarray(),
        residents=residents[kept],
        jobs=flows.jobs[kept],
        borders=borders[np.ix_(piece, piece)],
        core=np.zeros(kept.size, dtype=bool),
        rules=tuple(Rule(-of[piece], -thresholds.min_held * of.sum()) for of in halves),
    )
    return RegionProblem(codes[kept], region, mandated[kept], reading, thresholds)


@dataclass(frozen=True, slots=True, eq=False)
class _Country:
    """Of every zone: its code, whether it is in the region, its link, and residents by half."""

    codes: NDArray[np.str_]
    mandated: Mask
    link: NDArray[np.float64]
    halves: tuple[NDArray[np.float64], ...]


@lru_cache(maxsize=8)
def _country(zone_system: ZoneSystem, reading: Reading, store: DataStore) -> _Country:
    vintage = VINTAGE_OF[zone_system]
    flows = flow_matrix(vintage, store=store)
    codes = np.asarray(flows.codes, dtype=str)
    district_of = read_gazetteer(zone_system, store=store).zone_district
    lad25cd = np.array([district_of[code] for code in codes.tolist()])
    mandated = np.isin(lad25cd, reading.codes)
    shares = commuting_share(commuter_matrix(vintage, store=store), codes[mandated].tolist())
    link = shares[["to_anchor_share", "from_anchor_share"]].max(axis=1).fillna(0.0)
    residents = flows.employed_residents
    return _Country(
        codes,
        mandated,
        link.reindex(codes, fill_value=0.0).to_numpy(),
        tuple(np.isin(lad25cd, half.codes) * residents for half in reading.halves),
    )


def _piece(
    borders: Mask, halves: list[NDArray[np.float64]], share: float, named: tuple[Half, ...]
) -> Mask:
    """Return the contiguous piece of candidates that holds the share of every half."""
    everything = np.ones(len(borders), dtype=bool)
    able = [
        piece
        for piece in pieces_of(csr_array(borders), everything)
        if all(of[piece].sum() >= share * of.sum() > 0 for of in halves)
    ]
    if not able:
        names = " and ".join(half.title for half in named)
        raise InfeasibleError(
            f"no area in one piece holds {write_threshold(share)} of the employed residents of "
            f"{names}; lower min_held, or accept zones that are linked less (min_link)"
        )
    return max(able, key=lambda piece: float(sum(of[piece].sum() for of in halves)))


def joined_mandate(problem: RegionProblem) -> Mask:
    """
    Return the zones of the region, its parts joined by the fewest residents between them.

    Each part is joined with the first by the path of candidates on which the fewest people live
    outside the region; as it stands, if the region is in one piece.
    """
    region, inside = problem.region, problem.mandated.copy()
    pieces = pieces_of(csr_array(region.borders), inside)
    parts = sorted((set(np.flatnonzero(piece).tolist()) for piece in pieces), key=min)
    if len(parts) < 2:
        return inside
    import networkx as nx  # slow to import, and few regions are in parts

    graph = nx.from_numpy_array(region.borders)
    cost = np.where(problem.mandated, 0.0, region.residents + 1.0)
    joined = set(parts[0])
    for part in parts[1:]:
        _, path = nx.multi_source_dijkstra(
            graph, joined, min(part), weight=lambda _from, to, _edge: float(cost[to])
        )
        joined |= part | set(path)
    inside[list(joined)] = True
    return inside
