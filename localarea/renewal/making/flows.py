"""Tables of commuting flows: pairs of zones, and special destinations apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from localarea.renewal.making.columns import dictionary_column

if TYPE_CHECKING:
    import pandas as pd


def flows_table(flows: pd.DataFrame) -> pa.Table:
    """
    Return the pairs of zones, sorted by origin and destination.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``origin``, ``destination`` and ``workers``.
    """
    return _table(flows, "destination")


def special_table(special: pd.DataFrame) -> pa.Table:
    """
    Return the workers of each zone by kind of special destination.

    Parameters
    ----------
    special : pandas.DataFrame
        ``origin``, ``kind`` and ``workers``.
    """
    return _table(special, "kind")


def _table(frame: pd.DataFrame, end: str) -> pa.Table:
    plain = frame.astype({"origin": "str", end: "str"}).sort_values(["origin", end])
    return pa.table(
        {
            "origin": dictionary_column(plain["origin"]),
            end: dictionary_column(plain[end]),
            "workers": pa.array(plain["workers"].to_numpy(), pa.int32()),
        }
    )
