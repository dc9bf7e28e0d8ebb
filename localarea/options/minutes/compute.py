"""Minutes by road from a district's centre, computed on the embedded network."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pyarrow as pa

from localarea.datasets.centroids import read_centroids
from localarea.datasets.postcodes import read_postcodes
from localarea.datasets.store import default_store
from localarea.options.minutes.centre import anchor_centre
from localarea.options.minutes.encoding import COLUMN, NO_PLACE, NOT_REACHED, PER_MINUTE
from localarea.roads.anchor import make_anchor, minutes_from_anchor
from localarea.roads.embedded import read_embedded_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.places.gazetteer import System
    from localarea.records import ZoneSystem
    from localarea.roads.anchor import Anchor
    from localarea.roads.network import RoadNetwork

_AT_ONCE: Final = 1 << 18  # points
_log = logging.getLogger(__name__)


def district_anchor(name: str, *, store: DataStore | None = None) -> Anchor:
    """
    Find the point that minutes from an anchor are counted from.

    ``name``: district, town, postcode or point in England or Wales. Returns the point of
    :func:`localarea.options.minutes.centre.anchor_centre`.
    """
    return make_anchor(np.array([anchor_centre(name, store or default_store()).point]))


def compute_minutes(
    anchor: str, zone_system: ZoneSystem | None, *, store: DataStore | None = None
) -> pa.Table:
    """
    Compute minutes by road from a district's centre.

    Parameters
    ----------
    zone_system : {'msoa11', 'msoa21'} or None
        Zone system whose centres are the destinations; None for every postcode.

    Returns
    -------
    pyarrow.Table
        ``tenths`` (int32: tenths of a minute, `NOT_REACHED` or `NO_PLACE`), preceded by the
        zone code; for postcodes, one row for each row of the postcode table.
    """
    place = district_anchor(anchor, store=store)
    ends = "postcode" if zone_system is None else "zone"
    _log.info("computing minutes by road from %s to every %s, once", anchor, ends)
    made = _minutes_table(place, zone_system, store)
    _log.info("minutes by road from %s are computed", anchor, extra={"done": True})
    return made


def _minutes_table(
    place: Anchor, zone_system: ZoneSystem | None, store: DataStore | None
) -> pa.Table:
    if zone_system is None:
        return pa.table({COLUMN: pa.array(_tenths_to(place, _postcode_points(store), store))})
    centres = read_centroids(cast("System", zone_system), store=store)
    points = centres[["easting", "northing"]].to_numpy(float)
    tenths = _tenths_to(place, points, store)
    codes = pa.array(centres[f"{zone_system}cd"].tolist(), pa.string())
    return pa.table({f"{zone_system}cd": codes, COLUMN: pa.array(tenths)})


def tenths_to_points(
    anchor: str, points: NDArray[np.float64], *, store: DataStore | None = None
) -> NDArray[np.int32]:
    """
    Compute minutes by road from a district's centre to any points.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 2)
        Eastings and northings, EPSG:27700, metres; NaN if there is no place in England or Wales.

    Returns
    -------
    numpy.ndarray of int32, shape (n,)
        Tenths of a minute, `NOT_REACHED` or `NO_PLACE`.
    """
    return _tenths_to(district_anchor(anchor, store=store), points, store)


def _tenths_to(
    place: Anchor, points: NDArray[np.float64], store: DataStore | None
) -> NDArray[np.int32]:
    """Work through the points part by part: the legs of all of them at once take gigabytes."""
    network = _network(store or default_store())
    tenths = np.empty(len(points), np.int32)
    for start in range(0, len(points), _AT_ONCE):
        part = points[start : start + _AT_ONCE]
        tenths[start : start + len(part)] = _tenths(minutes_from_anchor(network, place, part), part)
    return tenths


@lru_cache(maxsize=1)
def _network(store: DataStore) -> RoadNetwork:
    """Read the network once: that takes most of the time that minutes from one more anchor take."""
    return read_embedded_network(store=store)


def _postcode_points(store: DataStore | None) -> NDArray[np.float64]:
    return places_of(read_postcodes(["easting", "northing", "msoa11cd"], store=store))


def places_of(table: pa.Table) -> NDArray[np.float64]:
    """
    Return the coordinates of postcodes.

    Parameters
    ----------
    table : pyarrow.Table
        Columns ``easting``, ``northing`` and ``msoa11cd`` of the postcode table.

    Returns
    -------
    numpy.ndarray, shape (n, 2)
        Eastings and northings, metres; NaN where there is none in England or Wales.
    """
    points = np.column_stack(
        [table[axis].cast(pa.float64()).to_numpy() for axis in ("easting", "northing")]
    )
    points[~table["msoa11cd"].is_valid().to_numpy()] = np.nan
    return points


def _tenths(minutes: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.int32]:
    reached = np.isfinite(minutes)
    tenths = np.where(reached, np.rint(np.where(reached, minutes, 0) * PER_MINUTE), NOT_REACHED)
    tenths[~np.isfinite(points).all(axis=1)] = NO_PLACE
    return tenths.astype(np.int32)
