"""
Parse GeoJSON from users with an explanation of every fault, none of which is left to a library.

The input is untrusted, so nothing is passed to PROJ, GDAL or GEOS before its structure, its size
and every number have been checked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import InputError
from localarea.geo.crs import WGS84, stated_crs
from localarea.geo.geojson_answers import fault_of, outline_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_BYTES: Final = 20_000_000  # of a file; more than the whole coast of a district
MOST_VERTICES: Final = 100_000  # a hand-drawn line has some hundreds
MOST_POLYGONS: Final = 5_000
_FURTHEST: Final = 1e8  # metres or degrees; beyond any map
_LONGEST_NAME: Final = 100
_NO_AREAS: Final = frozenset(
    ["Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection"]
)
_DRAW: Final = "draw a polygon"


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """
    Polygons as received.

    Attributes
    ----------
    shapes : tuple of shapely geometries
        Polygons and multipolygons, whose validity has not been checked.
    crs : str
        ``EPSG:n``.
    name : str
        Name of the only feature; empty if there are several, or it has none.
    """

    shapes: tuple[BaseGeometry, ...]
    crs: str
    name: str


def parse_drawn(text: str | bytes, label: str) -> Mapping[str, Any]:
    """
    Parse the text of a GeoJSON document.

    ``text``: the text; bytes in UTF-8, UTF-16 or UTF-32. InputError if it is not a JSON object, or
    is too large.
    """
    if len(text) > MOST_BYTES:
        raise InputError(
            f"{label} is larger than the limit of {MOST_BYTES // 1_000_000} MB for an area; "
            "simplify its line, as 10 metres make no difference to zones"
        )
    try:
        mark = b"\xef\xbb\xbf" if isinstance(text, bytes) else "\ufeff"
        found = json.loads(text.removeprefix(mark))  # type: ignore[arg-type]
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(
            f"{label} is not GeoJSON: it is cut short or malformed at {where}"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{label} is not GeoJSON: it is not text; save it as UTF-8") from error
    except RecursionError as error:
        raise InputError(f"{label} is not GeoJSON: it is nested far too deeply") from error
    except ValueError as error:  # a number with thousands of digits
        raise InputError(f"{label} is not GeoJSON: a number has too many digits") from error
    if not isinstance(found, Mapping):
        raise InputError(f"{label} is not GeoJSON: it must be an object in braces")
    return found


def read_drawn(document: Mapping[str, Any], label: str) -> DrawnArea:
    """
    Read the polygons of a GeoJSON document.

    Parameters
    ----------
    document : mapping
        A polygon, a multipolygon, a feature with one, or a collection of such features. It may
        have a ``crs``, which GeoJSON no longer specifies, that ``parse_crs`` accepts.

    Returns
    -------
    DrawnArea
        The polygons in the same order, without heights.

    Raises
    ------
    InputError
        If it is anything else, at any level, or has too many polygons or vertices.
    """
    _refuse_similar_formats(document, label)
    features = _features(document, label)
    crs = stated_crs(document, label) or WGS84
    bodies = []
    for feature in features:
        body = feature.get("geometry") if feature.get("type") == "Feature" else feature
        if body is not None and not isinstance(body, Mapping):
            raise InputError(f"{label} is not GeoJSON: a geometry must be an object")
        for part in (feature, body or {}):
            if stated_crs(part, label) not in (None, crs):
                raise InputError(
                    f"{label} names several coordinate reference systems; name one at the top"
                )
        bodies += [body] if body else []
    if not bodies:
        raise InputError(f"{label} has no polygon; draw one")
    parts = [part for body in bodies for part in _polygons(body, label)]
    if len(parts) > MOST_POLYGONS:
        raise InputError(
            f"{label} has {len(parts):,} polygons; the limit is {MOST_POLYGONS:,}: merge them"
        )
    require_few_vertices(sum(len(ring) for part in parts for ring in part), label)
    return DrawnArea(_shapes(bodies, parts), crs, _name(features))


def require_few_vertices(count: int, label: str) -> None:
    """Raise InputError if a line has more than ``MOST_VERTICES``."""
    if count > MOST_VERTICES:
        raise InputError(
            f"{label} has {count:,} vertices, and the limit is {MOST_VERTICES:,}; simplify its "
            "line ('Simplify' in QGIS), as 10 metres make no difference to zones"
        )


def _refuse_similar_formats(document: Mapping[str, Any], label: str) -> None:
    """Raise an error for what resembles GeoJSON, or is not all of it."""
    fault = fault_of(outline_of(document))
    if fault is not None:
        raise InputError(f"{label} is {fault.why}; {fault.hint}")
    if document.get("type") == "Topology":
        raise InputError(f"{label} is TopoJSON; export it as GeoJSON")
    if "rings" in document or "geometryType" in document:
        raise InputError(f"{label} is Esri JSON; export it as GeoJSON")
    if document.get("type") is None and "features" not in document:
        raise InputError(f"{label} is not GeoJSON: it has no 'type', so no polygon")


def _features(document: Mapping[str, Any], label: str) -> list[Mapping[str, Any]]:
    if document.get("type") != "FeatureCollection":
        return [document]
    features = document.get("features")
    if not isinstance(features, list | tuple):
        raise InputError(f"{label} has no polygon: its 'features' must be a list of features")
    if not all(isinstance(f, Mapping) and f.get("type") == "Feature" for f in features):
        raise InputError(f"{label} is not GeoJSON: each of its 'features' must be a Feature")
    return list(features)


def _polygons(body: Mapping[str, Any], label: str) -> list[list[list[tuple[float, float]]]]:
    """Return the polygons of a geometry, each as its rings."""
    kind = body.get("type")
    kind = kind if isinstance(kind, str) else ""
    if kind in _NO_AREAS:
        raise InputError(
            f"{label} has a {kind}, which is not an area; remove it and draw a polygon"
        )
    if kind not in ("Polygon", "MultiPolygon"):
        quoted = repr(kind[:40]) if kind else "an object without the 'type' of a geometry"
        raise InputError(f"{label} is not GeoJSON of a polygon: {quoted} is not a Polygon; {_DRAW}")
    coordinates = body.get("coordinates")
    try:
        parts = _list(coordinates, "'coordinates'") if kind == "MultiPolygon" else [coordinates]
        rings = [[_ring(ring) for ring in _list(part, "a polygon")] for part in parts]
    except _CoordinateError as error:
        raise InputError(f"{label} is not GeoJSON of a polygon: {error}") from None
    if not any(rings):
        raise InputError(f"{label} is empty; {_DRAW}")
    return [part for part in rings if part]


class _CoordinateError(ValueError):
    """A fault of the coordinates."""


def _list(found: object, what: str) -> Sequence[Any]:
    if not isinstance(found, list | tuple):
        raise _CoordinateError(f"{what} must be a list")
    return found


def _ring(found: object) -> list[tuple[float, float]]:
    ring = [_position(position) for position in _list(found, "a ring")]
    if len(ring) < 4:
        raise _CoordinateError(f"a ring has {len(ring)} positions, but needs at least four")
    if ring[0] != ring[-1]:
        raise _CoordinateError(
            "a ring is not closed: its last position must equal its first; add it"
        )
    return ring


def _position(found: object) -> tuple[float, float]:
    position = _list(found, "a position")
    if not 2 <= len(position) <= 3:
        raise _CoordinateError("a position must be two numbers, or three including a height")
    for number in position:
        if not isinstance(number, int | float) or isinstance(number, bool):
            raise _CoordinateError("a coordinate must be a number, without quotation marks")
        # Compare before converting, because an integer may have thousands of digits.
        if not -_FURTHEST <= number <= _FURTHEST or not math.isfinite(number):
            raise _CoordinateError("a coordinate must be a number within the range of a map")
    return float(position[0]), float(position[1])


def _shapes(
    bodies: list[Mapping[str, Any]], parts: list[list[list[tuple[float, float]]]]
) -> tuple[BaseGeometry, ...]:
    import shapely

    rest = iter([shapely.Polygon(rings[0], rings[1:]) for rings in parts])
    shapes: list[BaseGeometry] = []
    for body in bodies:
        if body["type"] == "Polygon":
            shapes.append(next(rest))
        else:
            filled = sum(bool(part) for part in body["coordinates"])
            shapes.append(shapely.MultiPolygon([next(rest) for _ in range(filled)]))
    return tuple(shapes)


def _name(features: list[Mapping[str, Any]]) -> str:
    if len(features) != 1:
        return ""
    about = features[0].get("properties")
    name = about.get("name") if isinstance(about, Mapping) else None
    if not isinstance(name, str):
        return ""
    plain = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(plain.split())[:_LONGEST_NAME].strip()
