"""
Options made of computed travel to work areas, or of several areas joined.

``ttwa-computed`` is the area that contains the anchor when the official method is run on
the commuters of a census. ``ttwa-cluster`` adds the areas most strongly linked with the
anchor's until the whole meets the target self-containment.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from localarea.datasets.store import default_store
from localarea.datasets.ttwa import read_ttwa11_msoa11
from localarea.errors import SchemaError, SettingError
from localarea.labour.travel_to_work_areas.cluster import area_of_anchor, cluster_around
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import PRESETS
from localarea.options.methods.base import MethodResult, anchor_zones
from localarea.options.zone_figures import flow_matrix
from localarea.places.census_bridge import zones_of_census
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix
    from localarea.labour.travel_to_work_areas.cluster import Cluster
    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
    from localarea.options.council import Council
    from localarea.options.zone_figures import Vintage
    from localarea.places.census_bridge import Census
    from localarea.records import ZoneSystem

THRESHOLDS: Final = ("min_size", "target_size", "min_sc", "target_sc")
# The official criteria require 75% of the smallest areas: Coombes and ONS (2015), RR2015/05.
DEFAULT_CLUSTER_SC: Final = 0.75
_ZONES_OF: Final[dict[int, ZoneSystem]] = {2011: "msoa11", 2021: "msoa21"}


def choose_computed(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the zones of the computed travel to work area that contains the anchor.

    Parameters
    ----------
    parameters : mapping
        ``preset``, ``vintage`` and the thresholds in :data:`THRESHOLDS`. Thresholds default
        to those of the preset, and the vintage to that of the council's zones.

    Returns
    -------
    MethodResult
        Zones in the council's zone system.

    Raises
    ------
    SettingError
        If the preset or vintage is unknown, or a threshold is not allowed.
    """
    store = store or default_store()
    vintage, native = _vintage(parameters, council)
    preset, method = _method(parameters)
    membership = _computed_areas(method, vintage, store)
    flows = _flows(vintage, store)
    area = area_of_anchor(flows, membership, anchor_zones(native, store=store))
    zones = tuple(sorted(str(zone) for zone in membership.index[membership == area]))
    criteria = {name: getattr(method.criteria, name) for name in THRESHOLDS}
    known = {
        "preset": preset,
        **criteria,
        "vintage": vintage,
        "area": f"the one of {_zone_name(area, native, store)} ({area}), where most jobs are",
        "anchor": "the area that holds most of the anchor's employed residents",
        "workers": "all, those at home or at no fixed place where they live",
    }
    return _in_zones_of(council, native, zones, known, _flow_tables(vintage), store)


