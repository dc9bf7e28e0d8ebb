"""Minutes on a grid of cells, set along the roads and then spread off them."""

from __future__ import annotations

import numpy as np
from numba import njit

DIAGONAL = 2**0.5


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def paint(  # type: ignore[no-untyped-def]
    grid, west, south, cell, arcs, tails, heads, points, shape_start, corners, times, minutes, limit
):
    """Set cells along the arcs to the least minutes; arcs without corners are straight."""
    line = np.empty((2, 2))
    for arc in arcs:
        if shape_start.size:
            line = corners[shape_start[arc] : shape_start[arc + 1]]
        else:
            # Number by number: of rows numba compiles for seconds what it says of other shapes.
            for axis in range(2):
                line[0, axis] = points[tails[arc], axis]
                line[1, axis] = points[heads[arc], axis]
        length = 0.0
        for i in range(len(line) - 1):
            length += np.hypot(line[i + 1, 0] - line[i, 0], line[i + 1, 1] - line[i, 1])
        slowness = minutes[arc] / length if length > 0 else 0.0
        now = times[tails[arc]]
        for i in range(len(line) - 1):
            dx, dy = line[i + 1, 0] - line[i, 0], line[i + 1, 1] - line[i, 1]
            piece = np.hypot(dx, dy)
            steps = int(piece / cell * 2) + 1
            for s in range(steps + 1):
                then = now + slowness * piece * s / steps
                if then > limit:
                    break
                column = int((line[i, 0] + dx * s / steps - west) / cell)
                row = int((line[i, 1] + dy * s / steps - south) / cell)
                if then < grid[row, column]:
                    grid[row, column] = then
            now += slowness * piece
            if now > limit:
                break


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def spread_off_road(grid, off, land, cell, minutes_per_m, farthest, limit):  # type: ignore[no-untyped-def]
    """Spread minutes to neighbouring cells, over land and up to ``farthest`` metres."""
    rows, columns = grid.shape
    for sweep in range(4):
        forward = sweep % 2 == 0
        for i in range(rows * columns):
            at = i if forward else rows * columns - 1 - i
            row, column = at // columns, at % columns
            if not land[row, column]:
                continue
            for k in range(4):
                # Forward pass: west and the three below. Backward pass: east and the three above.
                dr, dc = (0, -1) if k == 0 else (-1, k - 2)
                if not forward:
                    dr, dc = -dr, -dc
                r, c = row + dr, column + dc
                if r < 0 or c < 0 or r >= rows or c >= columns or not land[r, c]:
                    continue
                step = cell * (DIAGONAL if dr != 0 and dc != 0 else 1.0)
                away = off[r, c] + step
                then = grid[r, c] + step * minutes_per_m
                if away <= farthest and then <= limit and then < grid[row, column]:
                    grid[row, column] = then
                    off[row, column] = away
