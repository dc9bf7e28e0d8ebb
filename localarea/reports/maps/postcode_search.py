"""Pack the live postcodes of some zones compactly enough to embed in a page."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from localarea.datasets.store import default_store
from localarea.geo.crs import BRITISH_NATIONAL_GRID, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore

_STEP_DEGREES: Final = 1e-4  # 11 metres of latitude, less than a row of houses


def pack_postcodes(zones: Sequence[str], *, store: DataStore | None = None) -> dict[str, Any]:
    """
    Pack every live postcode of some zones with its position and zone.

    Four series of integers, delta-encoded from the postcode before: key (from
    :mod:`localarea.geo.postcodes`), latitude and longitude in steps of 0.0001 degrees,
    and the index of the zone. Signed differences are zigzag-encoded (0, -1, 1, -2
    become 0, 1, 2, 3), all numbers are written as little-endian base-128 varints, and
    the series are concatenated and encoded in base64.

    Parameters
    ----------
    zones : sequence of str
        Codes of MSOA 2011; the packed zone numbers are indices into it.

    Returns
    -------
    dict
        ``count``, ``date`` (month of the directory), ``step`` (degrees) and ``packed``.
    """
    store = store or default_store()
    table = _live(zones, store)
    where = np.array([table["key"], *_degrees(table), table["zone"]], dtype=np.int64)
    steps = np.diff(where, axis=1, prepend=0)
    steps[1:] = np.where(steps[1:] < 0, -2 * steps[1:] - 1, 2 * steps[1:])
    return {
        "count": int(where.shape[1]),
        "date": store.directory_date,
        "step": _STEP_DEGREES,
        "packed": base64.b64encode(_seven_bits(steps.ravel())).decode("ascii"),
    }


def _live(zones: Sequence[str], store: DataStore) -> dict[str, NDArray[np.int64]]:
    columns = ["key", "easting", "northing", "msoa11cd", "status"]
    table = store.read("postcodes", columns=columns)
    zone = pc.index_in(table["msoa11cd"].cast(pa.string()), pa.array(list(zones), pa.string()))
    wanted = pc.and_(pc.equal(table["status"].cast(pa.string()), "live"), pc.is_valid(zone))
    wanted = pc.and_(wanted, pc.is_valid(table["easting"]))
    chosen = table.append_column("zone", zone).filter(wanted)
    return {
        name: chosen[name].to_numpy().astype(np.int64)
        for name in ("key", "easting", "northing", "zone")
    }


def _degrees(table: dict[str, NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    points = gpd.GeoSeries(
        gpd.points_from_xy(table["easting"], table["northing"]), crs=BRITISH_NATIONAL_GRID
    )
    degrees = to_wgs84(points)
    latitude, longitude = degrees.y.to_numpy(), degrees.x.to_numpy()
    return (
        np.rint(latitude / _STEP_DEGREES).astype(np.int64),
        np.rint(longitude / _STEP_DEGREES).astype(np.int64),
    )


def _seven_bits(numbers: NDArray[np.int64]) -> bytes:
    """Encode non-negative integers as base-128 varints, lowest bits first."""
    n_bytes = np.maximum(1, np.ceil(np.log2(numbers + 1) / 7).astype(np.int64))
    part = np.arange(n_bytes.max(initial=1))
    bits = (numbers[:, None] >> (7 * part)) & 127
    more = part < n_bytes[:, None] - 1
    written = (bits | (more << 7))[part < n_bytes[:, None]]
    return bytes(written.astype(np.uint8))
