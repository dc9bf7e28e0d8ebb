"""Files of polygons: GeoJSON, GeoPackage and Shapefile, also zipped: ``FILE`` or ``FILE:LAYER``."""

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
# By its content, for GDAL takes what it finds: a text with either name may send it elsewhere.
_BEGINS: Final = {
    ".gpkg": ("GeoPackage", b"SQLite format 3\0"),
    ".shp": ("Shapefile", b"\x00\x00\x27\x0a"),
    ".zip": ("zip archive", b"PK"),
}
_NAMED: Final = re.compile(r"\.(geojson|json|gpkg|shp|zip)(:.*)?\Z", re.IGNORECASE | re.DOTALL)
_AGAIN: Final = "export it again as GeoJSON or GeoPackage"


def names_file(text: str) -> bool:
    """
    Distinguish a file of polygons from the name of a place.

    Parameters
    ----------
    text : str
        What was given for a place.

    Returns
    -------
    bool
        True where it ends as these files do, with or without the name of a layer.

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
        As they are in the file; nothing of their lines has been judged.
    label : str
        Name of the file, and of the layer where one was named.

    Raises
    ------
    FileFormatError
        If there is no such file, it is none of these, or has several layers and none was
        named.
    InputError
        If it has no polygon.
    """
    import geopandas as gpd

    path, layer = split_layer(Path(source))
    if not names_file(path.name):
        hint = f"give a file that ends in {', '.join(ENDINGS)}"
        raise FileFormatError(path, "it is no file of polygons", hint=hint)
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
        raise FileFormatError(path, f"{file.member} is no file of polygons", hint=_AGAIN)
    frame = read_layer(file)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.isna().all():
        raise InputError(f"{label} has no polygon; draw one")
    return frame, label


def drawn_layer(drawn: Mapping[str, Any], label: str) -> tuple[gpd.GeoDataFrame, str]:
    """
    Extract the polygons of GeoJSON.

    Parameters
    ----------
    drawn : mapping
        The GeoJSON.
    label : str
        What to call it.

    Returns
    -------
    layer : geopandas.GeoDataFrame
        Its polygons, in the reference system that it states.
    name : str
        Name of its one feature; empty where there are several, or it has none.

    Raises
    ------
    InputError
        If it is no GeoJSON of polygons.
    """
    import geopandas as gpd

    area = read_drawn(drawn, label)
    return gpd.GeoDataFrame(geometry=list(area.shapes), crs=area.crs), area.name


def _read_json(file: VectorFile, label: str) -> gpd.GeoDataFrame:
    stem = Path(file.member or file.path).stem
    if file.layer is not None and file.layer.casefold() != stem.casefold():
        why = f"it has no layer {file.layer!r}"
        raise FileFormatError(file.path, why, hint=f"name {file.path.name} alone")
    with file.opened() as stream:
        text = stream.read(MOST_BYTES + 1)
    return drawn_layer(parse_drawn(text, label), label)[0]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the system has
        return False


def _require_content(path: Path, ending: str) -> None:
    kind, begins = _BEGINS[ending]
    try:
        with path.open("rb") as file:
            right = file.read(len(begins)) == begins
    except OSError as error:
        why = f"the system says: {error.strerror or error}"
        raise FileFormatError(path, why, hint="check the path and its rights") from error
    if not right:
        why = f"it cannot be read as a file of polygons, for its content is no {kind}"
        raise FileFormatError(path, why, hint=_AGAIN)
