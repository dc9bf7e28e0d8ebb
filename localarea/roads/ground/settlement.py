"""Density of settlement around roads: smoothed live postcodes per square kilometre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

CELL_M = 250.0  # width of a cell of the grid, metres
NEAR_M, WIDE_M = 500.0, 2_000.0  # standard deviations of the two kernels, metres
STEPS_ALONG = (0.1, 0.3, 0.5, 0.7, 0.9)  # positions along an edge at which the density is sampled


@dataclass(frozen=True, slots=True)
class Settlement:
    """
    Two smoothed grids of settlement, of the neighbourhood and of the town.

    Attributes
    ----------
    origin : tuple of float
        Easting and northing of the south-west corner of the grid, metres.
    near, wide : numpy.ndarray, shape (n_columns, n_rows)
        Natural logarithm of one plus the live postcodes per square kilometre, smoothed
        over `NEAR_M` and `WIDE_M`.
    """

    origin: tuple[float, float]
    near: np.ndarray
    wide: np.ndarray

    def at(self, points: np.ndarray) -> np.ndarray:
        """
        Return both densities at points.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, 2)
            Eastings and northings, EPSG:27700, metres; outside the grid, its edge counts.

        Returns
        -------
        numpy.ndarray, shape (n, 2)
            ``near`` and ``wide`` for each point.
        """
        cell = ((points - np.array(self.origin)) // CELL_M).astype(np.int64)
        cell = np.clip(cell, 0, np.array(self.near.shape) - 1)
        rows, columns = cell[:, 0], cell[:, 1]
        return np.stack([self.near[rows, columns], self.wide[rows, columns]], axis=1)

    def along(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """
        Average both densities along straight lines.

        Parameters
        ----------
        starts, ends : numpy.ndarray, shape (n, 2)
            Ends of the lines, EPSG:27700, metres.

        Returns
        -------
        numpy.ndarray, shape (n, 2)
            Mean ``near`` and ``wide`` of five points on each line.
        """
        read = [self.at(starts * (1 - step) + ends * step) for step in STEPS_ALONG]
        mean: np.ndarray = np.mean(read, axis=0)
        return mean


def measure_settlement(postcodes: np.ndarray) -> Settlement:
    """
    Smooth live postcodes into two grids of density.

    Parameters
    ----------
    postcodes : numpy.ndarray, shape (n, 2)
        Eastings and northings of live postcodes, EPSG:27700, metres.

    Returns
    -------
    Settlement
        The two grids; float32.
    """
    margin = 4 * WIDE_M
    low = np.floor((postcodes.min(axis=0) - margin) / CELL_M) * CELL_M
    high = postcodes.max(axis=0) + margin
    bins = [np.arange(low[i], high[i] + CELL_M, CELL_M) for i in (0, 1)]
    count = np.histogram2d(postcodes[:, 0], postcodes[:, 1], bins=bins)[0].astype(np.float32)
    per_km2 = count / (CELL_M / 1000) ** 2
    near, wide = (
        np.log1p(gaussian_filter(per_km2, spread / CELL_M, truncate=3))
        for spread in (NEAR_M, WIDE_M)
    )
    return Settlement((float(low[0]), float(low[1])), near, wide)
