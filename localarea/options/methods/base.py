"""The types that a method takes and returns, and the zones of an anchor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import InputError, SettingError
from localarea.options.stated_districts import anchor_fault
from localarea.places.gazetteer import read_gazetteer
from localarea.places.resolve import resolve_district

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.places.resolve import Place


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
    tables : tuple of str
        Names of the registry tables that were used.
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
    zone_systems : frozenset of str
        Zone systems that the method supports.
    """

    choose: Callable[[Mapping[str, Any], Council, DataStore | None], MethodResult]
    accepts: frozenset[str] = frozenset()
    zone_systems: frozenset[str] = field(default_factory=lambda: frozenset({"msoa11", "msoa21"}))


def anchor_district(council: Council, *, store: DataStore | None = None) -> Place:
    """
    Find the district of a council's anchor.

    Raises
    ------
    SettingError
        If the district has become part of another; it is named, with the line to change.
    """
    try:
        return resolve_district(council.anchor, store=store)
    except InputError as error:
        fault = anchor_fault(council.anchor, store=store)
        if fault is None:
            raise
        raise SettingError(f"{council.key}.toml: {fault}") from error


def anchor_zones(council: Council, *, store: DataStore | None = None) -> tuple[str, ...]:
    """
    Find the zones of a council's anchor.

    Codes of the district's zones in the council's zone system, sorted.
    """
    code = anchor_district(council, store=store).code
    gazetteer = read_gazetteer(council.zone_system, store=store)
    return gazetteer.district_zones[str(code)]


def _zones_table(council: Council) -> str:
    return f"zones_{council.zone_system}"


def _district(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    anchor = anchor_district(council, store=store)
    return MethodResult(
        anchor_zones(council, store=store), {"lad25cd": anchor.code}, (_zones_table(council),)
    )
