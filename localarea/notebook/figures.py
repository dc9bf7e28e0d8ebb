"""Matplotlib figures and GeoDataFrames that several objects of a notebook share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.extras import extra

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.reports.print_maps.sheet import PrintedMap


def show(draw: Callable[..., tuple[PrintedMap, str]], *arguments: Any, **named: Any) -> Axes:
    """
    Draw on a figure of pyplot, which a notebook shows by itself.

    Parameters
    ----------
    draw : callable
        A drawing of :mod:`localarea.reports.print_maps.drawings`.
    *arguments
        For it.
    **named
        For it.

    Returns
    -------
    matplotlib.axes.Axes
        Of the map, EPSG:27700.
    """
    with extra("maps"):
        from matplotlib import pyplot as plt

    sheet, _ = draw(*arguments, figure=plt.figure(), **named)
    return sheet.axes


def outline_on(ax: Axes, frame: gpd.GeoDataFrame, style: dict[str, Any]) -> Axes:
    """
    Draw boundaries over what is on a map already.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The map, EPSG:27700.
    frame : geopandas.GeoDataFrame
        Areas.
    style : dict
        As :meth:`geopandas.GeoDataFrame.plot` takes it; by default a line and no fill.

    Returns
    -------
    matplotlib.axes.Axes
        The same.
    """
    look = {"facecolor": "none", "edgecolor": "#16181d", "linewidth": 1.5, **style}
    return areas_on(ax, frame, look)


def areas_on(ax: Axes | None, frame: gpd.GeoDataFrame, look: dict[str, Any]) -> Axes:
    """Draw areas as :meth:`geopandas.GeoDataFrame.plot` does, on new axes if none are given."""
    with extra("maps"):
        import matplotlib as mpl  # noqa: F401 -- geopandas names its own way to install it

    drawn: Axes = frame.plot(ax=ax, **look)
    return drawn


def zones_gdf(codes: Sequence[str], zone_system: str, store: DataStore | None) -> gpd.GeoDataFrame:
    """
    Return zones with their names.

    Parameters
    ----------
    codes : sequence of str
        Zone codes.
    zone_system : {'msoa11', 'msoa21'}
        System and vintage of the codes.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by zone code: ``name``, ``district`` and ``geometry``; CRS EPSG:27700.
    """
    import geopandas as gpd
    import pandas as pd

    from localarea.geo.crs import BRITISH_NATIONAL_GRID
    from localarea.places.gazetteer import read_gazetteer
    from localarea.places.outline import zone_shapes

    names = read_gazetteer(zone_system, store=store)  # type: ignore[arg-type]
    columns = {
        "name": [names.zone_names[code] for code in codes],
        "district": [names.districts[names.zone_district[code]] for code in codes],
    }
    return gpd.GeoDataFrame(
        columns,
        geometry=zone_shapes(codes, zone_system, store=store),
        index=pd.Index(codes, name=f"{zone_system}cd"),
        crs=BRITISH_NATIONAL_GRID,
    )
