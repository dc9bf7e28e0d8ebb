"""
Options made of computed travel to work areas, or of several areas joined.

``ttwa-computed`` is the area that contains the anchor when the official method is run on
the commuters of a census. ``ttwa-cluster`` adds the areas most strongly linked with the
anchor's until the whole meets the target self-containment.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import pandas as pd

from localarea.datasets.store import default_store
from localarea.datasets.ttwa import read_ttwa11_msoa11
from localarea.errors import SchemaError, SettingError
from localarea.labour.travel_to_work_areas.cluster import Joining, area_of_anchor
from localarea.labour.travel_to_work_areas.parameters import PRESETS
from localarea.options.methods.base import MethodResult, anchor_zones
from localarea.options.methods.commuting import commuting_of, flows_of, in_zones_of
from localarea.options.methods.kept_areas import kept_membership
from localarea.options.stated import is_number
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localarea.datasets.store import DataStore
    from localarea.labour.travel_to_work_areas.cluster import Cluster
    from localarea.labour.travel_to_work_areas.compute import OrderedFlows
    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
    from localarea.labour.travel_to_work_areas.result import TtwaResult
    from localarea.options.council import Council
    from localarea.options.methods.commuting import Commuting
    from localarea.options.zone_figures import Vintage

THRESHOLDS: Final = ("min_size", "target_size", "min_sc", "target_sc")
# The official criteria require 75% of the smallest areas: Coombes and ONS (2015), RR2015/05.
DEFAULT_CLUSTER_SC: Final = 0.75


def choose_computed(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the zones of the computed travel to work area that contains the anchor.

    Parameters
    ----------
    parameters : mapping
        ``preset``, ``vintage`` or ``flows``, and the thresholds in :data:`THRESHOLDS`.
        Thresholds default to those of the preset, and the vintage to that of the council's zones.

    Returns
    -------
    MethodResult
        Zones in the council's zone system.

    Raises
    ------
    SettingError
        If the preset, vintage or flows are unknown, or a threshold is not allowed.
    """
    store = store or default_store()
    commuting = commuting_of(parameters, council, store)
    native = commuting.council
    preset, method = _method(parameters)
    membership = _computed_areas(method, commuting, store)
    flows = commuting.flows(store)
    area = area_of_anchor(flows, membership, anchor_zones(native, store=store))
    zones = tuple(sorted(str(zone) for zone in membership.index[membership == area]))
    criteria = {name: getattr(method.criteria, name) for name in THRESHOLDS}
    known = {
        "preset": preset,
        **criteria,
        **_whose(commuting),
        "area": f"the one of {_zone_name(area, native, store)} ({area}), where most jobs are",
        "anchor": "the area that holds most of the anchor's employed residents",
        "workers": "all, those at home or at no fixed place where they live",
    }
    tables = (*commuting.tables, f"zones_{native.zone_system}")
    return in_zones_of(council, native, MethodResult(zones, known, tables), store)


def choose_cluster(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the zones of the anchor's travel to work area and of those joined to it.

    Parameters
    ----------
    parameters : mapping
        ``areas`` (``official``, the default for zones of 2011, or ``computed``),
        ``preset`` (of computed areas), ``vintage`` or ``flows``, ``target_sc`` (0.75), ``min_size``
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
    commuting = commuting_of(parameters, council, store)
    native = commuting.council
    official = commuting.vintage == 2011 and not commuting.own
    areas = parameters.get("areas", "official" if official else "computed")
    stated = _cluster_limits(parameters)
    made_of, names, made = _areas(str(areas), parameters, commuting, store)
    cluster = made_of.until(**stated)
    joined = tuple(names.get(area, area) for area in cluster.areas)
    known = {
        "areas": areas,
        **made,
        **_whose(commuting),
        **stated,
        "joined": joined,
        "criterion": "the area with the strongest link (Smart's index) joins until both "
        "self-containments reach target_sc and the employed residents min_size",
        "notes": (_note(cluster, joined),),
    }
    tables = (*commuting.tables, *(("ttwa11_msoa11",) if areas == "official" else ()))
    tables = (*tables, f"zones_{native.zone_system}")
    return in_zones_of(council, native, MethodResult(cluster.zones, known, tables), store)


def _whose(commuting: Commuting) -> dict[str, Any]:
    return commuting.stated or {"vintage": commuting.vintage}


def _note(cluster: Cluster, joined: tuple[str, ...]) -> str:
    reached = cluster.steps["self_containment"]
    if len(joined) == 1:
        return (
            f"the area of {joined[0]} alone holds {reached.iloc[0]:.1%} of its commuters and meets "
            "the criteria, so that no area joined it"
        )
    rises = ", ".join(f"{name} {sc:.1%}" for name, sc in zip(joined, reached, strict=True))
    return f"areas in the order in which they joined, with the self-containment reached: {rises}"


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
    if not is_number(value):
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
    areas: str, parameters: Mapping[str, Any], commuting: Commuting, store: DataStore
) -> tuple[Joining, Mapping[str, str], dict[str, Any]]:
    """Return the areas in the order of their joining, their names and how they were made."""
    core = anchor_zones(commuting.council, store=store)
    if areas == "computed":
        preset, method = _method({k: v for k, v in parameters.items() if k == "preset"})
        membership = _computed_areas(method, commuting, store)
        native = commuting.council
        joining = _joining(method, commuting.vintage, commuting.own, core, store)
        names = {str(a): f"{_zone_name(str(a), native, store)} ({a})" for a in membership.unique()}
        return joining, names, {"preset": preset}
    if areas != "official":
        raise SettingError(f"areas is {areas!r}; it must be official or computed")
    if commuting.own:
        raise SettingError(
            "official areas were made of the commuters of 2011; leave areas out for own flows, or "
            "set it to 'computed'"
        )
    if commuting.vintage != 2011:
        raise SettingError(
            "there are no official areas on the zones of 2021; set areas to 'computed'"
        )
    if "preset" in parameters:
        raise SettingError("preset applies to computed areas only; leave it out for official ones")
    joining = _joining(None, commuting.vintage, commuting.own, core, store)
    return joining, _official_names(store), {}


