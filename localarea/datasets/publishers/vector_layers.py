"""
Choose the one layer that is meant in a vector file, and read it.

Nothing is guessed: of a file of several layers one must be named.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.publishers.vector_files import EXPECTED
from localarea.errors import FileFormatError, InputError
from localarea.geo.crs import without_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from localarea.datasets.publishers.vector_files import VectorFile

Bounds = tuple[float, float, float, float]
# Tables that QGIS writes into a GeoPackage beside the layers.
NO_LAYERS: Final = frozenset({"layer_styles", "qgis_projects"})
_MOST_SHOWN: Final = 12


def layer_of(file: VectorFile) -> str | None:
    """
    Return the layer to read: the one that is named, or the only one.

    Parameters
    ----------
    file : VectorFile
        As :func:`locate` gives it.

    Returns
    -------
    str or None
        None for a file of a kind that has one layer.

    Raises
    ------
    FileFormatError
        If it has several and none was named, or not the one named.
    """
    if file.layer is None and (file.kind == "json" or file.ending == ".shp"):
        return None
    found = layers_in(file)
    names = list(found)
    if file.layer is not None:
        return _named(file, names)
    # A table without geometry beside one layer is no rival of it.
    places = [name for name in names if found[name] is not None] or names
    if not places:
        raise FileFormatError(file.path, "it has no layer", hint=EXPECTED)
    if len(places) > 1:
        why = f"it has {len(places)} layers: {_listed(places)}"
        hint = f"name one, such as {file.called}:{places[0]}"
        raise FileFormatError(file.path, why, hint=hint)
    return places[0]


def layers_in(file: VectorFile) -> dict[str, str | None]:
    """
    List the layers of a file, without the tables that only QGIS reads.

    Parameters
    ----------
    file : VectorFile
        As :func:`locate` gives it.

    Returns
    -------
    dict of str to str or None
        Type of geometry by name, in the order of the file; None for a table without.

    Raises
    ------
    FileFormatError
        If it cannot be read.
    """
    import geopandas as gpd

    with own_errors(file.path):
        table = gpd.list_layers(file.location)
    kinds = (kind if isinstance(kind, str) else None for kind in table["geometry_type"])
    pairs = zip(table["name"].astype(str), kinds, strict=True)
    return {name: kind for name, kind in pairs if name.casefold() not in NO_LAYERS}


def read_layer(file: VectorFile, *, bounds: Bounds | None = None) -> Any:
    """
    Read a layer whole, in silence of the libraries.

    Parameters
    ----------
    file : VectorFile
        As :func:`locate` gives it.
    bounds : tuple of float, optional
        Left, bottom, right and top, in the file's own reference system.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        As published, in its own reference system; no geometry where the layer has none.

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
    """
    Turn what GDAL, GEOS and PROJ raise into an error of ours, and keep their warnings back.

    Parameters
    ----------
    path : pathlib.Path
        The file that is being read.

    Yields
    ------
    None
        Nothing.

    Raises
    ------
    FileFormatError
        In place of theirs.
    """
    from shapely.errors import ShapelyError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ValueError, RuntimeError, OSError, ShapelyError) as error:
        if isinstance(error, InputError):
            raise
        raise FileFormatError(path, _in_short(error), hint=EXPECTED) from error


def _named(file: VectorFile, names: Sequence[str]) -> str:
    wanted = file.layer or ""
    alike = [name for name in names if name.casefold() == wanted.casefold()]
    if wanted in names or len(alike) == 1:
        return wanted if wanted in names else alike[0]
    holds = f"it has {_listed(names)}" if names else EXPECTED
    raise FileFormatError(file.path, f"it has no layer {wanted!r}", hint=holds)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_SHOWN]) + (", ..." if len(names) > _MOST_SHOWN else "")


def _in_short(error: Exception) -> str:
    """Return the first line of a library's message, without its advice to programmers."""
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    if "not recognized as being in a supported file format" in said:
        return "it is of no kind that is read here"
    if "closed linestring" in said:
        return "a ring of a polygon is not closed: its last position must be its first"
    return said[:200]
