"""
List the layers of a vector file and stream its features one by one.

The only module that imports fiona, which reads one feature at a time and so can read files larger
than memory. Everything else reads whole layers with geopandas.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.publishers.vector_files import (
    EXPECTED,
    VectorFile,
    check_whole,
    locate,
)
from localarea.datasets.publishers.vector_layers import Bounds, layer_of, layers_in
from localarea.errors import FileFormatError, SchemaError
from localarea.extras import extra

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

_LONGEST_MESSAGE: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """
    The description of a layer, available without reading its features.

    Attributes
    ----------
    geometry : str
        Geometry type, such as ``MultiPolygon``; the text ``None`` for a table without geometry.
    crs : str
        CRS, such as ``EPSG:27700``; empty if the file does not state one.
    columns : mapping of str to str
        Type of each column, by name.
    driver : str
        GDAL's name of the format.
    """

    name: str
    geometry: str
    crs: str
    features: int
    columns: Mapping[str, str]
    driver: str


@dataclass(frozen=True, slots=True)
class LayerFeature:
    """
    One feature of a layer.

    Attributes
    ----------
    id : str
        Number of the feature in the file.
    geometry : shapely geometry or None
        In the CRS of the layer.
    """

    id: str
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None


def list_layers(path: str | Path) -> tuple[LayerInfo, ...]:
    """
    List the layers of a vector file.

    ``path``: GeoJSON, GeoJSON lines, GeoPackage or Shapefile, also as .gz or .zip. In the order of
    the file, without QGIS's tables of styles and projects. FileFormatError if it is not a vector
    file, or is incomplete.
    """
    file = locate(path)
    stated = check_whole(file)
    return tuple(_layer(file, name, stated) for name in layers_in(file))


def _layer(file: VectorFile, name: str, stated: str | None) -> LayerInfo:
    with extra("layers"):
        import fiona

    with _own_errors(file.path), fiona.open(file.location, layer=name) as layer:
        return LayerInfo(
            name=name,
            geometry=str(layer.schema["geometry"]),
            crs=stated or _name_of_crs(layer.crs),
            features=len(layer),
            columns=dict(layer.schema["properties"]),
            driver=str(layer.driver),
        )


def stream_features(
    path: str | Path,
    *,
    layer: str | None = None,
    bounds: Bounds | None = None,
    columns: Sequence[str] | None = None,
) -> Iterator[LayerFeature]:
    """
    Iterate over the features of a layer, with only one in memory at a time.

    Parameters
    ----------
    path : str or pathlib.Path
        GeoJSON, GeoJSON lines, GeoPackage or Shapefile, also as .gz or .zip; ``FILE`` or
        ``FILE:LAYER``.
    layer : str, optional
        Name of the layer, or of one of several files in a zip. Required if there are several.
    bounds : tuple of float, optional
        Min x, min y, max x, max y in the CRS of the layer. Only features whose bounding
        box touches it.
    columns : sequence of str, optional
        Attributes to read; all of them by default.

    Raises
    ------
    FileFormatError
        If it is not a vector file, is incomplete, has no such layer, or has several and none
        was named.
    SchemaError
        If it lacks one of the columns.
    """
    with extra("layers"):
        import fiona
    from shapely.geometry import shape

    file = locate(path, layer)
    check_whole(file)
    with _own_errors(file.path), fiona.open(file.location, layer=layer_of(file)) as source:
        wanted = list(source.schema["properties"]) if columns is None else list(columns)
        lacking = [name for name in wanted if name not in source.schema["properties"]]
        if lacking:
            have = ", ".join(source.schema["properties"])
            raise SchemaError(
                file.path.name, [f"no column {name}; the columns are {have}" for name in lacking]
            )
        for record in source.filter(bbox=bounds) if bounds else source:
            geometry = None if record.geometry is None else shape(record.geometry)
            properties = {name: record.properties[name] for name in wanted}
            yield LayerFeature(str(record.id), properties, geometry)


@contextmanager
def _own_errors(path: Path) -> Iterator[None]:
    from fiona.errors import FionaError, FionaValueError

    try:
        yield
    except (FionaError, FionaValueError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0][:_LONGEST_MESSAGE]
        raise FileFormatError(path, why, hint=EXPECTED) from error


def _name_of_crs(crs: Any) -> str:
    if not crs:
        return ""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt()[:80])