@lru_cache(maxsize=4)
def _official_names(store: DataStore) -> Mapping[str, str]:
    table = read_ttwa11_msoa11(store=store).astype(str)
    return dict(zip(table["ttwa11cd"], table["ttwa11nm"], strict=True))


@lru_cache(maxsize=16)
def _joining(
    method: TtwaParameters | None,
    vintage: Vintage,
    own: str,
    core: tuple[str, ...],
    store: DataStore,
) -> Joining:
    """Return how areas join the anchor's: official ones, or those of a method."""
    if method is None:
        table = read_ttwa11_msoa11(store=store).set_index("msoa11cd").astype(str)
        membership = table["ttwa11cd"]
    else:
        membership = _membership(method, vintage, own, store)
    return Joining(flows_of(vintage, own, store), membership, core)


@lru_cache(maxsize=16)  # two options may share one run; one holds some 4 MB
def _run_of(method: TtwaParameters, vintage: Vintage, own: str, store: DataStore) -> TtwaResult:
    return _run(method, vintage, own, store)


def _run(method: TtwaParameters, vintage: Vintage, own: str, store: DataStore) -> TtwaResult:
    # The compiled code is slow to load, and kept areas do without it.
    from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas

    flows = flows_of(vintage, own, store)
    return compute_travel_to_work_areas(flows, method, ordered=_ORDERED.get((vintage, own, store)))


@lru_cache(maxsize=128)  # one holds some 120 kB: every step of the slider of a study stays
def _membership(
    method: TtwaParameters, vintage: Vintage, own: str, store: DataStore
) -> pd.Series[Any]:
    """Return the areas of a method, which are kept; so is the run of a preset, with its trace."""
    run = _run_of if method in PRESETS.values() else _run

    def computed() -> pd.Series[Any]:
        return run(method, vintage, own, store).membership

    areas = computed() if own else kept_membership(method, vintage, store, computed)
    # The codes of the zones are kept once, with the flows.
    return pd.Series(areas.astype("category").to_numpy(), index=_zones(vintage, own, store))


@lru_cache(maxsize=4)
def _zones(vintage: Vintage, own: str, store: DataStore) -> pd.Index[Any]:
    flows = flows_of(vintage, own, store)
    return pd.Index(flows.codes, name=f"{flows.zone_system}cd")


# Flows in the order of the compiled code: some 60 MB, as long as somebody is at work with them.
_ORDERED: Final[WeakValueDictionary[tuple[Vintage, str, DataStore], OrderedFlows]] = (
    WeakValueDictionary()
)


@contextmanager
def flows_in_order(
    parameters: Mapping[str, Any], council: Council, store: DataStore
) -> Iterator[None]:
    """
    Hold the flows of an option in the order of the compiled code, as long as it is run again.

    That saves two thirds of each run but the first. ``parameters``: as :func:`choose_computed`; the
    thresholds do not matter.
    """
    from localarea.labour.travel_to_work_areas.compute import order_flows

    commuting = commuting_of(parameters, council, store)
    key = (commuting.vintage, commuting.own, store)
    held = _ORDERED.get(key)
    if held is None:
        held = _ORDERED.setdefault(key, order_flows(commuting.flows(store)))
    yield
    del held  # which kept it alive


def computed_areas(
    parameters: Mapping[str, Any], commuting: Commuting, store: DataStore
) -> TtwaResult:
    """
    Return the run of the method behind an option of computed areas, with its trace.

    ``parameters``: ``preset`` and the thresholds in :data:`THRESHOLDS`; others are ignored.
    SettingError if the preset is unknown, or a threshold is not allowed.
    """
    return _run_of(_method(parameters)[1], commuting.vintage, commuting.own, store)


def _computed_areas(method: TtwaParameters, commuting: Commuting, store: DataStore) -> pd.Series:
    return _membership(method, commuting.vintage, commuting.own, store)


def _zone_name(code: str, native: Council, store: DataStore) -> str:
    return read_gazetteer(native.zone_system, store=store).zone_names.get(code, code)
