"""
Methods that choose an option's zones, by the name used in council files.

A method takes the parameters of an option and returns the zones, the complete parameters
and the tables it used. To add one, write a function with that signature and enter it in
:data:`METHODS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.errors import SettingError
from localarea.options.methods.base import Method, MethodResult, _district
from localarea.options.methods.simple import _catchment, _districts, _drive, _ttwa_official

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council


def choose_zones(
    method: str, parameters: Mapping[str, Any], council: Council, *, store: DataStore | None = None
) -> MethodResult:
    """
    Choose zones with a named method.

    ``method``: name in :data:`METHODS`. Returns zones, complete parameters and tables used.
    SettingError if the method is unknown, does not accept a parameter, or does not support the
    council's zone system.
    """
    if method not in METHODS:
        raise SettingError(f"method {method!r} is not known; choose one of: {', '.join(METHODS)}")
    entry = METHODS[method]
    unknown = sorted(set(parameters) - entry.accepts)
    if unknown:
        takes = ", ".join(sorted(entry.accepts)) or "no parameters"
        raise SettingError(
            f"method {method!r} does not accept {', '.join(unknown)}; it accepts {takes}"
        )
    if council.zone_system not in entry.zone_systems:
        raise SettingError(
            f"method {method!r} does not work with zones of {council.zone_system}; "
            f"set zone_system to {' or '.join(sorted(entry.zone_systems))}"
        )
    return entry.choose(parameters, council, store)


def _ttwa_computed(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.travel_to_work_areas import choose_computed

    return choose_computed(parameters, council, store)


def _ttwa_cluster(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.travel_to_work_areas import choose_cluster

    return choose_cluster(parameters, council, store)


def _composite(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.composite import choose_composite

    return choose_composite(parameters, council, store)


def _ttwa_region(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.ttwa_region import choose_ttwa_region

    return choose_ttwa_region(parameters, council, store)


def _composite_region(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.composite_region import choose_composite_region

    return choose_composite_region(parameters, council, store)


def _reserve_own(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.reservation import choose_own

    return choose_own(parameters, council, store)


def _reserve_county(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.reservation import choose_county

    return choose_county(parameters, council, store)


def _reserve_bordering(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    from localarea.options.methods.reservation import choose_bordering

    return choose_bordering(parameters, council, store)


_AUTHORITIES: Final = frozenset({"authority", "with"})

METHODS: Final[dict[str, Method]] = {
    "district": Method(_district),
    "districts": Method(_districts, frozenset({"members", "neighbours"})),
    "ttwa-official": Method(_ttwa_official, frozenset({"ttwa11cd"}), frozenset({"msoa11"})),
    "ttwa-computed": Method(
        _ttwa_computed,
        frozenset({"preset", "min_size", "target_size", "min_sc", "target_sc", "vintage", "flows"}),
    ),
    "ttwa-cluster": Method(
        _ttwa_cluster,
        frozenset({"areas", "preset", "target_sc", "min_size", "max_areas", "vintage", "flows"}),
    ),
    "catchment": Method(_catchment, frozenset({"min_share", "flows"})),
    "composite": Method(
        _composite, frozenset({"min_link", "max_minutes", "max_employed_residents", "flows"})
    ),
    "ttwa-region": Method(
        _ttwa_region, frozenset({"reading", "min_inside"}), frozenset({"msoa11"})
    ),
    "composite-region": Method(
        _composite_region, frozenset({"reading", "min_link", "min_held", "max_outside"})
    ),
    "drive": Method(_drive, frozenset({"minutes"})),
    "reserve-own": Method(_reserve_own, _AUTHORITIES),
    "reserve-county": Method(_reserve_county, _AUTHORITIES),
    "reserve-bordering": Method(_reserve_bordering, _AUTHORITIES | {"area", "neighbours"}),
}
