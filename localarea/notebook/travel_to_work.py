"""Travel to work areas, from flows of the census or one's own."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from localarea.datasets.zones import read_zones
from localarea.errors import InputError, SettingError
from localarea.labour import self_containment as containment
from localarea.labour.own_flows import FlowsLike, use_flows
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import PRESETS, TtwaParameters
from localarea.labour.travel_to_work_areas.result import TtwaResult
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix


@dataclass(frozen=True, eq=False, repr=False)
class TravelToWorkAreas(TtwaResult):
    """
    Travel to work areas and how they came about.

    Attributes
    ----------
    flows : FlowMatrix
        What they were made from.
    parameters : TtwaParameters
        How they were made.
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code. An area goes by the code of its zone with
        most jobs.
    trace : Trace
        Every dissolution and every move.
    store : DataStore or None
        Where the tables are; None means those of the package.
    """

    store: DataStore | None = None

    def __repr__(self) -> str:
        """Name them."""
        return f"<{len(self.areas):,} travel to work areas of {self.flows.n_zones:,} zones>"

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Return the areas as a GeoDataFrame.

        Returns
        -------
        geopandas.GeoDataFrame
            The figures of :attr:`areas`, ``name`` (of the zone with most jobs) and
            ``geometry``; CRS EPSG:27700; indexed by area.

        Raises
        ------
        InputError
            If the zones are your own, so that their shapes are not known.
        """
        from localarea.notebook.figures import zones_gdf

        system = self.flows.zone_system
        if system not in ("msoa11", "msoa21"):
            raise InputError(
                "the shapes of these zones are not known; join areas.membership to your own "
                "polygons and dissolve them"
            )
        zones = zones_gdf(self.membership.index.tolist(), system, self.store)
        parts = zones.assign(area=self.membership)[["area", "geometry"]]
        frame = parts.dissolve("area", method="coverage")
        names = zones["name"].reindex(frame.index)
        return frame.join(self.areas).assign(name=names)

    def plot(self, ax: Axes | None = None, **style: Any) -> Axes:
        """
        Draw the areas.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default a new figure.
        **style
            As :meth:`geopandas.GeoDataFrame.plot` takes it.

        Returns
        -------
        matplotlib.axes.Axes
            Of the map, EPSG:27700.
        """
        look: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.3}
        if not {"color", "facecolor", "column"} & set(style):
            key = {"label": "Supply-side self-containment", "format": "{x:.0%}", "shrink": 0.6}
            look |= {"column": "supply_side", "legend": True, "legend_kwds": key}
        from localarea.notebook.figures import areas_on

        axes = areas_on(ax, self.to_gdf(), look | style)
        if ax is None:
            axes.set_axis_off()
        return axes

    def _names(self, zones: Iterable[str]) -> list[str]:
        system: Any = self.flows.zone_system
        if system not in ("msoa11", "msoa21"):
            return [str(zone) for zone in zones]
        names = read_gazetteer(system, store=self.store).zone_names
        return [names[zone] for zone in zones]

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card, table

        found = self.quality
        facts = {
            "areas": f"{found.areas:,}, of which {found.valid_areas:,} meet the criteria",
            "zones": f"{self.flows.n_zones:,} of {self.flows.zone_system}",
            "workers": f"{self.flows.workers:,.0f}",
            "live and work in one area": f"{found.self_containment:.1%}",
        }
        largest = self.areas.nlargest(10, "employed_residents")
        shown = pd.DataFrame(
            {
                "zone with most jobs": self._names(largest.index),
                "zones": largest["zones"].map("{:,}".format),
                "employed residents": largest["employed_residents"].map("{:,.0f}".format),
                "supply side": largest["supply_side"].map("{:.1%}".format),
                "demand side": largest["demand_side"].map("{:.1%}".format),
            }
        )
        below = f"<p>The {len(largest)} largest:</p>{table(shown)}"
        return card("Travel to work areas", facts, below=below)


def ttwa(
    flows: FlowsLike = 2011,
    *,
    preset: str = "ons2011",
    borders: Iterable[tuple[str, str]] | None = None,
    store: DataStore | None = None,
    **changes: Any,
) -> TravelToWorkAreas:
    """
    Group zones into travel to work areas by the official method.

    Parameters
    ----------
    flows : Flows, pandas.DataFrame, int, str or path
        Commuters between zones, as :func:`localarea.flows` reads them.
    preset : {'ons2011', 'istat'}
        Thresholds and rules to start from.
    borders : iterable of (str, str), optional
        Pairs of zones that share a border, for ``contiguity='prefer'``; known for MSOAs.
    **changes
        Thresholds (``min_size``, ``target_size`` in persons; ``min_sc``, ``target_sc`` as
        shares; ``form``) and choices of the method, by the fields of
        :class:`localarea.labour.travel_to_work_areas.parameters.TtwaParameters`.

    Returns
    -------
    TravelToWorkAreas
        ``areas`` with their figures, ``membership`` of zones, ``quality``, ``explain(zone)``.

    Raises
    ------
    SettingError
        If a preset or a change is not known.
    SchemaError
        If no area could meet the criteria or every area would, or the flows are none.

    Examples
    --------
    >>> import localarea as la
    >>> import pandas as pd
    >>> own = pd.DataFrame(
    ...     [("a", "a", 90), ("a", "b", 10), ("b", "b", 20), ("b", "a", 30), ("c", "c", 80)],
    ...     columns=["origin", "destination", "workers"],
    ... )
    >>> la.ttwa(own, min_size=50, target_size=100).membership.to_dict()
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """
    method = _method(preset, changes)
    matrix = use_flows(flows, store=store)
    if borders is None and method.contiguity != "ignore":
        borders = _borders(matrix, store)
    found = compute_travel_to_work_areas(matrix, method, borders=borders)
    values = {f.name: getattr(found, f.name) for f in fields(TtwaResult)}
    return TravelToWorkAreas(**values, store=store)


def _method(preset: str, changes: dict[str, Any]) -> TtwaParameters:
    if preset not in PRESETS:
        raise SettingError(f"preset {preset!r} is not known; choose one of: {', '.join(PRESETS)}")
    thresholds = {f.name for f in fields(containment.Criteria)}
    choices = {f.name for f in fields(TtwaParameters)} - {"criteria"}
    unknown = sorted(set(changes) - thresholds - choices)
    if unknown:
        known = ", ".join(sorted(thresholds | choices))
        raise SettingError(f"{unknown[0]!r} is not a parameter of the method; it accepts: {known}")
    moved = {name: value for name, value in changes.items() if name in thresholds}
    chosen = {name: value for name, value in changes.items() if name in choices}
    return replace(PRESETS[preset].with_thresholds(**moved), **chosen)


def _borders(matrix: FlowMatrix, store: DataStore | None) -> list[tuple[str, str]]:
    system: Any = matrix.zone_system
    if system not in ("msoa11", "msoa21"):
        raise InputError("the borders of these zones are not known; give them as borders")
    zones = read_zones(system, store=store)
    left, right = zones.sindex.query(zones.geometry, predicate="touches")
    codes = zones.index.astype(str).to_numpy()
    return list(zip(codes[left[left < right]], codes[right[left < right]], strict=True))
