"""
Counties of England: the districts in each, and which of them border an area.

A county is what the ONS hierarchy of 2025 puts above a district: a county, a metropolitan county
or, for a unitary authority and a London borough, the authority itself. Two areas border if they
share a line of positive length. The boundaries are clipped at high water, so the two banks of a
tidal river share none: :data:`FACING` lists the pairs whose boundary is known to run along one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from localarea.datasets.counties import counties

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from localarea.datasets.store import DataStore

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

    Parameters
    ----------
    districts : collection of str
        Codes of the districts that make up the area.

    Returns
    -------
    tuple of str
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
