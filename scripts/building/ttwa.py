"""The official Travel to Work Areas of 2011, by LSOA as published and by MSOA as we use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from building.totals import require_total
from building.zones import majority
from localarea.renewal.making.columns import dictionary_column, whole_numbers

if TYPE_CHECKING:
    from building.sources import Sources


def read_ttwa11(sources: Sources, areas: pd.DataFrame, follow: pd.Series) -> pd.DataFrame:
    """
    Read the lookup with MSOA, 2025 district and residents of each LSOA.

    `areas` are the output areas of building.oa_residents. The file begins with a byte
    order mark and holds one blank row, which is dropped.
    """
    raw = pd.read_csv(
        sources.file("ttwa/LSOA11_TTWA11-UK.csv.gz"), encoding="utf-8-sig", dtype="str"
    ).dropna(subset=["LSOA11CD", "TTWA11CD"])
    table, totals = "ttwa11_lookup", sources.totals
    require_total(table, raw["TTWA11CD"].nunique(), totals.ttwas, "number of TTWAs")
    require_total(table, raw["LSOA11CD"].nunique(), totals.small_areas_uk, "number of small areas")
    zones = areas.groupby("lsoa11cd", as_index=False).agg(
        msoa11cd=("msoa11cd", "first"), lad22cd=("lad22cd", "first"), residents=("residents", "sum")
    )
    zones["lad25cd"] = zones["lad22cd"].map(follow).fillna(zones["lad22cd"])
    require_total(table, len(zones), totals.lsoa11, "number of LSOAs")
    merged = raw.rename(
        columns={"LSOA11CD": "lsoa11cd", "TTWA11CD": "ttwa11cd", "TTWA11NM": "ttwa11nm"}
    ).merge(zones, on="lsoa11cd", how="left")
    found = int(merged["msoa11cd"].notna().sum())
    require_total(table, found, totals.lsoa11, "number of LSOAs with an MSOA")
    merged["residents"] = merged["residents"].astype("Int32")
    return merged.sort_values("lsoa11cd", ignore_index=True)


def ttwa11_lookup_table(lookup: pd.DataFrame) -> pa.Table:
    """Return one row for each small area of the United Kingdom."""
    return pa.table(
        {
            "lsoa11cd": pa.array(lookup["lsoa11cd"].tolist(), pa.string()),
            "msoa11cd": dictionary_column(lookup["msoa11cd"]),
            "lad25cd": dictionary_column(lookup["lad25cd"]),
            "ttwa11cd": dictionary_column(lookup["ttwa11cd"]),
            "ttwa11nm": dictionary_column(lookup["ttwa11nm"]),
            "residents_2011": whole_numbers(lookup["residents"]),
        }
    )


def ttwa11_msoa11_table(lookup: pd.DataFrame) -> pa.Table:
    """Give each MSOA the TTWA in which most of its residents of 2011 live, and their share."""
    rows = lookup.dropna(subset=["msoa11cd"]).astype({"residents": "int64"})
    best = majority(rows, "msoa11cd", "ttwa11cd", "residents")
    frame = best.rename("ttwa11cd").reset_index()
    total = rows.groupby("msoa11cd")["residents"].sum()
    within = rows.groupby(["msoa11cd", "ttwa11cd"])["residents"].sum()
    inside = within.loc[pd.MultiIndex.from_frame(frame[["msoa11cd", "ttwa11cd"]])].to_numpy()
    frame["share"] = inside / frame["msoa11cd"].map(total)
    names = lookup.drop_duplicates("ttwa11cd").set_index("ttwa11cd")["ttwa11nm"]
    return pa.table(
        {
            "msoa11cd": pa.array(frame["msoa11cd"].tolist(), pa.string()),
            "ttwa11cd": dictionary_column(frame["ttwa11cd"]),
            "ttwa11nm": dictionary_column(frame["ttwa11cd"].map(names)),
            "share": pa.array(frame["share"].to_numpy(), pa.float64()),
        }
    )
