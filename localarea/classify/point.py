"""Decide a point rather than a postcode: where a site is known more exactly than its postcode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.classify.distance import BoundaryDistance
from localarea.datasets.nearby_zones import NearbyZones
from localarea.errors import OutsideCoverageError

if TYPE_CHECKING:
    from localarea.classify.boundary import Boundary
    from localarea.datasets.store import DataStore

OUTLINE_M: Final = 20.0  # the generalised outlines of zones are true to about this distance
_ASHORE_M: Final = 200.0  # a pier or quay may be this far from the generalised coastline


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """
    Whether a point is inside a boundary.

    Attributes
    ----------
    metres_to_boundary : float or None
        Distance to the nearest zone on the other side (m); None if there is none.
    doubtful : bool
        Whether the point, as exactly as it was given, and the outlines leave both sides
        possible.
    """

    zone: str
    inside: bool
    metres_to_boundary: float | None
    doubtful: bool


def check_point(
    boundary: Boundary,
    easting: float,
    northing: float,
    *,
    within_m: float = 0.0,
    store: DataStore | None = None,
) -> PointAnswer:
    """
    Check on which side of a boundary a point is.

    ``easting``, ``northing``: metres in EPSG:27700. ``within_m``: how far the place that is meant
    may be from the point (m). OutsideCoverageError if no zone of England and Wales is within 200
    metres.
    """
    zone = _zone_at(boundary.zone_system, easting, northing, store)
    if zone is None:
        raise OutsideCoverageError(f"{easting:.0f} {northing:.0f}", "no zone of England and Wales")
    inside = zone in boundary.zones
    metres = BoundaryDistance(boundary, store=store).metres(easting, northing, inside=inside)
    doubtful = metres is not None and metres <= within_m + OUTLINE_M
    return PointAnswer(zone, inside, metres, doubtful)


def _zone_at(system: str, easting: float, northing: float, store: DataStore | None) -> str | None:
    import shapely

    point = shapely.Point(easting, northing)
    best, found = _ASHORE_M, None
    for least, group in NearbyZones(system, store=store).outwards_from(easting, northing):
        if least > best:
            break
        metres = shapely.distance(group.shapes, point)
        nearest = int(metres.argmin())
        if metres[nearest] < best or (found is None and metres[nearest] <= best):
            best, found = float(metres[nearest]), group.codes[nearest]
        if best == 0:
            break
    return found
