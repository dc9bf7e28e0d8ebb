"""
The councils of a day: the districts of 2025, joined where successor authorities replace them.

No successor is known to this package. A deployment states them in a file of its own, once the
order that makes them is in force: ``docs/reorganisation.md`` describes it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import DataMissingError, InputError, NotFoundError, SettingError
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from localarea.datasets.store import DataStore

#: First day for which the districts of 2025 are the councils.
FIRST_DAY: Final = date(2025, 4, 1)
_KEY: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_KEYS: Final = ("name", "council", "from", "order", "districts")


@dataclass(frozen=True, slots=True)
class Authority:
    """
    A council on a day.

    Attributes
    ----------
    districts : tuple of str
        Codes (``lad25cd``) of the districts of 2025 that it consists of, sorted.
    council : str
        Name of its council's file; empty for a district of 2025.
    start : datetime.date
        Its first day; 1 April 2025 for a district of 2025.
    order : str
        The order that makes it; empty for a district of 2025.
    """

    name: str
    districts: tuple[str, ...]
    council: str = ""
    start: date = FIRST_DAY
    order: str = ""


def read_successors(path: Path, *, store: DataStore | None = None) -> tuple[Authority, ...]:
    """
    Read a file of successor authorities.

    DataMissingError if there is no such file. SettingError if it is not valid; every fault is
    named.
    """
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        hint = "run: localarea successors new, or leave the setting out"
        raise DataMissingError(path, hint=hint) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"{path} cannot be read: {error}") from error
    faults = _faults(stated, read_gazetteer(store=store).districts)
    if faults:
        raise SettingError(f"{path}: {'; '.join(faults)}")
    return tuple(
        Authority(
            body["name"].strip(),
            tuple(sorted(body["districts"])),
            body["council"],
            body["from"],
            body["order"].strip(),
        )
        for body in stated.get("authority", [])
    )


def authorities_on(
    day: date, successors: Sequence[Authority], *, store: DataStore | None = None
) -> dict[str, Authority]:
    """
    Return the council of each district of 2025 on a day.

    ``successors``: authorities that replace districts, each from its first day. By ``lad25cd``;
    every district of England and Wales, sorted. InputError if the day is before 1 April 2025, since
    the zones of older districts are not kept.
    """
    if day < FIRST_DAY:
        raise InputError(
            f"councils are known from {FIRST_DAY} on, not of {day}: the tables have the districts "
            "of 2025; choose a later day",
            parameter="councils_on",
        )
    names = read_gazetteer(store=store).districts
    found = {code: Authority(name, (code,)) for code, name in sorted(names.items())}
    for successor in successors:
        if successor.start <= day:
            found |= dict.fromkeys(successor.districts, successor)
    return found


def find_successor(name: str, successors: Sequence[Authority]) -> Authority:
    """
    Find a successor by its name or the name of its council's file.

    NotFoundError if the file states none of that name; those it states are listed.
    """
    wanted = name.strip().casefold()
    for successor in successors:
        if wanted in {successor.name.casefold(), successor.council}:
            return successor
    stated = ", ".join(successor.name for successor in successors) or "none"
    raise NotFoundError(
        f"{name!r} is not in the file of successor authorities, which states: {stated}"
    )


def successors_template(districts: Mapping[str, str]) -> str:
    """
    Return a file of successor authorities to fill in, which states none yet.

    ``districts``: Code -> name of the districts to list in it.
    """
    held = "\n".join(f'# {code} = "{name}"' for code, name in sorted(districts.items()))
    return _TEMPLATE + held + "\n"


_TEMPLATE: Final = """\
# Successor authorities: the councils that replace districts of 2025, each from a day on.
# State what an order in force says and nothing else. A district belongs to one successor at most.
# Copy the lines below for each new council, remove the marks before them, and fill them in.

# [[authority]]
# name = ""        # name of the new council
# council = ""     # name of its file in data/councils, in lowercase letters, digits and hyphens
# from = 2028-04-01  # its first day
# order = ""       # the order that makes it, with its number
#
# [authority.districts]
"""


def _faults(stated: Mapping[str, Any], known: Mapping[str, str]) -> list[str]:
    faults = [f"the key {key!r} is not known" for key in stated if key != "authority"]
    bodies = stated.get("authority", [])
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        return [*faults, "authorities are stated as [[authority]] tables"]
    for number, body in enumerate(bodies, 1):
        faults += [f"authority {number}: {fault}" for fault in _body_faults(body, known)]
    if faults:
        return faults
    for what, held in (
        ("the name", [body["name"].strip().casefold() for body in bodies]),
        ("the council", [body["council"] for body in bodies]),
        ("the district", [code for body in bodies for code in body["districts"]]),
    ):
        twice = sorted({value for value in held if held.count(value) > 1})
        faults += [f"{what} {value!r} is stated for two authorities" for value in twice]
    return faults


def _body_faults(body: Mapping[str, Any], known: Mapping[str, str]) -> list[str]:
    faults = [f"the key {key!r} is not known" for key in body if key not in _KEYS]
    faults += [
        f"{key!r} must be non-blank text"
        for key in ("name", "council", "order")
        if not (isinstance(body.get(key), str) and body[key].strip())
    ]
    key = body.get("council")
    if isinstance(key, str) and key.strip() and not _KEY.match(key):
        faults.append(f"council {key!r}: use lowercase letters, digits and single hyphens")
    start = body.get("from")
    if type(start) is not date:  # a date and time is a date too
        faults.append("'from' must be a day such as 2028-04-01, without quotation marks")
    elif start < FIRST_DAY:
        faults.append(f"'from' must be {FIRST_DAY} or later, not {start}")
    districts = body.get("districts")
    if not isinstance(districts, dict) or not districts:
        return [*faults, "'districts' must be a table of lad25cd = name"]
    return faults + [
        f"{code} is {known.get(code, 'no district of 2025')}, not {name}"
        for code, name in districts.items()
        if known.get(code) != name
    ]
