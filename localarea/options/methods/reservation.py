"""
The areas to which an English authority may reserve a contract below the thresholds.

The Local Government (Exclusion of Non-commercial Considerations) (England) Order 2026
(SI 2026/94, article 3(5)) allows the authority's own area, the whole county or London borough
that it lies wholly within, and either with the counties and London boroughs that border it;
several authorities may take their areas together. Nothing but districts and counties is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.errors import InputError, SettingError
from localarea.options.methods.base import MethodResult, _zones_table, anchor_district
from localarea.options.reserving import county_council
from localarea.options.titles import join_names
from localarea.places.counties import bordering_counties, read_counties
from localarea.places.gazetteer import fold, read_gazetteer
from localarea.places.resolve import resolve_district

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

ORDER: Final = "SI 2026/94"
_AREAS: Final = ("own", "county")
_COUNTY_COUNCILS: Final = "E10"  # counties that have a council above those of their districts
TABLES: Final = ("counties_lad25", "districts_lad25")


def choose_own(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the whole area of the authority, or of several together.

    InputError if an authority is in Wales, or is not known.
    """
    own = _own_area(parameters, council, store)
    return _result(own, parameters, council, store, {})


def choose_county(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the county or London borough that the authority lies wholly within.

    InputError if an authority is in Wales, or several are not all in one county.
    """
    own = _own_area(parameters, council, store)
    county = _county_of(own, store)
    if county is None:
        raise InputError(
            f"{join_names(sorted(own.values()))} are not all in one county, so there is no county "
            "to take whole; use reserve-own or reserve-bordering"
        )
    known = read_counties(store)
    return _result(
        known.members[county], parameters, council, store, {"county": {county: known.names[county]}}
    )


def choose_bordering(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the authority's county or area with the counties and London boroughs that border it.

    InputError if an authority is in Wales, nothing borders it, or a named neighbour does not.
    SettingError if ``area`` is neither ``own`` nor ``county``.
    """
    known = read_counties(store)
    own = _own_area(parameters, council, store)
    county = _county_of(own, store)
    area = parameters.get("area", "own" if county is None else "county")
    if area not in _AREAS:
        raise SettingError(f"area is {area!r}; it must be own or county")
    if area == "county":
        base = choose_county(parameters, council, store).parameters["districts"]
    else:
        base = own
    beside = {code: known.names[code] for code in bordering_counties(base, store=store)}
    chosen = _named_neighbours(parameters.get("neighbours"), beside)
    if not chosen:
        raise InputError(
            f"no county or London borough borders {join_names(sorted(own.values()))}; use "
            "reserve-own or reserve-county"
        )
    districts = [*base, *(d for code in chosen for d in known.members[code])]
    about: dict[str, Any] = {"area": area, "bordering": chosen}
    if area == "county" and county is not None:
        about["county"] = {county: known.names[county]}
    return _result(districts, parameters, council, store, about)


def _own_area(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> dict[str, str]:
    """Return code and name of every district of the authorities."""
    others = parameters.get("with", ())
    if isinstance(others, str) or not all(isinstance(name, str) for name in others):
        raise SettingError("with must be a list of names of authorities")
    names = read_gazetteer(council.zone_system, store=store).districts
    named = (_authority(parameters, council, store), *others)
    held = {code for name in named for code in _districts_of(name, store)}
    return {code: names[code] for code in sorted(held)}


def _authority(parameters: Mapping[str, Any], council: Council, store: DataStore | None) -> str:
    """Return what is stated, or the county of a county council, or the anchor's district."""
    if "authority" in parameters:
        return str(parameters["authority"])
    return county_of(council, store) or anchor_district(council, store=store)


def county_of(council: Council, store: DataStore | None) -> str | None:
    """Return the name of the county that a council's file is for; None if it is a district's."""
    wanted = county_council(council.title)
    if wanted is None:
        return None
    known = read_counties(store)
    names = (known.names[code] for code in known.members if code.startswith(_COUNTY_COUNCILS))
    return next((name for name in names if fold(name) == fold(wanted)), None)


def _districts_of(name: str, store: DataStore | None) -> tuple[str, ...]:
    """Return the districts of one authority: a county council's, or the district itself."""
    known = read_counties(store)
    for code, county in known.names.items():
        wanted = name.upper() == code or fold(name) == fold(county)
        if code.startswith(_COUNTY_COUNCILS) and wanted:
            return known.members[code]
    place = resolve_district(name, store=store)
    if place.code not in known.county_of:
        raise InputError(
            f"contracts can be reserved to a local area only by authorities in England ({ORDER}), "
            f"and {place.name} is in Wales"
        )
    return (str(place.code),)


def _county_of(districts: Iterable[str], store: DataStore | None) -> str | None:
    """Return the county that holds all districts; None if they are in several."""
    found = {read_counties(store).county_of[code] for code in districts}
    return found.pop() if len(found) == 1 else None


def _named_neighbours(named: Any, beside: Mapping[str, str]) -> dict[str, str]:
    """Return the neighbours that are named, or all of them if none is."""
    if named is None:
        return dict(beside)
    wanted = {fold(str(name)): str(name) for name in named}
    chosen = {code: name for code, name in beside.items() if fold(name) in wanted}
    missing = sorted(set(wanted) - {fold(name) for name in chosen.values()})
    if missing:
        raise InputError(
            f"{join_names([wanted[m] for m in missing])} does not border the area; what does: "
            f"{', '.join(sorted(beside.values())) or 'nothing'}"
        )
    return chosen


def _result(
    districts: Iterable[str],
    parameters: Mapping[str, Any],
    council: Council,
    store: DataStore | None,
    about: Mapping[str, Any],
) -> MethodResult:
    gazetteer = read_gazetteer(council.zone_system, store=store)
    codes = sorted(set(districts))
    zones = sorted(zone for code in codes for zone in gazetteer.district_zones[code])
    known = {name: _plain(value) for name, value in parameters.items()}
    county = county_of(council, store)
    if county is not None:
        known.setdefault("authority", county)
    known |= {"instrument": ORDER, **about}
    known["districts"] = {code: gazetteer.districts[code] for code in codes}
    return MethodResult(tuple(zones), known, (_zones_table(council), *TABLES))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
