"""
Read the id of a what-if back: ``ttwa-official+sudbury`` is an option with Sudbury added.

An id names every change, so a page about a what-if can have an address. It is read back where every
place is found by its name or code and none is drawn. A hyphen may be part of a name or take a place
out: the longest name is meant. Whoever has the zones compares them.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from localarea.comparison.change import Change, read_threshold
from localarea.comparison.scenario import Scenario
from localarea.comparison.variants import VINTAGES
from localarea.errors import LocalareaError
from localarea.options.anchors.place import anchor_point
from localarea.options.option_ids import split_option_id
from localarea.places.resolve import PREFIXED, find_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localarea.comparison.change import Action, Threshold
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.places.place import Place

LONGEST: Final = 200  # characters of an id, as addresses take them
_MOST_PARTS: Final = 24  # between hyphens, of one place
_MOST_WORDS: Final = 120  # looked up for one id, each in some 30 ms: no address takes minutes
_SETTING: Final = re.compile(r"@([a-z][a-z0-9_]*)=([^@+]*?)(?=[@+]|-[a-z]|\Z)")
_VINTAGE: Final = re.compile(r"@(\d{4})(?=[+-]|\Z)")
_KINDS: Final = ("district", "ttwa", "town", "zone")
_FINE: Final = ("postcode", "point")  # may be somebody's home: no address names it


def scenario_of_id(option_id: str, council: Council, *, store: DataStore) -> Scenario | None:
    """
    Return the scenario of an id; None if it is no what-if of this council, or not for certain.

    ``option_id``: as :attr:`localarea.comparison.scenario.Scenario.id` writes it.
    """
    if len(option_id) > LONGEST:
        return None
    for end in sorted({m.start() for m in re.finditer(r"[@+-]", option_id)}, reverse=True):
        base = option_id[:end]
        if _is_option(base, council):
            found = _read(base, option_id[end:], council, store)
            if found is not None and found.id == option_id:
                return found
    return None


def _is_option(text: str, council: Council) -> bool:
    plain, _ = split_option_id(text, [c.key for c in council.contested])
    return council.knows(text) or council.knows(plain)


def _read(base: str, rest: str, council: Council, store: DataStore) -> Scenario | None:
    thresholds: dict[str, Threshold] = {}
    while setting := _SETTING.match(rest):
        thresholds[setting[1]] = read_threshold(setting[2])
        rest = rest[setting.end() :]
    year = _VINTAGE.match(rest)
    vintage = int(year[1]) if year else VINTAGES[0]
    rest = rest[year.end() :] if year else rest
    known: dict[str, str | None] = {}

    def find(word: str) -> str | None:
        if word not in known:
            known[word] = _place(word, council, store) if len(known) < _MOST_WORDS else None
        return known[word]

    changes = _reading(rest, find)
    if changes is None or vintage not in VINTAGES:
        return None
    return Scenario(base, changes, tuple(sorted(thresholds.items())), vintage)


def _reading(rest: str, find: Callable[[str], str | None]) -> tuple[Change, ...] | None:
    """Read the end of an id as changes, with the longest names; None if it cannot be read."""
    dead: set[str] = set()  # ends that cannot be read: each is tried once, or names may multiply

    def read(rest: str) -> tuple[Change, ...] | None:
        if not rest:
            return ()
        if rest in dead or not rest.startswith(("+", "-")):
            return None
        action: Action = "include" if rest[0] == "+" else "exclude"
        until = rest.find("+", 1) if "+" in rest[1:] else len(rest)
        ends = [m.start() for m in re.finditer("-", rest[:until]) if m.start()][:_MOST_PARTS]
        for end in (until, *reversed(ends)):
            place = find(rest[1:end])
            more = read(rest[end:]) if place else None
            if place and more is not None:
                return (Change(action, place), *more)
        dead.add(rest)
        return None

    return read(rest)


def _place(word: str, council: Council, store: DataStore) -> str | None:
    """Return how to write the place that a part of an id names; None if there is none."""
    for text in _ways_to_write(word):
        found = _found(text, council, store)
        if found is not None:
            break
    else:
        return None
    if found.kind in _FINE:
        return None
    kind = PREFIXED.match(text)
    titled = re.sub(r"\b(?!(?:on|upon|the|and|of|in|by)\b)[a-z]", lambda m: m[0].upper(), text)
    name = titled if found.name == text else found.name  # a town is called as it was written
    for better in (name, f"{kind[1]}:{name}" if kind else titled):
        same = _found(better, council, store)
        if Change("include", better).slug == f"+{word}" and same and same.zones == found.zones:
            return better
    return text.upper() if found.kind == "zone" and text.upper() == found.code else text


def _ways_to_write(word: str) -> Iterator[str]:
    """Yield what a part of an id may stand for: a name, with its kind before it or a district."""
    yield word.replace("-", " ")
    kind, _, name = word.partition("-")
    if kind in _KINDS and name:
        yield f"{kind}:{name.replace('-', ' ')}"
    parts = word.split("-")
    for at in range(1, len(parts)):
        yield f"{' '.join(parts[:at])}, {' '.join(parts[at:])}"


def _found(text: str, council: Council, store: DataStore) -> Place | None:
    near = partial(anchor_point, council.anchor, store)
    try:
        return find_place(text, zone_system=council.zone_system, near=near, store=store)
    except LocalareaError:
        return None
