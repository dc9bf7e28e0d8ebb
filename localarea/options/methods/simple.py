"""Methods that read one table: districts, official areas, catchment, minutes by road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.errors import SettingError
from localarea.options.methods.base import MethodResult, _zones_table, anchor_zones
from localarea.options.stated_districts import district_faults
from localarea.places.gazetteer import read_gazetteer
from localarea.places.resolve import resolve_district

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
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
    if not members:
        raise SettingError("method 'districts' needs members: a table of lad25cd = name")
    faults = district_faults(members.items(), store=store)
    if faults:
        raise SettingError(f"{council.key}.toml, members of 'districts': " + "; ".join(faults))
    zones = sorted(zone for code in members for zone in gazetteer.district_zones[code])
    return MethodResult(
        tuple(zones), {"members": members}, (_zones_table(council), "districts_lad25")
    )


def _ttwa_official(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.datasets.ttwa import ttwa11_zone_table

    stated = parameters.get("ttwa11cd")
    code = _ttwa_of_anchor(council, store) if stated is None else str(stated)
    # Reads the table directly, without place names: a check of one postcode passes through here.
    table = ttwa11_zone_table(store=store).select(["msoa11cd", "ttwa11cd", "ttwa11nm"])
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    held = {zone: name for zone, area, name in rows if area == code}
    if not held:
        raise SettingError(f"ttwa11cd {code!r} is not a travel to work area of England and Wales")
    known: dict[str, Any] = {
        "ttwa11cd": code,
        "ttwa11nm": next(iter(held.values())),
        "assignment": "zones by the majority of their residents of 2011",
    }
    return MethodResult(tuple(sorted(held)), known, ("ttwa11_msoa11",))


def _ttwa_of_anchor(council: Council, store: DataStore | None) -> str:
    """Find the travel to work area where most of the anchor's residents of 2011 live."""
    import pyarrow.compute as pc

    from localarea.datasets.store import default_store

    anchor = resolve_district(council.anchor, store=store)
    lookup = (store or default_store()).read(
        "ttwa11_lookup", columns=["lad25cd", "ttwa11cd", "residents_2011"]
    )
    inside = lookup.filter(pc.equal(lookup["lad25cd"].cast("string"), anchor.code))
    residents: dict[str, int] = {}
    for row in inside.to_pylist():
        code = row["ttwa11cd"]
        residents[code] = residents.get(code, 0) + (row["residents_2011"] or 0)
    if not residents:
        raise SettingError(f"no travel to work area is known for {council.anchor}")
    return min(residents, key=lambda code: (-residents[code], code))


def _catchment(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.datasets.store import default_store
    from localarea.labour.catchment import catchment
    from localarea.options.methods.commuting import commuting_of, in_zones_of

    share = parameters.get("min_share", DEFAULT_MIN_SHARE)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share <= 1:
        raise SettingError(f"min_share is {share!r}; it must be a share above 0 and at most 1")
    store = store or default_store()
    commuting = commuting_of(parameters, council, store)
    native = commuting.council
    core = anchor_zones(native, store=store)
    zones = catchment(commuting.journeys(store), core, min_share=float(share))
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

    most = parameters.get("minutes")
    if isinstance(most, bool) or not isinstance(most, (int, float)) or not 0 < most <= LONGEST_MIN:
        raise SettingError(f"minutes is {most!r}; it must be above 0 and at most {LONGEST_MIN}")
    minutes = zone_minutes(council, store=store)
    zones = tuple(sorted(code for code, away in minutes.items() if away <= most))
    known = {
        "minutes": most,
        "from": f"the centre of {council.anchor}",
        "to": "the population-weighted centre of each zone",
        "roads": "free-flowing, by the embedded network",
    }
    return MethodResult(zones, known, input_tables(council.zone_system))
