"""Isochrones and travel times from places by name, on our roads or one's own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pandas as pd

from localarea import records
from localarea.errors import CrsError, InputError
from localarea.notebook.arguments import is_frame, listed
from localarea.roads import isochrone as room
from localarea.roads.own_roads import Roads, use_roads
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.roads.isochrone import IsochroneForm
    from localarea.roads.network import RoadNetwork

    PlacesLike: TypeAlias = (
        str | Iterable[str] | records.Option | gpd.GeoDataFrame | gpd.GeoSeries | None
    )


_BRITAIN: Final = (-50_000, -10_000, 700_000, 1_300_000)  # metres, EPSG:27700
_DEGREES: Final = 400


@dataclass(frozen=True, slots=True, repr=False)
class Isochrone(room.Isochrone):
    """
    Areas within rising numbers of minutes by road, each inside the next.

    Attributes
    ----------
    origin : tuple of float
        Easting and northing of where the minutes start, EPSG:27700, metres.
    minutes : tuple of float
        The limits, rising.
    areas : tuple of shapely.MultiPolygon
        One per limit, EPSG:27700.
    reached : tuple of ReachedEdges
        Roads within each limit.
    parameters : mapping
        Form, buffer, tolerance and peak factor that were used.
    place : str
        Where the minutes start, as it was named.
    """

    place: str = ""

    def __repr__(self) -> str:
        """Name it."""
        limits = ", ".join(f"{m:g}" for m in self.minutes)
        return f"<Isochrone of {limits} minutes from {self.place}>"

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Return the areas as a GeoDataFrame.

        Returns
        -------
        geopandas.GeoDataFrame
            ``minutes``, ``area_km2`` and geometry, CRS EPSG:27700; the widest first, so that
            a map draws the nearer ones on top.
        """
        return self.to_frame()

    def plot(self, ax: Axes | None = None, **style: Any) -> Axes:
        """
        Draw the areas.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw, in EPSG:27700; by default a new figure.
        **style
            As :meth:`geopandas.GeoDataFrame.plot` takes it.

        Returns
        -------
        matplotlib.axes.Axes
            Of the map; its ``figure`` can be saved.
        """
        look: dict[str, Any] = {"edgecolor": "#16181d", "linewidth": 0.2}
        frame = self.to_gdf()
        if not {"color", "facecolor", "column"} & set(style):
            # The limits as words in their order: a key of "15.0" would promise tenths.
            limits = [f"{m:g}" for m in frame["minutes"]]
            frame["minutes"] = pd.Categorical(limits, limits, ordered=True)
            key = {"title": "Minutes", "loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
            look |= {"column": "minutes", "cmap": "YlGnBu", "legend": True, "legend_kwds": key}
        from localarea.notebook.figures import areas_on

        axes = areas_on(ax, frame, look | style)
        if ax is None:
            axes.set_title(f"Minutes by car, door to door, from {self.place}")
            axes.set_axis_off()
        return axes

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card, outline

        facts = {
            f"{limit:g} minutes": f"{area.area / 1e6:,.1f} km²"
            for limit, area in zip(self.minutes, self.areas, strict=True)
        }
        widest = self.areas[-1]
        words = f"Outline of {self.minutes[-1]:g} minutes"
        beside = "" if widest.is_empty else outline(widest, words)
        return card(f"Door to door by car from {self.place}", facts, beside=beside)


def isochrone(
    place: str | gpd.GeoDataFrame | gpd.GeoSeries,
    minutes: float | Iterable[float],
    *,
    roads: Roads | None = None,
    times: str | None = None,
    form: IsochroneForm = "edges",
    peak: float = 1.0,
    store: DataStore | None = None,
) -> Isochrone:
    """
    Draw the area within so many minutes by road of a place.

    Parameters
    ----------
    place : str, GeoDataFrame or GeoSeries
        A district, town, postcode or ``lat,lon``; or a frame of one point in any reference
        system.
    minutes : float or iterable of float
        One limit or several.
    roads : networkx or OSMnx graph, str, path or RoadNetwork, optional
        Your own roads: a graph, or an ``.osm.pbf``, ``.osm`` or ``.graphml`` file. By default
        the major roads of Great Britain that come with the package.
    times : str, optional
        Edge attribute of your graph that holds seconds, such as ``travel_time``; by default
        the speeds are ours.
    form : {'edges', 'grid'}
        ``edges``: a strip on both sides of every reached road; ``grid``: the line of equal
        minutes on a grid.
    peak : float
        Factor on driving times, 1 for free-flowing roads.

    Returns
    -------
    Isochrone
        With ``to_gdf()``, ``plot()``, ``explore()`` and ``write(path)``.

    Raises
    ------
    PlaceNotFoundError
        If the place is not known; the nearest names are given.
    UnreachableError
        If no road can be reached from the place.

    Examples
    --------
    >>> import localarea as la
    >>> la.isochrone("Colchester", 10)
    <Isochrone of 10 minutes from Colchester>
    """
    names, points = _places(place, store)
    if len(points) != 1:
        raise InputError(f"an isochrone starts at one place, and these are {len(points):,}")
    if roads is None:
        _require_britain(place, points)
    if not np.isfinite(points).all():
        raise InputError("the row has no point to start at; choose one that has")
    several = hasattr(minutes, "__iter__") and not isinstance(minutes, str)
    limits: list[Any] = list(minutes) if several else [minutes]  # type: ignore[arg-type]
    network = _network(roads, times, store)
    east, north = points[0].tolist()
    # The number of a row is no name for the title of a map.
    name = names[0] if isinstance(names[0], str) else f"{east:.0f}, {north:.0f}"
    found = room.compute_isochrone(network, (east, north), limits, form=form, peak=peak)
    values = {f.name: getattr(found, f.name) for f in fields(room.Isochrone)}
    return Isochrone(**values, place=name)


def travel_times(
    origins: PlacesLike,
    destinations: PlacesLike = None,
    *,
    roads: Roads | None = None,
    times: str | None = None,
    peak: float = 1.0,
    limit_min: float = np.inf,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Compute minutes by road from places to places.

    Parameters
    ----------
    origins : str, iterable of str, Option, GeoDataFrame or GeoSeries
        Districts, towns, postcodes or ``lat,lon``; the zones of an option; or points in any
        reference system, named by the index of the frame.
    destinations : str, iterable of str, Option, GeoDataFrame or GeoSeries, optional
        The same; by default every zone of 2011 of England and Wales.
    roads : networkx or OSMnx graph, str, path or RoadNetwork, optional
        Your own roads, as for :func:`localarea.isochrone`.
    times : str, optional
        Edge attribute of your graph that holds seconds.
    peak : float
        Factor on driving times, 1 for free-flowing roads.
    limit_min : float
        Longer journeys count as unreachable.

    Returns
    -------
    pandas.DataFrame, shape (n_origins * n_destinations, 3)
        ``origin``, ``destination`` and ``minutes``, door to door by car; NaN where no road
        leads and for rows without a point.

    Raises
    ------
    PlaceNotFoundError
        If a place is not known; the nearest names are given.
    InputError
        If a place is no name, or no point of a frame is in Great Britain (on our roads).

    Examples
    --------
    >>> import localarea as la
    >>> found = la.travel_times("Colchester", ["Ipswich", "Chelmsford"])
    >>> found.round(0).values.tolist()
    [['Colchester', 'Ipswich', 35.0], ['Colchester', 'Chelmsford', 37.0]]
    """
    starts, first = _places(origins, store)
    ends, second = _places(destinations, store)
    if roads is None:
        _require_britain(origins, first)
        _require_britain(destinations, second)
    network = _network(roads, times, store)
    minutes = travel_minutes(network, first, second, peak=peak, limit_min=limit_min)
    pairs = pd.MultiIndex.from_product([starts, ends], names=["origin", "destination"])
    reached = np.where(np.isfinite(minutes), minutes, np.nan).ravel()
    return pd.DataFrame({"minutes": reached}, index=pairs).reset_index()


def _network(roads: Roads | None, times: str | None, store: DataStore | None) -> RoadNetwork:
    if roads is not None:
        return use_roads(roads, times=times)
    if times is not None:
        raise InputError("times names an attribute of your own graph; give it as roads")
    return _our_roads(store)


@lru_cache(maxsize=1)
def _our_roads(store: DataStore | None) -> RoadNetwork:
    """Cache the network: a notebook asks for one isochrone after another."""
    from localarea.roads.embedded import read_embedded_network

    return read_embedded_network(store=store)


def _places(what: Any, store: DataStore | None) -> tuple[list[Any], np.ndarray]:
    """Return the names and the points of places, EPSG:27700."""
    if what is None:
        return _zones(None, "msoa11", store)
    if isinstance(what, records.Option):
        return _zones(list(what.zones), what.zone_system, store)
    if hasattr(what, "to_crs"):
        return _points(what)
    if is_frame(what):
        raise InputError(
            f"a {type(what).__name__} does not say which column names the places; give that column "
            "alone, or points as a GeoDataFrame"
        )
    from localarea.places.centre import find_centre

    what = listed(what)
    names = [what] if isinstance(what, str) else list(what if hasattr(what, "__iter__") else [what])
    for name in names:
        if not isinstance(name, str):
            raise InputError(
                f"{name!r} is no name of a place; give a name, a postcode or 'lat,lon' as text, or "
                "points as a GeoSeries with its reference system"
            )
    points = [find_centre(name, store=store).point for name in names]
    return names, np.array(points, dtype=float).reshape(-1, 2)


def _points(frame: Any) -> tuple[list[Any], np.ndarray]:
    from localarea.geo.crs import BRITISH_NATIONAL_GRID

    if getattr(frame, "_geometry_column_name", "") is None:
        raise InputError(
            "the frame has no points: none of its columns is the geometry; choose one with "
            "set_geometry, or give a column of names or postcodes alone"
        )
    if frame.crs is None:
        raise CrsError(None, hint="say the frame's reference system with set_crs")
    placed = frame.geometry.to_crs(BRITISH_NATIONAL_GRID)
    kinds = sorted(set(placed.geom_type.dropna()) - {"Point"})
    if kinds:
        raise InputError(f"minutes start and end at points, not at a {kinds[0]}; use its centroid")
    points = np.column_stack([placed.x, placed.y]).astype(float)
    given = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    lost = given & ~np.isfinite(points).all(axis=1)
    if lost.any():
        raise InputError(
            f"{lost.sum():,} of {len(lost):,} points {'is' if lost.sum() == 1 else 'are'} no place "
            f"in {frame.crs.to_string()}, the first {placed.index[lost][0]}; set the reference "
            "system that their numbers are in"
        )
    return placed.index.tolist(), points


def _require_britain(what: Any, points: np.ndarray) -> None:
    """Refuse points that are all far from our roads, as in the wrong reference system."""
    if not hasattr(what, "to_crs") or not np.isfinite(points).any():
        return
    within = (points > _BRITAIN[:2]).all(axis=1) & (points < _BRITAIN[2:]).all(axis=1)
    near_zero = (np.abs(points) < _DEGREES).all(axis=1)  # degrees that are said to be metres
    if not (within & ~near_zero).any():
        east, north = points[np.isfinite(points).all(axis=1)][0]
        raise InputError(
            f"no point is in Great Britain, the first is at easting {east:,.0f}, northing "
            f"{north:,.0f}; check the frame's reference system, and that longitude comes first"
        )


def _zones(
    codes: list[str] | None, system: Any, store: DataStore | None
) -> tuple[list[Any], np.ndarray]:
    from localarea.datasets.centroids import read_centroids

    centres = read_centroids(system, store=store).set_index(f"{system}cd")
    chosen = centres if codes is None else centres.loc[codes]
    return chosen.index.tolist(), chosen[["easting", "northing"]].to_numpy(float)
