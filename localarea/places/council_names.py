"""
Names of councils that are not those of their districts, and counties, which are no place here.

A council is called by its style (``Westminster City Council``, ``London Borough of Hackney``), by
its Welsh name (``Ynys Môn``), by one for short (``Anglesey``, ``N Herts``) or by the name that it
had before (``Tewkesbury Borough Council``). All of these mean its district. A
county has several districts, and so has no zones until one of them is named: without this,
``Norfolk`` would be the zone Norfolk Park of Sheffield, and ``Essex`` a mistyped postcode.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from localarea.errors import InputError, NotFoundError, PlaceNotFoundError
from localarea.places.counties import FORMER, about_former_county, listed, read_counties
from localarea.places.gazetteer import Gazetteer, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.datasets.store import DataStore
    from localarea.places.gazetteer import FormerDistrict

#: The Welsh names of the councils of Wales where they differ, from the ONS's list of local
#: authority districts (LAD22NMW); and the forms in which two councils write their own.
WELSH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Ynys Môn": "W06000001",
        "Sir Ddinbych": "W06000004",
        "Sir y Fflint": "W06000005",
        "Wrecsam": "W06000006",
        "Sir Benfro": "W06000009",
        "Sir Penfro": "W06000009",
        "Sir Gaerfyrddin": "W06000010",
        "Sir Gâr": "W06000010",
        "Abertawe": "W06000011",
        "Castell-nedd Port Talbot": "W06000012",
        "Pen-y-bont ar Ogwr": "W06000013",
        "Bro Morgannwg": "W06000014",
        "Caerdydd": "W06000015",
        "Caerffili": "W06000018",
        "Sir Fynwy": "W06000021",
        "Casnewydd": "W06000022",
        "Merthyr Tudful": "W06000024",
    }
)
_SHORT: Final = {
    "Anglesey": "W06000001",
    "B&NES": "E06000022",
    "BANES": "E06000022",
    "BCP": "E06000058",
    "CWAC": "E06000050",
    "East Riding": "E06000011",
    "IOW": "E06000046",
    "NPT": "W06000012",
    "RBKC": "E09000020",
    "RBWM": "E06000040",
    "RCT": "W06000016",
    "Rhondda Cynon Taff": "W06000016",
    "Scilly": "E06000053",
    "Scilly Isles": "E06000053",
}
#: Short for a council only beside its style: alone they are a town or a travel to work area.
_SHORT_IN_STYLE: Final = {
    "durham": "E06000047",
    "hull": "E06000010",
    "newcastle": "E08000021",
}
#: Abbreviations that are not the beginning of the name.
_IRREGULAR: Final = {
    "hants": "hampshire",
    "middx": "middlesex",
    "northants": "northamptonshire",
    "northumb": "northumberland",
    "oxon": "oxfordshire",
    "salop": "shropshire",
    "warks": "warwickshire",
}
_LEADING: Final = {
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "ne": "north east",
    "nw": "north west",
    "co": "county",
    "lb": "london borough of",
}
_SHORTEST: Final = 3  # letters before the s: "Hes" could be many
_BEHIND: Final = {"and", "of"}  # words behind which an abbreviated point of the compass may stand
_BEFORE: Final = re.compile(
    r"(?:the )?(?:(?:london |royal |metropolitan |county )?borough (?:council )?of (?:the )?"
    r"|city and county of |(?:city|county|council) of (?:the )?"
    r"|cyngor (?:bwrdeistref sirol |dinas a sir |dinas |sir )?|the )"
)
_AFTER: Final = re.compile(
    r" (?:(?:county borough |metropolitan borough |metropolitan district |metropolitan |city and "
    r"district |city and county |city |county |borough |district |unitary )?council"
    r"|corporation|combined authority)\Z"
)
_LAST_WORD: Final = re.compile(r" council\Z")
_COUNTY_COUNCIL: Final = re.compile(r" county council\Z")
_OWN_FILE: Final = (
    "a county council keeps a file of its own, whose option districts has them as members: see "
    "docs/how-to/another-council.md"
)
_WANTED: Final = "name a district, town, zone, postcode or lat,lon in England or Wales"


def plain_names(name: str) -> tuple[str, ...]:
    """
    Return a council's name without its style, folded, least shortened first; none if it has none.

    Examples
    --------
    >>> plain_names("Leicester City Council"), plain_names("London Borough of Hackney")
    (('leicester city', 'leicester'), ('hackney',))
    """
    whole = fold(name)
    ends = (whole, _LAST_WORD.sub("", whole), _AFTER.sub("", whole))
    welsh = tuple(end.removeprefix("cyngor ") for end in ends)  # the Sir of Sir Gâr is its own
    cut = tuple(_BEFORE.sub("", end, count=1) if _BEFORE.match(end) else end for end in ends)
    return tuple(dict.fromkeys(text for text in (*ends, *welsh, *cut) if text and text != whole))


def council_district(name: str, gazetteer: Gazetteer) -> str | None:
    """
    Return the code of the district of 2025 whose council has a name; None if there is none.

    Its own name, its Welsh one, one for short, each with or without the style of a council.
    """
    known = _districts(gazetteer)
    whole = known.get(fold(name))
    if whole is not None:
        return whole
    for plain in plain_names(name):
        code = known.get(plain) or _SHORT_IN_STYLE.get(plain)
        if code in gazetteer.districts:
            return code
    out = written_out(name, gazetteer)
    return None if out is None else council_district(out, gazetteer)


def renamed_district(name: str, gazetteer: Gazetteer) -> tuple[str, str] | None:
    """
    Return the code of a district that had a name before, and that name; None if there is none.

    The ONS names zones after their district at the time, so that all zones of North
    Gloucestershire are numbered as those of Tewkesbury.
    """
    names = _renamed(gazetteer)
    found = (names.get(one) for one in (fold(name), *plain_names(name)))
    return next((one for one in found if one), None)


@lru_cache(maxsize=8)
def _renamed(gazetteer: Gazetteer) -> dict[str, tuple[str, str]]:
    once: dict[str, set[str]] = {}
    for zone, named in gazetteer.ons_names.items():
        once.setdefault(named.rpartition(" ")[0], set()).add(zone)
    known = {fold(one) for one in gazetteer.districts.values()}
    known |= {fold(was.name) for was in gazetteer.former}
    whole = {frozenset(zones): code for code, zones in gazetteer.district_zones.items()}
    return {
        fold(old): (whole[frozenset(zones)], old)
        for old, zones in once.items()
        if fold(old) not in known and frozenset(zones) in whole
    }


@lru_cache(maxsize=8)
def _districts(gazetteer: Gazetteer) -> dict[str, str]:
    others = {**WELSH, **_SHORT}
    named = {fold(name): code for name, code in others.items() if code in gazetteer.districts}
    return named | {fold(name): code for code, name in gazetteer.districts.items()}


def former_district(name: str, gazetteer: Gazetteer) -> FormerDistrict | None:
    """Return the former district with a name, with or without the style of its council."""
    for wanted in (fold(name), *plain_names(name)):
        for was in gazetteer.former:
            if wanted == fold(was.name):
                return was
    return None


def city_abroad(name: str, gazetteer: Gazetteer) -> FormerDistrict | None:
    """Return the city outside England and Wales that a name is short for: City of Edinburgh."""
    plain = {fold(name), *plain_names(name)}
    wanted = {f"city of {one}" for one in plain} | {f"{one} city" for one in plain}
    for was in gazetteer.former:
        if was.lad25cd not in gazetteer.districts and fold(was.name) in wanted:
            return was
    return None


def refuse_county(name: str, gazetteer: Gazetteer, store: DataStore | None = None) -> None:
    """
    Refuse the name or code of a county of several districts.

    InputError if it is one; the message lists its districts.
    """
    said = about_county(name, gazetteer, store)
    if said is not None:
        raise InputError(said)


def about_county(name: str, gazetteer: Gazetteer, store: DataStore | None = None) -> str | None:
    """
    Return what to name in place of a county; None if the name is not a county's.

    Its name may be abbreviated, as ``Herts``; a county that ended and a country are told as well.
    """
    try:
        counties = read_counties(store)
    except NotFoundError:  # tables of one's own need not have counties
        counties = None
    members = counties.members if counties else {}
    several = {code: held for code, held in members.items() if len(held) > 1}
    names = {code: counties.names[code] for code in several} if counties else {}
    out = written_out(name, gazetteer, names.values())
    wanted = {form for one in (name, out or name) for form in (fold(one), *plain_names(one))}
    for code, held in several.items():
        if fold(names[code]) in wanted or code == name.strip().upper():
            said = f"{names[code]} is a county; {listed(gazetteer.districts[d] for d in held)}"
            return f"{said}; {_OWN_FILE}" if _COUNTY_COUNCIL.search(fold(name)) else said
    return about_former_county(wanted, gazetteer, counties)


def unknown_place(text: str, known: Iterable[str]) -> PlaceNotFoundError:
    """Return the error for a place that nothing is named after, with the nearest names."""
    name = " ".join(text.split())
    plain = plain_names(name)
    return PlaceNotFoundError(name, known, like=plain[-1] if plain else name, hint=_WANTED)


def written_out(name: str, gazetteer: Gazetteer, counties: Iterable[str] = ()) -> str | None:
    """
    Return a name with its abbreviations written out, folded; None if it has none.

    ``Herts`` is the beginning of one name in "shire" alone, with an s, and so it is of most
    counties: only those that are none need a list.
    """
    words = fold(name).split()
    if words[:2] in (["n", "e"], ["n", "w"]):  # N. E. Lincs
        words[:2] = ["".join(words[:2])]
    shires = _shires(gazetteer, tuple(counties))
    leads = [place == 0 or words[place - 1] in _BEHIND for place in range(len(words))]
    found = [
        _LEADING[word] if lead and word in _LEADING and len(words) > 1 else _county(word, shires)
        for word, lead in zip(words, leads, strict=True)
    ]
    return " ".join(found) if found != words else None


def _county(word: str, shires: frozenset[str]) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= _SHORTEST or not word.endswith("s"):
        return word
    begun = [shire for shire in shires if shire.startswith(word[:-1])]
    return begun[0] if len(begun) == 1 else word


@lru_cache(maxsize=8)
def _shires(gazetteer: Gazetteer, counties: tuple[str, ...]) -> frozenset[str]:
    """Return the words in "shire" of all names of districts and counties."""
    former = (was.name for was in gazetteer.former)
    names = (*gazetteer.districts.values(), *former, *counties, *(one.name for one in FORMER))
    return frozenset(
        word for name in names for word in fold(name).split() if word.endswith("shire")
    )
