"""Commuting flows and self-containment, of the census or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from localarea import records
from localarea.comparison import scenario
from localarea.errors import InputError, VintageError
from localarea.labour import self_containment as containment
from localarea.labour.flow_matrix import FlowMatrix, SpecialRule
from localarea.labour.own_flows import FlowsLike, use_flows
from localarea.labour.travel_to_work_areas.result import TtwaResult
from localarea.notebook.arguments import OptionLike, is_frame, listed, options_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import Treatment
    from localarea.notebook.councils import CouncilLike

    ZonesLike: TypeAlias = (
        OptionLike
        | Iterable[OptionLike]
        | Iterable[str]
        | Mapping[str, Iterable[str]]
        | Mapping[str, str]
        | pd.Series[Any]
        | pd.DataFrame
        | NDArray[Any]
        | gpd.GeoDataFrame
        | TtwaResult
    )


@dataclass(frozen=True, eq=False, repr=False)
class Flows(FlowMatrix):
    """
    Commuters between zones.

    Attributes
    ----------
    codes : numpy.ndarray of str, shape (n_zones,)
        Zone codes, sorted.
    matrix : scipy.sparse.csr_array of float64, shape (n_zones, n_zones)
        Persons who live in the row's zone and work in the column's.
    employed_residents : numpy.ndarray of float64, shape (n_zones,)
        Persons at work who live in the zone, wherever they work.
    zone_system : str
        Zone system and vintage of the codes; ``own`` for codes of no known system.
    vintage : int
        Year of the census, or 0.
    rule : SpecialRule
        What became of workplaces that are no zone.
    excluded : dict
        Persons left out, by kind of workplace.
    """

    def __repr__(self) -> str:
        """Name them."""
        return f"<Flows of {self.workers:,.0f} workers between {self.n_zones:,} zones>"

    def to_frame(self) -> pd.DataFrame:
        """
        Return the flows as a frame.

        Returns
        -------
        pandas.DataFrame, shape (n_flows, 3)
            ``origin``, ``destination`` and ``workers`` (persons), sorted. Workers whose
            workplace is no zone are not among them.
        """
        pairs = self.matrix.tocoo()
        frame = pd.DataFrame(
            {
                "origin": self.codes[pairs.row],
                "destination": self.codes[pairs.col],
                "workers": pairs.data,
            }
        )
        return frame.sort_values(["origin", "destination"], ignore_index=True)

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card

        facts = {
            "zones": f"{self.n_zones:,} of {self.zone_system}",
            "workers": f"{self.workers:,.0f}",
            "within and between zones": f"{self.matrix.sum():,.0f}",
            "census of": self.vintage or None,
        }
        return card("Commuting flows", facts)


def flows(
    source: FlowsLike = 2011, *, home: Treatment = "at_home", store: DataStore | None = None
) -> Flows:
    """
    Read commuting flows: of a census, or your own.

    Parameters
    ----------
    source : int, pandas.DataFrame, str, path or FlowMatrix
        Census of 2011 or 2021 (taken in lockdown, so that commuting is understated); a frame
        with ``origin``, ``destination`` and ``workers``; or a CSV or Parquet file of such
        columns, a matrix, or a census file of Nomis.
    home : {'at_home', 'outside', 'exclude'}
        What becomes of people who work at home or at no fixed place, in a census: they work
        where they live, outside every area, or are left out.

    Returns
    -------
    Flows
        Accepted by :func:`localarea.self_containment` and :func:`localarea.ttwa`.

    Raises
    ------
    DatasetNotFoundError
        If there are no flows of that year.
    SchemaError
        If a frame lacks a column or holds a count that is none.
    FileFormatError
        If a file holds no flows.

    Examples
    --------
    >>> import localarea as la
    >>> la.flows(2011)
    <Flows of 26,681,568 workers between 7,201 zones>
    >>> import pandas as pd
    >>> own = {"origin": ["a", "b"], "destination": ["a", "a"], "workers": [60, 40]}
    >>> la.flows(pd.DataFrame(own))
    <Flows of 100 workers between 2 zones>
    """
    rule = SpecialRule(home=home, no_fixed_place=home, home_or_no_fixed_place=home)
    matrix = use_flows(source, rule=rule, store=store)
    if isinstance(matrix, Flows):
        return matrix
    return Flows(**{f.name: getattr(matrix, f.name) for f in fields(FlowMatrix)})


def self_containment(
    flows: FlowsLike | ZonesLike,
    zones: ZonesLike | None = None,
    *,
    council: CouncilLike = None,
    criteria: containment.Criteria | None = None,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Measure how far areas hold their own commuters.

    Parameters
    ----------
    flows : Flows, pandas.DataFrame, int, str or path
        Commuters between zones, as :func:`localarea.flows` reads them. Without ``zones`` the
        areas themselves, which are then measured by the census of their zones.
    zones : Option, Scenario, str, several of them, mapping, Series, GeoDataFrame or areas
        Options or their ids; codes of the zones of one area; a mapping from the name of an area
        to its codes; a Series or mapping of the area of each zone; polygons, a row an area, named
        by a column ``id`` if there is one; or what :func:`localarea.ttwa` gives.
    council : Council or str, optional
        Whose options the ids are; by default Colchester's.
    criteria : Criteria, optional
        What makes an area valid; by default what areas of :func:`localarea.ttwa` were made by,
        else the criteria of the official areas of 2011.

    Returns
    -------
    pandas.DataFrame, shape (n_areas, 7)
        Indexed by area: ``employed_residents``, ``jobs`` and ``live_and_work`` (persons),
        ``supply_side`` (of those who live in the area, the share who work in it) and
        ``demand_side`` (of its jobs, the share held by those who live in it), ``validity`` and
        ``valid``.

    Raises
    ------
    SchemaError
        If an area names a zone that the flows do not have.
    VintageError
        If an option does, such as one on zones of 2011 with the flows of 2021.
    InputError
        If two polygons have the same name.

    Examples
    --------
    >>> import localarea as la
    >>> la.self_containment("ttwa-official")["supply_side"].round(3).to_dict()
    {'ttwa-official': 0.724}
    >>> la.self_containment(2021, {"mine": ["E02004512"]})["valid"].to_dict()
    {'mine': False}
    """
    if zones is None:
        areas: Any = flows
        if isinstance(areas, int | FlowMatrix) or _is_flows(areas):
            raise InputError("say which zones: la.self_containment(flows, 'ttwa-official')")
        sets, system = _areas(areas, None, council, store)
        matrix = use_flows(2021 if system == "msoa21" else 2011, store=store)
    else:
        matrix = use_flows(flows, store=store)  # type: ignore[arg-type]
        sets, _ = _areas(zones, matrix, council, store)
    if criteria is None:
        # Areas that were made by other thresholds would otherwise be valid there and not here.
        made: Any = flows if zones is None else zones
        own = isinstance(made, TtwaResult)
        criteria = made.parameters.criteria if own else containment.ONS_2011
    return containment.self_containment(matrix, sets, criteria=criteria)


