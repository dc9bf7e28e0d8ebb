"""Figures by zone and district: centroids, residents, jobs, enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from building.totals import require_total
from localarea.datasets.publishers.bres import read_jobs_file
from localarea.datasets.publishers.business_demography import read_enterprises_file
from localarea.geo.datum_shifts import to_national_grid
from localarea.renewal.making.figures import enterprises_table, jobs_table, sum_enterprises

if TYPE_CHECKING:
    from building.sources import Sources
    from building.totals import Totals


def _by_code(column: str, codes: pd.Series, **values: pd.Series) -> pa.Table:
    order = np.argsort(codes.to_numpy(dtype=object), kind="stable")
    columns = {column: pa.array(codes.iloc[order].tolist(), pa.string())}
    for name, series in values.items():
        columns[name] = pa.array(series.to_numpy()[order].astype(np.int64), pa.int32())
    return pa.table(columns)


def centroids_msoa11(sources: Sources) -> pa.Table:
    """Return the published population-weighted centroids, to the metre."""
    raw = pd.read_csv(sources.file("lookups/msoa11_centroids.tsv"), sep="\t")
    zones = sources.totals.zones_msoa11
    require_total("centroids_msoa11", raw["code"].nunique(), zones, "number of zones")
    points = np.round(to_national_grid(raw["lng"].to_numpy(), raw["lat"].to_numpy()))
    return _by_code(
        "msoa11cd", raw["code"], easting=pd.Series(points[:, 0]), northing=pd.Series(points[:, 1])
    )


def centroids_msoa21(postcodes: pd.DataFrame, totals: Totals) -> pa.Table:
    """Return the mean place of each zone's live postcodes, to the metre."""
    live = postcodes[postcodes["status"] == "live"].dropna(subset=["msoa21cd", "easting"])
    means = live.groupby("msoa21cd")[["easting", "northing"]].mean().round().reset_index()
    require_total("centroids_msoa21", len(means), totals.zones_msoa21, "number of zones")
    return _by_code(
        "msoa21cd",
        means["msoa21cd"],
        easting=means["easting"].astype("int64"),
        northing=means["northing"].astype("int64"),
    )


def population_msoa11_2011(areas: pd.DataFrame, totals: Totals) -> pa.Table:
    """Sum the residents of output areas to MSOA11."""
    sums = areas.groupby("msoa11cd")["residents"].sum().reset_index()
    require_total("population_msoa11_2011", len(sums), totals.zones_msoa11, "number of zones")
    return _by_code("msoa11cd", sums["msoa11cd"], residents=sums["residents"])


def population_msoa21_2021(sources: Sources) -> pa.Table:
    """Return residents by MSOA21."""
    raw = pd.read_csv(sources.file("population/msoa21_pop_2021_derived.csv"))
    table, totals = "population_msoa21_2021", sources.totals
    require_total(table, raw["MSOA21CD"].nunique(), totals.zones_msoa21, "number of zones")
    require_total(table, raw["pop"].sum(), totals.residents_2021, "residents in 2021")
    return _by_code("msoa21cd", raw["MSOA21CD"], residents=raw["pop"])


def jobs_msoa21_2024(sources: Sources) -> pa.Table:
    """Return employees by MSOA21 and industry, long."""
    found = read_jobs_file(sources.file("population/bres2024_employees_msoa21_tidy.csv")).jobs
    table, totals = "jobs_msoa21_2024", sources.totals
    require_total(table, found["industry"].nunique(), totals.industries, "number of industries")
    require_total(table, found["employees"].sum(), totals.employees_2024, "employees")
    return jobs_table(found)


def enterprises_lad(sources: Sources, successors: pd.Series) -> pa.Table:
    """Sum active enterprises of older districts of England and Wales into those of 2025."""
    raw = read_enterprises_file(sources.file("population/active_enterprises_lad_to2022.csv"))
    sums = sum_enterprises(raw, successors)
    districts = sources.totals.districts
    require_total("enterprises_lad", sums["lad25cd"].nunique(), districts, "number of districts")
    in_2022 = sums[sums["year"] == 2022].set_index("lad25cd")["enterprises"]
    for code, count in sources.totals.enterprises_2022.items():
        require_total("enterprises_lad", in_2022[code], count, f"enterprises of {code} in 2022")
    return enterprises_table(sums)
