"""Read polygons from files: GeoJSON, GeoPackage and Shapefile, also zipped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.publishers.vector_files import VectorFile, locate, split_layer
from localarea.datasets.publishers.vector_layers import read_layer
from localarea.errors import FileFormatError, InputError
from localarea.places.drawn_areas import MOST_BYTES, parse_drawn, read_drawn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    import geopandas as gpd

ENDINGS: Final = (".geojson", ".json", ".gpkg", ".shp", ".zip")
_JSON: Final = (".geojson", ".json")
# Checked because GDAL goes by content: a text file of any name can redirect it to other files.
_BEGINS: Final = {
    ".gpkg": ("GeoPackage", b"SQLite format 3\0"),
    ".shp": ("Shapefile", b"\x00\x00\x27\x0a"),
    ".zip": ("zip archive", b"PK"),
}
_NAMED: Final = re.compile(r"\.(geojson|json|gpkg|shp|zip)(:.*)?\Z", re.IGNORECASE | re.DOTALL)
_AGAIN: Final = "export it again as GeoJSON or GeoPackage"


def names_file(text: str) -> bool:
    """
    Check whether a text names a file of polygons, and not a place.

    True if it has a supported file extension, with or without the name of a layer.

    Examples
    --------
    >>> names_file("zones.gpkg"), names_file("zones.gpkg:msoa"), names_file("Colchester")
    (True, True, False)
    """
    return _NAMED.search(text.strip()) is not None


def read_polygon_file(source: str | PathLike[str]) -> tuple[gpd.GeoDataFrame, str]:
    """
    Read the polygons of a file.

    Parameters
    ----------
    source : str or path
        ``FILE`` or ``FILE:LAYER``.

    Returns
    -------
    layer : geopandas.GeoDataFrame
        As in the file; their validity has not been checked.
    label : str
        Name of the file, and of the layer if one was named.

    Raises
    ------
    FileFormatError
        If the file does not exist, is not of a supported format, or has several layers and
        none was named.
    InputError
        If it has no polygons.
    """
    import geopandas as gpd

    path, layer = split_layer(Path(source))
    if not names_file(path.name):
        hint = f"use a file that ends in {', '.join(ENDINGS)}"
        raise FileFormatError(path, "it is not a file of polygons", hint=hint)
    if not _is_file(path):
        raise FileFormatError(path, "there is no such file", hint="check the path")
    label = f"{path.name}:{layer}" if layer else path.name
    ending = path.suffix.casefold()
    if ending in _JSON:
        file = VectorFile(path, str(path), "json", layer=layer)
    else:
        _require_content(path, ending)
        file = locate(path, layer)
    if file.kind == "json":
        return _read_json(file, label), label
    if file.ending not in _BEGINS:
        raise FileFormatError(path, f"{file.member} is not a file of polygons", hint=_AGAIN)
    frame = read_layer(file)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.isna().all():
        raise InputError(f"{label} has no polygon; draw one")
    return frame, label


def drawn_layer(drawn: Mapping[str, Any], label: str) -> tuple[gpd.GeoDataFrame, str]:
    """
    Read the polygons of a GeoJSON document.

    Returns
    -------
    layer : geopandas.GeoDataFrame
        Its polygons, in its CRS.
    name : str
        Name of its only feature; empty if there are several, or it has none.

    Raises
    ------
    InputError
        If it is not GeoJSON of polygons.
    """
    import geopandas as gpd

    area = read_drawn(drawn, label)
    return gpd.GeoDataFrame(geometry=list(area.shapes), crs=area.crs), area.name


def _read_json(file: VectorFile, label: str) -> gpd.GeoDataFrame:
    stem = Path(file.member or file.path).stem
    if file.layer is not None and file.layer.casefold() != stem.casefold():
        why = f"it has no layer {file.layer!r}"
        raise FileFormatError(file.path, why, hint=f"use {file.path.name} alone")
    with file.opened() as stream:
        text = stream.read(MOST_BYTES + 1)
    return drawn_layer(parse_drawn(text, label), label)[0]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the name is too long for the file system
        return False


def _require_content(path: Path, ending: str) -> None:
    kind, begins = _BEGINS[ending]
    try:
        with path.open("rb") as file:
            right = file.read(len(begins)) == begins
    except OSError as error:
        why = f"it cannot be read: {error.strerror or error}"
        raise FileFormatError(path, why, hint="check the path and its permissions") from error
    if not right:
        why = f"it cannot be read as a file of polygons, because its content is not a {kind}"
        raise FileFormatError(path, why, hint=_AGAIN)
