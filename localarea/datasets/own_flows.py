"""Flows that a user has added under a name of their own, with the outlines of their zones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.errors import DatasetNotFoundError, InputError

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from localarea.datasets.store import DataStore

_FLOWS: Final = "own_flows_"
_ZONES: Final = "own_zones_"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
ZONE: Final = "zone"  # the column of codes in a table of own zones


def require_name(name: str) -> str:
    """
    Return a name for own flows, if it is one.

    InputError if it is not a short word of lowercase letters, digits and hyphens.

    Examples
    --------
    >>> require_name("survey-2025")
    'survey-2025'
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"the name {name!r} is not valid; use up to 40 lowercase letters, digits and hyphens, "
            "and begin with a letter, such as survey-2025",
            parameter="name",
        )
    return name


def chain_of(name: str) -> str:
    """Return the name of the chain of editions of own flows, as ``data restore`` takes it."""
    return f"flows-{name}"


def flows_table(name: str) -> str:
    """Return the name of the table of own flows."""
    return _FLOWS + name.replace("-", "_")


def zones_table(name: str) -> str:
    """Return the name of the table of their zones."""
    return _ZONES + name.replace("-", "_")


def own_flow_names(store: DataStore) -> tuple[str, ...]:
    """Return the names under which flows have been added, sorted."""
    found = [name.removeprefix(_FLOWS) for name in store.registry if name.startswith(_FLOWS)]
    return tuple(sorted(name.replace("_", "-") for name in found))


def own_flows_file(name: str, store: DataStore) -> Path:
    """
    Return the file of own flows, as it was added.

    DatasetNotFoundError if no flows have been added under this name.
    """
    if name not in own_flow_names(store):
        raise DatasetNotFoundError(name, own_flow_names(store))
    return store.path(flows_table(name))


def read_own_zones(name: str, store: DataStore) -> gpd.GeoDataFrame | None:
    """
    Read the outlines of the zones of own flows.

    Returns
    -------
    geopandas.GeoDataFrame or None
        ``geometry`` (CRS EPSG:27700; valid), indexed by code in sorted order; None if the flows
        were added without outlines.
    """
    table = zones_table(name)
    if table not in store.registry:
        return None
    import geopandas as gpd

    return gpd.read_parquet(store.path(table)).set_index(ZONE).sort_index()
