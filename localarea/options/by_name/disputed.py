"""
The places worth disputing, found from the data for a council whose file names none.

A district is in dispute if some methods take most of its workers in and others leave most of
them out. What is at stake are the workers who live in the zones on which the methods differ:
those inside under one method and outside under another. They count once for each method on the
side that has fewer, so that one method which reaches far does not settle what is in dispute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from localarea.datasets.store import default_store
from localarea.errors import ComputeError
from localarea.options.council import Contested, Council
from localarea.options.membership import option_zones
from localarea.options.methods.base import anchor_district
from localarea.options.titles import spoken_name
from localarea.options.zone_figures import flow_matrix
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.datasets.store import DataStore

MOST_DISPUTED: Final = 2  # each doubles the options of a page
_MOST: Final = 0.5  # of a district's workers, for it to be in or out
_ADMINISTRATIVE: Final = ("district", "districts")  # drawn by no labour market


@dataclass(frozen=True, slots=True)
class Disputed:
    """
    A district on which the methods differ.

    Attributes
    ----------
    workers_at_stake : int
        Employed residents of 2011 of its zones that are inside under one method and outside
        under another (persons).
    inside, outside : tuple of str
        Options that take in most of its employed residents, and those that do not.
    """

    lad25cd: str
    name: str
    workers_at_stake: int
    inside: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def weight(self) -> int:
        """Return the workers at stake times the number of options on the side with fewer."""
        return self.workers_at_stake * min(len(self.inside), len(self.outside))


def full_council(council: Council, *, store: DataStore | None = None) -> Council:
    """Return a council with its places in dispute: those of its file, or found from the data."""
    return council if council.configured else _with_disputed(council, store or default_store())


@lru_cache(maxsize=32)
def _with_disputed(council: Council, store: DataStore) -> Council:
    found = find_disputed(council, store=store)[:MOST_DISPUTED]
    return replace(council, contested=tuple(Contested(disputed_key(d.name), d.name) for d in found))


def find_disputed(council: Council, *, store: DataStore | None = None) -> tuple[Disputed, ...]:
    """
    Find the districts on which a council's methods differ.

    Those with most at stake first. Never the anchor's own district; options drawn from districts
    alone, and those that have no answer for the anchor, are left out.
    """
    home = store or default_store()
    held: dict[str, frozenset[str]] = {}
    for spec in council.options:
        if spec.method in _ADMINISTRATIVE:
            continue
        try:
            held[spec.id] = frozenset(option_zones(spec.id, council, store=home).zones)
        except ComputeError:
            continue
    flows = flow_matrix(2011 if council.zone_system == "msoa11" else 2021, store=home)
    residents = dict(
        zip(map(str, flows.codes), flows.employed_residents.astype(float).tolist(), strict=True)
    )
    own = anchor_district(council, store=home)
    gazetteer = read_gazetteer(council.zone_system, store=home)
    met = {gazetteer.zone_district[zone] for zones in held.values() for zone in zones} - {own}
    found = (
        _disputed(code, gazetteer.districts[code], gazetteer.district_zones[code], held, residents)
        for code in met
    )
    differing = [one for one in found if one.inside and one.outside]
    return tuple(sorted(differing, key=lambda one: (-one.weight, one.lad25cd)))


def _disputed(
    code: str,
    name: str,
    zones: Iterable[str],
    held: Mapping[str, frozenset[str]],
    residents: Mapping[str, float],
) -> Disputed:
    of = {zone: residents.get(zone, 0.0) for zone in zones}
    whole = sum(of.values())
    inside: list[str] = []
    outside: list[str] = []
    stake = 0.0
    for option, taken in held.items():
        share = sum(count for zone, count in of.items() if zone in taken)
        (inside if share > _MOST * whole else outside).append(option)
    for zone, count in of.items():
        times = sum(zone in taken for taken in held.values())
        stake += count if 0 < times < len(held) else 0.0
    return Disputed(code, name, round(stake), tuple(inside), tuple(outside))


def disputed_key(district: str) -> str:
    """Return the suffix of a district in an option's id."""
    return re.sub(r"[^a-z0-9]+", "-", spoken_name(district).casefold()).strip("-")
