"""
The labour market of the mandate's region: the option ``composite-region``.

Among the areas in one piece that hold the stated share of each half of the mandate, and are made
of candidates (see :mod:`localarea.options.methods.region_problem`), region growing looks for the
one whose smaller self-containment is largest. Moving the limit on the share of residents outside
the mandate traces the Pareto front of the two, each limit also started from the answer before.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.errors import InfeasibleError
from localarea.labour.self_containment import self_containment
from localarea.options.methods.base import MethodResult
from localarea.options.methods.pareto import undominated
from localarea.options.methods.region_growing import search_one_piece
from localarea.options.methods.region_problem import (
    VINTAGE_OF,
    joined_mandate,
    region_problem,
)
from localarea.options.zone_figures import flow_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.options.methods.region_problem import RegionProblem

    Mask = NDArray[np.bool_]

FRONT_STEP: Final = 0.025  # of the share outside, from one limit of the front to the next


def choose_composite_region(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the zones of the option ``composite-region``.

    ``parameters``: ``reading`` and those of :class:`RegionThresholds`. SettingError if a parameter
    is not allowed or the council's file states no area of its mandate. InfeasibleError if no area
    in one piece holds what must be held.
    """
    problem = region_problem(parameters, council, store)
    inside = best_within(problem, problem.thresholds.max_outside)
    asked, reading = problem.thresholds, problem.reading
    known = {
        "reading": reading.key,
        "min_link": asked.min_link,
        "min_held": asked.min_held,
        "max_outside": asked.max_outside,
        "region": {half.title: half.names for half in reading.halves},
        "link": "share of the zone's commuters who work in the region, or of its jobs that "
        "commuters from the region hold, whichever is larger",
        "objective": "the smaller of supply-side and demand-side self-containment, as large as "
        "the search finds it",
        "contiguity": "in one piece",
        "candidates": int(problem.codes.size),
    }
    vintage = VINTAGE_OF[council.zone_system]
    tables = (f"flows_{vintage}", f"flows_{vintage}_special", f"zones_{council.zone_system}")
    return MethodResult(tuple(problem.codes[inside].tolist()), known, tables)


def best_within(problem: RegionProblem, outside: float, starts: Iterable[Mask] = ()) -> Mask:
    """
    Search for the best area of which no more than a share of the residents live outside.

    Parameters
    ----------
    outside : float
        Maximum share of the area's employed residents who live outside the mandate.
    starts : iterable of numpy.ndarray of bool, shape (n_zones,)
        Further sets in one piece to start from.

    Raises
    ------
    InfeasibleError
        If no area in one piece keeps the limit and holds what must be held.
    """
    whole = np.ones(problem.codes.size, dtype=bool)
    begun = [joined_mandate(problem), *starts]
    return search_one_piece(problem.with_most_outside(outside), whole, begun)


def region_front(
    parameters: Mapping[str, Any], council: Council, *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Compute the Pareto front of self-containment against the share outside the mandate.

    Parameters
    ----------
    parameters : mapping
        As for :func:`choose_composite_region`; ``max_outside`` is where the front ends.

    Returns
    -------
    pandas.DataFrame, shape (n_areas, 12)
        One row for each distinct area found as the limit on the share outside rises in steps of
        :data:`FRONT_STEP`: ``step`` (from 0), ``outside_share`` (of the area's employed residents),
        ``zones``, ``employed_residents``, ``jobs``, ``live_and_work`` (persons), ``supply_side``,
        ``demand_side``, ``self_containment`` (the smaller; fractions), ``validity``, ``on_front``
        (no other row holds as much with less outside) and ``chosen`` (the option's row).
    """
    problem = region_problem(parameters, council, store)
    chosen = best_within(problem, problem.thresholds.max_outside)
    found = [*_sweep(problem, problem.outside_share(chosen)), chosen]
    distinct = list({inside.tobytes(): inside for inside in found}.values())
    flows = flow_matrix(VINTAGE_OF[council.zone_system], store=store)
    sets = {str(n): problem.codes[inside].tolist() for n, inside in enumerate(distinct)}
    frame = self_containment(flows, sets).drop(columns="valid").reset_index(drop=True)
    frame.insert(0, "step", range(len(distinct)))
    frame.insert(1, "outside_share", [problem.outside_share(inside) for inside in distinct])
    frame.insert(2, "zones", [int(inside.sum()) for inside in distinct])
    frame["self_containment"] = np.fmin(frame["supply_side"], frame["demand_side"])
    frame["on_front"] = undominated(
        frame["self_containment"].to_numpy(), frame["outside_share"].to_numpy()
    )
    frame["chosen"] = [bool((inside == chosen).all()) for inside in distinct]
    return pd.DataFrame(frame)


def _sweep(problem: RegionProblem, furthest: float) -> list[Mask]:
    """Solve for rising limits on the share outside, from the least that is possible."""
    found: list[Mask] = []
    for limit in np.arange(0.0, furthest, FRONT_STEP).tolist():
        with suppress(InfeasibleError):  # the parts of the region may need zones between them
            found.append(best_within(problem, limit, found[-1:]))
    return found
