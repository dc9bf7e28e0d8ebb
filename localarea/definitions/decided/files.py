"""A folder with one writer at a time, and the small files in it that decisions make."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from localarea.definitions.decided.endings import END_FILE, End, end_bytes, read_end
from localarea.definitions.decided.take_overs import (
    TAKE_OVER_FILE,
    TakeOver,
    read_take_over,
    take_over_bytes,
)
from localarea.errors import DefinitionDamagedError, InputError
from localarea.tables.atomic import write_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK: Final = ".lock"


class DecidedFiles:
    """
    What was decided of each definition after it was published, in files beside it.

    Parameters
    ----------
    root : pathlib.Path
        The folder; created when a file is first added.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock_file = root / _LOCK

    def mark(self) -> int:
        """Return the number of changes made through a store by any process, not by hand."""
        try:
            return os.stat(self._lock_file).st_size  # noqa: PTH116 -- half the time of Path.stat
        except OSError:
            return 0

    def end(self, definition_id: str) -> End | None:
        """
        Read the end of a definition; None if it was not ended by a separate decision.

        DefinitionDamagedError if the file that records it fails verification.
        """
        return read_end(self.root / definition_id / END_FILE)

    def take_over(self, definition_id: str) -> TakeOver | None:
        """
        Read the take-over of a definition; None if no successor took it over.

        DefinitionDamagedError if the file that records it fails verification.
        """
        return read_take_over(self.root / definition_id / TAKE_OVER_FILE)

    def place_end(self, end: End) -> bool:
        """
        Record the end of a definition in the folder, and return whether that was missing.

        DefinitionDamagedError if another end is recorded. InputError if it cannot be written.
        """
        path = self.root / end.definition / END_FILE
        made = self._add_file(path, end_bytes(end))
        if not made and read_end(path) != end:
            raise DefinitionDamagedError(path, "the record of decisions says otherwise")
        return made

    def place_take_over(self, taken: TakeOver) -> bool:
        """
        Record a take-over in the folder, and return whether that was missing.

        DefinitionDamagedError if another take-over is recorded. InputError if it cannot be written.
        """
        path = self.root / taken.definition / TAKE_OVER_FILE
        made = self._add_file(path, take_over_bytes(taken))
        if not made and read_take_over(path) != taken:
            raise DefinitionDamagedError(path, "the record of decisions says otherwise")
        return made

    def _add_file(self, path: Path, data: bytes) -> bool:
        if path.exists():  # nothing to write, as in a folder that may only be read
            return False
        with self._locked():
            if path.exists():
                return False
            self._make(path.parent)
            write_once(path, data)
        return True

    def require_writable(self) -> None:
        """Raise InputError if no file can be added here, because the folder cannot be written."""
        with self._locked():
            pass

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder} cannot be written: {error.strerror}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Allow one writer at a time, across processes."""
        self._make(self.root)
        try:
            opened = self._lock_file.open("a")
        except OSError as error:
            raise InputError(f"{self.root} cannot be written: {error.strerror}") from error
        with opened as lock:
            with suppress(ImportError):  # no locks on Windows, where writers must take turns
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:  # a longer file makes others read again; on a full disk they do so anyway
                with suppress(OSError):
                    os.write(lock.fileno(), b".")
