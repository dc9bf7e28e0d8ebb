"""
Compile what tests call of postcodes and roads, once for all processes: ``scripts/check`` runs it.

What a command compiles on its way is compiled there by that command; a small file, or a journey
from one place, needs none of this.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from localarea.classify.bulk import bytes_of
from localarea.geo._postcode_kernel import read_cells, tables
from localarea.roads.access import Access
from localarea.roads.graph import from_arcs
from localarea.roads.network import RoadNetwork
from localarea.roads.travel_time import FEWEST_ORIGINS, travel_minutes


def read_postcodes() -> None:
    """Read a cell of each kind of array."""
    for kind in (pa.string(), pa.large_string()):
        data, offsets = bytes_of(pa.array(["CO1 1JB"], kind))
        read_cells(data, offsets[:-1], offsets[1:], *tables())


def drive() -> None:
    """Drive along one road: from few places, which is searched, and from many, which is swept."""
    ends = np.array([[0.0, 0.0], [1_000.0, 0.0]])
    there = np.array([0, 1])
    graph = from_arcs(
        there, there[::-1], minutes=np.ones(2), length_m=np.full(2, 1_000.0), points=ends
    )
    network = RoadNetwork(graph, Access(lambda points: np.full(len(points), 12.0)))
    for count in (1, FEWEST_ORIGINS):
        travel_minutes(network, np.tile(ends[:1], (count, 1)), np.tile(ends[1:], (count, 1)))


if __name__ == "__main__":
    read_postcodes()
    drive()
