"""Zones of 2011 and 2021 with their names and districts, and districts made of zones."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from localarea.renewal.making.columns import dictionary_column, with_geometry
from localarea.renewal.making.coverage import require_coverage

ZONE = re.compile(r"[EW]02\d{6}")  # a code of an MSOA of England or Wales


def majority(frame: pd.DataFrame, key: str, value: str, weight: str | None = None) -> pd.Series:
    """Return for each key the value with the most rows (or weight); the first code of equals."""
    rows = frame[[key, value] + ([weight] if weight else [])].dropna()
    weights = rows[weight] if weight else pd.Series(1, index=rows.index)
    sums = weights.groupby([rows[key], rows[value]]).sum().reset_index(name="n")
    sums = sums.sort_values([key, "n", value], ascending=[True, False, True])
    best: pd.Series = sums.drop_duplicates(key).set_index(key)[value]
    return best


def follow_districts(postcodes: pd.DataFrame) -> pd.Series:
    """Return for each district of May 2022 the 2025 district of most of its live postcodes."""
    live = postcodes[postcodes["status"] == "live"]
    return majority(live, "lad22cd", "lad25cd")


def zones_frame(
    codes: np.ndarray,
    ons_names: np.ndarray,
    lad22cd: pd.Series,
    names: pd.DataFrame,
    follow: pd.Series,
    *,
    system: str,
) -> pd.DataFrame:
    """Return code, name, ONS name and 2025 district of every zone, in the order of the codes."""
    usable = names if system == "msoa21" else names[names["kept"]]
    known = usable.set_index("code")["name"]
    frame = pd.DataFrame({f"{system}cd": codes, "ons_name": ons_names})
    frame["name"] = frame[f"{system}cd"].map(known).fillna(frame["ons_name"])
    old = frame[f"{system}cd"].map(lad22cd)
    frame["lad25cd"] = old.map(follow).fillna(old)
    return frame


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


def regions_of_districts(zones21: pd.DataFrame, names: dict[str, str]) -> pd.Series:
    """Return the name of the region of each district; ``Wales`` for the Welsh ones."""
    english = majority(zones21, "lad25cd", "rgncd").map(names)
    codes = zones21["lad25cd"].drop_duplicates().sort_values()
    region = codes.map(english).where(codes.str.startswith("E"), "Wales")
    return region.set_axis(codes.to_numpy())


def zone_overlaps(postcodes: pd.DataFrame) -> pa.Table:
    """Return for each pair of a zone of 2011 and one of 2021 the shares of live postcodes."""
    live = postcodes[postcodes["status"] == "live"].dropna(subset=["msoa11cd", "msoa21cd"])
    pairs = live.groupby(["msoa11cd", "msoa21cd"]).size().reset_index(name="n")
    pairs["share11"] = pairs["n"] / pairs.groupby("msoa11cd")["n"].transform("sum")
    pairs["share21"] = pairs["n"] / pairs.groupby("msoa21cd")["n"].transform("sum")
    return pa.table(
        {
            "msoa11cd": dictionary_column(pairs["msoa11cd"]),
            "msoa21cd": dictionary_column(pairs["msoa21cd"]),
            "share11": pa.array(pairs["share11"]),
            "share21": pa.array(pairs["share21"]),
        }
    )
