"""The official travel to work area of an anchor: which it is, and what share lives in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from localarea.datasets.storage.arrow import texts_of
from localarea.datasets.store import default_store
from localarea.errors import SettingError
from localarea.options.titles import spoken_name

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.anchors.place import AnchorPlace


_ACROSS_BORDERS: Final = "K"  # codes of the areas that lie in more than one country


@dataclass(frozen=True, slots=True)
class OfficialArea:
    """
    The travel to work area of 2011 that an anchor is taken to be in.

    Attributes
    ----------
    code, name : str
        ``ttwa11cd`` and name, as the ONS published them.
    share : float
        Share of the anchor's residents of 2011 who live in it; in (0, 1].
    words : str
        Which area was taken and why, in one sentence without a full stop.
    """

    code: str
    name: str
    share: float
    words: str


@lru_cache(maxsize=256)
def official_area(anchor: AnchorPlace, store: DataStore | None = None) -> OfficialArea:
    """
    Find the travel to work area of 2011 where most of an anchor's residents live.

    SettingError if none is known.
    """
    residents = _by_district(anchor.district, store) if anchor.kind == "district" else {}
    if not residents:
        residents = _by_zone(anchor.zones, store)
    if not residents:
        raise SettingError(f"no travel to work area is known for {anchor.name}")
    code = min(residents, key=lambda area: (-residents[area], area))
    share = residents[code] / sum(residents.values())
    name, place = _name(code, store), spoken_name(anchor.name)
    if name == place:
        words = f"{name} travel to work area of 2011, as published by the ONS"
    elif len(residents) == 1:
        words = f"{name} travel to work area of 2011, as published by the ONS, which holds {place}"
    else:
        words = (
            f"{name} travel to work area of 2011, as published by the ONS, where {share:.0%} of "
            f"the residents of {place} live"
        )
    return OfficialArea(code, name, share, words)


def abroad_note(code: str, store: DataStore | None = None) -> tuple[str, ...]:
    """
    Return a note on the part of an official area that is in Scotland; none if it has none.

    Examples
    --------
    >>> abroad_note("E30000193"), len(abroad_note("K01000010"))  # Colchester, Carlisle
    ((), 1)
    """
    if not code.startswith(_ACROSS_BORDERS):
        return ()
    table = (store or default_store()).read("ttwa11_lookup", columns=["lsoa11cd", "ttwa11cd"])
    held = zip(texts_of(table["lsoa11cd"]), texts_of(table["ttwa11cd"]), strict=True)
    if not any(area == code and zone.startswith("S") for zone, area in held):
        return ()
    return (
        "the part of the area in Scotland is left out: zones and commuting figures cover England "
        "and Wales only",
    )


def _by_district(district: str, store: DataStore | None) -> dict[str, int]:
    """Return the residents of 2011 of a district by area, from its output areas."""
    import pyarrow.compute as pc

    table = (store or default_store()).read(
        "ttwa11_lookup", columns=["lad25cd", "ttwa11cd", "residents_2011"]
    )
    inside = table.filter(pc.equal(table["lad25cd"].cast("string"), district))
    return _summed(texts_of(inside["ttwa11cd"]), inside["residents_2011"].to_pylist())


def _by_zone(zones: tuple[str, ...], store: DataStore | None) -> dict[str, int]:
    from localarea.datasets.ttwa import ttwa11_zone_table

    table = ttwa11_zone_table(store=store)
    area = dict(zip(texts_of(table["msoa11cd"]), texts_of(table["ttwa11cd"]), strict=True))
    people = (store or default_store()).read("population_msoa11_2011")
    of = dict(zip(people["msoa11cd"].to_pylist(), people["residents"].to_pylist(), strict=True))
    known = [zone for zone in zones if zone in area]
    return _summed([area[zone] for zone in known], [of.get(zone) for zone in known])


def _summed(areas: list[str], residents: list[int | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, count in zip(areas, residents, strict=True):
        found[code] = found.get(code, 0) + int(count or 0)
    return found


def _name(code: str, store: DataStore | None) -> str:
    import pyarrow.compute as pc

    from localarea.datasets.ttwa import ttwa11_zone_table

    table = ttwa11_zone_table(store=store)
    of_area = table.filter(pc.equal(table["ttwa11cd"].cast("string"), code))
    name: str = of_area["ttwa11nm"][0].as_py()
    return name
