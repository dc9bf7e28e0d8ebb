"""The tables of ``data/``: what each is, what it is made from, and by which method."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from building import figures, minutes, named_roads, oa_residents, postcodes, ttwa
from building.totals import require_total
from building.zones import zone_overlaps
from localarea.datasets.storage.parquet_layout import (
    GEOMETRY,
    MINUTES,
    POSTCODES,
    WHOLE_SHAPES,
    ParquetLayout,
)
from localarea.renewal.making import districts, flows, zones

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import pyarrow as pa

    from building.workshop import Workshop

ONS = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
OS_RM = (
    "Contains OS data (c) Crown copyright and database right 2025. "
    "Contains Royal Mail data (c) Royal Mail copyright and database right 2025. "
)
ONS_OS = ONS + "Contains OS data (c) Crown copyright and database right 2025."
NAMED = (
    ONS_OS + " Zone names: contains Parliamentary information licensed under the "
    "Open Parliament Licence v3.0."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One table: how it is described in the registry, made and laid out."""

    name: str
    title: str
    source: str
    vintage: str
    make: Callable[[Workshop], pa.Table]
    licence: str = "OGL-UK-3.0"
    attribution: str = ONS_OS
    crs: str = ""
    layout: ParquetLayout = field(default_factory=ParquetLayout)
    derived: bool = False  # made from the tables before it, by way of their registry


def _zones(system: str) -> Callable[[Workshop], pa.Table]:
    def make(workshop: Workshop) -> pa.Table:
        frame = getattr(workshop, f"zones_{system}")
        return zones.zones_table(frame, getattr(workshop, f"simple_{system}"), system=system)

    return make


def _districts(workshop: Workshop) -> pa.Table:
    return zones.districts_table(
        workshop.zones_msoa11, workshop.simple_msoa11, workshop.names[0], workshop.regions
    )


def _overlaps(workshop: Workshop) -> pa.Table:
    table, totals = zone_overlaps(workshop.postcodes), workshop.sources.totals
    for system, stated in (("msoa11", totals.zones_msoa11), ("msoa21", totals.zones_msoa21)):
        found = len(table[f"{system}cd"].unique())
        require_total("msoa11_msoa21", found, stated, f"number of {system.upper()} zones")
    return table


def _successors(workshop: Workshop) -> pd.Series:
    return workshop.names[0].set_index("lad_cd")["lad25cd"]


GRID = "EPSG:27700"

NETWORK_SOURCE = (
    "OpenStreetMap, as packed in scgraph_data; National Highways network (March 2020); "
    "ONS Postcode Directory (November 2025); ONS MSOA boundaries 2011"
)
NETWORK_CREDIT = (
    "(c) OpenStreetMap contributors. Contains National Highways data. " + ONS + OS_RM.strip()
)

