"""Methods that read one table: districts, official areas, catchment, minutes by road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.errors import SettingError
from localarea.options.anchors.official_area import abroad_note, official_area
from localarea.options.anchors.place import find_anchor
from localarea.options.methods.base import (
    MethodResult,
    _zones_table,
    anchor_district,
)
from localarea.options.stated import is_number
from localarea.options.stated_districts import district_faults
from localarea.options.titles import spoken_name
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.anchors.place import AnchorPlace
    from localarea.options.council import Council


# Dijkstra, Poelman and Veneri (2019), The EU-OECD definition of a functional urban area, OECD
# Regional Development Working Papers 2019/11: zones that send 15% or more to the core belong.
DEFAULT_MIN_SHARE: Final = 0.15


LONGEST_MIN: Final = 600  # minutes; no journey on the mainland takes longer


def _districts(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    gazetteer = read_gazetteer(council.zone_system, store=store)
    members = dict(parameters.get("members", ()))
    neighbours = parameters.get("neighbours", False)
    if not isinstance(neighbours, bool):
        raise SettingError(f"neighbours is {neighbours!r}; it must be true or false")
    if bool(members) == neighbours:
        raise SettingError(
            "method 'districts' needs members, a table of lad25cd = name, or neighbours = true "
            "for the anchor's district with those that border it, but not both"
        )
    if neighbours:
        members = _bordering(council, store)
    faults = district_faults(members.items(), store=store)
    if faults:
        raise SettingError(f"{council.key}.toml, members of 'districts': " + "; ".join(faults))
    zones = sorted(zone for code in members for zone in gazetteer.district_zones[code])
    known: dict[str, Any] = {"members": members}
    if neighbours and len(members) == 1:  # an island: its title says that others are in it
        (name,) = members.values()
        known["notes"] = (f"no district shares a border with {name}, so the area is {name} alone",)
    return MethodResult(tuple(zones), known, (_zones_table(council), "districts_lad25"))


def _bordering(council: Council, store: DataStore | None) -> dict[str, str]:
    """Return code and name of the anchor's district and of those that border it."""
    from localarea.places.counties import bordering_districts

    own = anchor_district(council, store=store)
    names = read_gazetteer(council.zone_system, store=store).districts
    return {code: names[code] for code in sorted({own, *bordering_districts(own, store=store)})}


def _ttwa_official(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.datasets.storage.arrow import texts_of
    from localarea.datasets.ttwa import ttwa11_zone_table

    stated = parameters.get("ttwa11cd")
    taken = None if stated else official_area(_anchor(council, store), store)
    code = str(stated) if taken is None else taken.code
    # Reads the table directly, without place names: a check of one postcode passes through here.
    table = ttwa11_zone_table(store=store)
    areas, zones, names = (table[name] for name in ("ttwa11cd", "msoa11cd", "ttwa11nm"))
    rows = [row for row, area in enumerate(texts_of(areas)) if area == code]
    held = {zones[row].as_py(): names[row].as_py() for row in rows}
    if not held:
        raise SettingError(f"ttwa11cd {code!r} is not a travel to work area of England and Wales")
    known: dict[str, Any] = {
        "ttwa11cd": code,
        "ttwa11nm": next(iter(held.values())),
        "assignment": "zones by the majority of their residents of 2011",
    }
    read_as: tuple[str, ...] = ()
    if taken is not None and taken.name != spoken_name(council.anchor):
        read_as = (f"the area taken is {taken.words}",)
    notes = (*read_as, *abroad_note(code, store))
    if notes:
        known["notes"] = notes
    return MethodResult(tuple(sorted(held)), known, ("ttwa11_msoa11",))


def _anchor(council: Council, store: DataStore | None) -> AnchorPlace:
    return find_anchor(council.anchor, council.zone_system, store)


def _catchment(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.datasets.store import default_store
    from localarea.options.methods.commuting import anchor_links, commuting_of, in_zones_of

    share = parameters.get("min_share", DEFAULT_MIN_SHARE)
    if not is_number(share) or not 0 < share <= 1:
        raise SettingError(f"min_share is {share!r}; it must be a share above 0 and at most 1")
    store = store or default_store()
    commuting = commuting_of(parameters, council, store)
    native = commuting.council
    links = anchor_links(commuting, store)
    held = links.core | (links.sends >= float(share))
    zones = tuple(links.codes[held].tolist())
    known = {
        "min_share": float(share),
        **commuting.stated,
        "workers": "those who travel to a workplace in England and Wales",
        "contiguity": "not forced",
    }
    chosen = MethodResult(zones, known, (commuting.tables[0], _zones_table(native)))
    return in_zones_of(council, native, chosen, store)


def _drive(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.minutes.anchor_minutes import input_tables, zone_minutes
    from localarea.options.minutes.centre import centre_notes, describe_centre

    most = parameters.get("minutes")
    if not is_number(most) or not 0 < most <= LONGEST_MIN:
        raise SettingError(f"minutes is {most!r}; it must be above 0 and at most {LONGEST_MIN}")
    minutes = zone_minutes(council, store=store)
    zones = tuple(sorted(code for code, away in minutes.items() if away <= most))
    known: dict[str, Any] = {
        "minutes": most,
        "from": describe_centre(council.anchor, store=store),
        "to": "the population-weighted centre of each zone",
        "roads": "free-flowing, by the embedded network",
    }
    notes = centre_notes(council.anchor, store=store)
    if notes:
        known["notes"] = notes
    return MethodResult(zones, known, input_tables(council.zone_system))
