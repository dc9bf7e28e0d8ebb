"""Figures of zones and districts: jobs and enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from localarea.renewal.making.columns import dictionary_column

if TYPE_CHECKING:
    import pandas as pd


def jobs_table(jobs: pd.DataFrame) -> pa.Table:
    """
    Return employees by zone and industry, long.

    Parameters
    ----------
    jobs : pandas.DataFrame
        ``msoa21cd``, ``industry`` and ``employees``.
    """
    long = jobs.sort_values(["msoa21cd", "industry"], ignore_index=True)
    return pa.table(
        {
            "msoa21cd": dictionary_column(long["msoa21cd"]),
            "industry": dictionary_column(long["industry"]),
            "employees": pa.array(long["employees"].to_numpy(), pa.int32()),
        }
    )


def sum_enterprises(counts: pd.DataFrame, successors: pd.Series) -> pd.DataFrame:
    """
    Sum active enterprises of older districts of England and Wales into those of today.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``code``, ``year`` and ``enterprises``.
    successors : pandas.Series
        District of today by the code of any year.

    Returns
    -------
    pandas.DataFrame
        ``lad25cd``, ``year`` and ``enterprises``, sorted.
    """
    rows = counts[counts["code"].str.startswith(("E", "W"))].copy()
    rows["lad25cd"] = rows["code"].map(successors)
    sums = rows.groupby(["lad25cd", "year"])["enterprises"].sum()
    return sums.reset_index()


def enterprises_table(sums: pd.DataFrame) -> pa.Table:
    """Return active enterprises by district and year."""
    return pa.table(
        {
            "lad25cd": dictionary_column(sums["lad25cd"]),
            "year": pa.array(sums["year"].to_numpy(), pa.int16()),
            "enterprises": pa.array(sums["enterprises"].to_numpy(), pa.int32()),
        }
    )
