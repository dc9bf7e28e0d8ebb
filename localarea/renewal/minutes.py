"""Minutes by road under a newer directory: those that are known stay, the others are worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from localarea.datasets.postcodes import read_postcodes
from localarea.options.minutes.anchor_minutes import (
    coefficients_sha256,
    input_tables,
    table_name,
)
from localarea.options.minutes.compute import places_of, tenths_to_points
from localarea.options.minutes.encoding import COLUMN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore


def inputs_of_minutes(store: DataStore) -> dict[str, str]:
    """Return the checksum, by name, of each input of which minutes to postcodes are made."""
    found = {f"table: {name}": store.info(name).sha256 for name in input_tables(None)}
    return found | {"package: roads/coefficients.toml": coefficients_sha256()}


def renewed_minutes(anchor: str, newer: DataStore, older: DataStore) -> pa.Table:
    """
    Return the minutes by road from an anchor to every postcode of a newer directory.

    Minutes rest on roads and on the place of a postcode. Where the roads are the same, a
    postcode at the same place keeps its minutes, and only the others are worked out.

    Parameters
    ----------
    newer, older : DataStore
        Tables with the newer directory, and with the one before.

    Returns
    -------
    pyarrow.Table
        As :func:`localarea.options.minutes.compute.compute_minutes` returns it.
    """
    columns = ["key", "easting", "northing", "msoa11cd"]
    table = read_postcodes(columns, store=newer)
    points = places_of(table)
    tenths = np.zeros(len(points), np.int32)
    rest = np.ones(len(points), dtype=bool)
    if _are_of_these_roads(anchor, older):
        before = read_postcodes(columns, store=older)
        at = _same_places(table, points, before)
        rest = at < 0
        tenths[~rest] = older.read(table_name(anchor, None))[COLUMN].to_numpy()[at[~rest]]
    tenths[rest] = tenths_to_points(anchor, points[rest], store=newer)
    return pa.table({COLUMN: pa.array(tenths)})


def _are_of_these_roads(anchor: str, older: DataStore) -> bool:
    """Check that the older minutes are of the older directory, and of the roads that are here."""
    return dict(older.info(table_name(anchor, None)).inputs) == inputs_of_minutes(older)


def _same_places(
    table: pa.Table, points: NDArray[np.float64], before: pa.Table
) -> NDArray[np.int64]:
    """Return the row of each postcode in the older table, -1 unless it is at the same place."""
    keys, known = (t["key"].combine_chunks().to_numpy() for t in (table, before))
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    old = places_of(before)[at]
    same = (known[at] == keys) & ((points == old) | (np.isnan(points) & np.isnan(old))).all(axis=1)
    return np.where(same, at, -1)
