"""Roads and origins of more than one block, for tests of who works the blocks out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.roads.graph import from_arcs
from localarea.roads.network import full_network
from localarea.roads.travel_time import BLOCK

if TYPE_CHECKING:
    from localarea.roads.network import RoadNetwork


def case() -> tuple[RoadNetwork, np.ndarray, np.ndarray]:
    random = np.random.default_rng(8)
    points = random.uniform(0, 2_000, (400, 2)) + 500_000
    u, v = random.integers(0, 400, (2, 2_000))
    length = np.hypot(*(points[u] - points[v]).T) + 1
    graph = from_arcs(u, v, minutes=length / 500, length_m=length, points=points)
    origins = random.uniform(0, 2_000, (BLOCK * 2 + 5, 2)) + 500_000
    return full_network(graph), origins, points[: BLOCK * 3]
