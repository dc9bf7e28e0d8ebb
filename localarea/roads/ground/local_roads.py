"""
Inferred local roads, as the embedded graph has only motorways, trunk and primary roads.

Where people live there is a road, and it leads to neighbouring places. Live postcodes are therefore
grouped into cells, each with a node at the mean of its postcodes, and neighbours in the Delaunay
triangulation are linked to one another and to the major roads, unless there is water between them.
These links represent lanes, streets and B roads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import Delaunay

if TYPE_CHECKING:
    from localarea.roads.ground.land import Land

CELL_M: Final = 2_000.0  # 1 km cells were no better in validation, at three times the size
LONGEST_LINK_M: Final = 7_000.0
MOST_WATER_M: Final = 100.0  # a stream or creek is bridged, an estuary is not

# Roads over water to places that no major road of the graph reaches: (easting, northing) of both
# ends, EPSG:27700.
CAUSEWAYS: Final = (
    ((601_200.0, 215_900.0), (602_000.0, 214_500.0)),  # The Strood, B1025, to Mersea Island
    ((471_800.0, 105_300.0), (472_000.0, 102_500.0)),  # Langstone Bridge, A3023, to Hayling Island
    ((319_800.0, 469_300.0), (318_300.0, 468_800.0)),  # Jubilee Bridge, A590, to Walney Island
    ((229_300.0, 379_300.0), (226_300.0, 380_500.0)),  # Stanley Embankment, to Holy Island
)


def gather_places(postcodes: np.ndarray) -> np.ndarray:
    """
    Group postcodes into one place per cell of two kilometres.

    Parameters
    ----------
    postcodes : numpy.ndarray, shape (n, 2)
        Eastings and northings of live postcodes, EPSG:27700, metres.

    Returns
    -------
    numpy.ndarray, shape (n_cells, 2)
        Mean location of the postcodes of each cell, ordered by column and row.
    """
    cell = (postcodes // CELL_M).astype(np.int64)
    _, of_cell, count = np.unique(
        cell[:, 0] * 1_000_000 + cell[:, 1], return_inverse=True, return_counts=True
    )
    sums = [np.bincount(of_cell, postcodes[:, axis]) for axis in (0, 1)]
    mean: np.ndarray = np.stack(sums, axis=1) / count[:, None]
    return mean


def link_places(major: np.ndarray, places: np.ndarray, land: Land) -> np.ndarray:
    """
    Link each place to its neighbours and to nearby major roads.

    Parameters
    ----------
    major : numpy.ndarray, shape (m, 2)
        Nodes of the major roads, EPSG:27700, metres; several may share a point.
    places : numpy.ndarray, shape (k, 2)
        Output of `gather_places`.

    Returns
    -------
    numpy.ndarray of int, shape (n_links, 2)
        Pairs of numbers, smaller first, sorted. Numbers below m are major nodes, the
        others places. No link connects two major nodes.
    """
    points = np.vstack([major, places])
    triangles = Delaunay(points).simplices
    sides = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    links = np.unique(np.sort(sides, axis=1), axis=0)
    starts, ends = points[links[:, 0]], points[links[:, 1]]
    local = links[:, 1] >= len(major)
    short = np.hypot(*(starts - ends).T) <= LONGEST_LINK_M
    links = links[local & short]
    water = land.water_on_the_way(points[links[:, 0]], points[links[:, 1]])
    return np.unique(
        np.vstack([links[water <= MOST_WATER_M], _causeways(points, len(major))]), axis=0
    )


def _causeways(points: np.ndarray, n_major: int) -> np.ndarray:
    """Return the places nearest to the ends of each causeway, unless both are the same."""
    rows = [np.empty((0, 2), dtype=np.int64)]
    for ends in CAUSEWAYS:
        near = [n_major + int(np.argmin(np.hypot(*(points[n_major:] - end).T))) for end in ends]
        if near[0] != near[1]:
            rows.append(np.sort(np.array([near], dtype=np.int64), axis=1))
    return np.vstack(rows)
