"""Zones of 2011 and 2021 with their names and districts, and districts made of zones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from localarea.renewal.making.columns import dictionary_column, with_geometry
from localarea.renewal.making.coverage import require_coverage

if TYPE_CHECKING:
    import pandas as pd

ZONE = re.compile(r"[EW]02\d{6}")  # a code of an MSOA of England or Wales


def zones_table(frame: pd.DataFrame, shapes: np.ndarray, *, system: str) -> pa.Table:
    """
    Return the table, in the order of district and code so that row groups are local.

    Parameters
    ----------
    frame : pandas.DataFrame
        The zones.
    shapes : numpy.ndarray of shapely geometry
        Their outlines, a clean coverage: of :func:`~.coverage.simplify_coverage`, which has made
        sure of it, or of the table in use.
    """
    order = frame.sort_values(["lad25cd", f"{system}cd"]).index.to_numpy()
    rows = frame.iloc[order]
    table = pa.table(
        {
            f"{system}cd": pa.array(rows[f"{system}cd"].tolist(), pa.string()),
            "name": pa.array(rows["name"].tolist(), pa.string()),
            "ons_name": pa.array(rows["ons_name"].tolist(), pa.string()),
            "lad25cd": dictionary_column(rows["lad25cd"]),
        }
    )
    return with_geometry(table, shapes[order])


def districts_table(
    zones: pd.DataFrame, shapes: np.ndarray, names: pd.DataFrame, regions: pd.Series
) -> pa.Table:
    """Return each 2025 district of England and Wales as the union of its MSOA11 zones."""
    members = zones.groupby("lad25cd").indices
    codes = sorted(map(str, members))
    unions = np.array([shapely.coverage_union_all(shapes[members[c]]) for c in codes])
    require_coverage(unions)
    name_of = names.set_index("lad_cd")["name"]
    table = pa.table(
        {
            "lad25cd": pa.array(codes, pa.string()),
            "name": pa.array([name_of[c] for c in codes], pa.string()),
            "region": dictionary_column(np.array([regions[c] for c in codes])),
        }
    )
    return with_geometry(table, shapely.normalize(unions))
