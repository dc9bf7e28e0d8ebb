"""
Find a vector file, plain or compressed, and reject what only looks like one.

A file is named as ``FILE`` or, if it has several layers or is a zip of several files, as
``FILE:LAYER``.
"""

from __future__ import annotations

import gzip
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final, cast

from localarea.datasets.download.content import HEAD_BYTES, content_of, in_words
from localarea.datasets.publishers._archives import choose_member, names_in
from localarea.datasets.publishers._opening import DAMAGE, as_path, content_of_file, damaged
from localarea.errors import FileFormatError
from localarea.geo.crs import stated_crs
from localarea.geo.geojson_answers import Outline, read_outline, require_geojson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localarea.datasets.download.content import Content

EXPECTED: Final = "expected GeoJSON, GeoJSON lines, GeoPackage or Shapefile"
_NO_VECTORS: Final[frozenset[Content]] = frozenset(
    {"empty", "html", "pdf", "old_excel", "parquet", "7z"}
)
_ERROR_REPORTS: Final = (b"ExceptionReport", b"ServiceException")
_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
_SIGNATURES: Final = {".shp": b"\x00\x00\x27\x0a", ".gpkg": b"SQLite format 3\0"}
_ALL_PARTS: Final = "copy all its parts together (.shp, .shx, .dbf, .prj)"


@dataclass(frozen=True, slots=True)
class VectorFile:
    """
    A vector file, or the chosen one in an archive.

    Attributes
    ----------
    kind : str
        Type of its uncompressed content.
    among : str or None
        Name that was given for the member, if there are several.
    """

    path: Path
    location: str
    kind: Content
    member: str | None = None
    layer: str | None = None
    among: str | None = None

    @property
    def called(self) -> str:
        """
        Return the name to which a layer's can be added.

        The file name, with the member if the archive has several.
        """
        return f"{self.path.name}:{self.among}" if self.among else self.path.name

    @property
    def ending(self) -> str:
        """Return the file extension, in lower case, such as ``.shp``."""
        return PurePosixPath(self.member or self.path.name).suffix.casefold()

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """
        Open the uncompressed content.

        At its start. FileFormatError if it is damaged or unreadable.
        """
        try:
            with _opened(self.path, self.member) as stream:
                yield stream
        except (*DAMAGE, RuntimeError, OSError) as error:
            raise _unreadable(self.path, error) from error


def split_layer(source: str | Path) -> tuple[Path, str | None]:
    """
    Split the name of a layer from that of its file.

    Parameters
    ----------
    source : str or pathlib.Path
        ``FILE`` or ``FILE:LAYER``.

    Returns
    -------
    path : pathlib.Path
        The file. An existing file with a colon in its name is not split.
    layer : str or None
        The layer; None if not named.
    """
    path = as_path(source)
    if _is_there(path):
        return path, None
    text = str(path)
    for at in (at for at, char in enumerate(text) if char == ":"):
        file, layer = Path(text[:at]), text[at + 1 :].strip()
        if layer and (file.suffix.casefold() == ".gdb" or _is_there(file, as_file=True)):
            return file, layer
    return path, None


def locate(source: str | Path, layer: str | None = None) -> VectorFile:
    """
    Find a vector file, and check its first bytes.

    Parameters
    ----------
    layer : str, optional
        Name of the layer, which overrides the one in `source`; in a zip of several files, the
        name of one of them.

    Returns
    -------
    VectorFile
        Not checked for completeness: see `check_whole`.

    Raises
    ------
    FileFormatError
        If it is missing, not a vector file (such as a web page), lacks a part, or is an
        archive of several and none was named.
    """
    path, named = split_layer(source)
    layer = layer or named
    try:
        if path.suffix.casefold() == ".gdb" and path.is_dir():
            return VectorFile(path, str(path), "binary", layer=layer)
        kind, head = content_of_file(path)
        _require_vectors(path, kind, head)
        if kind == "zip":
            return _in_archive(path, layer)
        if kind == "gzip":
            with _opened(path, None) as stream:
                head = stream.read(HEAD_BYTES)
            _require_vectors(path, content_of(head), head)
            return VectorFile(path, f"/vsigzip/{path}", content_of(head), layer=layer)
    except (*DAMAGE, OSError) as error:
        raise _unreadable(path, error) from error
    if path.suffix.casefold() in _PARTS:
        why = "it is only one part of a Shapefile"
        raise FileFormatError(path, why, hint=f"use its .shp file, and {_ALL_PARTS}")
    _require_parts(path, path.suffix, lambda end: _has_sibling(path, end))
    return VectorFile(path, str(path), kind, layer=layer)