TABLES: tuple[Plan, ...] = (
    Plan(
        "postcodes",
        "Every postcode of the UK directory: place, district, zones, live or terminated",
        "ONS Postcode Directory (November 2025); ONS postcode to OA lookup (May 2022); "
        "OS Code-Point Open (August 2024 and May 2025); ONS MSOA boundaries 2011 and 2021",
        "2025-11",
        lambda w: postcodes.postcodes_table(w.postcodes),
        attribution=ONS + OS_RM.strip(),
        crs=GRID,
        layout=POSTCODES,
    ),
    Plan(
        "zones_msoa11",
        "Middle layer super output areas of 2011, England and Wales",
        "ONS MSOA (December 2011) boundaries, generalised clipped; "
        "House of Commons Library MSOA names",
        "2011",
        _zones("msoa11"),
        attribution=NAMED,
        crs=GRID,
        layout=GEOMETRY,
    ),
    Plan(
        "zones_msoa21",
        "Middle layer super output areas of 2021, England and Wales",
        "ONS MSOA (December 2021) boundaries; House of Commons Library MSOA names",
        "2021",
        _zones("msoa21"),
        attribution=NAMED,
        crs=GRID,
        layout=GEOMETRY,
    ),
    Plan(
        "districts_lad25",
        "Local authority districts of 2025, England and Wales, as unions of MSOA11 zones",
        "ONS MSOA (December 2011) boundaries; ONS local authority districts, all years; "
        "ONS Postcode Directory (November 2025)",
        "2025",
        _districts,
        crs=GRID,
        layout=WHOLE_SHAPES,
    ),
    Plan(
        "districts_names",
        "Local authority districts of 2014-2025, United Kingdom, and what each is part of now",
        "ONS local authority districts, all years",
        "2014-2025",
        lambda w: districts.names_table(w.names[0]),
    ),
    Plan(
        "counties_lad25",
        "County of each district of England of 2025; a unitary authority and a London borough: own",
        "ONS local authority districts, counties and metropolitan counties, all years",
        "2025",
        lambda w: districts.counties_table(w.counties),
    ),
    Plan(
        "flows_2011",
        "Workers by zone of residence and zone of work, census of 2011, MSOA11",
        "ONS Census 2011, table WU01EW (Nomis)",
        "2011",
        lambda w: flows.flows_table(w.flows_2011.flows),
        attribution=ONS.strip(),
    ),
    Plan(
        "flows_2011_special",
        "Workers at home, without fixed place or beyond England and Wales, census of 2011, MSOA11",
        "ONS Census 2011, table WU01EW (Nomis)",
        "2011",
        lambda w: flows.special_table(w.flows_2011.special),
        attribution=ONS.strip(),
    ),
    Plan(
        "flows_2021",
        "Workers by zone of residence and zone of work, census of 2021, MSOA21",
        "ONS Census 2021, table ODWP01EW (Nomis)",
        "2021",
        lambda w: flows.flows_table(w.flows_2021.flows),
        attribution=ONS.strip(),
    ),
    Plan(
        "flows_2021_special",
        "Workers at home, without fixed place or beyond England and Wales, census of 2021, MSOA21",
        "ONS Census 2021, table ODWP01EW (Nomis)",
        "2021",
        lambda w: flows.special_table(w.flows_2021.special),
        attribution=ONS.strip(),
    ),
    Plan(
        "oa11_lookup",
        "LSOA of 2011 of each output area of 2011, England and Wales",
        "ONS postcode to OA lookup (May 2022); ONS Census 2011, KS101EW",
        "2011",
        lambda w: oa_residents.oa11_lookup_table(w.areas),
        attribution=ONS.strip(),
        layout=ParquetLayout(encodings={"oa11cd": "DELTA_BYTE_ARRAY"}),
    ),
    Plan(
        "ttwa11_lookup",
        "Travel to Work Area of 2011 of each LSOA, data zone or super output area",
        "ONS LSOA (2011) to TTWA (2011) lookup in the United Kingdom; ONS Census 2011, KS101EW",
        "2011",
        lambda w: ttwa.ttwa11_lookup_table(w.ttwa11),
    ),
    Plan(
        "ttwa11_msoa11",
        "Travel to Work Area of 2011 of each MSOA11, by the majority of its residents",
        "ONS LSOA (2011) to TTWA (2011) lookup in the United Kingdom; ONS Census 2011, KS101EW",
        "2011",
        lambda w: ttwa.ttwa11_msoa11_table(w.ttwa11),
    ),
    Plan(
        "centroids_msoa11",
        "Population-weighted centroids of MSOA11 zones",
        "ONS MSOA (2011) population weighted centroids",
        "2011",
        lambda w: figures.centroids_msoa11(w.sources),
        crs=GRID,
    ),
    Plan(
        "centroids_msoa21",
        "Mean place of the live postcodes of each MSOA21 zone",
        "made here from the table postcodes",
        "2025-11",
        lambda w: figures.centroids_msoa21(w.postcodes, w.sources.totals),
        attribution=ONS + OS_RM.strip(),
        crs=GRID,
    ),
    Plan(
        "msoa11_msoa21",
        "Shares of live postcodes that zones of 2011 and 2021 have in common",
        "made here from the table postcodes",
        "2025-11",
        _overlaps,
        attribution=ONS + OS_RM.strip(),
    ),
    Plan(
        "population_msoa11_2011",
        "Usual residents by MSOA11, census of 2011",
        "ONS Census 2011, table KS101EW (Nomis)",
        "2011",
        lambda w: figures.population_msoa11_2011(w.areas, w.sources.totals),
        attribution=ONS.strip(),
    ),
    Plan(
        "population_msoa21_2021",
        "Usual residents by MSOA21, census of 2021",
        "ONS Census 2021",
        "2021",
        lambda w: figures.population_msoa21_2021(w.sources),
        attribution=ONS.strip(),
    ),
    Plan(
        "jobs_msoa21_2024",
        "Employees by MSOA21 and industry, provisional",
        "ONS Business Register and Employment Survey 2024 (Nomis)",
        "2024",
        lambda w: figures.jobs_msoa21_2024(w.sources),
        attribution=ONS.strip(),
    ),
    Plan(
        "enterprises_lad",
        "Active enterprises by district of 2025, England and Wales, 2017-2022",
        "ONS Business Demography 2022",
        "2017-2022",
        lambda w: figures.enterprises_lad(w.sources, _successors(w)),
        attribution=ONS.strip(),
    ),
    Plan(
        "roads_nodes",
        "Nodes of the major roads of Great Britain",
        "OpenStreetMap, as packed in scgraph_data",
        "unstated",
        lambda w: w.roads[0],
        licence="ODbL-1.0",
        attribution="(c) OpenStreetMap contributors",
        crs=GRID,
    ),
    Plan(
        "roads_edges",
        "Lengths of the major roads of Great Britain between nodes",
        "OpenStreetMap, as packed in scgraph_data",
        "unstated",
        lambda w: w.roads[1],
        licence="ODbL-1.0",
        attribution="(c) OpenStreetMap contributors",
    ),
    Plan(
        "roads_named",
        "Lines of the strategic roads of the East of England, with their numbers",
        "National Highways network (March 2020)",
        "2020-03",
        lambda w: named_roads.read_named_roads(w.sources),
        attribution="Contains National Highways data licensed under the Open Government Licence "
        "v.3.0.",
        crs=GRID,
    ),
    Plan(
        "roads_network_nodes",
        "Nodes of the road network: major roads, and places that local roads join",
        NETWORK_SOURCE,
        "2025-11",
        lambda w: w.road_network[0],
        licence="ODbL-1.0 AND OGL-UK-3.0",
        attribution=NETWORK_CREDIT,
        crs=GRID,
    ),
    Plan(
        "roads_network_edges",
        "Edges of the road network, with the settlement and the kind of carriageway along each",
        NETWORK_SOURCE,
        "2025-11",
        lambda w: w.road_network[1],
        licence="ODbL-1.0 AND OGL-UK-3.0",
        attribution=NETWORK_CREDIT,
    ),
    Plan(
        "minutes_colchester_postcodes",
        "Minutes by road from the centre of Colchester to every postcode of England and Wales",
        NETWORK_SOURCE,
        "2025-11",
        lambda w: minutes.minutes_table(w, "Colchester", None),
        licence="ODbL-1.0 AND OGL-UK-3.0",
        attribution=NETWORK_CREDIT,
        layout=MINUTES,
        derived=True,
    ),
    Plan(
        "minutes_colchester_msoa11",
        "Minutes by road from the centre of Colchester to every zone of 2011",
        NETWORK_SOURCE,
        "2025-11",
        lambda w: minutes.minutes_table(w, "Colchester", "msoa11"),
        licence="ODbL-1.0 AND OGL-UK-3.0",
        attribution=NETWORK_CREDIT,
        derived=True,
    ),
)
