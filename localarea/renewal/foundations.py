"""Which tables rest on which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.storage.registry import TableInfo

DIRECTORY: Final = "postcodes"
# The build makes these from its working directory of postcodes, so the registry names the
# publishers' files as their inputs, and not the table.
MADE_WITH_THE_DIRECTORY: Final = (
    "centroids_msoa21",
    "districts_lad25",
    "msoa11_msoa21",
    "roads_network_edges",
    "roads_network_nodes",
    "ttwa11_lookup",
    "ttwa11_msoa11",
    "zones_msoa11",
    "zones_msoa21",
)
_TABLE: Final = "table: "


def rests_on(info: TableInfo) -> tuple[str, ...]:
    """Return the tables that a table was made from, sorted; none if from publishers' files only."""
    found = {name.removeprefix(_TABLE) for name, _ in info.inputs if name.startswith(_TABLE)}
    return tuple(sorted(found | ({DIRECTORY} if info.name in MADE_WITH_THE_DIRECTORY else set())))


def resting_on(name: str, registry: Mapping[str, TableInfo]) -> tuple[str, ...]:
    """Return the tables that rest on a table, also by way of others, sorted."""
    found: set[str] = set()
    beneath = {name}
    while beneath:
        beneath = {one for one, info in registry.items() if beneath & set(rests_on(info))} - found
        found |= beneath
    return tuple(sorted(found))
