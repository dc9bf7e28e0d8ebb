"""
Names that several places share, and the forms in which people make clear which they mean.

``Sudbury`` is a town in Suffolk and a part of Brent: near an anchor the nearest is meant.
``Sudbury, Babergh`` names the district, and ``E02006233 (Sudbury, Babergh)`` is how an error
lists a zone. A town's name in full, such as ``Clacton-on-Sea``, is that of zones called Clacton.
A village may share a zone with others that are named first: ``Mistley`` is "Manningtree & Mistley".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from localarea.places.gazetteer import Gazetteer, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.datasets.store import DataStore

_CODE_FIRST: Final = re.compile(r"([EW]\d{8})\s*\(.*\)\Z", re.IGNORECASE)
#: What follows the short name of a town in its full one, as :func:`fold` writes it.
_FULL: Final = re.compile(r"(.+?) (?:on|upon) (?:the )?\w+(?: \w+)?\Z")
_LISTED: Final = 12  # candidates that an error lists
_NO_NAME: Final = {"north", "south", "east", "west", "central", "town"}
_BETWEEN: Final = re.compile(r",|&| and ")  # the places that a zone is named after


def zones_named(name: str, gazetteer: Gazetteer) -> tuple[list[str], list[str]]:
    """
    Return the zones with a name, and the others of a town of that name.

    Those whose name starts with it, as ``Witham Town``, and of the same district those that have
    it further on, as ``North Witham``.
    """
    wanted, names = fold(name), _folded(gazetteer)
    usual = names.usual
    exact = [*(names.exactly.get(wanted) or names.by_ons.get(wanted) or ())]
    begun = []
    for known, code in names.ordered[bisect_left(names.ordered, (f"{wanted} ", "")) :]:
        if not known.startswith(f"{wanted} "):
            break
        begun.append(code)
    districts = {gazetteer.zone_district[code] for code in (*exact, *begun)}
    held = [
        code
        for district in districts
        for code in gazetteer.district_zones[district]
        if f" {wanted} " in f" {usual[code]} " and code not in exact
    ]
    return exact, sorted({*begun, *held})


@dataclass(frozen=True, slots=True)
class _Folded:
    """
    Names of zones, normalised.

    Attributes
    ----------
    usual : mapping
        Code of each zone to its name.
    exactly, by_ons : mapping
        Each name, and each name by the ONS, to the codes that have it.
    ordered : list of tuple
        Every name with its code, sorted.
    """

    usual: Mapping[str, str]
    exactly: Mapping[str, list[str]]
    by_ons: Mapping[str, list[str]]
    ordered: list[tuple[str, str]]


@lru_cache(maxsize=8)
def _folded(gazetteer: Gazetteer) -> _Folded:
    """Normalise the names of the zones, once."""
    usual = {code: fold(known) for code, known in gazetteer.zone_names.items()}
    by_ons = {code: fold(known) for code, known in gazetteer.ons_names.items()}
    ordered = sorted((known, code) for code, known in usual.items())
    return _Folded(usual, _by_name(usual), _by_name(by_ons), ordered)


def _by_name(names: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, known in names.items():
        found.setdefault(known, []).append(code)
    return found


def usual_name(name: str, gazetteer: Gazetteer) -> list[str]:
    """Return the zones of a town by its name in full; none if that is not its form."""
    short = _FULL.match(fold(name))
    if not short:
        return []
    exact, begun = zones_named(short[1], gazetteer)
    return sorted({*exact, *begun})


def part_named(name: str, gazetteer: Gazetteer) -> list[str]:
    """Return the zones one of whose places has a name: ``Mistley`` of "Manningtree & Mistley"."""
    return list(_parts(gazetteer).get(fold(name), ()))


@lru_cache(maxsize=8)
def _parts(gazetteer: Gazetteer) -> dict[str, list[str]]:
    """Return the zones by each of the places that they are named after."""
    found: dict[str, list[str]] = {}
    for code, known in sorted(gazetteer.zone_names.items()):
        parts = _BETWEEN.split(known)
        for part in {fold(one) for one in parts} - _NO_NAME if len(parts) > 1 else ():
            found.setdefault(part, []).append(code)
    return found


def code_first(text: str, gazetteer: Gazetteer) -> str | None:
    """Return the code of a zone written as errors list it, its names in brackets."""
    found = _CODE_FIRST.match(text.strip())
    return found[1].upper() if found and found[1].upper() in gazetteer.zone_names else None


def name_and_district(text: str, gazetteer: Gazetteer) -> tuple[str, str] | None:
    """Split ``NAME, DISTRICT`` into the name and the code of the district; None if it is not so."""
    for at in (found.start() for found in re.finditer(",", text)):
        name, wanted = text[:at].strip(), fold(text[at + 1 :])
        for code, known in gazetteer.districts.items():
            if name and wanted == fold(known):
                return name, code
    return None


def candidates(zones: Iterable[str], gazetteer: Gazetteer) -> list[str]:
    """List zones for an error, each with its code, its name and its district."""
    listed = [
        f"{code} ({gazetteer.zone_names[code]}, "
        f"{gazetteer.districts[gazetteer.zone_district[code]]})"
        for code in sorted(zones)
    ]
    more = len(listed) - _LISTED
    return listed[:_LISTED] + ([f"or {more} more"] if more > 0 else [])


def nearest_district(
    name: str,
    zones: Iterable[str],
    gazetteer: Gazetteer,
    near: tuple[float, float],
    store: DataStore | None,
) -> tuple[list[str], list[str]]:
    """
    Return the zones that are in the nearest district, and the other places of that name.

    Parameters
    ----------
    zones : iterable of str
        Their zones, in two districts or more.
    near : tuple of float
        Easting and northing, EPSG:27700, metres.

    Returns
    -------
    list of str
        Sorted codes of the zones in the district of the nearest of them.
    list of str
        The other places, as ``NAME, DISTRICT``, which says which of them is meant.
    """
    from localarea.datasets.centroids import zone_centres

    found, centres = sorted(zones), zone_centres(gazetteer.zone_system, store=store)
    at = {
        code: (east - near[0]) ** 2 + (north - near[1]) ** 2
        for code, (east, north) in ((code, centres[code]) for code in found)
    }
    closest = min(found, key=lambda code: (at[code], code))
    district = gazetteer.zone_district[closest]
    held = [code for code in found if gazetteer.zone_district[code] == district]
    others = sorted({gazetteer.zone_district[code] for code in found} - {district})
    districts = [gazetteer.districts[code].partition(",")[0] for code in others]
    return held, [f"{name}, {other}" for other in districts]
