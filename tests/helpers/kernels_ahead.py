"""
Compile what tests call of postcodes, columns, roads, areas and regions, once for all processes.

``scripts/check`` runs it. The functions of the product that call compiled code are asked for very
little here: the commands and the service would work out the country besides, for nobody.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from localarea.atomic import write_whole
from localarea.checking.rows.csv_checker import row_engine
from localarea.classify.bulk import bytes_of
from localarea.geo._postcode_kernel import read_cells, tables
from localarea.geo.nearest_lines import NearestLines
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.options.methods.region_growing import Region, Search
from localarea.roads.access import Access
from localarea.roads.graph import from_arcs
from localarea.roads.isochrone import compute_isochrone
from localarea.roads.network import RoadNetwork
from localarea.roads.travel_time import FEWEST_ORIGINS, travel_minutes
from localarea.service.server import compiled
from localarea.tables.delimited.csv_rows import AddedCells

_LARGE: Final = 1 << 30  # bytes of a file: few are read by plain Python


def read_postcodes() -> None:
    """Read a cell of each kind of array, and of a file's bytes, and write a row with its answer."""
    for kind in (pa.string(), pa.large_string()):
        data, offsets = bytes_of(pa.array(["CO1 1JB"], kind))
        read_cells(data, offsets[:-1], offsets[1:], *tables())
    engine, text = row_engine(_LARGE), b"CO1 1JB\n"
    rows = engine.find_rows(text, b",", 0, final=True)
    codes, numbers, _ = engine.read(text, rows, "utf-8")
    added = AddedCells(codes, numbers, np.zeros((1, 1), np.int32), [b"", b",local"])
    engine.add_cells(text, rows, added, width=1, delimiter=b",")


def drive() -> None:
    """Drive along one road: from few places, which is searched, from many, and from one to all."""
    ends = np.array([[0.0, 0.0], [1_000.0, 0.0]])
    there = np.array([0, 1])
    graph = from_arcs(
        there, there[::-1], minutes=np.ones(2), length_m=np.full(2, 1_000.0), points=ends
    )
    network = RoadNetwork(graph, Access(lambda points: np.full(len(points), 12.0)))
    for count in (1, FEWEST_ORIGINS):
        travel_minutes(network, np.tile(ends[:1], (count, 1)), np.tile(ends[1:], (count, 1)))
    compute_isochrone(network, (0.0, 0.0), [1.0], form="edges")


def measure() -> None:
    """Measure how far a point is from a line."""
    line = NearestLines(np.array([[0.0, 0.0, 1.0, 0.0]]))
    line.distances(np.zeros(1, np.int32), np.ones(1, np.int32))


def divide() -> None:
    """Divide two zones into areas."""
    flows = pd.DataFrame({"origin": ["A", "B"], "destination": ["A", "B"], "workers": [9, 9]})
    compute_travel_to_work_areas(build_flow_matrix(flows))


def grow() -> None:
    """Grow a region by a second zone."""
    two = np.ones(2)
    core = np.array([True, False])
    borders = np.array([[False, True], [True, False]])
    search = Search(Region(np.eye(2), two, two, borders, core))
    search.grow()


if __name__ == "__main__":
    for each in (read_postcodes, drive, measure, divide, grow):
        each()
    # By this a service that a test starts knows that it need not compile before it answers.
    with suppress(OSError):
        write_whole(compiled._marker(), compiled._stamp().encode())
