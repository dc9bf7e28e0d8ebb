"""The part of a download that has arrived, and the version it belongs to."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from localarea.datasets.download._whole import fault_of_file
from localarea.datasets.download.content import HEAD_BYTES
from localarea.errors import DownloadError
from localarea.hashing import file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localarea.geo.geojson_answers import GeoJsonFault


@dataclass(slots=True)
class PartialFile:
    """
    ``.NAME.part`` beside the target, with ``.NAME.part.json``, locked by one process.

    The JSON has the URL and the identifiers of the version (ETag, Last-Modified).
    """

    path: Path
    url: str
    size: int = 0
    judged: bool = False
    note: dict[str, Any] = field(default_factory=dict)

    @classmethod
    @contextlib.contextmanager
    def beside(cls, target: Path, url: str) -> Iterator[PartialFile]:
        """Open the part of a target; raise an error if another process is downloading it."""
        path = target.with_name(f".{target.name}.part")
        lock = path.with_name(f"{path.name}.lock")
        with lock.open("w") as held:
            _lock(held, url)
            partial = cls(path, url)
            partial._restore()
            try:
                yield partial
            finally:
                lock.unlink(missing_ok=True)

    @property
    def _note_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    def _restore(self) -> None:
        """Restore what an earlier run left, unless it came from another URL."""
        with contextlib.suppress(OSError, ValueError):
            note = json.loads(self._note_path.read_text(encoding="utf-8"))
            if isinstance(note, dict) and note.get("url") == self.url:
                self.note = note
                self.size = self.path.stat().st_size

    @property
    def etag(self) -> str | None:
        """The version's ETag."""
        return self.note.get("etag")

    @property
    def validator(self) -> str | None:
        """The value for If-Range: a strong ETag, otherwise Last-Modified."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.note.get("last_modified")

    def resumable_size(self, *, pinned: bool) -> int:
        """
        Return the byte to resume from.

        Without a validator, the rest might be of another version, so only a file whose
        checksum is known beforehand is resumed.
        """
        return self.size if self.validator or pinned else 0

    def restart(self, headers: Mapping[str, str]) -> None:
        """Start again with the version that the response headers identify."""
        self.clear()
        self.note = {
            "url": self.url,
            "etag": headers.get("ETag"),
            "last_modified": headers.get("Last-Modified"),
        }
        self._note_path.write_text(json.dumps(self.note), encoding="utf-8")

    def clear(self) -> None:
        """Discard what arrived."""
        self.path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)
        self.size, self.judged, self.note = 0, False, {}

    @contextlib.contextmanager
    def appending(self) -> Iterator[IO[bytes]]:
        """Open for appending; sync what was written to disk, even after an error."""
        with self.path.open("ab") as stream:
            stream.truncate(self.size)
            try:
                yield stream
            finally:
                stream.flush()
                os.fsync(stream.fileno())

    def grown(self, count: int) -> int:
        """Add the bytes written to the size, and return it."""
        self.size += count
        return self.size

    def head(self) -> bytes:
        """Return the first bytes."""
        if not self.size:
            return b""
        with self.path.open("rb") as stream:
            return stream.read(HEAD_BYTES)

    def sha256(self) -> str:
        """Return the checksum of what arrived."""
        return file_sha256(self.path)

    def fault(self, *, geojson: bool) -> GeoJsonFault | None:
        """Return the fault of the file: cut short, an error document or one page of several."""
        return fault_of_file(self.path, geojson=geojson)

    def move_to(self, target: Path) -> None:
        """Replace the target atomically, and durably even if the power fails."""
        os.replace(self.path, target)  # noqa: PTH105 -- the name says that it is atomic
        self._note_path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not every system can sync a folder
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _lock(held: IO[str], url: str) -> None:
    """Lock a target, where the system supports such locks."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover -- Windows
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise DownloadError(
            url, "another process is downloading the same file; wait for it to finish"
        ) from error