def check_whole(file: VectorFile) -> str | None:
    """
    Check that a JSON file is whole GeoJSON, by reading it to the end.

    Parameters
    ----------
    file : VectorFile
        From :func:`locate`.

    Returns
    -------
    str or None
        The ``crs`` of a GeoJSON file, as ``EPSG:n``; None if it has none, and for other kinds of
        file, from which GDAL reads it.

    Raises
    ------
    FileFormatError
        If it is an error document, one page of several, cut short, or not GeoJSON.
    InputError
        If its ``crs`` is not a supported coordinate reference system.
    """
    if file.kind != "json":
        return None
    with file.opened() as stream:
        outline, fault = read_outline(stream)
    if fault is None and not _is_esri(outline):
        fault = require_geojson(outline)
    if fault is not None:
        tail = f"; {EXPECTED}" if fault.kind in ("cut", "other") else ""
        raise FileFormatError(file.path, f"it is {fault.why}", hint=fault.hint + tail)
    return stated_crs(outline.members, file.path.name)


def has_columns(file: VectorFile) -> bool:
    """
    Check whether a Shapefile has its .dbf part, which holds the columns.

    True for every other kind of file.
    """
    if file.ending != ".shp":
        return True
    if file.member is None:
        return _has_sibling(file.path, ".dbf")
    return _has_part(names_in(file.path), file.member, ".dbf")


def _is_there(path: Path, *, as_file: bool = False) -> bool:
    try:
        return path.is_file() if as_file else path.exists()
    except OSError:  # the name is too long for the file system
        return False


def _in_archive(path: Path, layer: str | None) -> VectorFile:
    member, among, layer = choose_member(path, layer)
    location = f"/vsizip/{{{path}}}/{member}"
    ending = PurePosixPath(member).suffix
    if ending.casefold() == ".gdb":
        return VectorFile(path, location, "binary", member, layer, among)
    with _opened(path, member) as stream:
        head = stream.read(HEAD_BYTES)
    kind = content_of(head)
    _require_vectors(path, kind, head)
    if not head.startswith(_SIGNATURES.get(ending.casefold(), b"")):
        sort = "Shapefile" if ending.casefold() == ".shp" else "GeoPackage"
        why = f"the content of {member} is not a {sort}"
        raise FileFormatError(path, why, hint="export it again as GeoJSON or GeoPackage")
    _require_parts(path, ending, lambda end: _has_part(names_in(path), member, end))
    return VectorFile(path, location, kind, member, layer, among)


def _require_vectors(path: Path, kind: Content, head: bytes) -> None:
    if kind in _NO_VECTORS:
        raise FileFormatError(path, f"it is {in_words(kind, head)}", hint=EXPECTED)
    if kind == "xml" and any(mark in head for mark in _ERROR_REPORTS):
        why = "it is an error document that a server sent instead of features"
        raise FileFormatError(path, why, hint="read it in a text editor, then download it again")
    if kind == "xml" and b"<OGRVRT" in head:
        why = "it has no features, only links to other files"
        raise FileFormatError(path, why, hint="use the file that it links to")


def _require_parts(path: Path, ending: str, has: Callable[[str], bool]) -> None:
    if ending.casefold() == ".shp" and not has(".shx"):
        raise FileFormatError(path, "the .shx file that belongs to it is missing", hint=_ALL_PARTS)


def _has_sibling(path: Path, ending: str) -> bool:
    return any(path.with_suffix(end).exists() for end in (ending, ending.upper()))


def _has_part(names: Sequence[str], member: str, ending: str) -> bool:
    stem = str(PurePosixPath(member).with_suffix(""))
    return any(name in (stem + ending, stem + ending.upper()) for name in names)


@contextmanager
def _opened(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    if member is not None:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            yield stream
        return
    with path.open("rb") as plain:
        packed = content_of(plain.read(HEAD_BYTES)) == "gzip"
        plain.seek(0)
        if not packed:
            yield plain
            return
        with gzip.open(plain) as stream:
            yield cast("IO[bytes]", stream)


def _unreadable(path: Path, error: Exception) -> FileFormatError:
    if isinstance(error, FileFormatError):
        return error
    if isinstance(error, DAMAGE) or not isinstance(error, OSError):
        return damaged(path, error)
    why = f"it cannot be read: {error.strerror or error}"
    return FileFormatError(path, why, hint="check the path and its permissions")


def _is_esri(outline: Outline) -> bool:
    """Check for Esri JSON, which GDAL can also read."""
    return "geometryType" in outline.members or "spatialReference" in outline.members
