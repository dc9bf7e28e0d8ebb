"""
Combine labour-market link and drive time: the option ``composite``.

Zones are eligible if their link to the anchor and their minutes by road pass the stated
thresholds. Region growing (see its module) then chooses a contiguous area of eligible
zones round the anchor that maximises the smaller of the two self-containments within the
limits. Moving the limit of minutes from the shortest to the longest traces the Pareto
front of self-containment against travel time. Each limit is solved separately (the
epsilon-constraint method [1]_) and also started from the previous solution, so a longer
limit never has a smaller share.

References
----------
.. [1] Haimes, Y., Lasdon, L. and Wismer, D. (1971), On a bicriterion formulation of the
   problems of integrated system identification and system optimization, IEEE
   Transactions on Systems, Man, and Cybernetics 1(3), 296-297.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.datasets.store import default_store
from localarea.errors import SettingError
from localarea.labour.self_containment import self_containment
from localarea.options.methods.base import MethodResult
from localarea.options.methods.commuting import anchor_links, commuting_of, in_zones_of
from localarea.options.methods.pareto import undominated
from localarea.options.methods.region_growing import Region, Search
from localarea.options.methods.simple import LONGEST_MIN
from localarea.options.minutes.anchor_minutes import input_tables, zone_minutes
from localarea.options.minutes.centre import centre_notes
from localarea.options.stated import is_number
from localarea.places.outline import zone_borders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.options.methods.commuting import Commuting

DEFAULT_MIN_LINK: Final = 0.05
DEFAULT_MAX_MINUTES: Final = 45.0
_MOST_RESIDENTS: Final = 0.9  # share of the employed residents within ``minutes_p90``


@dataclass(frozen=True, slots=True)
class Thresholds:
    """
    Thresholds for each zone, and limits for the whole area.

    Attributes
    ----------
    min_link : float
        Minimum share of a zone's commuters who work in the anchor, or of its jobs held by
        commuters from the anchor, whichever is larger; in [0, 1].
    max_minutes : float
        Maximum minutes by road from the anchor's centre to the zone's.
    max_employed_residents : float
        Maximum employed residents of the whole area (persons); infinite for no limit.
    """

    min_link: float = DEFAULT_MIN_LINK
    max_minutes: float = DEFAULT_MAX_MINUTES
    max_employed_residents: float = math.inf

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Thresholds:
        """
        Validate the parameters of an option.

        ``parameters``: ``min_link``, ``max_minutes`` and ``max_employed_residents``, each optional.
        Returns all thresholds, with defaults filled in. SettingError if a value is not allowed.

        Examples
        --------
        >>> Thresholds.of({"max_minutes": 30}).max_minutes
        30.0
        """
        bounds = {
            "min_link": (0.0, 1.0, "a share from 0 to 1"),
            "max_minutes": (0.0, LONGEST_MIN, f"a number of minutes up to {LONGEST_MIN}"),
            "max_employed_residents": (1.0, math.inf, "a number of persons, 1 or more"),
        }
        values = {}
        for name, (least, most, what) in bounds.items():
            value = parameters.get(name)
            if value is None:
                continue
            if not is_number(value) or not least <= value <= most:
                raise SettingError(f"{name} is {value!r}; it must be {what}")
            values[name] = float(value)
        return cls(**values)


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """The eligible zones, sorted by code, with their data."""

    codes: NDArray[np.str_]
    region: Region
    minutes: NDArray[np.float64]
    thresholds: Thresholds


def choose_composite(
    parameters: Mapping[str, Any],
    council: Council,
    store: DataStore | None,
    *,
    minutes: Mapping[str, float] | None = None,
) -> MethodResult:
    """
    Choose the zones of the composite option.

    Parameters
    ----------
    parameters : mapping
        See :class:`Thresholds`.
    minutes : mapping of str to float, optional
        Minutes from the anchor by zone code; defaults to those by road.

    Returns
    -------
    MethodResult
        The zones of the last row of :func:`composite_front`.

    Raises
    ------
    SettingError
        If a parameter is not allowed.
    InfeasibleError
        If the anchor alone exceeds the limit of employed residents.
    """
    store = store or default_store()
    commuting = commuting_of(parameters, council, store)
    native = commuting.council
    problem = _problem(parameters, commuting, store, minutes)
    inside = _sweep(problem)[-1][1]
    zones = tuple(problem.codes[inside].tolist())
    asked = problem.thresholds
    limit = asked.max_employed_residents
    notes = centre_notes(council.anchor, store=store) if minutes is None else ()
    known = {
        **commuting.stated,
        **({"notes": notes} if notes else {}),
        "min_link": asked.min_link,
        "max_minutes": asked.max_minutes,
        "max_employed_residents": None if math.isinf(limit) else limit,
        "link": "share of the zone's commuters who work in the anchor, or of its jobs that "
        "commuters from the anchor hold, whichever is larger",
        "objective": "the smaller of supply-side and demand-side self-containment, as large as "
        "the search finds it",
        "contiguity": "every part hangs together with the anchor",
        "candidates": int(problem.codes.size),
    }
    return in_zones_of(council, native, MethodResult(zones, known, _tables(commuting)), store)


def composite_front(
    parameters: Mapping[str, Any],
    council: Council,
    *,
    store: DataStore | None = None,
    minutes: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """
    Compute the Pareto front of self-containment against travel time.

    Returns
    -------
    pandas.DataFrame, shape (n_candidates, 14)
        One row for each distinct area found as the limit of minutes rises to
        ``max_minutes``: ``step`` (from 0, the shortest limit), ``limit_minutes`` (the
        lowest limit that allows it), ``zones``, ``employed_residents``, ``jobs``,
        ``live_and_work`` (persons), ``supply_side``, ``demand_side``,
        ``self_containment`` (the smaller; fractions), ``validity``, ``minutes_p90``
        (minutes within which nine in ten of its employed residents live),
        ``minutes_worst``, ``on_front`` (no other row has as large a share with shorter
        travel times) and ``chosen`` (the row that the option uses).
    """
    store = store or default_store()
    commuting = commuting_of(parameters, council, store)
    problem = _problem(parameters, commuting, store, minutes)
    found = _sweep(problem)
    sets = {str(n): problem.codes[inside].tolist() for n, (_, inside) in enumerate(found)}
    flows = commuting.flows(store)
    frame = self_containment(flows, sets).drop(columns="valid").reset_index(drop=True)
    frame.insert(0, "step", range(len(found)))
    frame.insert(1, "limit_minutes", [limit for limit, _ in found])
    frame.insert(2, "zones", [int(inside.sum()) for _, inside in found])
    frame["self_containment"] = np.fmin(frame["supply_side"], frame["demand_side"])
    reach = [_reach(problem, inside) for _, inside in found]
    frame["minutes_p90"], frame["minutes_worst"] = map(list, zip(*reach, strict=True))
    frame["on_front"] = undominated(
        frame["self_containment"].to_numpy(), frame["minutes_worst"].to_numpy()
    )
    frame["chosen"] = [False] * (len(found) - 1) + [True]
    return pd.DataFrame(frame)


def _problem(
    parameters: Mapping[str, Any],
    commuting: Commuting,
    store: DataStore,
    minutes: Mapping[str, float] | None,
) -> _Problem:
    council, thresholds = commuting.council, Thresholds.of(parameters)
    country = anchor_links(commuting, store)
    codes, core, flows = country.codes, country.core, commuting.flows(store)
    far = _by_road(commuting.plain, store) if minutes is None else _far(codes, minutes)
    near = far <= thresholds.max_minutes
    at = np.flatnonzero(core | ((country.link >= thresholds.min_link) & near))
    at = at[np.argsort(codes[at])]
    borders = zone_borders(codes[at], council.zone_system, store=store)
    region = Region(
        flows=flows.matrix[at][:, at].toarray(),
        residents=flows.employed_residents[at],
        jobs=flows.jobs[at],
        borders=borders.toarray() > 0,
        core=core[at],
        limit=thresholds.max_employed_residents,
    )
    return _Problem(codes[at], region, far[at], thresholds)


@lru_cache(maxsize=8)
def _by_road(commuting: Commuting, store: DataStore) -> NDArray[np.float64]:
    return _far(anchor_links(commuting, store).codes, _zone_minutes(commuting.council, store))


def _far(codes: NDArray[np.str_], minutes: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([minutes.get(code, math.inf) for code in codes.tolist()])


def _zone_minutes(council: Council, store: DataStore) -> Mapping[str, float]:
    return zone_minutes(council, store=store)


def _sweep(problem: _Problem) -> list[tuple[float, NDArray[np.bool_]]]:
    """Solve for each limit of minutes that makes another zone eligible, from the anchor up."""
    region, minutes = problem.region, problem.minutes
    limits = np.unique(minutes[~region.core])
    search = Search(region)
    found = [(float(minutes[region.core].max(initial=0.0)), search.grow(within=region.core))]
    for limit in limits.tolist():
        inside = search.grow([found[-1][1]], within=minutes <= limit)
        if (inside != found[-1][1]).any():
            found.append((max(limit, found[0][0]), inside))
    return found


def _reach(problem: _Problem, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the minutes within which nine in ten residents live, and the longest."""
    order = np.flatnonzero(inside)[np.argsort(problem.minutes[inside], kind="stable")]
    reached = np.cumsum(problem.region.residents[order])
    at = int(np.argmax(reached >= _MOST_RESIDENTS * reached[-1]))
    return float(problem.minutes[order[at]]), float(problem.minutes[order[-1]])


def _tables(commuting: Commuting) -> tuple[str, ...]:
    system = commuting.council.zone_system
    return (*commuting.tables, *input_tables(system), f"zones_{system}")
