"""
Find a vector file, plain or packed, and refuse what only looks like one.

A file is named as ``FILE`` or, where it holds several layers or is a zip of several files,
as ``FILE:LAYER``.
"""

from __future__ import annotations

import gzip
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final, cast

from localarea.datasets._content import HEAD_BYTES, content_of, in_words
from localarea.datasets.publishers._archives import choose_member, names_in
from localarea.datasets.publishers._opening import DAMAGE, as_path, content_of_file, damaged
from localarea.errors import FileFormatError
from localarea.geo.crs import stated_crs
from localarea.geo.geojson_answers import Outline, read_outline, require_geojson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localarea.datasets._content import Content

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
    A vector file, or the one that is meant in an archive.

    Attributes
    ----------
    path : pathlib.Path
        The file itself.
    location : str
        Name under which GDAL opens it.
    kind : str
        What its content is, unpacked.
    member : str or None
        The file inside a zip archive.
    layer : str or None
        Layer that was named.
    among : str or None
        How the member was named among several.
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
        Give the name to which that of a layer is added.

        Returns
        -------
        str
            The file's; of several in an archive, with the member that was named.
        """
        return f"{self.path.name}:{self.among}" if self.among else self.path.name

    @property
    def ending(self) -> str:
        """
        Give how its name ends.

        Returns
        -------
        str
            Such as ``.shp``, in small letters.
        """
        return PurePosixPath(self.member or self.path.name).suffix.casefold()

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """
        Open its bytes, unpacked.

        Yields
        ------
        binary file
            From its beginning.

        Raises
        ------
        FileFormatError
            If it is damaged, or the system does not let it be read.
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
        The file. One whose own name has a colon is that file, if it is there.
    layer : str or None
        The layer; None when none is named.
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
    Find a vector file, after a look at how it begins.

    Parameters
    ----------
    source : str or pathlib.Path
        ``FILE`` or ``FILE:LAYER``.
    layer : str, optional
        Name of the layer, before that in `source`; of a zip of several files, the name
        of one of them.

    Returns
    -------
    VectorFile
        Whether it is whole has not been looked at.

    Raises
    ------
    FileFormatError
        If it is missing, a web page or otherwise no vector file, lacks a part, or is an
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
        raise FileFormatError(path, why, hint=f"name its .shp file, and {_ALL_PARTS}")
    _require_parts(path, path.suffix, lambda end: _has_sibling(path, end))
    return VectorFile(path, str(path), kind, layer=layer)


def check_whole(file: VectorFile) -> str | None:
    """
    Read JSON to its end, and refuse what is no whole GeoJSON.

    Parameters
    ----------
    file : VectorFile
        As :func:`locate` gives it.

    Returns
    -------
    str or None
        The reference system that a GeoJSON states, as ``EPSG:n``; None where it states
        none, and for other kinds of file, which state it in their own way.

    Raises
    ------
    FileFormatError
        If it is an error document, one page of several, cut short, or no GeoJSON.
    InputError
        If its ``crs`` names no reference system that is read here.
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
    Check whether a Shapefile has the part that holds its columns.

    Parameters
    ----------
    file : VectorFile
        As :func:`locate` gives it.

    Returns
    -------
    bool
        True also for every other kind of file.
    """
    if file.ending != ".shp":
        return True
    if file.member is None:
        return _has_sibling(file.path, ".dbf")
    return _has_part(names_in(file.path), file.member, ".dbf")


def _is_there(path: Path, *, as_file: bool = False) -> bool:
    try:
        return path.is_file() if as_file else path.exists()
    except OSError:  # a name longer than the system has
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
        why = f"the content of {member} is no {sort}"
        raise FileFormatError(path, why, hint="export it again as GeoJSON or GeoPackage")
    _require_parts(path, ending, lambda end: _has_part(names_in(path), member, end))
    return VectorFile(path, location, kind, member, layer, among)


def _require_vectors(path: Path, kind: Content, head: bytes) -> None:
    if kind in _NO_VECTORS:
        raise FileFormatError(path, f"it is {in_words(kind, head)}", hint=EXPECTED)
    if kind == "xml" and any(mark in head for mark in _ERROR_REPORTS):
        why = "it is an error document, by which a server says why it sent no features"
        raise FileFormatError(path, why, hint="read it in an editor, and ask the server again")
    if kind == "xml" and b"<OGRVRT" in head:
        why = "it holds no features, but sends its reader to other files"
        raise FileFormatError(path, why, hint="name the file itself that it leads to")


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
    why = f"the system says: {error.strerror or error}"
    return FileFormatError(path, why, hint="check the path and its rights")


def _is_esri(outline: Outline) -> bool:
    """Recognise Esri JSON, which GDAL reads too."""
    return "geometryType" in outline.members or "spatialReference" in outline.members
