"""
The methods that choose an option's zones, by the name that council files use.

A method takes the parameters of one option and answers with zones, with its
parameters made complete, and with the tables it used. To add one, write a
function of that form and enter it in :data:`METHODS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import SettingError
from localarea.places.gazetteer import read_gazetteer
from localarea.places.resolve import resolve_district

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

# Dijkstra, Poelman and Veneri (2019), The EU-OECD definition of a functional urban area, OECD
# Regional Development Working Papers 2019/11: zones sending 15% or more to the core belong.
DEFAULT_MIN_SHARE: Final = 0.15
LONGEST_MIN: Final = 600  # minutes; the farthest zone of the mainland is nearer from anywhere


@dataclass(frozen=True, slots=True)
class Chosen:
    """
    What a method answers.

    Attributes
    ----------
    zones : tuple of str
        Zone codes, sorted, without repeats.
    parameters : mapping
        All parameters, with those that were left to the method filled in.
    tables : tuple of str
        Tables of the registry that decided.
    """

    zones: tuple[str, ...]
    parameters: Mapping[str, Any]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """
    A way of choosing zones.

    Attributes
    ----------
    choose : callable
        Takes parameters, council and store; answers with :class:`Chosen`.
    accepts : frozenset of str
        Names of the parameters a council's file may set.
    zone_systems : frozenset of str
        Zone systems that it works for.
    """

    choose: Callable[[Mapping[str, Any], Council, DataStore | None], Chosen]
    accepts: frozenset[str] = frozenset()
    zone_systems: frozenset[str] = field(default_factory=lambda: frozenset({"msoa11", "msoa21"}))


def choose_zones(
    method: str, parameters: Mapping[str, Any], council: Council, *, store: DataStore | None = None
) -> Chosen:
    """
    Choose zones by a method.

    Parameters
    ----------
    method : str
        Name in :data:`METHODS`.
    parameters : mapping
        Parameters of the method.
    council : Council
        Whose anchor and zone system are used.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Chosen
        Zones, complete parameters and tables used.

    Raises
    ------
    SettingError
        If there is no such method, it does not know a parameter, or it has no zones
        of the council's system.
    """
    if method not in METHODS:
        raise SettingError(f"method {method!r} is not known; there are: {', '.join(METHODS)}")
    entry = METHODS[method]
    unknown = sorted(set(parameters) - entry.accepts)
    if unknown:
        takes = ", ".join(sorted(entry.accepts)) or "no parameters"
        raise SettingError(
            f"method {method!r} does not know {', '.join(unknown)}; it takes {takes}"
        )
    if council.zone_system not in entry.zone_systems:
        raise SettingError(
            f"method {method!r} has no zones of {council.zone_system}; "
            f"set zone_system to {' or '.join(sorted(entry.zone_systems))}"
        )
    return entry.choose(parameters, council, store)


def anchor_zones(council: Council, *, store: DataStore | None = None) -> tuple[str, ...]:
    """
    Find the zones of a council's anchor.

    Parameters
    ----------
    council : Council
        The council.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    tuple of str
        Codes of the district's zones in the council's zone system, sorted.
    """
    code = resolve_district(council.anchor, store=store).code
    gazetteer = read_gazetteer(council.zone_system, store=store)
    return gazetteer.district_zones[str(code)]


def _zones_table(council: Council) -> str:
    return f"zones_{council.zone_system}"


def _district(parameters: Mapping[str, Any], council: Council, store: DataStore | None) -> Chosen:
    anchor = resolve_district(council.anchor, store=store)
    return Chosen(
        anchor_zones(council, store=store), {"lad25cd": anchor.code}, (_zones_table(council),)
    )


def _districts(parameters: Mapping[str, Any], council: Council, store: DataStore | None) -> Chosen:
    gazetteer = read_gazetteer(council.zone_system, store=store)
    members = dict(parameters.get("members", ()))
    if not members:
        raise SettingError("method 'districts' needs members: a table of lad25cd = name")
    faults = [
        f"{code} is {gazetteer.districts.get(code, 'no district of 2025')}, not {name}"
        for code, name in members.items()
        if gazetteer.districts.get(code) != name
    ]
    if faults:
        raise SettingError("members of 'districts': " + "; ".join(faults))
    zones = sorted(zone for code in members for zone in gazetteer.district_zones[code])
    return Chosen(tuple(zones), {"members": members}, (_zones_table(council), "districts_lad25"))


def _ttwa_official(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> Chosen:
    from localarea.datasets.ttwa import ttwa11_zone_table

    stated = parameters.get("ttwa11cd")
    code = _ttwa_of_anchor(council, store) if stated is None else str(stated)
    # The table alone, without the names of places: a check of one postcode passes through here.
    table = ttwa11_zone_table(store=store).select(["msoa11cd", "ttwa11cd", "ttwa11nm"])
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    held = {zone: name for zone, area, name in rows if area == code}
    if not held:
        raise SettingError(f"ttwa11cd {code!r} is no travel to work area of England and Wales")
    known: dict[str, Any] = {
        "ttwa11cd": code,
        "ttwa11nm": next(iter(held.values())),
        "assignment": "zones by the majority of their residents of 2011",
    }
    return Chosen(tuple(sorted(held)), known, ("ttwa11_msoa11",))


def _ttwa_of_anchor(council: Council, store: DataStore | None) -> str:
    """Find the area where most of the anchor's residents of 2011 live."""
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


