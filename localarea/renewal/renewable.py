"""
Which tables can be refreshed, from what, and which others are made again with them.

Each road leads from a publisher's file to tables that are put into use in one step. To add one,
write a function that takes a `localarea.renewal.request.Request` and returns a
`localarea.renewal.request.RefreshResult`, and enter it in `RENEWABLE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.renewal.request import RefreshResult, Request


@dataclass(frozen=True, slots=True)
class Renewable:
    """
    Tables that one publisher's file renews.

    Attributes
    ----------
    name : str
        Name in ``localarea data refresh NAME``, and of the chain of its editions.
    makes : tuple of str
        Tables of the registry that are made from the file.
    rebuilds : tuple of str
        Patterns of the names of tables that rest on them and are made again where they differ.
    reads : str
        The files that it reads, in plain words.
    road : callable or None
        Takes the road; None for postcodes, which have to do with published definitions as well:
        see `localarea.renewal.refresh`.
    synonyms : tuple of str
        Other names by which it can be asked for.
    source : str
        Publisher's file that is fetched if none is named, as in `localarea.datasets.sources`;
        empty if a file must be named.
    """

    name: str
    makes: tuple[str, ...]
    rebuilds: tuple[str, ...]
    reads: str
    road: Callable[[Request], RefreshResult] | None
    synonyms: tuple[str, ...] = ()
    source: str = ""

    def makes_again(self, table: str) -> bool:
        """Check whether a refresh makes a table, from the file or because it rests on it."""
        return table in self.makes or any(fnmatchcase(table, one) for one in self.rebuilds)

    def refresh(self, request: Request) -> RefreshResult:
        """Refresh the table."""
        if self.road is None:
            raise NotImplementedError(f"{self.name} have a road of their own")
        return self.road(request)


# Each road is imported only when it is taken: the list is read by commands that take none.


def _districts(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.districts import refresh_districts

    return refresh_districts(request)


def _counties(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.counties import refresh_counties

    return refresh_counties(request)


def _zones(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.zones import refresh_zones

    return refresh_zones(request)


def _names(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.names import refresh_names

    return refresh_names(request)


def _flows(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.flows import refresh_flows

    return refresh_flows(request)


def _jobs(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.jobs import refresh_jobs

    return refresh_jobs(request)


def _enterprises(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.enterprises import refresh_enterprises

    return refresh_enterprises(request)


def _roads(request: Request) -> RefreshResult:
    from localarea.renewal.kinds.roads import refresh_roads

    return refresh_roads(request)


_MINUTES: Final = "minutes_*"  # by road, from each anchor with a table

RENEWABLE: Final = (
    Renewable(
        "postcodes",
        ("postcodes",),
        ("minutes_*_postcodes",),
        "the postcode directory of the ONS (ONSPD or NSPL), any edition, zip or CSV",
        None,
        ("directory", "onspd", "nspl"),
        "onspd",
    ),
    Renewable(
        "districts",
        ("districts_names", "districts_lad25"),
        (
            "zones_*",
            "postcodes",
            "ttwa11_lookup",
            "enterprises_lad",
            "counties_lad25",
            _MINUTES,
        ),
        "boundaries, or names and codes, of the local authority districts of a year, or the file "
        "of the districts of all years (ONS)",
        _districts,
        ("lad", "local authorities"),
    ),
    Renewable(
        "counties",
        ("counties_lad25",),
        (),
        "the lookup of districts and counties of a year, or the file of the districts of all "
        "years (ONS)",
        _counties,
        ("county",),
    ),
    Renewable(
        "zones",
        ("zones_msoa11", "zones_msoa21"),
        ("districts_lad25", _MINUTES),
        "boundaries of the MSOAs of 2011 or of 2021 (ONS), as GeoPackage, Shapefile or GeoJSON",
        _zones,
        ("boundaries", "outlines"),
        "msoa21_boundaries",
    ),
    Renewable(
        "names",
        ("zones_msoa11", "zones_msoa21"),
        (_MINUTES,),
        "the House of Commons Library's names of MSOAs, as CSV",
        _names,
        ("zone names", "msoa names"),
        "msoa21_names",
    ),
    Renewable(
        "flows",
        ("flows_2011", "flows_2011_special", "flows_2021", "flows_2021_special"),
        (),
        "WU01EW of the census of 2011 or ODWP01EW of 2021 between MSOAs (Nomis), zip or CSV",
        _flows,
        ("commuting",),
    ),
    Renewable(
        "jobs",
        ("jobs_msoa21_2024",),
        (),
        "employees by MSOA of 2021 and broad industry of the Business Register and Employment "
        "Survey (Nomis), as CSV",
        _jobs,
        ("bres", "employees"),
    ),
    Renewable(
        "enterprises",
        ("enterprises_lad",),
        (),
        "active enterprises by district of Business Demography (ONS), as CSV",
        _enterprises,
        ("businesses",),
    ),
    Renewable(
        "roads",
        ("roads_nodes", "roads_edges", "roads_network_nodes", "roads_network_edges"),
        (_MINUTES,),
        "an OpenStreetMap extract of Great Britain (.osm.pbf), as Geofabrik has them",
        _roads,
        ("osm", "openstreetmap", "network"),
    ),
)


def names_of_renewables() -> tuple[str, ...]:
    """Return the names that ``localarea data refresh`` takes."""
    return tuple(one.name for one in RENEWABLE)


def renewable(name: str) -> Renewable:
    """
    Return what a name stands for: its own, a synonym, or a table that it makes.

    Raises
    ------
    InputError
        If it is none of them.

    Examples
    --------
    >>> renewable("ONSPD").name
    'postcodes'
    """
    asked = name.strip().casefold()
    for one in RENEWABLE:
        if asked in (one.name, *one.synonyms, *one.makes):
            return one
    raise InputError(
        f"{name!r} cannot be refreshed or restored; what can be: {', '.join(names_of_renewables())}"
    )


def makers_of(table: str) -> tuple[str, ...]:
    """Return the names of what makes a table, from a file or because it rests on it."""
    return tuple(one.name for one in RENEWABLE if one.makes_again(table))
