"""SHA-256 hashes as lower-case hex, of texts, files and code: for receipts, records and tables."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path


def text_sha256(text: str) -> str:
    """Return the hash of a text as UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the hash of a file, read a piece at a time; raises OSError if it cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sources_sha256(sources: Mapping[str, Sequence[str]]) -> str:
    """Return the hash of modules and rooms, by package: what is kept rests on its code too."""
    from importlib.resources import files  # slow to import, and one postcode needs no hash of code

    found = hashlib.sha256()
    for package, names in sources.items():
        for name in names:
            _add_sources(files(package) / name, found)
    return found.hexdigest()


def _add_sources(part: Traversable, found: hashlib._Hash) -> None:
    if part.is_dir():
        for inner in sorted(part.iterdir(), key=lambda one: one.name):
            if inner.is_dir() or inner.name.endswith(".py"):
                _add_sources(inner, found)
    else:
        found.update(part.read_bytes())
