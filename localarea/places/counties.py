"""
Counties: the districts in each, which of them border an area, and those that ended.

A county is what the ONS hierarchy of 2025 puts above a district: a county, a metropolitan county
or, for a unitary authority and a London borough, the authority itself. Two areas border if they
share a line of positive length. The boundaries are clipped at high water, so the two banks of a
tidal river share none: :data:`FACING` lists the pairs whose boundary is known to run along one.

People still give counties that have no council now as an address: without :data:`FORMER`,
``Cleveland`` would be a street of Ealing and ``Cumbria`` a name like Cwmbran. They are in no table
here: the districts are those that the orders and Acts put in place of the county.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from localarea.datasets.counties import counties
from localarea.places.gazetteer import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from localarea.datasets.store import DataStore
    from localarea.places.gazetteer import Gazetteer

#: Districts on opposite banks of a tidal river, along the middle of which their boundary runs.
FACING: Final = (
    # The Thames in London, from west to east.
    ("E09000013", "E09000027"),  # Hammersmith and Fulham, Richmond upon Thames
    ("E09000013", "E09000032"),  # Hammersmith and Fulham, Wandsworth
    ("E09000020", "E09000032"),  # Kensington and Chelsea, Wandsworth
    ("E09000033", "E09000032"),  # Westminster, Wandsworth
    ("E09000033", "E09000022"),  # Westminster, Lambeth
    ("E09000001", "E09000028"),  # City of London, Southwark
    ("E09000030", "E09000028"),  # Tower Hamlets, Southwark
    ("E09000030", "E09000023"),  # Tower Hamlets, Lewisham
    ("E09000030", "E09000011"),  # Tower Hamlets, Greenwich
    ("E09000025", "E09000011"),  # Newham, Greenwich
    ("E09000002", "E09000011"),  # Barking and Dagenham, Greenwich
    ("E09000002", "E09000004"),  # Barking and Dagenham, Bexley
    ("E09000016", "E09000004"),  # Havering, Bexley
    # The Thames below London, the Tamar and the Tees.
    ("E06000034", "E07000107"),  # Thurrock, Dartford
    ("E06000034", "E07000109"),  # Thurrock, Gravesham
    ("E06000026", "E06000052"),  # Plymouth, Cornwall
    ("E06000003", "E06000004"),  # Redcar and Cleveland, Stockton-on-Tees
)


@dataclass(frozen=True, slots=True, eq=False)
class Counties:
    """
    The counties of England.

    Attributes
    ----------
    county_of : mapping
        District -> code of its county.
    names : mapping
        Code of a county -> name.
    members : mapping
        Code of a county -> codes of its districts, sorted.
    """

    county_of: Mapping[str, str]
    names: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=4)
def read_counties(store: DataStore | None = None) -> Counties:
    """Read the counties of England, and the districts in each."""
    rows = list(zip(*(c.to_pylist() for c in counties(store=store).columns), strict=True))
    members: dict[str, list[str]] = {}
    for district, county, _ in rows:
        members.setdefault(county, []).append(district)
    return Counties(
        MappingProxyType({district: county for district, county, _ in rows}),
        MappingProxyType({county: name for _, county, name in rows}),
        MappingProxyType({county: tuple(sorted(held)) for county, held in members.items()}),
    )


def bordering_counties(
    districts: Collection[str], *, store: DataStore | None = None
) -> tuple[str, ...]:
    """
    Find the counties and London boroughs that border an area.

    Codes, sorted. None has a district in the area, and none is in Wales.
    """
    known = read_counties(store)
    inside = set(districts)
    beside = {d for district in inside for d in _neighbours(store).get(district, ())}
    within = {known.county_of[district] for district in inside}
    met = {known.county_of[district] for district in beside if district in known.county_of}
    return tuple(sorted(met - within))


def bordering_districts(district: str, *, store: DataStore | None = None) -> tuple[str, ...]:
    """List the districts that share a border with one, across land or a listed river, by code."""
    return tuple(sorted(_neighbours(store).get(district, ())))


@lru_cache(maxsize=4)
def _neighbours(store: DataStore | None) -> Mapping[str, frozenset[str]]:
    """Return the districts that border each district, across a line on land or a listed river."""
    from localarea.datasets.districts import read_districts
    from localarea.places.contiguity import shared_borders

    frame = read_districts(store=store)
    codes = frame.index.tolist()
    met: dict[str, set[str]] = {code: set() for code in codes}
    one, other = shared_borders(frame.geometry.to_numpy()).nonzero()
    pairs = [(codes[a], codes[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    for a, b in (*pairs, *FACING):
        if a in met and b in met:
            met[a].add(b)
            met[b].add(a)
    return MappingProxyType({code: frozenset(found) for code, found in met.items()})


@dataclass(frozen=True, slots=True)
class FormerCounty:
    """
    A county that ended.

    Attributes
    ----------
    ended : int
        Year in which its council, or the county itself, ended.
    within : tuple of str
        Codes of the districts of 2025 in it, or of counties of 2025.
    """

    name: str
    ended: int
    within: tuple[str, ...]


def _unitary(*numbers: int) -> tuple[str, ...]:
    return tuple(f"E06{number:06d}" for number in numbers)


def _welsh(*numbers: int) -> tuple[str, ...]:
    return tuple(f"W06{number:06d}" for number in numbers)


_LONDON: Final = "E09"  # begins the code of each London borough and of the City
_COUNTRIES: Final = {"england": ("England", "Norwich"), "wales": ("Wales", "Cardiff")}
FORMER: Final = (
    FormerCounty("Avon", 1996, _unitary(22, 23, 24, 25)),
    FormerCounty("Bedfordshire", 2009, _unitary(32, 55, 56)),
    FormerCounty("Berkshire", 1998, _unitary(36, 37, 38, 39, 40, 41)),
    FormerCounty("Cheshire", 2009, _unitary(6, 7, 49, 50)),
    FormerCounty("Cleveland", 1996, _unitary(1, 2, 3, 4)),
    FormerCounty("Cumbria", 2023, _unitary(63, 64)),
    FormerCounty("Humberside", 1996, _unitary(10, 11, 12, 13)),
    FormerCounty("Northamptonshire", 2021, _unitary(61, 62)),
    FormerCounty("Sussex", 1974, (*_unitary(43), "E10000011", "E10000032")),
    FormerCounty("Westmorland", 1974, _unitary(64)),
    FormerCounty("Yorkshire", 1974, (*_unitary(2, 3, 10, 11, 14, 65), "E11000003", "E11000006")),
    FormerCounty(
        "Middlesex",
        1965,
        (
            *(f"E09{number:06d}" for number in (3, 5, 9, 10, 14, 15, 17, 18, 27)),
            "E07000213",
        ),
    ),
    FormerCounty("Clwyd", 1996, _welsh(3, 4, 5, 6)),
    FormerCounty("Dyfed", 1996, _welsh(8, 9, 10)),
    FormerCounty("Gwent", 1996, _welsh(18, 19, 20, 21, 22)),
    FormerCounty("Glamorgan", 1974, _welsh(11, 12, 13, 14, 15, 16, 18, 24)),
    FormerCounty("Mid Glamorgan", 1996, _welsh(13, 16, 18, 24)),
    FormerCounty("South Glamorgan", 1996, _welsh(14, 15)),
    FormerCounty("West Glamorgan", 1996, _welsh(11, 12)),
)


def about_former_county(
    wanted: Collection[str], gazetteer: Gazetteer, counties: Counties | None
) -> str | None:
    """
    Return what to name in place of a county without a council, or of a country.

    ``wanted``: forms of the name that was given, folded. ``counties``: the counties of 2025, of
    which some lie in a former one. Returns a sentence without a full stop; None if the name is none
    of these.
    """
    members = counties.members if counties else {}
    for county in FORMER:
        if fold(county.name) in wanted:
            districts = _districts(county, gazetteer, members)
            if districts:
                return f"{county.name} was a county until {county.ended}; {listed(districts)}"
    boroughs = [name for code, name in gazetteer.districts.items() if code.startswith(_LONDON)]
    if boroughs and {"greater london", "greater london authority"} & {*wanted}:
        return f"Greater London has no council of its own here; {listed(boroughs)}"
    for one, (country, such) in _COUNTRIES.items():
        if one in wanted:
            return (
                f"{country} is a country; name a district, town, zone or postcode, such as {such}"
            )
    return None


def listed(districts: Iterable[str]) -> str:
    """Return the request to name one of some districts."""
    *first, last = sorted(name.partition(",")[0] for name in districts)  # Bristol, City of
    return f"name a district in it: {', '.join(first)} or {last}" if first else f"name {last}"


def _districts(
    county: FormerCounty, gazetteer: Gazetteer, members: Mapping[str, tuple[str, ...]]
) -> list[str]:
    """Return the names of its districts; of one that has become part of another, the other's."""
    since = {was.code: was.lad25cd for was in gazetteer.former}
    codes = {code for one in county.within for code in members.get(one, (one,))}
    now = {since.get(code, code) for code in codes}
    return [gazetteer.districts[code] for code in now if code in gazetteer.districts]
