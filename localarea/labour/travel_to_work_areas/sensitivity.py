"""
Sensitivity of the anchor's area to thresholds, vintages and rules, as a tidy grid of runs.

A result that holds only for one pair of thresholds is a choice; one that holds for most is a
finding.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from localarea.errors import ComputeError, SchemaError
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas._parallel import run_tasks
from localarea.labour.travel_to_work_areas.cluster import area_of_anchor
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import ONS_2011_METHOD, TtwaParameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from localarea.labour.flow_matrix import FlowMatrix

_CRITERIA = frozenset(field.name for field in fields(Criteria))
_METHOD = frozenset(field.name for field in fields(TtwaParameters)) - {"criteria"}


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """
    The runs of a grid.

    Attributes
    ----------
    runs : pandas.DataFrame
        One row for each run: ``matrix`` (its name), ``vintage``, ``zone_system``, a column for
        each parameter of the grid, ``areas`` and ``valid_areas`` (counts),
        ``q_modularity``, ``crossing_share`` (fraction), ``anchor_area``, ``anchor_zones``
        (count), ``anchor_employed_residents`` (persons), ``anchor_supply_side`` and
        ``anchor_demand_side`` (fractions), and ``failure`` (the reason if the run failed,
        when the measures are missing; otherwise empty).
    frequency : pandas.DataFrame
        ``zone_system``, ``zone``, ``runs`` (successful runs of that zone system) and
        ``with_anchor`` (share of them in which the zone was in the anchor's area).
    """

    runs: pd.DataFrame
    frequency: pd.DataFrame

    def share_of(self, zones: Iterable[str]) -> pd.Series:
        """
        Return the share of runs in which zones were in the anchor's area, by zone system.

        Parameters
        ----------
        zones : iterable of str
            Zone codes of one system or of several.

        Returns
        -------
        pandas.Series of float
            Mean of ``with_anchor`` over the zones, indexed by zone system.
        """
        chosen = self.frequency[self.frequency["zone"].isin(list(zones))]
        return chosen.groupby("zone_system")["with_anchor"].mean()


def run_sensitivity(
    matrices: Mapping[str, FlowMatrix],
    grid: Mapping[str, Sequence[Any]],
    anchors: Mapping[str, Iterable[str]],
    *,
    base: TtwaParameters = ONS_2011_METHOD,
    processes: int = 1,
    client: Any = None,
    on_done: Callable[[int], None] | None = None,
) -> Sensitivity:
    """
    Compute areas for every matrix and combination of parameters.

    Parameters
    ----------
    matrices : mapping of str to FlowMatrix
        Flows by any name, for example of different vintages or rules for home workers.
    grid : mapping of str to sequence
        Values of fields of :class:`Criteria` (``min_size``, ``target_sc``...) or of
        :class:`TtwaParameters` (``order``, ``link``...); every combination is run.
    anchors : mapping of str to iterable of str
        The anchor's zones by zone system (``msoa11``, ``msoa21``).
    base : TtwaParameters
        Values of the parameters that are not in the grid.
    on_done : callable, optional
        Called with 1 after each run, for a progress bar.

    Raises
    ------
    SchemaError
        If the grid has an unknown parameter or an invalid combination, or a zone system has no
        anchor.
    """
    anchor_of = {system: tuple(zones) for system, zones in anchors.items()}
    _require(matrices, grid, anchor_of)
    combinations = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    methods = [_changed(base, values) for values in combinations]
    items = [(name, at) for name in matrices for at in range(len(methods))]
    task = partial(_one_run, methods=methods, anchors=anchor_of)
    done = run_tasks(
        task, items, dict(matrices), processes=processes, client=client, on_done=on_done
    )
    rows = [
        _identity(matrices[name], name) | combinations[at] | figures
        for (name, at), (figures, _) in zip(items, done, strict=True)
    ]
    inside = [(matrices[name], mask) for (name, _), (_, mask) in zip(items, done, strict=True)]
    return Sensitivity(pd.DataFrame(rows), _frequency(inside))


def _identity(flows: FlowMatrix, name: str) -> dict[str, Any]:
    return {"matrix": name, "vintage": flows.vintage, "zone_system": flows.zone_system}


def _require(
    matrices: Mapping[str, FlowMatrix],
    grid: Mapping[str, Sequence[Any]],
    anchors: Mapping[str, tuple[str, ...]],
) -> None:
    faults = [f"{name} is not a parameter" for name in grid if name not in _CRITERIA | _METHOD]
    systems = {flows.zone_system for flows in matrices.values()}
    faults += [f"no anchor for {system}" for system in sorted(systems - set(anchors))]
    if not matrices:
        faults.append("there are no matrices to run")
    if faults:
        raise SchemaError("sensitivity grid", faults)


def _changed(base: TtwaParameters, values: dict[str, Any]) -> TtwaParameters:
    criteria = {name: value for name, value in values.items() if name in _CRITERIA}
    method = {name: value for name, value in values.items() if name in _METHOD}
    return replace(base, criteria=replace(base.criteria, **criteria), **method)


def _one_run(
    item: tuple[str, int],
    matrices: dict[str, FlowMatrix],
    *,
    methods: list[TtwaParameters],
    anchors: dict[str, tuple[str, ...]],
) -> tuple[dict[str, Any], Any]:
    flows = matrices[item[0]]
    anchor = anchors[flows.zone_system]
    try:
        result = compute_travel_to_work_areas(flows, methods[item[1]])
    except ComputeError as error:  # a failure of one run must not stop the others
        return {"failure": str(error)}, None
    area = area_of_anchor(flows, result.membership, anchor)
    inside = (result.membership == area).to_numpy()
    figures, quality = result.areas.loc[[area]].to_dict("records")[0], result.quality
    row = {
        "areas": quality.areas,
        "valid_areas": quality.valid_areas,
        "q_modularity": quality.q_modularity,
        "crossing_share": quality.crossing_share,
        "anchor_area": area,
        "anchor_zones": int(inside.sum()),
        "anchor_employed_residents": float(figures["employed_residents"]),
        "anchor_supply_side": float(figures["supply_side"]),
        "anchor_demand_side": float(figures["demand_side"]),
        "failure": "",
    }
    return row, inside


def _frequency(inside: list[tuple[FlowMatrix, Any]]) -> pd.DataFrame:
    tables = []
    for system in dict.fromkeys(flows.zone_system for flows, _ in inside):
        answered = [
            pd.Series(mask, index=flows.codes)
            for flows, mask in inside
            if flows.zone_system == system and mask is not None
        ]
        if not answered:
            continue
        counts = pd.concat(answered, axis=1)
        tables.append(
            pd.DataFrame(
                {
                    "zone_system": system,
                    "zone": counts.index.astype(str),
                    "runs": counts.notna().sum(axis=1).to_numpy(),
                    "with_anchor": np.nanmean(counts.to_numpy(dtype=np.float64), axis=1),
                }
            )
        )
    columns = ["zone_system", "zone", "runs", "with_anchor"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
