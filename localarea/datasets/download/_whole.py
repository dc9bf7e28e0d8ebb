"""Check that a file is whole: not cut short, an error document or one page of several."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Final, cast

from localarea.datasets.download.content import HEAD_BYTES, content_of
from localarea.geo.geojson_answers import GeoJsonFault, read_outline, require_geojson

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["fault_of_file", "fault_of_text"]

_CHUNK: Final = 1 << 20  # bytes


def fault_of_file(path: Path, *, geojson: bool = False) -> GeoJsonFault | None:
    """Return what makes a file incomplete; with `geojson`, JSON must be GeoJSON."""
    with path.open("rb") as stream:
        kind = content_of(stream.read(HEAD_BYTES))
    if kind == "zip" and not zipfile.is_zipfile(path):
        return GeoJsonFault("cut", "a zip archive that is cut short")
    if kind == "json":
        with path.open("rb") as stream:
            return _fault_of_json(stream, geojson=geojson)
    return _fault_of_gzip(path, geojson=geojson) if kind == "gzip" else None


def fault_of_text(text: bytes) -> GeoJsonFault | None:
    """Return the fault of JSON whose first bytes are given, if they are all of it."""
    _, fault = read_outline(io.BytesIO(text))
    return None if fault is None or fault.kind == "cut" else fault


def _fault_of_gzip(path: Path, *, geojson: bool) -> GeoJsonFault | None:
    """Decompress the whole file, and check any JSON in it."""
    try:
        with gzip.open(path) as stream:
            if content_of(stream.read(HEAD_BYTES)) == "json":
                stream.seek(0)
                return _fault_of_json(cast("IO[bytes]", stream), geojson=geojson)
            while stream.read(_CHUNK):
                pass
    except (EOFError, OSError, zlib.error):
        return GeoJsonFault("cut", "a gzip file that is cut short or damaged")
    return None


def _fault_of_json(stream: IO[bytes], *, geojson: bool) -> GeoJsonFault | None:
    outline, fault = read_outline(stream)
    return fault or (require_geojson(outline) if geojson else None)
