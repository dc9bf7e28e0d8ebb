"""Find a vector file inside a zip archive, in any folder."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from localarea.datasets.publishers._opening import DAMAGE, damaged
from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# In order of preference: a JSON beside a Shapefile is seldom the map.
_KINDS: Final = (
    re.compile(r"\.(shp|gpkg|geojson|geojsonl|geojsons|fgb)\Z|\.gdb/", re.IGNORECASE),
    re.compile(r"\.(json|ndjson|kml|gml|tab)\Z", re.IGNORECASE),
)
_NOT_OURS: Final = re.compile(r"(^|/)(__MACOSX/|\._)")
_DATABASE: Final = re.compile(r"(.*?\.gdb)/", re.IGNORECASE)
_NAMES_SHOWN: Final = 12


def names_in(path: Path) -> tuple[str, ...]:
    """Return the names of the files in an archive, without those that macOS adds."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if not _NOT_OURS.search(info.filename)]
    except DAMAGE as error:
        raise damaged(path, error) from error
    if any(info.flag_bits & 1 for info in found):
        raise damaged(path, RuntimeError("encrypted"))
    return tuple(sorted(info.filename for info in found if not info.is_dir()))


def choose_member(path: Path, wanted: str | None) -> tuple[str, str | None, str | None]:
    """
    Return the chosen vector file of an archive, the name it was given, and its layer.

    `wanted` is ``MEMBER``, ``LAYER`` if there is only one member, or ``MEMBER:LAYER``.
    """
    names = names_in(path)
    members = _vector_members(names)
    if not members:
        holds = f"it holds {', '.join(names[:6])}" if names else "it is empty"
        why = f"there is no vector file in the zip archive: {holds}"
        hint = "zip a GeoPackage, a GeoJSON or all parts of a Shapefile"
        raise FileFormatError(path, why, hint=hint)
    if wanted is None and len(members) == 1:
        return members[0], None, None
    labels = _labels(members)
    called, _, layer = (wanted or "").partition(":")
    for name, rest in ((wanted, None), (called, layer or None)):
        meant = [member for member in members if name and _is_called(member, labels[member], name)]
        if len(meant) == 1:
            return meant[0], name, rest
    if len(members) == 1:
        return members[0], None, wanted
    why = f"it holds {len(members)} vector files: {listed([labels[m] for m in members])}"
    if wanted is not None:
        why = f"it does not hold exactly one vector file {wanted!r}; {why}"
    raise FileFormatError(path, why, hint=f"name one, such as {path.name}:{labels[members[0]]}")


def _vector_members(names: Sequence[str]) -> tuple[str, ...]:
    for kind in _KINDS:
        found = [name for name in names if kind.search(name)]
        if found:
            whole = (_DATABASE.match(name) for name in found)
            return tuple(dict.fromkeys(w[1] if w else n for n, w in zip(found, whole, strict=True)))
    return ()


def _labels(members: Sequence[str]) -> dict[str, str]:
    """Label each member by its stem if that is unique, otherwise by its full path."""
    bare = [PurePosixPath(member).stem for member in members]
    return {m: b if bare.count(b) == 1 else m for m, b in zip(members, bare, strict=True)}


def _is_called(member: str, label: str, wanted: str) -> bool:
    path = PurePosixPath(member)
    known = {label, path.name, member, str(path.with_suffix(""))}
    return wanted.casefold() in {name.casefold() for name in known}


def listed(names: Sequence[str]) -> str:
    """List names for a message, the first twelve of them."""
    return ", ".join(names[:_NAMES_SHOWN]) + (", ..." if len(names) > _NAMES_SHOWN else "")
