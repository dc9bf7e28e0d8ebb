"""Scenarios as TOML files, to store next to the council's file and run again."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.comparison.change import Change
from localarea.comparison.variants import VINTAGES
from localarea.errors import InputError, SettingError
from localarea.options.stated import is_text, unknown_keys
from localarea.places.polygons import Polygon, shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.comparison.change import Threshold


@dataclass(frozen=True, slots=True)
class ScenarioFields:
    """
    Contents of a scenario file.

    Attributes
    ----------
    vintage : int
        Census whose commuters choose the zones.
    thresholds : mapping
        Parameters of the method that differ from the option's.
    changes : tuple of Change
        Places added and removed, in order.
    """

    base: str
    vintage: int
    thresholds: Mapping[str, Threshold]
    changes: tuple[Change, ...]


_KEYS: Final = frozenset({"base", "vintage", "thresholds", "changes"})
_CHANGE_KEYS: Final = frozenset({"action", "place", "polygon"})


def write_scenario(fields: ScenarioFields) -> str:
    """
    Write a scenario as TOML.

    Text with keys ``base``, ``vintage``, ``thresholds`` and ``changes``; ``docs/scenarios.md``
    describes them.
    """
    lines = [f"base = {_text(fields.base)}", f"vintage = {fields.vintage}"]
    if fields.thresholds:
        lines += ["", "[thresholds]"]
        lines += [f"{name} = {_value(value)}" for name, value in fields.thresholds.items()]
    for change in fields.changes:
        lines += ["", "[[changes]]", f"action = {_text(change.action)}"]
        lines.append(f"place = {_text(change.place)}")
        if change.polygon is not None:
            lines.append(f"polygon = {_text(change.polygon.wkt)}")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    # JSON escapes are valid TOML, but TOML must also escape the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)


def read_scenario(text: str) -> ScenarioFields:
    """
    Read a scenario from TOML.

    Contents of the scenario; places are looked up when it is computed. SettingError if the text is
    not valid TOML or a value is not allowed; every fault is reported.
    """
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"the scenario is not TOML: {error}") from error
    except (RecursionError, ValueError) as error:  # too deeply nested, or too long a number
        why = (
            "it is nested too deeply"
            if isinstance(error, RecursionError)
            else "a value is not valid"
        )
        raise SettingError(f"the scenario is not TOML: {why}") from error
    faults = _faults(stated)
    if faults:
        raise SettingError("scenario: " + "; ".join(faults))
    return ScenarioFields(
        base=stated["base"],
        vintage=stated.get("vintage", VINTAGES[0]),
        thresholds=stated.get("thresholds", {}),
        changes=tuple(_change(body) for body in stated.get("changes", ())),
    )


def _change(body: Mapping[str, Any]) -> Change:
    wkt = body.get("polygon")
    polygon = Polygon(body["place"], wkt) if wkt is not None else None
    return Change(body["action"], " ".join(body["place"].split()), polygon)


def _faults(stated: Mapping[str, Any]) -> list[str]:
    faults = unknown_keys(stated, _KEYS)
    if not is_text(stated.get("base")):
        faults.append("'base' must be the id of an option")
    if stated.get("vintage", VINTAGES[0]) not in VINTAGES:
        faults.append(f"vintage {stated['vintage']!r} is not {' or '.join(map(str, VINTAGES))}")
    if not isinstance(stated.get("thresholds", {}), dict):
        faults.append("'thresholds' must be a table")
    changes = stated.get("changes", [])
    if not isinstance(changes, list) or not all(isinstance(body, dict) for body in changes):
        return [*faults, "changes must be [[changes]] tables"]
    for number, body in enumerate(changes, start=1):
        faults += [f"change {number}: {fault}" for fault in _change_faults(body)]
    return faults


def _change_faults(body: Mapping[str, Any]) -> list[str]:
    faults = unknown_keys(body, _CHANGE_KEYS)
    if body.get("action") not in ("include", "exclude"):
        faults.append("'action' must be include or exclude")
    place, wkt = body.get("place"), body.get("polygon")
    if not is_text(place):
        faults.append("'place' must be non-blank text")
    if wkt is None:
        return faults
    try:
        shape_of(Polygon("'polygon'", str(wkt)))
    except InputError as error:
        faults.append(str(error))
    return faults
