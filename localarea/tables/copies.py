"""Files that are given twice: a sum would hold them twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.errors import InputError
from localarea.hashing import file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def refuse_copies(paths: Iterable[Path]) -> None:
    """
    Refuse files that are the same byte for byte, whatever they are called.

    Only files of one size are read for it; one that is not there is passed over. InputError naming
    the first two.
    """
    alike: dict[int, list[Path]] = {}
    for path in paths:
        if path.is_file():
            alike.setdefault(path.stat().st_size, []).append(path)
    seen: dict[str, Path] = {}
    for path in (each for same_size in alike.values() if len(same_size) > 1 for each in same_size):
        first = seen.setdefault(file_sha256(path), path)
        if first is not path:
            named = path.name if first.name == path.name else f"{first.name} and {path.name}"
            raise InputError(
                f"{named}: the same file twice, which would be counted twice; give it once"
            )
