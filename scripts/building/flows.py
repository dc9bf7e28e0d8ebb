"""Commuting flows of the censuses of 2011 and 2021, with special destinations kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from building.totals import require_total
from localarea.renewal.making.columns import dictionary_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from building.sources import Sources


@dataclass(frozen=True, slots=True)
class Census:
    """What is known beforehand of one census's flows."""

    year: int
    file: str
    special: Mapping[str, str]


CENSUS_2011 = Census(
    year=2011,
    file="flows/wu01ew_2011_msoa_flows.csv.gz",
    special={
        "OD0000001": "home",
        "OD0000002": "offshore",
        "OD0000003": "no_fixed_place",
        "OD0000004": "outside_uk",
        "S92000003": "scotland",
        "N92000002": "northern_ireland",
    },
)
CENSUS_2021 = Census(
    year=2021,
    file="flows/odwp01ew_2021_msoa_flows.csv.gz",
    special={
        "111111111": "home_or_no_fixed_place",
        "888888888": "offshore",
        "999999999": "outside_uk",
    },
)
# In 2021 work in Scotland is given by intermediate zone and in Northern Ireland by ward.
SPECIAL_BY_FIRST_LETTER = {"S": "scotland", "N": "northern_ireland"}


def read_census_flows(sources: Sources, census: Census) -> pd.DataFrame:
    """Read ``origin``, ``destination``, ``workers`` and ``kind`` (missing between two zones)."""
    raw = pd.read_csv(
        sources.file(census.file), dtype={"from": "str", "to": "str", "value": "int64"}
    )
    raw.columns = pd.Index(["origin", "destination", "workers"])
    table, totals = f"flows_{census.year}", sources.totals
    workers, zones = {
        2011: (totals.workers_2011, totals.zones_msoa11),
        2021: (totals.workers_2021, totals.zones_msoa21),
    }[census.year]
    require_total(table, raw["workers"].sum(), workers, "number of workers")
    require_total(table, raw["origin"].nunique(), zones, "number of origin zones")
    to_zone = raw["destination"].str.startswith(("E02", "W02"))
    kind = raw["destination"].map(census.special)
    kind = kind.fillna(raw["destination"].str[0].map(SPECIAL_BY_FIRST_LETTER))
    raw["kind"] = kind.mask(to_zone)
    unexplained = int((~to_zone & raw["kind"].isna()).sum())
    require_total(table, unexplained, 0, "number of destinations that are no zone and no kind")
    return raw


def flows_table(flows: pd.DataFrame) -> pa.Table:
    """Return the pairs of zones, sorted by origin and destination."""
    pairs = flows[flows["kind"].isna()].sort_values(["origin", "destination"])
    return pa.table(
        {
            "origin": dictionary_column(pairs["origin"]),
            "destination": dictionary_column(pairs["destination"]),
            "workers": pa.array(pairs["workers"].to_numpy(), pa.int32()),
        }
    )


def special_table(flows: pd.DataFrame) -> pa.Table:
    """Return the workers of each zone by kind of special destination."""
    rows = flows[flows["kind"].notna()]
    sums = rows.groupby(["origin", "kind"], as_index=False)["workers"].sum()
    sums = sums.sort_values(["origin", "kind"])
    return pa.table(
        {
            "origin": dictionary_column(sums["origin"]),
            "kind": dictionary_column(sums["kind"]),
            "workers": pa.array(sums["workers"].to_numpy(), pa.int32()),
        }
    )
