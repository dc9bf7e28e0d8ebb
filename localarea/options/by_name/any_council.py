"""
The council that a name or an anchor means: from its file, or with every method by default.

Not every council has a file. One that has none gets the same methods, with the parameters of
:func:`plain_council`; ``localarea council new`` writes them out to be changed. No pandas here,
because every check of a single postcode passes through it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.errors import (
    CouncilNotFoundError,
    NotFoundError,
    OutsideCoverageError,
    SettingError,
    nearest_names,
)
from localarea.options.anchors.place import find_anchor
from localarea.options.council import (
    Council,
    OptionSpec,
    council_names,
    drive_spec,
    read_council,
    read_council_file,
)
from localarea.options.minutes.anchor_minutes import has_roads
from localarea.options.titles import spoken_name
from localarea.places.council_names import (
    about_county,
    city_abroad,
    council_district,
    former_district,
    plain_names,
    renamed_district,
)
from localarea.places.gazetteer import read_gazetteer
from localarea.places.postcode_places import COUNTRY_AREA

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.anchors.place import AnchorPlace
    from localarea.places.gazetteer import Gazetteer

_FILE: Final = ".toml"
_ON_ROADS: Final = ("drive", "composite")  # methods that tables without roads cannot have


def council_of_anchor(
    anchor: str | None = None, *, council: str | None = None, store: DataStore | None = None
) -> Council:
    """
    Return the council of an anchor, from its file or with a default configuration.

    Parameters
    ----------
    anchor : str, optional
        A district, town, postcode or ``lat,lon`` in England or Wales; defaults to that of the
        named council.
    council : str, optional
        As for :func:`find_council`, ``colchester`` by default. If an anchor is given, it is
        used only when the anchor is that council's.

    Raises
    ------
    PlaceNotFoundError
        If the anchor is not known; the message suggests the nearest names.
    InputError
        If the anchor is a travel to work area, or a name that several places share.
    """
    if anchor is None:
        return find_council(council or "colchester", store=store)
    place = find_anchor(anchor, "msoa11", store)
    if place.kind == "district":
        found = _configured(place.name, council, store)
        if found is not None:
            return found
    return _plain(place, store)


def find_council(name: str, *, files: bool = True, store: DataStore | None = None) -> Council:
    """
    Return a council by the name of its file, by its own name, or from a file of one's own.

    Parameters
    ----------
    name : str
        ``norwich``, ``Bristol``, or the path of a council file, which ends in ``.toml``.
    files : bool, default True
        Whether a path is accepted; a visitor of the service may not name one.

    Raises
    ------
    NotFoundError
        If there is no such council; the message suggests the nearest names.
    SettingError
        If the file is not a council file.

    Examples
    --------
    >>> find_council("norwich").configured, find_council("Bristol").anchor
    (True, 'Bristol, City of')
    """
    wanted = name.strip()
    if files and wanted.casefold().endswith(_FILE):
        return read_council_file(wanted)
    names = council_names(store=store)
    if wanted.casefold() in names:
        return read_council(wanted, store=store)
    gazetteer = read_gazetteer("msoa11", store=store)
    renamed = renamed_district(wanted, gazetteer)
    meant = council_district(wanted, gazetteer) or (renamed and renamed[0])
    for code, district in gazetteer.districts.items():
        if meant == code or code == wanted.upper() or _slug(district) == wanted:
            return council_of_anchor(district, store=store)
    raise unknown_council(wanted, store=store)


def default_council(name: str, *, store: DataStore | None = None) -> Council:
    """
    Return the council that a deployment's setting names.

    SettingError if there is no such council; the message suggests the nearest names.
    """
    try:
        return find_council(name, store=store)
    except NotFoundError as error:
        raise SettingError(f"LOCALAREA_COUNCIL is not allowed: {error}") from error


def unknown_council(name: str, *, store: DataStore | None = None) -> NotFoundError:
    """Return the error for a name that is no council's, with what it is or the nearest names."""
    gazetteer = read_gazetteer("msoa11", store=store)
    known_as = _no_council_now(name, gazetteer) or about_county(name, gazetteer, store)
    if known_as is not None:
        return CouncilNotFoundError(known_as, name=name)
    files = council_names(store=store)
    plain = plain_names(name)
    known = [*map(spoken_name, gazetteer.districts.values()), *files]
    near = nearest_names(plain[-1] if plain else name, known, count=3)
    shown = f"{name[:60]}..." if len(name) > 60 else name
    hint = (
        f"nearest: {', '.join(dict.fromkeys(near))}"
        if near
        else "name a district of England or Wales, such as Norwich, or a council's file: "
        + ", ".join(files)
    )
    suggestions = tuple(dict.fromkeys(near))
    message = f"there is no council {shown!r}; {hint}"
    return CouncilNotFoundError(message, name=name, suggestions=suggestions)


