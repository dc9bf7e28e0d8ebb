"""Whose commuters choose the zones of an option: those of a census, or a user's own flows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from localarea.datasets.own_flows import flows_table, own_flow_names, own_flows_file
from localarea.errors import SettingError
from localarea.labour.catchment import commuting_share
from localarea.labour.flow_matrix import COMMUTERS_ONLY, TTWA_RULE
from localarea.options.methods.base import FLOWS, MethodResult, anchor_zones
from localarea.options.zone_figures import Vintage, commuter_matrix, flow_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix, SpecialRule
    from localarea.options.council import Council
    from localarea.places.census_bridge import Census
    from localarea.records import ZoneSystem

_SYSTEMS: Final[dict[Vintage, ZoneSystem]] = {2011: "msoa11", 2021: "msoa21"}
BRIDGE: Final = "a zone is inside when at least half of its live postcodes are"


@dataclass(frozen=True, slots=True)
class Commuting:
    """
    Commuters that choose zones.

    Attributes
    ----------
    own : str
        Name of a user's own flows; empty for those of the census.
    council : Council
        The council, in the zone system of the flows.
    """

    vintage: Vintage
    own: str
    council: Council

    def flows(self, store: DataStore) -> FlowMatrix:
        """Return the commuters under the rule for travel to work areas."""
        return flows_of(self.vintage, self.own, store)

    def journeys(self, store: DataStore) -> FlowMatrix:
        """Return those who travel from zone to zone."""
        if self.own:
            return _own(self.own, COMMUTERS_ONLY, store)
        return commuter_matrix(self.vintage, store=store)

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the tables of the flows."""
        if self.own:
            return (flows_table(self.own),)
        return f"flows_{self.vintage}", f"flows_{self.vintage}_special"

    @property
    def plain(self) -> Commuting:
        """Return the same without the council's options, which change while a limit is moved."""
        return replace(self, council=replace(self.council, options=()))

    @property
    def stated(self) -> dict[str, Any]:
        """Return what the parameters of an option say of own flows; nothing of a census."""
        return {FLOWS: self.own} if self.own else {}


def flows_of(vintage: Vintage, own: str, store: DataStore) -> FlowMatrix:
    """Return a user's own flows, or those of a census, under the rule for travel to work areas."""
    return _own(own, TTWA_RULE, store) if own else flow_matrix(vintage, store=store)


def commuting_of(parameters: Mapping[str, Any], council: Council, store: DataStore) -> Commuting:
    """
    Return whose commuters choose zones.

    Parameters
    ----------
    parameters : mapping
        ``flows`` (the name of a user's own) or ``vintage``; by default, the census of the
        council's zones.

    Raises
    ------
    SettingError
        If there are no such flows, both are stated, the flows are between zones that no census
        has, or they leave out zones of the anchor.
    """
    if FLOWS in parameters:
        return _of_own(parameters, council, store)
    default = next(year for year, system in _SYSTEMS.items() if system == council.zone_system)
    vintage = parameters.get("vintage", default)
    if isinstance(vintage, bool) or vintage not in _SYSTEMS:
        years = " or ".join(map(str, _SYSTEMS))
        raise SettingError(f"vintage is {vintage!r}; commuting data exist for {years}")
    return Commuting(vintage, "", replace(council, zone_system=_SYSTEMS[vintage]))


def _of_own(parameters: Mapping[str, Any], council: Council, store: DataStore) -> Commuting:
    name = parameters[FLOWS]
    if "vintage" in parameters:
        raise SettingError("flows and vintage are both stated; own flows have zones of their own")
    known = own_flow_names(store)
    if name not in known:
        there = f"those here are: {', '.join(known)}" if known else "none have been added here"
        raise SettingError(
            f"flows is {name!r}, but no own flows have that name; {there}; "
            "'localarea data add flows' adds them"
        )
    matrix = _own(str(name), TTWA_RULE, store)
    vintage = next((y for y, system in _SYSTEMS.items() if system == matrix.zone_system), None)
    if vintage is None:
        raise SettingError(
            f"the flows {name!r} are not between MSOAs of 2011 or of 2021, such as E02004509, so "
            "no option can be made of them; 'localarea ttwa' computes areas of any zones"
        )
    native = replace(council, zone_system=_SYSTEMS[vintage])
    held = set(matrix.codes.tolist())
    lacking = [zone for zone in anchor_zones(native, store=store) if zone not in held]
    if lacking:
        raise SettingError(
            f"the flows {name!r} leave out {len(lacking)} of the zones of {council.anchor}, such "
            f"as {lacking[0]}; an option is measured from all of them"
        )
    return Commuting(vintage, str(name), native)


@lru_cache(maxsize=4)
def _own(name: str, rule: SpecialRule, store: DataStore) -> FlowMatrix:
    from localarea.datasets.flow_formats.flow_files import read_any_flows
    from localarea.labour.own_flows import matrix_of_file

    return matrix_of_file(read_any_flows(own_flows_file(name, store)), rule=rule, store=store)


@dataclass(frozen=True, slots=True, eq=False)
class AnchorLinks:
    """
    How far every zone commutes to the anchor and back, among those who travel to work.

    Attributes
    ----------
    codes : numpy.ndarray of str, shape (n_zones,)
        The zones of the flows.
    core : numpy.ndarray of bool, shape (n_zones,)
        The anchor's.
    sends : numpy.ndarray of float64, shape (n_zones,)
        Share of a zone's commuters who work in the anchor; 0 where nobody commutes.
    link : numpy.ndarray of float64, shape (n_zones,)
        That share, or that of the zone's jobs which commuters from the anchor hold, if it is
        larger.
    """

    codes: NDArray[np.str_]
    core: NDArray[np.bool_]
    sends: NDArray[np.float64]
    link: NDArray[np.float64]


def anchor_links(commuting: Commuting, store: DataStore) -> AnchorLinks:
    """Return the links of all zones with a council's anchor: the same for all of its options."""
    return _links(commuting.plain, store)


@lru_cache(maxsize=8)  # one holds some 120 kB
def _links(commuting: Commuting, store: DataStore) -> AnchorLinks:
    flows, anchor = commuting.flows(store), anchor_zones(commuting.council, store=store)
    codes = np.asarray(flows.codes, dtype=str)
    shares = commuting_share(commuting.journeys(store), anchor)
    larger = shares[["to_anchor_share", "from_anchor_share"]].max(axis=1).fillna(0.0)
    sends = shares["to_anchor_share"].fillna(0.0)
    core = flows.indicator(anchor).astype(bool)
    links = (of.reindex(codes, fill_value=0.0).to_numpy(np.float64) for of in (sends, larger))
    return AnchorLinks(codes, core, *links)


def in_zones_of(
    council: Council, native: Council, chosen: MethodResult, store: DataStore
) -> MethodResult:
    """
    Convert chosen zones of another census to the zones of the council.

    ``council``, ``native``: the council, and the same in the zone system of the chosen zones.
    """
    if native.zone_system == council.zone_system:
        return chosen
    from localarea.places.census_bridge import zones_of_census

    brought = zones_of_census(chosen.zones, cast("Census", council.zone_system), store=store)
    known = {**chosen.parameters, "bridge": BRIDGE}
    return MethodResult(brought, known, (*chosen.tables, "msoa11_msoa21"))
