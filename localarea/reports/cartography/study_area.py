"""Read the zones around a council's anchor, with the figures that maps show."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from localarea.datasets.centroids import zone_centres
from localarea.datasets.store import default_store
from localarea.datasets.zones import read_zones
from localarea.errors import DataMissingError, EmptyResultError
from localarea.labour.catchment import commuting_share
from localarea.options.membership import contested_zones
from localarea.options.methods.base import anchor_zones
from localarea.options.minutes.zone_minutes import minutes_to_anchor
from localarea.options.zone_figures import commuter_matrix, read_zone_figures
from localarea.places.gazetteer import read_gazetteer
from localarea.places.outline import zone_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

Bounds = tuple[float, float, float, float]
_LINKED: Final = 0.05  # share sent to the anchor by the zones shown if no option is given


def zones_of_interest(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> tuple[str, ...]:
    """
    Choose the zones that a map must show.

    ``options``: options drawn; if empty, the zones that send at least 5% of their commuters to the
    anchor are used instead. Returns codes of MSOA 2011, sorted.
    """
    store = store or default_store()
    chosen = set(anchor_zones(council, store=store))
    for codes in contested_zones(council, store=store).values():
        chosen.update(codes)
    for option in options:
        chosen.update(option.zones)
    if not options:
        share = _commuting(council, store)["to_anchor_share"]
        chosen.update(share.index[share >= _LINKED])
    return tuple(sorted(chosen))


def zone_bounds(codes: Iterable[str], *, store: DataStore | None = None) -> Bounds:
    """
    Return the bounding box of some zones.

    West, south, east, north; metres, EPSG:27700. EmptyResultError if there are no zones.
    """
    wanted = sorted(codes)
    if not wanted:
        raise EmptyResultError("there are no zones to draw; name an option that has some")
    west, south, east, north = shapely.total_bounds(zone_shapes(wanted, store=store))
    return float(west), float(south), float(east), float(north)


def read_study_zones(
    window: Bounds, council: Council, *, minutes: bool = False, store: DataStore | None = None
) -> gpd.GeoDataFrame:
    """
    Read the zones that touch a window, with their figures.

    Parameters
    ----------
    window : tuple of float
        West, south, east, north; metres, EPSG:27700.
    minutes : bool, default False
        Whether to add minutes by road, which is slow for a council whose minutes have
        not been computed before.

    Returns
    -------
    geopandas.GeoDataFrame
        ``name``, ``lad25cd``, ``district``, ``employed_residents``, ``jobs``,
        ``live_postcodes``, ``commuters`` and ``to_anchor`` (persons who travel to work, in
        total and to the anchor), ``share_to_anchor`` (their ratio, NaN if there are no
        commuters; as for the method ``catchment``), ``minutes`` if requested (inf if not
        reachable) and ``geometry`` (CRS EPSG:27700), indexed by ``msoa11cd`` in sorted
        order.

    Raises
    ------
    DataMissingError
        If minutes are requested but not available.
    """
    store = store or default_store()
    frame = read_zones("msoa11", codes=_near(window, store), store=store)
    frame = frame[frame.geometry.intersects(shapely.box(*window)).to_numpy()].sort_index()
    zones = frame[["name", "lad25cd", "geometry"]].astype({"name": "str", "lad25cd": "str"})
    zones["district"] = zones["lad25cd"].map(read_gazetteer("msoa11", store=store).districts)
    figures = read_zone_figures(store=store)
    at = figures.flows.positions(zones.index)
    zones["employed_residents"] = figures.flows.employed_residents[at]
    zones["jobs"] = figures.flows.jobs[at]
    zones["live_postcodes"] = figures.live_postcodes[at].astype(np.int64)
    link = _commuting(council, store).loc[zones.index]
    travellers = commuter_matrix(2011, store=store)
    zones["commuters"] = travellers.employed_residents[travellers.positions(zones.index)]
    zones["to_anchor"], zones["share_to_anchor"] = link["to_anchor"], link["to_anchor_share"]
    if minutes:
        known = minutes_to_anchor(council, store=store)
        if not known:
            raise DataMissingError("driving times", hint="install the whole package")
        zones["minutes"] = [float(known.get(code, np.inf)) for code in zones.index]
    return zones


def simplify_zones(zones: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """
    Simplify the outlines of zones, keeping shared edges shared.

    Districts and options that are dissolved from the zones afterwards share edges too.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        A valid coverage, CRS EPSG:27700; unit metre.
    tolerance_m : float
        Detail smaller than about this size, in metres, is removed.
    """
    light = zones.copy()
    light["geometry"] = shapely.coverage_simplify(zones.geometry.to_numpy(), tolerance_m)
    return light


def districts_of(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Dissolve zones by district.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        ``lad25cd``, ``district`` and ``geometry``, a valid coverage, CRS EPSG:27700.

    Returns
    -------
    geopandas.GeoDataFrame
        ``name`` and ``geometry``, indexed by ``lad25cd`` in sorted order; a district is
        partial unless all its zones were given.
    """
    shapes = dissolve_districts(zones)
    names = dict(zip(zones["lad25cd"], zones["district"], strict=True))
    return gpd.GeoDataFrame(
        {"name": [names[code] for code in shapes]},
        geometry=list(shapes.values()),
        index=list(shapes),
        crs=zones.crs,
    )


def dissolve_districts(zones: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the union of the zones of each district, by its code in sorted order."""
    codes, of_zone = np.unique(zones["lad25cd"].to_numpy(dtype=str), return_inverse=True)
    shapes = zones.geometry.to_numpy()
    return {
        code: shapely.coverage_union_all(shapes[of_zone == number])
        for number, code in enumerate(codes.tolist())
    }


def union_of(shapes: gpd.GeoSeries) -> Any:
    """
    Dissolve the shapes of one coverage.

    Parameters
    ----------
    shapes : geopandas.GeoSeries
        Polygons that share their edges exactly.

    Returns
    -------
    shapely geometry
        Their union; empty if there are no shapes.
    """
    return shapely.coverage_union_all(shapes.to_numpy())


_REACH_M: Final = 25_000.0  # upper bound on the distance from a zone's centroid to its edge


def _near(window: Bounds, store: DataStore) -> list[str]:
    west, south, east, north = window
    reach = west - _REACH_M, south - _REACH_M, east + _REACH_M, north + _REACH_M
    return zones_centred_in(reach, store=store)


def zones_centred_in(window: Bounds, *, store: DataStore) -> list[str]:
    """Return the codes of the zones of 2011 whose weighted centres lie in a window, or on it."""
    west, south, east, north = window
    centres = zone_centres("msoa11", store=store).items()
    return [code for code, (x, y) in centres if west <= x <= east and south <= y <= north]


def _commuting(council: Council, store: DataStore) -> pd.DataFrame:
    return _commuting_to(anchor_zones(council, store=store), store)


@lru_cache(maxsize=4)  # one holds some 0.2 MB
def _commuting_to(anchor: tuple[str, ...], store: DataStore) -> pd.DataFrame:
    return commuting_share(commuter_matrix(2011, store=store), anchor)