def _no_council_now(name: str, gazetteer: Gazetteer) -> str | None:
    """Say what a council was replaced by, or in which country it is."""
    was = former_district(name, gazetteer) or city_abroad(name, gazetteer)
    if was is None:
        return None
    if was.lad25cd not in gazetteer.districts:
        return str(OutsideCoverageError(was.name, COUNTRY_AREA.get(was.code[:1], "elsewhere")))
    now = spoken_name(gazetteer.districts[was.lad25cd])
    return f"{was.name} is now part of {now}: name that council, or give {was.name} as the anchor"


def _configured(district: str, council: str | None, store: DataStore | None) -> Council | None:
    """Return the council whose file has a district for its anchor, the named one first."""
    if council and council.casefold().endswith(_FILE):
        own = read_council_file(council)
        if own.anchor.casefold() == district.casefold():
            return own
    names = council_names(store=store)
    first = (council.casefold(),) if council and council.casefold() in names else ()
    for name in (*first, *names):
        found = read_council(name, store=store)
        if found.anchor.casefold() == district.casefold():
            return found
    return None


def plain_council(anchor: str, *, store: DataStore | None = None) -> Council:
    """
    Create the default configuration of an anchor: every method for measures.

    Places in dispute are found from the data; see :mod:`localarea.options.by_name.disputed`.

    Examples
    --------
    >>> [spec.id for spec in plain_council("Exeter").options][:3]
    ['district', 'districts', 'ttwa-official']
    """
    return _plain(find_anchor(anchor, "msoa11", store), store)


def _plain(place: AnchorPlace, store: DataStore | None) -> Council:
    from localarea.options.anchors.official_area import official_area

    district = read_gazetteer("msoa11", store=store).districts[place.district]
    area, roads = official_area(place, store), has_roads(store)
    return Council(
        key=_slug(place.name) or "council",
        title=spoken_name(place.name),
        anchor=place.name,
        zone_system="msoa11",
        default_option="ttwa-official",
        options=tuple(
            spec
            for spec in _options(
                spoken_name(place.name), spoken_name(district), area.name, area.words
            )
            if spec.method not in _ON_ROADS or roads
        ),
        configured=False,
    )


def _options(place: str, district: str, area: str, taken: str) -> tuple[OptionSpec, ...]:
    minutes = tuple(drive_spec(limit, place) for limit in (30, 45))
    return (
        OptionSpec(
            "district", "district", f"{district} district", (), f"{district} district alone"
        ),
        OptionSpec(
            "districts",
            "districts",
            f"{district} and the districts that border it",
            (("neighbours", True),),
            f"{district} and the whole districts that share a border with it",
        ),
        OptionSpec("ttwa-official", "ttwa-official", f"{area} labour market (ONS 2011)", (), taken),
        OptionSpec(
            "ttwa-computed",
            "ttwa-computed",
            f"{place} labour market (recalculated)",
            (("preset", "ons2011"), ("vintage", 2011)),
            f"Travel to work area that most workers of {place} live in, calculated by the method "
            "of the ONS from larger zones (MSOAs) and the census of 2011",
        ),
        OptionSpec(
            "ttwa-cluster",
            "ttwa-cluster",
            f"{area} and linked labour markets",
            (("areas", "official"), ("target_sc", 0.75), ("vintage", 2011)),
            f"{area} travel to work area, joined with those it takes to hold 75% of its commuters",
        ),
        OptionSpec(
            "catchment",
            "catchment",
            f"Where 15% or more commute to {place}",
            (("min_share", 0.15),),
            f"Zones that send at least 15% of their commuters to {place}",
        ),
        *minutes,
        OptionSpec(
            "composite",
            "composite",
            f"Linked to {place} and within 45 minutes' drive",
            (("max_minutes", 45), ("min_link", 0.10)),
            f"Zones linked with {place} by commuting, within 45 minutes door to door by car, "
            "chosen to hold the most commuters",
        ),
    )


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
