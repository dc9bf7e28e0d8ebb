"""Frozen values that cross rooms: what a verdict is, and what an option is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NewType

Postcode = NewType("Postcode", str)
GssCode = NewType("GssCode", str)

Status = Literal["local", "not_local", "unknown"]
ZoneSystem = Literal["msoa11", "msoa21", "lsoa11", "lsoa21", "oa11", "oa21"]
Reason = Literal[
    "in_area",
    "outside_area",
    "terminated",
    "outward_only",
    "blank",
    "malformed",
    "not_in_directory",
    "non_geographic",
    "scotland",
    "northern_ireland",
    "isle_of_man",
    "channel_islands",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Whether one postcode is local, and why.

    Parameters
    ----------
    postcode
        The postcode as it was read (``CO1 1JB``), or the text as given when it
        could not be read.
    status
        ``local``, ``not_local`` or ``unknown``.
    borderline
        True when the postcode lies within the stated distance of the boundary.
    reason
        The code of the reason.
    explanation
        A sentence that can be shown to the supplier.
    definition
        Id of the published definition, or ``option:NAME`` where none is.
    directory_date
        Month of the postcode directory, ``YYYY-MM``.
    terminated
        None for a live postcode; otherwise the month it was withdrawn,
        ``YYYY-MM``, or ``YYYY-MM/YYYY-MM`` when only the interval is known.
    zone
        Code of the zone (MSOA 2011) that decided, or None.
    district
        Code of the district (``lad25cd``), or None.
    easting, northing
        Metres in EPSG:27700, or None.
    minutes_to_anchor
        Minutes by road, or None while no travel time is known.
    metres_to_boundary
        Distance in metres from the postcode's point to the boundary line, or None.
    """

    postcode: str
    status: Status
    borderline: bool
    reason: Reason
    explanation: str
    definition: str
    directory_date: str
    terminated: str | None = None
    zone: str | None = None
    district: str | None = None
    easting: int | None = None
    northing: int | None = None
    minutes_to_anchor: float | None = None
    metres_to_boundary: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the verdict as a plain dictionary, keys in the documented order."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Option:
    """
    A candidate boundary: a method, its parameters and the zones that result.

    Parameters
    ----------
    id
        Short name such as ``ttwa-official+ipswich``.
    title
        One line for people.
    method
        Name of the method that chose the zones.
    zone_system
        System and vintage of the zone codes.
    zones
        Zone codes, sorted, without repeats.
    anchor
        Name of the place the labour market is measured from.
    parameters
        Everything the method was given.
    vintages
        Table name -> vintage of each dataset used.
    """

    id: str
    title: str
    method: str
    zone_system: ZoneSystem
    zones: tuple[str, ...]
    anchor: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    vintages: Mapping[str, str] = field(default_factory=dict)
