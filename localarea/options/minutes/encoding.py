"""How minutes are stored, and which tables they are computed from."""

from __future__ import annotations

from typing import Final

from localarea.datasets.store import PACKAGE

PER_MINUTE: Final = 10


NOT_REACHED: Final = -1  # unreachable by road


NO_PLACE: Final = -2  # no grid reference, or one beyond England and Wales


COLUMN: Final = "tenths"


ROW_GROUP: Final = 32_768  # rows; as in the postcode table, so that a key is in the same row group


ROADS: Final = ("roads_network_nodes", "roads_network_edges", "zones_msoa11")


ANCHORS: Final = ("centroids_msoa11", "population_msoa11_2011")


COEFFICIENTS: Final = PACKAGE / "roads" / "coefficients.toml"


#: How the centre of an anchor is found; changed with the rule, so that minutes kept under another
#: one are computed again.
RULE: Final = "centre of population, or of work if that is far from it; 1"