def _catchment(parameters: Mapping[str, Any], council: Council, store: DataStore | None) -> Chosen:
    from localarea.labour.catchment import catchment
    from localarea.options.zone_figures import Vintage, commuter_matrix

    share = parameters.get("min_share", DEFAULT_MIN_SHARE)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share <= 1:
        raise SettingError(f"min_share is {share!r}; it must be a share above 0 and at most 1")
    vintage: Vintage = 2011 if council.zone_system == "msoa11" else 2021
    core = anchor_zones(council, store=store)
    zones = catchment(commuter_matrix(vintage, store=store), core, min_share=float(share))
    known = {
        "min_share": float(share),
        "workers": "those who travel to a workplace in England and Wales",
        "contiguity": "not forced",
    }
    return Chosen(zones, known, (f"flows_{vintage}", _zones_table(council)))


def _ttwa_computed(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> Chosen:
    from localarea.options.methods.travel_to_work_areas import choose_computed

    return choose_computed(parameters, council, store)


def _ttwa_cluster(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> Chosen:
    from localarea.options.methods.travel_to_work_areas import choose_cluster

    return choose_cluster(parameters, council, store)


def _composite(parameters: Mapping[str, Any], council: Council, store: DataStore | None) -> Chosen:
    from localarea.options.methods.composite import choose_composite

    return choose_composite(parameters, council, store)


def _drive(parameters: Mapping[str, Any], council: Council, store: DataStore | None) -> Chosen:
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
    return Chosen(zones, known, input_tables(council.zone_system))


METHODS: Final[dict[str, Method]] = {
    "district": Method(_district),
    "districts": Method(_districts, frozenset({"members"})),
    "ttwa-official": Method(_ttwa_official, frozenset({"ttwa11cd"}), frozenset({"msoa11"})),
    "ttwa-computed": Method(
        _ttwa_computed,
        frozenset({"preset", "min_size", "target_size", "min_sc", "target_sc", "vintage"}),
    ),
    "ttwa-cluster": Method(
        _ttwa_cluster,
        frozenset({"areas", "preset", "target_sc", "min_size", "max_areas", "vintage"}),
    ),
    "catchment": Method(_catchment, frozenset({"min_share"})),
    "composite": Method(
        _composite, frozenset({"min_link", "max_minutes", "max_employed_residents"})
    ),
    "drive": Method(_drive, frozenset({"minutes"})),
}
