"""
Counties that have no council now, and the districts of 2025 that lie in each.

People still give them as an address or mean the county that the ONS's list of 2025 no longer has:
without this, ``Cleveland`` would be a street of Ealing and ``Cumbria`` a name like Cwmbran. They
are in no table here: the districts are those that the orders and Acts put in place of the county.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.places.gazetteer import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from localarea.places.counties import Counties
    from localarea.places.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class FormerCounty:
    """
    A county that ended.

    Attributes
    ----------
    name : str
        Its name.
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

    Parameters
    ----------
    wanted : collection of str
        Forms of the name that was given, folded.
    counties : Counties or None
        The counties of 2025, of which some lie in a former one.

    Returns
    -------
    str or None
        A sentence without a full stop; None if the name is none of these.
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
