"""Names, districts and regions of zones, and how those of 2011 and 2021 overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from localarea.renewal.making.columns import dictionary_column

if TYPE_CHECKING:
    import numpy as np


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
