"""The reason where an option is a list of whole districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.comparison.reasons.reason import Reason
from localarea.options.methods.base import anchor_district
from localarea.options.titles import join_names
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from localarea.comparison.reasons.reason import Asked

_MOST_NAMED = 12  # districts of a list; the option's own page has them all


def of_district(asked: Asked) -> Reason:
    """Explain the option of the anchor's district alone."""
    code = anchor_district(asked.council, store=asked.store)
    return _of_list(asked, (code,), "the option is the anchor's district alone")


def of_districts(asked: Asked) -> Reason:
    """Explain an option of several districts."""
    members = dict(asked.parameters.get("members", ()))
    return _of_list(asked, tuple(members), "the option is a list of whole districts")


def of_reserving(asked: Asked) -> Reason:
    """Explain an area that contracts may be reserved to."""
    stated = asked.parameters["districts"]
    words = "the option is the area that the law allows for reserving contracts"
    return _of_list(asked, tuple(stated), words)


def _of_list(asked: Asked, codes: tuple[str, ...], words: str) -> Reason:
    gazetteer = read_gazetteer(asked.council.zone_system, store=asked.store)
    name, own = gazetteer.zone_names[asked.zone], gazetteer.zone_district[asked.zone]
    district, zones = gazetteer.districts[own], len(gazetteer.district_zones[own])
    named = [gazetteer.districts[code] for code in codes]
    rest = len(named) - _MOST_NAMED
    listed = join_names([*named[:_MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])])
    is_in = "which is on its list" if own in codes else "which is not on its list"
    sentence = f"{name} lies in {district}, {is_in}: {words} ({listed}). No number decides."
    turn = (
        f"{'Taking' if own in codes else 'Putting'} {district} "
        f"{'off' if own in codes else 'on'} the list would turn all of its {zones} zones; the zone "
        "alone can be turned only in a what-if, which then cuts the district."
    )
    return Reason(sentence, turns=(turn,))
