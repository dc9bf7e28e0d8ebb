"""Commuting flows of the censuses of 2011 and 2021, with special destinations kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from building.totals import require_total
from localarea.datasets.publishers.nomis import FlowTables, read_flow_file

if TYPE_CHECKING:
    from building.sources import Sources


@dataclass(frozen=True, slots=True)
class Census:
    """What is known beforehand of one census's flows."""

    year: Literal[2011, 2021]
    file: str


CENSUS_2011 = Census(2011, "flows/wu01ew_2011_msoa_flows.csv.gz")
CENSUS_2021 = Census(2021, "flows/odwp01ew_2021_msoa_flows.csv.gz")


def read_census_flows(sources: Sources, census: Census) -> FlowTables:
    """Read the pairs of zones and the special destinations; they must add up."""
    found = read_flow_file(sources.file(census.file), vintage=census.year)
    table, totals = f"flows_{census.year}", sources.totals
    workers, zones = {
        2011: (totals.workers_2011, totals.zones_msoa11),
        2021: (totals.workers_2021, totals.zones_msoa21),
    }[census.year]
    require_total(table, found.workers, workers, "number of workers")
    origins = {*found.flows["origin"].unique(), *found.special["origin"].unique()}
    require_total(table, len(origins), zones, "number of origin zones")
    return found
