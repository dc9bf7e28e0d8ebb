"""The record of tables whose checksum was verified, so that each is verified once."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import ChecksumError, DataMissingError
from localarea.hashing import file_sha256

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VERIFIED_FILE: Final = "verified.json"


class VerifiedFiles:
    """
    Files that were verified, by size, modification time and checksum.

    `folder` and `kept` give the folder of the cache, and a file of it that nobody else could
    have written; both are asked only when a file is verified.
    """

    def __init__(self, folder: Callable[[], Path], kept: Callable[[str], Path | None]) -> None:
        self._folder, self._kept = folder, kept
        self._seen: dict[str, list[Any]] | None = None

    def require(self, path: Path, sha256: str) -> None:
        """Raise an error unless a file is there with its checksum."""
        try:
            state = path.stat()
        except FileNotFoundError as error:
            raise DataMissingError(path) from error
        seen = [state.st_size, state.st_mtime_ns, sha256]
        if self._before().get(str(path)) != seen:
            _require_sha256(path, sha256)
            self._remember(str(path), seen)

    def _before(self) -> dict[str, list[Any]]:
        """Return the record; empty if it cannot be read."""
        if self._seen is None:
            self._seen = {}
            kept = self._kept(VERIFIED_FILE)
            with suppress(OSError, ValueError):
                document = json.loads(kept.read_text(encoding="utf-8")) if kept else None
                self._seen = document if isinstance(document, dict) else {}
        return self._seen

    def _remember(self, path: str, seen: list[Any]) -> None:
        """Record a verified file; a cache that cannot be written costs only time."""
        verified, file = self._before(), self._folder() / VERIFIED_FILE
        verified[path] = seen
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(f".{os.getpid()}.part")
            partial.write_text(json.dumps(verified), encoding="utf-8")
            partial.replace(file)


def _require_sha256(path: Path, expected: str) -> None:
    found = file_sha256(path)
    if found != expected:
        raise ChecksumError(path, expected=expected, found=found)