def _is_flows(what: object) -> bool:
    return isinstance(what, pd.DataFrame) and {"origin", "destination"} <= {*what.columns}


def _areas(
    zones: Any, matrix: FlowMatrix | None, council: CouncilLike, store: DataStore | None
) -> tuple[Any, str]:
    """Return the areas in a form that the room of labour takes, and the system of their zones."""
    system = "msoa11" if matrix is None else matrix.zone_system
    zones = listed(zones)
    if isinstance(zones, TtwaResult):
        return zones.membership, zones.flows.zone_system
    if hasattr(zones, "to_crs"):
        return _areas_of_polygons(zones, system, store), system
    if isinstance(zones, str | records.Option | scenario.Scenario):
        zones = [zones]
    if isinstance(zones, Mapping):
        return _areas_of_mapping(zones, matrix), system
    if isinstance(zones, pd.Index):
        zones = zones.tolist()
    if not isinstance(zones, list | tuple | set | frozenset):
        return _stated(zones), system
    if zones and all(_is_zone(zone, matrix) for zone in zones):
        return {"zones": list(zones)}, system
    options, _ = options_of(zones, council, store=store)
    if matrix is not None:
        for option in options:
            _require_zones(option, matrix)
    systems = {option.zone_system for option in options}
    return {o.id: o.zones for o in options}, systems.pop() if len(systems) == 1 else system


def _stated(zones: Any) -> Any:
    """Return what the room of labour takes as it is: a Series, truth values."""
    if is_frame(zones) and not isinstance(zones, pd.DataFrame):
        raise InputError(
            f"a {type(zones).__name__} does not say which zones; give the area of each zone as a "
            "mapping or a pandas Series, or a list of codes"
        )
    return zones


def _areas_of_polygons(
    drawn: Any, system: str, store: DataStore | None
) -> dict[str, tuple[str, ...]]:
    """Return the zones of each row of a frame of polygons, which must have a name of its own."""
    from localarea.notebook.own_zones import zones_of

    if system not in ("msoa11", "msoa21"):
        raise InputError(
            "polygons take zones of a census, and these flows have zones of their own; give the "
            "codes of each area, or join your zones to your polygons first"
        )
    known: Any = system
    columns = getattr(drawn, "columns", ())
    names = drawn["id"] if "id" in columns else drawn.index
    twice = pd.Index(names)[pd.Index(names).duplicated()]
    if len(twice):
        raise InputError(
            f"several rows are named {twice[0]}; give each area a name of its own in a column 'id'"
        )
    return {
        str(name): zones_of(drawn.iloc[[row]], known, store)
        for row, name in enumerate(names.tolist())
    }


def _areas_of_mapping(zones: Mapping[Any, Any], matrix: FlowMatrix | None) -> Any:
    """Tell a mapping from zones to areas from one from areas to zones."""
    if any(_is_several(value) for value in zones.values()):
        return {
            name: list(value) if _is_several(value) else [value] for name, value in zones.items()
        }
    # An area of a single zone is named by no code of a zone; otherwise a code is not known.
    named = any(_is_zone(name, matrix) for name in zones)
    if not named and zones and all(_is_zone(value, matrix) for value in zones.values()):
        return {name: [value] for name, value in zones.items()}
    return pd.Series(zones, dtype=object)


def _is_several(value: object) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, str)


def _require_zones(option: records.Option, matrix: FlowMatrix) -> None:
    """Refuse flows between zones of another census than those of an option."""
    unknown = sorted(set(option.zones) - set(matrix.codes.tolist()))
    if unknown:
        raise VintageError(
            f"{len(unknown):,} of the {len(option.zones):,} zones of {option.id!r} "
            f"({option.zone_system}) {'is' if len(unknown) == 1 else 'are'} not among those of "
            f"these flows ({matrix.zone_system}), the first {unknown[0]}; take flows between "
            "its zones, such as la.flows(2011) for zones of 2011"
        )


def _is_zone(zone: object, matrix: FlowMatrix | None) -> bool:
    if not isinstance(zone, str):
        return False
    if matrix is not None:
        return zone in set(matrix.codes.tolist())
    return len(zone) == 9 and zone[1:].isdigit()  # a code of the ONS; no option is named so
