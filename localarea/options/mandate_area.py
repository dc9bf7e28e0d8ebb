"""What was resolved, as an area: readings of the resolution, each in named parts of districts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import SettingError
from localarea.options.option_ids import KEY
from localarea.options.stated import is_text, unknown_keys
from localarea.options.stated_districts import district_faults
from localarea.options.titles import join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.datasets.store import DataStore

_DISTRICT: Final = re.compile(r"[EW]\d{8}\Z")
_HALF: Final = ("title", "reason", "districts")


@dataclass(frozen=True, slots=True)
class Half:
    """
    A named part of the mandate, such as North Essex, under one reading.

    Attributes
    ----------
    key : str
        Key in the council's file, such as ``north-essex``.
    title : str
        Name as in the resolution.
    reason : str
        Why these districts, in one sentence without a full stop.
    """

    key: str
    title: str
    districts: tuple[tuple[str, str], ...]
    reason: str

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of its districts."""
        return tuple(code for code, _ in self.districts)

    @property
    def names(self) -> str:
        """Return the names of its districts, joined."""
        return join_names([name for _, name in self.districts])


@dataclass(frozen=True, slots=True)
class Reading:
    """
    One reading of the mandate: all its halves, each with its districts.

    Attributes
    ----------
    key : str
        Key in the council's file, such as ``narrow``.
    halves : tuple of Half
        The named parts, in the order of the file.
    """

    key: str
    halves: tuple[Half, ...]

    @property
    def words(self) -> str:
        """Return what to call it, such as ``narrow reading``."""
        return f"{self.key.replace('-', ' ')} reading"

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the districts of all halves."""
        return tuple(code for half in self.halves for code in half.codes)


@dataclass(frozen=True, slots=True)
class MandateArea:
    """
    The area that was resolved, as it may be read.

    Attributes
    ----------
    title : str
        Name as in the resolution, such as ``North Essex and South Suffolk``.
    readings : tuple of Reading
        Readings in the order of the file. Sentences and the first criterion use the first.
    """

    title: str
    readings: tuple[Reading, ...]

    @property
    def first(self) -> Reading:
        """Return the reading that sentences and the first criterion use."""
        return self.readings[0]

    @property
    def words(self) -> str:
        """Return in a sentence which districts each reading takes in."""
        read = [
            join_names([f"{half.title} ({half.names})" for half in reading.halves])
            for reading in self.readings
        ]
        if len(read) == 1:
            return f"The mandate is read as {read[0]}."
        told = [
            f"In the {reading.words} it is {text}."
            for reading, text in zip(self.readings, read, strict=True)
        ]
        return f"The mandate is read in {len(read)} ways. {' '.join(told)}"


def area_faults(stated: object) -> list[str]:
    """Validate the table ``[mandate.area]`` of a council's file: faults; empty if it is valid."""
    if stated is None:
        return []
    if not isinstance(stated, dict):
        return ["the area of the mandate must be a [mandate.area] table"]
    faults = [] if is_text(stated.get("title")) else ["mandate.area has no title"]
    readings = {key: body for key, body in stated.items() if key != "title"}
    if not readings:
        return [*faults, "mandate.area has no reading: add [mandate.area.READING.HALF] tables"]
    for key, body in readings.items():
        faults += _reading_faults(f"mandate.area.{key}", key, body)
    if not faults:
        faults += _disagreements(readings)
    return faults


def _key_faults(where: str, key: str) -> list[str]:
    if KEY.match(key):
        return []
    return [f"{where}: use lowercase letters, digits and single hyphens"]


def _reading_faults(where: str, key: str, body: object) -> list[str]:
    faults = _key_faults(where, key)
    if not isinstance(body, dict) or not body:
        return [*faults, f"{where} must hold [{where}.HALF] tables, with at least one half"]
    for half, stated in body.items():
        faults += _key_faults(f"{where}.{half}", half)
        faults += _half_faults(f"{where}.{half}", stated)
    held = [code for half in body.values() for code in _districts_of(half)]
    twice = sorted({code for code in held if held.count(code) > 1})
    return faults + [f"{where}: {code} is in two halves" for code in twice]


def _districts_of(half: object) -> dict[str, object]:
    districts = half.get("districts") if isinstance(half, dict) else None
    return districts if isinstance(districts, dict) else {}


def _half_faults(where: str, stated: object) -> list[str]:
    if not isinstance(stated, dict):
        return [f"{where} must be a table with {', '.join(_HALF)}"]
    faults = unknown_keys(stated, _HALF, where=f"{where}: ")
    faults += [
        f"{where}: {name!r} must be non-blank text"
        for name in ("title", "reason")
        if not is_text(stated.get(name))
    ]
    districts = stated.get("districts")
    if not isinstance(districts, dict) or not districts:
        return [*faults, f"{where}: 'districts' must be a table of lad25cd = name"]
    return faults + [
        f"{where}: districts are given as lad25cd = name, not {code!r} = {name!r}"
        for code, name in districts.items()
        if not _DISTRICT.match(code) or not is_text(name)
    ]


def _disagreements(readings: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return where readings do not have the same halves, or figures would share a name."""
    titles = {
        key: {half: body["title"] for half, body in halves.items()}
        for key, halves in readings.items()
    }
    first = next(iter(titles))
    faults = [
        f"mandate.area.{key} must have the halves of mandate.area.{first}, with the same titles"
        for key, named in titles.items()
        if named != titles[first]
    ]
    stems = [stem for key, halves in titles.items() for stem in _stems(key, key == first, halves)]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    return faults + [
        f"mandate.area: two of its keys would give figures the same name, {stem}_...; rename one"
        for stem in twice
    ]


def figure_stem(reading: str, half: str = "", *, first: bool) -> str:
    """
    Return what the names of the figures of a reading, or of one of its halves, begin with.

    ``reading``, ``half``: their keys; no half for the whole reading. ``first``: whether it is the
    first reading, which the names leave out.

    Examples
    --------
    >>> figure_stem("narrow", "north-essex", first=True), figure_stem("wide", first=False)
    ('mandate_north_essex', 'mandate_wide')
    """
    parts = ("mandate", "" if first else reading, half)
    return "_".join(part.replace("-", "_") for part in parts if part)


def _stems(reading: str, first: bool, halves: Iterable[str]) -> list[str]:
    return [figure_stem(reading, half, first=first) for half in ("", *halves)]


def parse_area(stated: Mapping[str, Any] | None) -> MandateArea | None:
    """Read the table ``[mandate.area]``, once :func:`area_faults` has found no fault."""
    if stated is None:
        return None
    readings = tuple(
        Reading(
            key,
            tuple(
                Half(half, body["title"], tuple(body["districts"].items()), body["reason"])
                for half, body in halves.items()
            ),
        )
        for key, halves in stated.items()
        if key != "title"
    )
    return MandateArea(stated["title"], readings)


@lru_cache(maxsize=64)
def require_districts(area: MandateArea, store: DataStore | None) -> None:
    """
    Check that every code of a mandate's area is a district of 2025 of that name.

    SettingError if not; every fault is named.
    """
    pairs = dict.fromkeys(p for r in area.readings for half in r.halves for p in half.districts)
    faults = district_faults(pairs, store=store)
    if faults:
        raise SettingError("districts of [mandate.area]: " + "; ".join(faults))
