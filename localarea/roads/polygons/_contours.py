"""The grid form of an isochrone: minutes on cells, and their contours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from localarea.roads.speeds import METRES_AT_KPH

if TYPE_CHECKING:
    from localarea.roads.network import RoadNetwork

FINEST_M: Final = 50.0  # narrowest cell
COARSEST_M: Final = 250.0  # widest cell
CELLS_ACROSS: Final = 300  # cells across the reached area, within the limits above
OFF_ROAD_M: Final = 1_500.0  # greatest distance from a road that counts as reached
SAMPLE: Final = 500  # nodes at which the off-road speed is sampled


@dataclass(frozen=True, slots=True)
class MinutesGrid:
    """
    Driving minutes on the cells of a grid.

    Attributes
    ----------
    west, south : float
        South-west corner of the grid, EPSG:27700, metres.
    cell_m : float
        Width of a cell, metres.
    minutes : numpy.ndarray, shape (n_rows, n_columns)
        Driving minutes to the cell; `numpy.inf` if it is not reached.
    step_min : float
        Minutes to cross a cell off the roads.
    """

    west: float
    south: float
    cell_m: float
    minutes: np.ndarray
    step_min: float

    def area(self, limit: float) -> shapely.MultiPolygon:
        """
        Return the area within a limit.

        Parameters
        ----------
        limit : float
            Driving minutes.

        Returns
        -------
        shapely.MultiPolygon
            EPSG:27700; with holes; empty if nothing is reached.
        """
        from contourpy import FillType, contour_generator

        rows, columns = self.minutes.shape
        beyond = limit + self.step_min
        lines = contour_generator(
            self.west + (np.arange(columns) + 0.5) * self.cell_m,
            self.south + (np.arange(rows) + 0.5) * self.cell_m,
            np.minimum(self.minutes, beyond),
            fill_type=FillType.OuterOffset,
        )
        found: Any = lines.filled(-1.0, limit)  # with this fill type, two lists
        points, offsets = found
        polygons = [
            shapely.Polygon(p[o[0] : o[1]], [p[a:b] for a, b in pairwise(o[1:])])
            for p, o in zip(points, offsets, strict=True)
        ]
        return shapely.MultiPolygon(polygons)


def minutes_grid(
    network: RoadNetwork, origin: np.ndarray, times: np.ndarray, limit: float
) -> MinutesGrid:
    """
    Calculate driving minutes on a grid.

    Parameters
    ----------
    network : RoadNetwork
        The roads, and the land over which minutes spread.
    origin : numpy.ndarray, shape (2,)
        Starting point.
    times : numpy.ndarray, shape (n_nodes,)
        Driving minutes to each node.
    limit : float
        Greatest number of minutes.

    Returns
    -------
    MinutesGrid
        Cells of 50 to 250 m, depending on the size of the area.
    """
    from localarea.roads.polygons._raster import paint, spread_off_road

    graph = network.graph
    arcs = np.flatnonzero(times[graph.tails] < limit)
    low, high = _extent(network, arcs, origin)
    cell = float(np.clip((high - low).max() / CELLS_ACROSS, FINEST_M, COARSEST_M))
    columns, rows = (np.ceil((high - low) / cell).astype(int) + 1).tolist()
    grid = np.full((rows, columns), np.inf)
    column, row = ((origin - low) // cell).astype(int)
    grid[row, column] = 0.0
    start, corners = np.empty(0, np.int64), np.empty((0, 2))
    if graph.shapes is not None:
        start, corners = graph.shapes.start, graph.shapes.corners
    tails, heads = graph.tails, graph.indices
    paint(
        grid, low[0], low[1], cell, arcs, tails, heads, graph.points, start, corners,
        times, graph.minutes, limit,
    )  # fmt: skip
    slowness = METRES_AT_KPH / _kph_off_road(network, arcs)
    off = np.where(np.isfinite(grid), 0.0, np.inf)
    land = _land_cells(network, low, cell, grid.shape)
    spread_off_road(grid, off, land, cell, slowness, OFF_ROAD_M, limit)
    return MinutesGrid(float(low[0]), float(low[1]), cell, grid, slowness * cell)


def _extent(
    network: RoadNetwork, arcs: np.ndarray, origin: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    graph = network.graph
    seen = [graph.points[graph.tails[arcs]], graph.points[graph.indices[arcs]], origin[None]]
    if graph.shapes is not None and arcs.size:
        from localarea.roads.shapes import take_shapes

        seen.append(take_shapes(graph.shapes, arcs).corners)
    everything = np.concatenate(seen)
    margin = OFF_ROAD_M + 2 * COARSEST_M
    return everything.min(axis=0) - margin, everything.max(axis=0) + margin


def _kph_off_road(network: RoadNetwork, arcs: np.ndarray) -> float:
    """Return the median off-road speed around the reached nodes."""
    nodes = np.unique(network.graph.tails[arcs])
    sample = nodes[:: max(len(nodes) // SAMPLE, 1)]
    points = network.graph.points[sample] if sample.size else network.graph.points[:1]
    return float(np.median(network.access.kph(points)))


def _land_cells(
    network: RoadNetwork, low: np.ndarray, cell: float, shape: tuple[int, int]
) -> np.ndarray:
    """Return a mask of the cells whose centre is on land."""
    if network.land is None:
        return np.ones(shape, dtype=bool)
    row, column = np.indices(shape)
    centres = low + (np.stack([column.ravel(), row.ravel()], axis=1) + 0.5) * cell
    return network.land.holds(centres).reshape(shape)
