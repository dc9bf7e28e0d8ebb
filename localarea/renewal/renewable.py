"""
Which tables can be refreshed, from what, and which others are made again with them.

Each road leads from a publisher's file to tables that are put into use in one step. To add one,
write a function ``make`` in `localarea.renewal.kinds` that takes a
`localarea.renewal.request.Request` and returns a `localarea.renewal.request.Made`, and enter it
here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.renewal.request import Made, RefreshResult, Request


@dataclass(frozen=True, slots=True)
class Renewable:
    """
    Tables that one publisher's file renews.

    Attributes
    ----------
    name : str
        Name in ``localarea data refresh NAME``, and of the chain of its editions.
    rebuilds : tuple of str
        Patterns of the names of tables that rest on these and are made again where they differ.
    reads : str
        The files that it reads, in plain words.
    source : str
        Publisher's file that is fetched if none is named, as in
        `localarea.datasets.download.sources`; empty if a file must be named.
    """

    name: str
    makes: tuple[str, ...]
    rebuilds: tuple[str, ...]
    reads: str
    synonyms: tuple[str, ...] = ()
    source: str = ""

    def makes_again(self, table: str) -> bool:
        """Check whether a refresh makes a table, from the file or because it rests on it."""
        return table in self.makes or any(fnmatchcase(table, one) for one in self.rebuilds)

    def refresh(self, request: Request) -> RefreshResult:
        """
        Refresh the tables.

        Postcodes have to do with published definitions as well: see `localarea.renewal.refresh`.
        """
        from localarea.renewal.bringing import bring_in

        return bring_in(self.name, request, _maker_of(self.name))


def _maker_of(name: str) -> Callable[[Request], Made]:
    """Import a road only when it is taken: the list is read by commands that take none."""
    match name:
        case "districts":
            from localarea.renewal.kinds.districts import make
        case "counties":
            from localarea.renewal.kinds.counties import make
        case "zones":
            from localarea.renewal.kinds.zones import make
        case "names":
            from localarea.renewal.kinds.names import make
        case "flows":
            from localarea.renewal.kinds.flows import make
        case "jobs":
            from localarea.renewal.kinds.jobs import make
        case "enterprises":
            from localarea.renewal.kinds.enterprises import make
        case "roads":
            from localarea.renewal.kinds.roads import make
        case _:
            raise NotImplementedError(f"{name} have a road of their own")
    return make


_MINUTES: Final = "minutes_*"  # by road, from each anchor with a table

RENEWABLE: Final = (
    Renewable(
        "postcodes",
        ("postcodes",),
        ("minutes_*_postcodes",),
        "the postcode directory of the ONS (ONSPD or NSPL), any edition, zip or CSV",
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
        ("lad", "local authorities"),
    ),
    Renewable(
        "counties",
        ("counties_lad25",),
        (),
        "the lookup of districts and counties of a year, or the file of the districts of all "
        "years (ONS)",
        ("county",),
    ),
    Renewable(
        "zones",
        ("zones_msoa11", "zones_msoa21"),
        ("districts_lad25", _MINUTES),
        "boundaries of the MSOAs of 2011 or of 2021 (ONS), as GeoPackage, Shapefile or GeoJSON",
        ("boundaries", "outlines"),
        "msoa21_boundaries",
    ),
    Renewable(
        "names",
        ("zones_msoa11", "zones_msoa21"),
        (_MINUTES,),
        "the House of Commons Library's names of MSOAs, as CSV",
        ("zone names", "msoa names"),
        "msoa21_names",
    ),
    Renewable(
        "flows",
        ("flows_2011", "flows_2011_special", "flows_2021", "flows_2021_special"),
        (),
        "WU01EW of the census of 2011 or ODWP01EW of 2021 between MSOAs (Nomis), zip or CSV",
        ("commuting",),
    ),
    Renewable(
        "jobs",
        ("jobs_msoa21_2024",),
        (),
        "employees by MSOA of 2021 and broad industry of the Business Register and Employment "
        "Survey (Nomis), as CSV",
        ("bres", "employees"),
    ),
    Renewable(
        "enterprises",
        ("enterprises_lad",),
        (),
        "active enterprises by district of Business Demography (ONS), as CSV",
        ("businesses",),
    ),
    Renewable(
        "roads",
        ("roads_nodes", "roads_edges", "roads_network_nodes", "roads_network_edges"),
        (_MINUTES,),
        "an OpenStreetMap extract of Great Britain (.osm.pbf), as Geofabrik has them",
        ("osm", "openstreetmap", "network"),
    ),
)


def names_of_renewables() -> tuple[str, ...]:
    """Return the names that ``localarea data refresh`` takes."""
    return tuple(one.name for one in RENEWABLE)


def renewable(name: str) -> Renewable:
    """
    Return what a name stands for: its own, a synonym, or a table that it makes.

    InputError if it is none of them.

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
