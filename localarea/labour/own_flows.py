"""Commuting matrices from whatever somebody has: a census, a file, a frame."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import pandas as pd

from localarea.datasets.zones import zone_system_of
from localarea.errors import InputError
from localarea.labour.flow_matrix import (
    TTWA_RULE,
    FlowMatrix,
    SpecialRule,
    build_flow_matrix,
    read_flow_matrix,
)

if TYPE_CHECKING:
    from localarea.datasets.flow_formats.flow_files import AnyFlows
    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem

FlowsLike: TypeAlias = "FlowMatrix | pd.DataFrame | int | str | PathLike[str]"


def use_flows(
    flows: FlowsLike, *, rule: SpecialRule = TTWA_RULE, store: DataStore | None = None
) -> FlowMatrix:
    """
    Make a commuting matrix of flows in any form.

    Parameters
    ----------
    flows : FlowMatrix, pandas.DataFrame, int, str or path
        A matrix that is ready; a frame with ``origin``, ``destination`` and ``workers``
        (persons); the year of an embedded census, 2011 or 2021; or a file, as
        :func:`localarea.datasets.flow_formats.flow_files.read_any_flows` reads it.
    rule : SpecialRule
        What becomes of workplaces that are no zone, in a census.

    Returns
    -------
    FlowMatrix
        Zones that are not all MSOAs of one census are of the system ``own``.

    Raises
    ------
    InputError
        If it is none of these.
    SchemaError
        If a frame lacks a column or holds a count that is none.
    """
    if isinstance(flows, FlowMatrix):
        return flows
    if isinstance(flows, int | np.integer) and not isinstance(flows, bool):
        return read_flow_matrix(int(flows), rule=rule, store=store)
    if isinstance(flows, pd.DataFrame):
        matrix = build_flow_matrix(flows, vintage=0)
        return _with_system(matrix, store)
    if isinstance(flows, str | PathLike):
        from localarea.datasets.flow_formats.flow_files import read_any_flows

        return matrix_of_file(read_any_flows(Path(flows)), rule=rule, store=store)
    way = ", such as its .to_pandas()" if hasattr(flows, "to_pandas") else ""
    raise InputError(
        f"a {type(flows).__name__} holds no commuting flows; give a pandas frame with the columns "
        f"origin, destination and workers{way}, the path of a file, or the year of a census"
    )


def matrix_of_file(
    found: AnyFlows, *, rule: SpecialRule = TTWA_RULE, store: DataStore | None = None
) -> FlowMatrix:
    """Make a commuting matrix of the flows of a file."""
    matrix = build_flow_matrix(
        found.flows,
        found.special,
        rule=rule,
        zone_system=cast("ZoneSystem", found.zone_system),
        vintage=found.vintage,
    )
    return _with_system(matrix, store) if found.zone_system == "own" else matrix


def _with_system(matrix: FlowMatrix, store: DataStore | None) -> FlowMatrix:
    system = zone_system_of(matrix.codes.tolist(), store=store)
    return replace(matrix, zone_system=cast("ZoneSystem", system))
