"""What is wrong with a council's file: every fault, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from localarea.options.mandate import mandate_faults
from localarea.options.option_ids import KEY, split_option_id
from localarea.options.stated import is_text, unknown_keys
from localarea.records import ZoneSystem

if TYPE_CHECKING:
    from collections.abc import Mapping


_TOP_KEYS: Final = frozenset(
    {"title", "anchor", "zone_system", "default_option", "contested", "options", "mandate"}
    | {"priority_measures"}
)


def council_faults(stated: Mapping[str, Any]) -> list[str]:
    """Return every fault of a council's file."""
    faults = unknown_keys(stated, _TOP_KEYS)
    faults += [
        f"{k!r} must be non-blank text" for k in ("title", "anchor") if not is_text(stated.get(k))
    ]
    system = stated.get("zone_system", "msoa11")
    if system not in get_args(ZoneSystem):
        faults.append(f"zone_system {system!r} is not one of {', '.join(get_args(ZoneSystem))}")
    faults += _option_faults(stated.get("options"))
    faults += _contested_faults(stated.get("contested", {}))
    faults += mandate_faults(stated.get("mandate"))
    priority = stated.get("priority_measures", [])
    if not isinstance(priority, list) or not all(is_text(ref) for ref in priority):
        faults.append("priority_measures must be a list of references of measures")
    elif len(set(priority)) < len(priority):
        faults.append("priority_measures names a measure twice")
    default = stated.get("default_option")
    if default is not None and isinstance(stated.get("options"), dict):
        keys = tuple(stated.get("contested", ()))
        if split_option_id(str(default), keys)[0] not in stated["options"]:
            faults.append(f"default_option {default!r} is not among the options")
    return faults


def _option_faults(options: object) -> list[str]:
    if not isinstance(options, dict) or not options:
        return ["there is no [options.NAME] table"]
    faults = []
    for name, body in options.items():
        if not KEY.match(name):
            faults.append(f"option {name!r}: use lowercase letters, digits and single hyphens")
        if not isinstance(body, dict) or not is_text(body.get("title")):
            faults.append(f"option {name!r} has no title")
        elif not is_text(body.get("method", name)):
            faults.append(f"option {name!r}: the method must be text")
        elif not is_text(body.get("description", "-")):
            faults.append(f"option {name!r}: the description must be non-blank text")
    return faults


def _contested_faults(contested: object) -> list[str]:
    if not isinstance(contested, dict):
        return ["contested places must be [contested.NAME] tables"]
    faults = []
    for name, body in contested.items():
        if not KEY.match(name):
            faults.append(f"contested {name!r}: use lowercase letters, digits and single hyphens")
        if not isinstance(body, dict) or not is_text(body.get("place")):
            faults.append(f"contested {name!r} has no place")
        else:
            faults += unknown_keys(body, ("place",), where=f"contested {name!r}: ")
    return faults
