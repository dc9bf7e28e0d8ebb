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
    from localarea.options.methods.base import Choose


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


def _late(method: str) -> Choose:
    """Return the function of a method, imported only when it is used: some bring compiled code."""
    return lambda parameters, council, store: _function_of(method)(parameters, council, store)


def _function_of(method: str) -> Choose:
    if method.startswith("reserve-"):
        from localarea.options.methods import reservation

        return {
            "reserve-own": reservation.choose_own,
            "reserve-county": reservation.choose_county,
            "reserve-bordering": reservation.choose_bordering,
        }[method]
    if method == "composite":
        from localarea.options.methods.composite import choose_composite

        return choose_composite
    if method == "ttwa-region":
        from localarea.options.methods.ttwa_region import choose_ttwa_region

        return choose_ttwa_region
    if method == "composite-region":
        from localarea.options.methods.composite_region import choose_composite_region

        return choose_composite_region
    from localarea.options.methods import travel_to_work_areas as areas

    return {"ttwa-computed": areas.choose_computed, "ttwa-cluster": areas.choose_cluster}[method]


_AUTHORITIES: Final = frozenset({"authority", "with"})

METHODS: Final[dict[str, Method]] = {
    "district": Method(_district),
    "districts": Method(_districts, frozenset({"members", "neighbours"})),
    "ttwa-official": Method(_ttwa_official, frozenset({"ttwa11cd"}), frozenset({"msoa11"})),
    "ttwa-computed": Method(
        _late("ttwa-computed"),
        frozenset({"preset", "min_size", "target_size", "min_sc", "target_sc", "vintage", "flows"}),
    ),
    "ttwa-cluster": Method(
        _late("ttwa-cluster"),
        frozenset({"areas", "preset", "target_sc", "min_size", "max_areas", "vintage", "flows"}),
    ),
    "catchment": Method(_catchment, frozenset({"min_share", "flows"})),
    "composite": Method(
        _late("composite"),
        frozenset({"min_link", "max_minutes", "max_employed_residents", "flows"}),
    ),
    "ttwa-region": Method(
        _late("ttwa-region"), frozenset({"reading", "min_inside"}), frozenset({"msoa11"})
    ),
    "composite-region": Method(
        _late("composite-region"), frozenset({"reading", "min_link", "min_held", "max_outside"})
    ),
    "drive": Method(_drive, frozenset({"minutes"})),
    "reserve-own": Method(_late("reserve-own"), _AUTHORITIES),
    "reserve-county": Method(_late("reserve-county"), _AUTHORITIES),
    "reserve-bordering": Method(_late("reserve-bordering"), _AUTHORITIES | {"area", "neighbours"}),
}
