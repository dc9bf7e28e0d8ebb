"""Residents of 2011 by output area, with the zones of each, unlisted ones included."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from building.totals import require_total
from localarea.renewal.making.columns import dictionary_column

if TYPE_CHECKING:
    from pathlib import Path

    from building.sources import Sources


def read_oa11_residents(sources: Sources) -> pd.DataFrame:
    """
    Read residents by output area with its LSOA and MSOA.

    Returns ``oa11cd``, ``lsoa11cd``, ``msoa11cd``, ``lad22cd``, ``residents`` and ``placed``
    (``lookup``, or how an output area that the lookup leaves out was given its zones).
    """
    counts = _read_counts(sources.file("population/oa11_population_2011.csv.gz"))
    lookup = pd.read_csv(
        sources.file("lookups/oa11_lsoa11_msoa11_lad_EW.csv.gz"), dtype="str"
    ).rename(columns={"ladcd": "lad22cd"})
    table, totals = "oa11_population_2011", sources.totals
    require_total(table, len(counts), totals.output_areas_2011, "number of output areas")
    require_total(table, counts["residents"].sum(), totals.residents_2011, "residents in 2011")
    merged = counts.merge(lookup, on="oa11cd", how="left").sort_values("oa11cd", ignore_index=True)
    return _place_unlisted(merged)


def _read_counts(path: Path) -> pd.DataFrame:
    """Read the Nomis file: title lines above, notes below, ``"E00000001",194`` between."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines) if len(row) == 2 and row[0][1:3] == "00"]
    frame = pd.DataFrame(rows, columns=["oa11cd", "residents"])
    return frame.astype({"residents": "int64"})


def _place_unlisted(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Return the 33 output areas without any postcode the zones of a neighbour in code order.

    Output areas were numbered along their districts and mostly along their LSOAs. Where
    the listed codes before and after agree on the MSOA it is taken (``between``);
    otherwise the one before is (``before``): a guess that keeps the total whole.
    """
    zones = ["lsoa11cd", "msoa11cd", "lad22cd"]
    unlisted = frame["msoa11cd"].isna()
    before, after = frame[zones].ffill(), frame[zones].bfill()
    agree = before["msoa11cd"] == after["msoa11cd"]
    frame[zones] = frame[zones].fillna(before)
    frame["placed"] = "lookup"
    frame.loc[unlisted & agree, "placed"] = "between"
    frame.loc[unlisted & ~agree, "placed"] = "before"
    return frame


def oa11_lookup_table(areas: pd.DataFrame) -> pa.Table:
    """Give the LSOA of every output area, and how it is known."""
    return pa.table(
        {
            "oa11cd": pa.array(areas["oa11cd"].tolist(), pa.string()),
            "lsoa11cd": dictionary_column(areas["lsoa11cd"]),
            "placed": dictionary_column(areas["placed"]),
        }
    )