def choose_cluster(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the zones of the anchor's travel to work area and of those joined to it.

    Parameters
    ----------
    parameters : mapping
        ``areas`` (``official``, the default for zones of 2011, or ``computed``),
        ``preset`` (of computed areas), ``vintage``, ``target_sc`` (0.75), ``min_size``
        (0 persons) and ``max_areas`` (no limit).

    Returns
    -------
    MethodResult
        Zones in the council's zone system; the notes list the areas in the order of joining.

    Raises
    ------
    SettingError
        If a parameter is not allowed.
    InfeasibleError
        If the target is not met with all areas, or with ``max_areas``.
    """
    store = store or default_store()
    vintage, native = _vintage(parameters, council)
    areas = parameters.get("areas", "official" if vintage == 2011 else "computed")
    stated = _cluster_limits(parameters)
    membership, names, made = _areas(str(areas), parameters, vintage, native, store)
    cluster = cluster_around(
        _flows(vintage, store), membership, anchor_zones(native, store=store), **stated
    )
    joined = tuple(names.get(area, area) for area in cluster.areas)
    known = {
        "areas": areas,
        **made,
        "vintage": vintage,
        **stated,
        "joined": joined,
        "criterion": "the area with the strongest link (Smart's index) joins until both "
        "self-containments reach target_sc and the employed residents min_size",
        "notes": (_note(cluster, joined),),
    }
    tables = (*_flow_tables(vintage), *(("ttwa11_msoa11",) if areas == "official" else ()))
    return _in_zones_of(council, native, cluster.zones, known, tables, store)


def _note(cluster: Cluster, joined: tuple[str, ...]) -> str:
    reached = cluster.steps["self_containment"]
    if len(joined) == 1:
        return (
            f"the area of {joined[0]} alone holds {reached.iloc[0]:.1%} of its commuters and meets "
            "the criteria, so that no area joined it"
        )
    rises = ", ".join(f"{name} {sc:.1%}" for name, sc in zip(joined, reached, strict=True))
    return f"areas in the order in which they joined, with the self-containment reached: {rises}"


def _vintage(parameters: Mapping[str, Any], council: Council) -> tuple[Vintage, Council]:
    """Return the census year, and the council with the zone system of that census."""
    own = next(year for year, system in _ZONES_OF.items() if system == council.zone_system)
    vintage = parameters.get("vintage", own)
    if isinstance(vintage, bool) or vintage not in _ZONES_OF:
        years = " or ".join(map(str, _ZONES_OF))
        raise SettingError(f"vintage is {vintage!r}; commuting data exist for {years}")
    return vintage, replace(council, zone_system=_ZONES_OF[vintage])


def _method(parameters: Mapping[str, Any]) -> tuple[str, TtwaParameters]:
    preset = parameters.get("preset", "ons2011")
    if preset not in PRESETS:
        raise SettingError(f"preset {preset!r} is not known; choose one of: {', '.join(PRESETS)}")
    thresholds = {k: _number(k, parameters[k]) for k in THRESHOLDS if k in parameters}
    try:
        return preset, PRESETS[preset].with_thresholds(**thresholds)
    except SchemaError as error:
        raise SettingError(f"method 'ttwa-computed': {error}") from error


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise SettingError(f"{name} is {value!r}; it must be a number")
    return float(value)


def _cluster_limits(parameters: Mapping[str, Any]) -> dict[str, Any]:
    target = _number("target_sc", parameters.get("target_sc", DEFAULT_CLUSTER_SC))
    if not 0 < target <= 1:
        raise SettingError(f"target_sc is {target}; it must be a share above 0 and at most 1")
    size = _number("min_size", parameters.get("min_size", 0.0))
    if not 0 <= size < float("inf"):
        raise SettingError(f"min_size is {size}; it must be a number of persons, 0 or more")
    most = parameters.get("max_areas")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise SettingError(f"max_areas is {most!r}; it must be a whole number, 1 or more")
    return {"target_sc": target, "min_size": size, "max_areas": most}


def _areas(
    areas: str, parameters: Mapping[str, Any], vintage: Vintage, native: Council, store: DataStore
) -> tuple[pd.Series, Mapping[str, str], dict[str, Any]]:
    """Return the areas that may be joined, their names and how they were made."""
    if areas == "computed":
        preset, method = _method({k: v for k, v in parameters.items() if k == "preset"})
        membership = _computed_areas(method, vintage, store)
        names = {str(a): f"{_zone_name(str(a), native, store)} ({a})" for a in membership.unique()}
        return membership, names, {"preset": preset}
    if areas != "official":
        raise SettingError(f"areas is {areas!r}; it must be official or computed")
    if vintage != 2011:
        raise SettingError(
            "there are no official areas on the zones of 2021; set areas to 'computed'"
        )
    if "preset" in parameters:
        raise SettingError("preset applies to computed areas only; leave it out for official ones")
    table = read_ttwa11_msoa11(store=store).set_index("msoa11cd").astype(str)
    names = dict(zip(table["ttwa11cd"], table["ttwa11nm"], strict=True))
    return table["ttwa11cd"], names, {}


def _flows(vintage: Vintage, store: DataStore) -> FlowMatrix:
    return flow_matrix(vintage, store=store)


@lru_cache(maxsize=16)  # two options may share one run, which takes seconds
def _computed_areas(method: TtwaParameters, vintage: Vintage, store: DataStore) -> pd.Series:
    return compute_travel_to_work_areas(_flows(vintage, store), method).membership


def _flow_tables(vintage: Vintage) -> tuple[str, ...]:
    return f"flows_{vintage}", f"flows_{vintage}_special"


def _zone_name(code: str, native: Council, store: DataStore) -> str:
    return read_gazetteer(native.zone_system, store=store).zone_names.get(code, code)


def _in_zones_of(
    council: Council,
    native: Council,
    zones: tuple[str, ...],
    known: dict[str, Any],
    tables: tuple[str, ...],
    store: DataStore,
) -> MethodResult:
    """Convert zones of another census to those of the council."""
    tables = (*tables, f"zones_{native.zone_system}")
    if native.zone_system == council.zone_system:
        return MethodResult(zones, known, tables)
    census = cast("Census", council.zone_system)
    brought = zones_of_census(zones, census, store=store)
    known["bridge"] = "a zone is inside when at least half of its live postcodes are"
    return MethodResult(brought, known, (*tables, "msoa11_msoa21"))
