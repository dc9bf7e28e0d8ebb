"""Minutes from the anchor of a labour market to zones and postcodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from localarea.errors import SchemaError
from localarea.roads.access import require_points
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from localarea.roads.network import RoadNetwork

AnchorForm = Literal["centre", "zones"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """
    A place from which minutes are measured.

    Attributes
    ----------
    points : numpy.ndarray, shape (k, 2)
        Eastings and northings, EPSG:27700, metres.
    weights : numpy.ndarray, shape (k,)
        Weight of each point; they sum to 1.
    """

    points: np.ndarray
    weights: np.ndarray


def make_anchor(
    points: np.ndarray, weights: np.ndarray | None = None, *, form: AnchorForm = "centre"
) -> Anchor:
    """
    Build an anchor from a point, or from the zones of a district.

    Parameters
    ----------
    points : numpy.ndarray, shape (k, 2)
        One point, or the centres of the anchor's zones; EPSG:27700, metres.
    weights : numpy.ndarray, shape (k,), optional
        Residents of each zone; equal by default.
    form : {'centre', 'zones'}
        ``centre``: the zone centre nearest to the weighted mean of all, so that the anchor is
        where people live. ``zones``: all zones with their weights, which gives the mean
        minutes over the anchor's residents.

    Raises
    ------
    SchemaError
        If there is no point, or weights are negative, all zero or of the wrong number.
    """
    points = require_points(points)
    weights = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=float)
    faults = []
    if not len(points) or not np.isfinite(points).all():
        faults.append("needs at least one point, each with known coordinates")
    if len(weights) != len(points):
        faults.append(f"{len(weights)} weights for {len(points)} points")
    elif len(weights) and not (np.isfinite(weights).all() and weights.min() >= 0 < weights.sum()):
        faults.append("weights must not be negative, nor all zero")
    if faults:
        raise SchemaError("anchor", faults)
    shares = weights / weights.sum()
    if form == "zones":
        return Anchor(points, shares)
    away = np.hypot(*(points - shares @ points).T)
    return Anchor(points[[int(np.argmin(away))]], np.ones(1))


def minutes_from_anchor(
    network: RoadNetwork,
    anchor: Anchor,
    points: np.ndarray,
    *,
    limit_min: float = np.inf,
    peak: float = 1.0,
) -> np.ndarray:
    """
    Calculate minutes by road from an anchor to points.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 2)
        Centres of zones or postcodes, EPSG:27700, metres; NaN if unknown.
    limit_min : float
        Limit beyond which a point counts as unreachable; only for an anchor of one point.
    peak : float
        Factor on driving times.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Weighted mean minutes over the anchor's points; `numpy.inf` for a point that cannot be
        reached from all of them.
    """
    points = require_points(points)
    # Many postcodes share a location, so calculate each distinct location once.
    places, back = np.unique(points, axis=0, return_inverse=True)
    limit = limit_min if len(anchor.points) == 1 else np.inf
    minutes = travel_minutes(network, anchor.points, places, limit_min=limit, peak=peak)
    mean: np.ndarray = anchor.weights @ minutes
    mean[mean > limit_min] = np.inf
    return mean[back.reshape(-1)]
