"""Refresh the commuting flows of a census from Nomis."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from localarea.datasets.flows import VINTAGES, read_flows, read_special_flows
from localarea.datasets.publishers.nomis import read_flow_file
from localarea.errors import InputError
from localarea.renewal.differences import compare_frames
from localarea.renewal.kinds._shared import (
    described,
    districts_of_zones,
    require_known,
    zones_here,
)
from localarea.renewal.making.flows import flows_table, special_table
from localarea.renewal.request import Made, NewTable

if TYPE_CHECKING:
    from localarea.datasets.flows import Vintage
    from localarea.datasets.zones import System
    from localarea.renewal.request import Request

_SOURCES = {
    2011: "ONS Census 2011, table WU01EW (Nomis)",
    2021: "ONS Census 2021, table ODWP01EW (Nomis)",
}


def make(request: Request) -> Made:
    """
    Refresh the flows of a census from a new publication.

    InputError if the flows are not between MSOAs of a census. SchemaError if a zone is not one of
    the census.
    """
    found = read_flow_file(request.path, vintage=_stated(request))
    system = f"msoa{found.vintage % 100:02d}"
    if found.zone_system != system:
        raise InputError(
            f"these are flows between zones of {found.zone_system}, and the tables have MSOAs of "
            "2011 and 2021; use the file itself for travel to work areas, or add it as your own "
            "flows",
            parameter="from",
        )
    year, zones = cast("Vintage", found.vintage), cast("System", system)
    known = districts_of_zones(request, zones)
    hint = f"the zones are those of the census of {year}"
    for column in ("origin", "destination"):
        require_known("flows", found.flows[column].astype("str"), known, "zones", hint)
    name = f"flows_{year}"
    vintage = request.store.info(name).vintage
    pairs = compare_frames(
        read_flows(year, store=request.store),
        found.flows,
        table=name,
        vintages=(vintage, str(year)),
        keys=("origin", "destination"),
        totals=("workers",),
        is_here=zones_here(request, zones, "origin"),
        what="pairs of zones",
    )
    special = compare_frames(
        read_special_flows(year, store=request.store),
        found.special,
        table=f"{name}_special",
        vintages=(vintage, str(year)),
        keys=("origin", "kind"),
        totals=("workers",),
        is_here=zones_here(request, zones, "origin"),
        what="figures of a zone",
    )
    tables = tuple(
        NewTable(described(request, one, vintage=str(year), source=_SOURCES[year]), table)
        for one, table in (
            (name, flows_table(found.flows)),
            (f"{name}_special", special_table(found.special)),
        )
    )
    notes: tuple[str, ...] = ()
    if found.suppressed:
        notes = (f"{found.suppressed:,} rows are withheld by the publisher and left out",)
    return Made(tables, (pairs, special), notes)


def _stated(request: Request) -> Vintage | None:
    if request.edition is None:
        return None
    if request.edition not in map(str, VINTAGES):
        raise InputError(
            f"there was no census in {request.edition!r}; use 2011 or 2021", parameter="edition"
        )
    return cast("Vintage", int(request.edition))
