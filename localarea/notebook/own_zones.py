"""Zones of one's own for a notebook: codes, or polygons in frames, files and GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

from localarea.errors import CrsError, InputError
from localarea.geo.crs import WGS84
from localarea.places.gazetteer import read_gazetteer
from localarea.places.polygons import looks_drawn, read_polygon, zones_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem

    ZonesOfYours: TypeAlias = (
        Iterable[str] | gpd.GeoDataFrame | gpd.GeoSeries | Mapping[str, Any] | PathLike[str]
    )


def zones_of(zones: Any, zone_system: ZoneSystem, store: DataStore | None) -> tuple[str, ...]:
    """
    Read zones of one's own.

    Parameters
    ----------
    zones : iterable of str, GeoDataFrame, GeoSeries, mapping or path
        Codes, or polygons.
    zone_system : {'msoa11', 'msoa21'}
        Zones wanted.

    Returns
    -------
    tuple of str
        Codes, sorted, without repeats; at least one.

    Raises
    ------
    InputError
        If one is not known, or there is none.
    """
    if _is_drawn(zones):
        return zones_in(read_polygon(drawn_of(zones)), zone_system=zone_system, store=store)
    if isinstance(zones, str):
        raise InputError("zones must be several codes, such as ['E02004512'], not one text")
    if hasattr(zones, "columns") or not hasattr(zones, "__iter__"):
        raise InputError(
            f"a {type(zones).__name__} holds no codes of zones; give a column or list of codes "
            "such as E02004512, or polygons"
        )
    codes = sorted({str(code) for code in zones})
    known = read_gazetteer(zone_system, store=store).zone_names
    unknown = [code for code in codes if code not in known]
    if unknown:
        more = f" and {len(unknown) - 5:,} more" if len(unknown) > 5 else ""
        verb = "is no zone" if len(unknown) == 1 else "are no zones"
        hint = _hint(codes, zone_system, store)
        raise InputError(f"{', '.join(unknown[:5])}{more} {verb} of {zone_system}; {hint}")
    if not codes:
        raise InputError(f"there is no zone of {zone_system}; give codes such as E02004512")
    return tuple(codes)


def _is_drawn(zones: Any) -> bool:
    if isinstance(zones, str):
        return looks_drawn(zones)
    return isinstance(zones, PathLike | Mapping) or any(
        hasattr(zones, name) for name in ("to_crs", "geom_type")
    )


def _hint(codes: list[str], zone_system: ZoneSystem, store: DataStore | None) -> str:
    other: ZoneSystem = "msoa21" if zone_system == "msoa11" else "msoa11"
    if set(codes) <= read_gazetteer(other, store=store).zone_names.keys():
        return f"all are zones of {other}, so say zone_system={other!r}"
    return "give codes such as E02004512"


def drawn_of(place: Any) -> Any:
    """
    Convert a frame of polygons to the GeoJSON that the rooms below read.

    Parameters
    ----------
    place : GeoDataFrame, GeoSeries, str, path or mapping
        Polygons in any reference system, each row with one; or a place in another form, which
        stays as it is.

    Returns
    -------
    str, path or mapping
        What the rooms below take for a place.

    Raises
    ------
    CrsError
        If a frame does not say its reference system.
    InputError
        If a row has no polygon, or it is no place at all.
    """
    if not hasattr(place, "to_crs"):
        return _place(place)
    try:
        shapes = place.geometry
    except AttributeError as error:
        raise InputError(
            "there is no column of shapes; say which it is with set_geometry"
        ) from error
    if place.crs is None:
        raise CrsError(None, hint="say the frame's reference system with set_crs")
    lost = (shapes.isna() | shapes.is_empty).to_numpy()
    if lost.any() and not lost.all():
        raise InputError(
            f"{lost.sum():,} of {len(lost):,} rows {'has' if lost.sum() == 1 else 'have'} no "
            f"polygon, the first {shapes.index[lost][0]}; draw it, or leave such rows out with "
            "frame[frame.area > 0]"
        )
    return json.loads(shapes.to_crs(WGS84).to_json())


def _place(place: Any) -> Any:
    """Refuse what can be no place, which the rooms below would take for a path."""
    if isinstance(place, str | PathLike | Mapping):
        return place
    kind = type(place).__name__
    if hasattr(place, "geom_type"):
        raise InputError(
            f"a {kind} alone does not say its reference system; give it as a GeoSeries, such as "
            "gpd.GeoSeries([polygon], crs=27700)"
        )
    raise InputError(
        f"a {kind} is no place; name places one by one, such as include('Ipswich', 'Babergh')"
    )
