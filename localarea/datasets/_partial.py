"""The part of a download that has arrived, and the version of the file that it belongs to."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from localarea.datasets._content import HEAD_BYTES
from localarea.datasets._whole import fault_of_file
from localarea.errors import DownloadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localarea.geo.geojson_answers import Fault


@dataclass(slots=True)
class PartialFile:
    """
    ``.NAME.part`` beside the target, with ``.NAME.part.json``, held by one process.

    The note has the address and what identifies the version (ETag, date of change).
    """

    path: Path
    url: str
    size: int = 0
    judged: bool = False
    note: dict[str, Any] = field(default_factory=dict)

    @classmethod
    @contextlib.contextmanager
    def beside(cls, target: Path, url: str) -> Iterator[PartialFile]:
        """Open the part of a target; refuse while another process is fetching the same."""
        path = target.with_name(f".{target.name}.part")
        lock = path.with_name(f"{path.name}.lock")
        with lock.open("w") as held:
            _hold(held, url)
            partial = cls(path, url)
            partial._recall()
            try:
                yield partial
            finally:
                lock.unlink(missing_ok=True)

    @property
    def _note_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    def _recall(self) -> None:
        """Resume from what an earlier run left; a part from another address is discarded."""
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
        """What If-Range may hold: an ETag that is strong, else the date of change."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.note.get("last_modified")

    def resumable_size(self, *, pinned: bool) -> int:
        """
        Give where to go on.

        Without a validator the rest might be another version's: then only a file whose
        checksum is known beforehand is resumed.
        """
        return self.size if self.validator or pinned else 0

    def restart(self, headers: Mapping[str, str]) -> None:
        """Begin anew with the version that an answer's headers tell of."""
        self.clear()
        self.note = {
            "url": self.url,
            "etag": headers.get("ETag"),
            "last_modified": headers.get("Last-Modified"),
        }
        self._note_path.write_text(json.dumps(self.note), encoding="utf-8")

    def clear(self) -> None:
        """Throw away what arrived."""
        self.path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)
        self.size, self.judged, self.note = 0, False, {}

    @contextlib.contextmanager
    def appending(self) -> Iterator[IO[bytes]]:
        """Open at the end; what was written is on the disk afterwards, come what may."""
        with self.path.open("ab") as stream:
            stream.truncate(self.size)
            try:
                yield stream
            finally:
                stream.flush()
                os.fsync(stream.fileno())

    def grown(self, count: int) -> int:
        """Count bytes that were written; give the size."""
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
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def fault(self, *, geojson: bool) -> Fault | None:
        """Describe what is wrong with it: truncated, an error document, one page of several."""
        return fault_of_file(self.path, geojson=geojson)

    def move_to(self, target: Path) -> None:
        """Move the complete file to the target in one step, safe from power loss."""
        os.replace(self.path, target)  # noqa: PTH105 -- named by the step it is
        self._note_path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not every system can sync a folder
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _hold(held: IO[str], url: str) -> None:
    """Hold the lock of a target; without one where the system has no such locks."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover -- Windows
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise DownloadError(
            url, "another process is fetching the same file; wait for it"
        ) from error
