"""Refresh the major roads, and the network of them, from an OpenStreetMap extract."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from localarea.datasets.districts import read_districts
from localarea.datasets.roads import read_road_edges, read_road_nodes
from localarea.errors import InputError
from localarea.renewal.kinds._road_coverage import EDGES, NODES, compare_roads, roads_in
from localarea.renewal.kinds._shared import described
from localarea.renewal.making.roads import edge_table, network_tables, node_table
from localarea.renewal.request import Made, NewTable
from localarea.roads.embedded import EmbeddedTables, build_embedded, read_embedded_tables
from localarea.roads.ground.land import read_land
from localarea.roads.known_minutes import PLACES, measure_nearness, read_known_minutes
from localarea.roads.osm.major_roads import read_major_roads
from localarea.roads.speeds import read_speed_model

if TYPE_CHECKING:
    import pyarrow as pa

    from localarea.renewal.kinds._road_coverage import Coverage
    from localarea.renewal.request import Request
    from localarea.roads.osm.major_roads import MajorRoads

NETWORK: Final = ("roads_network_nodes", "roads_network_edges")
_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_PLACES: Final = ["easting", "northing", "status", "msoa11cd"]
_SURVEYED: Final = "Contains National Highways data. "  # tags tell the carriageway instead


def make(request: Request) -> Made:
    """
    Refresh the major roads from an OpenStreetMap extract.

    Speeds, access legs and the minutes at both ends of a journey stay those of the package; the
    local roads are made again of the postcodes in use.

    Raises
    ------
    InputError
        If more than 1% of the junctions or of the length in England and Wales would be lost and
        that is not accepted, or nothing tells the month of the extract.
    EmptyResultError
        If it has no major road.
    """
    roads = read_major_roads(request.path)
    month = _month_of(request, roads.month)
    request.progress("comparing the roads with those in use")
    coverage = _compared(request, roads, month)
    if not request.accept_loss:
        coverage.require()
    request.progress("joining the local roads")
    tables = _tables(request, roads, month)
    request.progress("measuring against known times")
    notes = (*_notes(roads, coverage), *_nearness(request, tables))
    return Made(tables, coverage.changes, notes)


def _month_of(request: Request, found: str | None) -> str:
    month = request.edition or found
    if month is None:
        raise InputError(
            f"neither the file {request.path.name!r} nor its name says of which month it is; state "
            "the month, such as 2026-01",
            parameter="edition",
        )
    if not _MONTH.fullmatch(month):
        raise InputError(
            f"the month {month!r} is not valid; write year and month, such as 2026-01",
            parameter="edition",
        )
    return month


def _compared(request: Request, roads: MajorRoads, month: str) -> Coverage:
    districts = read_districts(store=request.store)
    nodes = read_road_nodes(store=request.store)[["easting", "northing"]].to_numpy()
    older = roads_in(nodes, read_road_edges(store=request.store), districts)
    newer = roads_in(roads.nodes.to_numpy(), roads.edges, districts, roads.along)
    vintages = (request.store.info(NODES).vintage, month)
    return compare_roads(older, newer, districts, vintages=vintages, here=request.districts)


def _tables(request: Request, roads: MajorRoads, month: str) -> tuple[NewTable, ...]:
    from localarea.datasets.postcodes import read_postcodes

    store = request.store
    extract = f"OpenStreetMap extract ({month})"
    places = f"ONS Postcode Directory ({store.directory_date}); ONS MSOA boundaries 2011; {extract}"
    postcodes = read_postcodes(_PLACES, store=store).to_pandas()
    network = network_tables(roads.nodes, roads.edges, postcodes, read_land(store=store))
    made: list[tuple[str, pa.Table, str, tuple[str, ...]]] = [
        (NODES, node_table(roads.nodes.to_numpy()), extract, ()),
        (EDGES, edge_table(roads.edges), extract, ()),
        (NETWORK[0], network[0], places, (NODES, EDGES)),
        (NETWORK[1], network[1], places, (NODES, EDGES)),
    ]
    found = []
    for name, table, source, made_from in made:
        info = described(request, name, vintage=month, source=source)
        credit = info.attribution.replace(_SURVEYED, "")
        found.append(NewTable(replace(info, attribution=credit), table, made_from=made_from))
    return tuple(found)


def _notes(roads: MajorRoads, coverage: Coverage) -> tuple[str, ...]:
    km = roads.edges["km"]
    dual, motorway = (float((km * roads.edges[one]).sum()) for one in ("dual", "motorway"))
    notes = [
        f"the extract gives the carriageway of every road: of {km.sum():,.0f} km, "
        f"{motorway:,.0f} km are motorway and {dual - motorway:,.0f} km other dual carriageway, "
        "each direction by itself"
    ]
    notes += [f"lost: {one}" for one in coverage.by_region()]
    if coverage.beyond_lost:
        notes.append(
            f"{coverage.beyond_lost:,} junctions beyond England and Wales are lost, so journeys "
            "by way of Scotland may not be found"
        )
    return tuple(notes)


def _nearness(request: Request, tables: tuple[NewTable, ...]) -> tuple[str, ...]:
    """Describe how near journeys on the new and the old network are to known times."""
    if request.known_minutes is None:
        return ()
    known = read_known_minutes(request.known_minutes)
    made = {one.info.name: one.table.to_pandas() for one in tables}
    model, land = read_speed_model(), read_land(store=request.store)
    older, newer = (
        measure_nearness(build_embedded(network, model, land), known)
        for network in (
            read_embedded_tables(store=request.store),
            EmbeddedTables(*(made[name] for name in NETWORK)),
        )
    )
    if older is None or newer is None:
        return ("the roads do not cover the journeys of the known minutes, so nothing is measured",)
    places = ", ".join(name for name, _, _ in PLACES.values())
    return (
        f"against {newer.journeys:,} published journeys to {places} the median error is "
        f"{newer.median_min:.2f} minutes, before {older.median_min:.2f}, and the 90th percentile "
        f"{newer.p90_min:.2f}, before {older.p90_min:.2f}",
    )
