"""
Choose a layer of a vector file, and read it.

Nothing is guessed: if a file has several layers, one must be named.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.publishers._archives import listed
from localarea.datasets.publishers.vector_files import EXPECTED
from localarea.errors import FileFormatError, InputError
from localarea.geo.crs import without_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from localarea.datasets.publishers.vector_files import VectorFile

Bounds = tuple[float, float, float, float]
# Tables that QGIS adds to a GeoPackage.
NO_LAYERS: Final = frozenset({"layer_styles", "qgis_projects"})
_LONGEST_MESSAGE: Final = 200  # characters


def layer_of(file: VectorFile) -> str | None:
    """
    Return the layer to read: the named one, or the only one.

    ``file``: from :func:`locate`. Returns None for a format that has a single layer.
    FileFormatError if it has several and none was named, or does not have the one named.
    """
    if file.layer is None and (file.kind == "json" or file.ending == ".shp"):
        return None
    found = layers_in(file)
    names = list(found)
    if file.layer is not None:
        return _requested_layer(file, names)
    # A table without geometry does not count beside a single layer.
    places = [name for name in names if found[name] is not None] or names
    if not places:
        raise FileFormatError(file.path, "it has no layers", hint=EXPECTED)
    if len(places) > 1:
        why = f"it has {len(places)} layers: {listed(places)}"
        hint = f"name one, such as {file.called}:{places[0]}"
        raise FileFormatError(file.path, why, hint=hint)
    return places[0]


def layers_in(file: VectorFile) -> dict[str, str | None]:
    """
    List the layers of a file, without QGIS's own tables.

    Geometry type by layer name, in the order of the file; None for a table without geometry.
    FileFormatError if it cannot be read.
    """
    import geopandas as gpd

    with own_errors(file.path):
        table = gpd.list_layers(file.location)
    kinds = (kind if isinstance(kind, str) else None for kind in table["geometry_type"])
    pairs = zip(table["name"].astype(str), kinds, strict=True)
    return {name: kind for name, kind in pairs if name.casefold() not in NO_LAYERS}


def read_layer(file: VectorFile, *, bounds: Bounds | None = None) -> Any:
    """
    Read a whole layer, without the libraries' warnings.

    Parameters
    ----------
    bounds : tuple of float, optional
        Min x, min y, max x, max y in the file's CRS.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        As published, in the file's CRS; a DataFrame if the layer has no geometry.

    Raises
    ------
    FileFormatError
        If it cannot be read, or has several layers and none was named.
    """
    import geopandas as gpd

    without_network()
    layer = layer_of(file)
    with own_errors(file.path):
        return gpd.read_file(file.location, layer=layer, bbox=bounds)


@contextmanager
def own_errors(path: Path) -> Iterator[None]:
    """Convert errors of GDAL, GEOS and PROJ to FileFormatError, and suppress their warnings."""
    from shapely.errors import ShapelyError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ValueError, RuntimeError, OSError, ShapelyError) as error:
        if isinstance(error, InputError):
            raise
        raise FileFormatError(path, _short_message(error), hint=EXPECTED) from error


def _requested_layer(file: VectorFile, names: Sequence[str]) -> str:
    wanted = file.layer or ""
    alike = [name for name in names if name.casefold() == wanted.casefold()]
    if wanted in names or len(alike) == 1:
        return wanted if wanted in names else alike[0]
    holds = f"it has {listed(names)}" if names else EXPECTED
    raise FileFormatError(file.path, f"it has no layer {wanted!r}", hint=holds)


def _short_message(error: Exception) -> str:
    """Return the first line of a library's message, without its advice for programmers."""
    message = (str(error).strip() or type(error).__name__).splitlines()[0]
    if "not recognized as being in a supported file format" in message:
        return "its format is not supported"
    if "closed linestring" in message:
        return "a ring of a polygon is not closed: its last position must be its first"
    return message[:_LONGEST_MESSAGE]
