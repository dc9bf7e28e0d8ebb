"""The types that a method takes and returns, and the zones of an anchor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from localarea.options.anchors.place import find_anchor
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

    Choose = Callable[[Mapping[str, Any], Council, DataStore | None], "MethodResult"]


FLOWS: Final = "flows"  # the parameter that names own flows


@dataclass(frozen=True, slots=True)
class MethodResult:
    """
    Result of a method.

    Attributes
    ----------
    zones : tuple of str
        Unique zone codes, sorted.
    parameters : mapping
        All parameters, including defaults.
    """

    zones: tuple[str, ...]
    parameters: Mapping[str, Any]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """
    A method of choosing zones.

    Attributes
    ----------
    choose : callable
        Function of parameters, council and store that returns a :class:`MethodResult`.
    accepts : frozenset of str
        Names of the parameters that a council's file may set.
    """

    choose: Choose
    accepts: frozenset[str] = frozenset()
    zone_systems: frozenset[str] = field(default_factory=lambda: frozenset({"msoa11", "msoa21"}))


def anchor_zones(council: Council, *, store: DataStore | None = None) -> tuple[str, ...]:
    """
    Find the zones of a council's anchor.

    Codes in the council's zone system, sorted: all zones of a district or a town, or the one
    that contains a postcode or a point.
    """
    return find_anchor(council.anchor, council.zone_system, store).zones


def anchor_district(council: Council, *, store: DataStore | None = None) -> str:
    """Return the ``lad25cd`` of the district that a council's anchor is, or lies in."""
    return find_anchor(council.anchor, council.zone_system, store).district


def _zones_table(council: Council) -> str:
    return f"zones_{council.zone_system}"


def _district(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    code = anchor_district(council, store=store)
    zones = read_gazetteer(council.zone_system, store=store).district_zones[code]
    return MethodResult(zones, {"lad25cd": code}, (_zones_table(council),))
