"""
Names and codes of districts, travel to work areas and zones.

They are read as Arrow columns and cached for each store, so that a look-up takes
milliseconds and does not need pandas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal
from unicodedata import category, normalize

from localarea.errors import DatasetNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem

System = Literal["msoa11", "msoa21"]
ZONE_SYSTEMS: Final[tuple[System, ...]] = ("msoa11", "msoa21")  # with a table of zones
_TAILS: Final = (", city of", ", county of")
_APOSTROPHE: Final = re.compile("['\u2018\u2019]")
_NOT_A_WORD: Final = re.compile(r"[^\w]+")
_SAINT: Final = re.compile(r"\bsaint\b")
_DIGITS: Final = re.compile(r" \d{3}$")  # the number at the end of an ONS zone name


def fold(name: str) -> str:
    """
    Normalise a name for comparison.

    Lower case with single spaces, without punctuation and accents, with "and" for "&" and "st" for
    "saint", and without the "City of" that follows a comma in the names of some districts.

    Examples
    --------
    >>> fold("Bristol, City of"), fold(" Saint Edmundsbury"), fold("Hamilton & Tŷ-croes")
    ('bristol', 'st edmundsbury', 'hamilton and ty croes')
    """
    folded = name.casefold()
    if not folded.isascii():
        folded = "".join(one for one in normalize("NFD", folded) if category(one) != "Mn")
    folded = _APOSTROPHE.sub("", folded.replace("&", " and "))
    for tail in _TAILS:
        folded = folded.removesuffix(tail)
    if "saint" in folded:
        folded = _SAINT.sub("st", folded)
    return " ".join(_NOT_A_WORD.sub(" ", folded).split())


@dataclass(frozen=True, slots=True)
class FormerDistrict:
    """A former district, or one outside England and Wales."""

    code: str
    name: str
    lad25cd: str


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """
    Names and codes of all places, for one zone system.

    Attributes
    ----------
    districts : mapping
        Code of each district of 2025 in England and Wales -> name.
    district_zones : mapping
        Code of the district -> zone codes, sorted.
    former : tuple of FormerDistrict
        Districts of the United Kingdom since 2014 that are not in ``districts``.
    ttwas : mapping
        Code of each travel to work area of 2011 with zones here -> name.
    zone_names : mapping
        Zone code -> House of Commons Library name, or else the ONS name.
    ons_names : mapping
        Zone code -> ONS name: the district at the time and a number.
    zone_district : mapping
        Zone code -> ``lad25cd``.
    """

    zone_system: System
    districts: Mapping[str, str]
    district_zones: Mapping[str, tuple[str, ...]]
    former: tuple[FormerDistrict, ...]
    ttwas: Mapping[str, str]
    zone_names: Mapping[str, str]
    ons_names: Mapping[str, str]
    zone_district: Mapping[str, str]

    def zones_once_in(self, district_name: str) -> tuple[str, ...]:
        """
        Return the zones of a district, by its name when the zones were drawn.

        The ONS names a zone after its district at the time, which shows the exact extent of a
        district that has since merged. ``district_name``: name such as ``St Edmundsbury``. Returns
        zone codes, sorted; empty if no zone has that name.
        """
        wanted = fold(district_name)
        return tuple(
            sorted(
                code
                for code, name in self.ons_names.items()
                if fold(_DIGITS.sub("", name)) == wanted
            )
        )

    def names(self) -> tuple[str, ...]:
        """
        Return all names, for suggestions.

        Districts, former districts, travel to work areas, then zones.
        """
        former = [d.name for d in self.former if d.lad25cd in self.districts]
        groups: tuple[Iterable[str], ...] = (
            self.districts.values(),
            former,
            self.ttwas.values(),
            self.zone_names.values(),
        )
        return tuple(dict.fromkeys(name for group in groups for name in group))


def read_gazetteer(
    zone_system: ZoneSystem = "msoa11", *, store: DataStore | None = None
) -> Gazetteer:
    """
    Read the names and codes for a zone system.

    DatasetNotFoundError if there is no table of those zones.
    """
    from localarea.datasets.store import default_store

    if zone_system not in ZONE_SYSTEMS:
        raise DatasetNotFoundError(
            f"zones_{zone_system}", [f"zones_{system}" for system in ZONE_SYSTEMS]
        )
    return _read(store or default_store(), zone_system)


def _columns(store: DataStore, table: str, columns: list[str]) -> list[list[str]]:
    from localarea.datasets.storage.arrow import texts_of

    read = store.read(table, columns=columns)
    return [texts_of(read.column(name)) for name in columns]


@lru_cache(maxsize=8)
def _read(store: DataStore, zone_system: System) -> Gazetteer:
    codes, names, ons_names, districts = _columns(
        store, f"zones_{zone_system}", [f"{zone_system}cd", "name", "ons_name", "lad25cd"]
    )
    held: dict[str, list[str]] = {}
    for code, district in zip(codes, districts, strict=True):
        held.setdefault(district, []).append(code)
    current = dict(zip(*_columns(store, "districts_lad25", ["lad25cd", "name"]), strict=True))
    ttwas: dict[str, str] = {}
    if zone_system == "msoa11":
        ttwas = dict(zip(*_columns(store, "ttwa11_msoa11", ["ttwa11cd", "ttwa11nm"]), strict=True))
    return Gazetteer(
        zone_system=zone_system,
        districts=current,
        district_zones={code: tuple(sorted(zones)) for code, zones in held.items()},
        former=_former(store, current),
        ttwas=ttwas,
        zone_names=dict(zip(codes, names, strict=True)),
        ons_names=dict(zip(codes, ons_names, strict=True)),
        zone_district=dict(zip(codes, districts, strict=True)),
    )


def _former(store: DataStore, current: Mapping[str, str]) -> tuple[FormerDistrict, ...]:
    rows = zip(*_columns(store, "districts_names", ["lad_cd", "name", "lad25cd"]), strict=True)
    kept = {row: None for row in rows if row[0] not in current}
    return tuple(FormerDistrict(*row) for row in kept)
