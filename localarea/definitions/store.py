"""
The folder in which a deployment keeps its definitions.

``ID/YYYY-MM.gpkg``: a file for each month of the postcode directory that was indexed;
``ID/end.json`` once it was superseded or withdrawn. A file is added whole or not at all,
and none is ever written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from localarea.definitions.endings import END_FILE, End, end_bytes, read_end
from localarea.definitions.geopackage import OpenDefinition, read_definition
from localarea.definitions.model import FOREVER, Definition, definition_of
from localarea.definitions.published import Kept as Kept
from localarea.definitions.published import last_days, require_apart, require_follows
from localarea.errors import (
    ConflictError,
    DefinitionDamagedError,
    DefinitionNotFoundError,
    InputError,
    NotFoundError,
    SchemaError,
)
from localarea.tables.atomic import write_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.definitions.model import Purpose

ENDING: Final = ".gpkg"
_LOCK: Final = ".lock"
_SETTLED_NS: Final = 2_000_000_000  # file systems keep times to two seconds or better
Stamp = tuple[str, int, int, int]
_Stamps = tuple[Stamp, ...]


def default_folder() -> Path:
    """
    Say where definitions are kept where no setting says otherwise.

    Returns
    -------
    pathlib.Path
        A folder in the user's data folder.
    """
    from platformdirs import user_data_path

    return user_data_path("localarea") / "definitions"


class DefinitionStore:
    """
    Definitions in a folder.

    Parameters
    ----------
    root : pathlib.Path
        The folder; made when something is first kept.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock_file = root / _LOCK
        self._seen: tuple[_Stamps, list[Kept]] | None = None

    def ids(self) -> list[str]:
        """
        Name the definitions that are kept.

        Returns
        -------
        list of str
            Ids, sorted.
        """
        if not self.root.is_dir():
            return []
        return sorted(p.name for p in self.root.iterdir() if p.is_dir() and self._editions(p.name))

    def editions(self, definition_id: str) -> list[str]:
        """
        Name the months from whose directories a definition was indexed.

        Parameters
        ----------
        definition_id : str
            Its id.

        Returns
        -------
        list of str
            Months, the newest last.
        """
        return [path.stem for path in self._editions(definition_id)]

    def kept(self) -> list[Kept]:
        """
        Describe the definitions that are kept, reading no more than their terms.

        Returns
        -------
        list of Kept
            By purpose and first day.

        Raises
        ------
        DefinitionDamagedError
            If a file fails verification.
        """
        stamps = self._stamps()
        if self._seen is not None and self._seen[0] == stamps:
            return list(self._seen[1])
        found = self._read_kept()
        # What was written within the clock's step of the file system could change once more
        # under the same time; it is read again until it is older than that.
        settled = time.time_ns() - _SETTLED_NS
        still = stamps == self._stamps() and all(stamp[1] < settled for stamp in stamps)
        self._seen = (stamps, found) if still else None
        return list(found)

    def mark(self) -> int:
        """
        Give what differs after each change that was made through a store, by any process.

        Returns
        -------
        int
            How many there were; changes by hand are not counted.
        """
        try:
            return os.stat(self._lock_file).st_size  # noqa: PTH116 -- half the time of Path.stat
        except OSError:
            return 0

    def _stamps(self) -> _Stamps:
        """Give what changes when anything in the folder does, whichever process did it."""
        newest = [self._newest(name) for name in self.ids()]
        folders = [self.root, *(path.parent for path in newest)] if newest else []
        ends = [path.parent / END_FILE for path in newest]
        return tuple(_stamp(p) for p in [*folders, *newest, *(end for end in ends if end.exists())])

    def _read_kept(self) -> list[Kept]:
        terms = [(read_terms(self._newest(name)), name) for name in self.ids()]
        successors = {d.supersedes: d for d, _ in terms if d.supersedes}
        found = []
        for made, name in terms:
            if made.id != name:
                raise DefinitionDamagedError(self._newest(name), f"it is the definition {made.id}")
            after, end = successors.get(made.id), self.end(name)
            last = min([made.last_day, *last_days(after, end)])
            months = tuple(path.stem for path in self._editions(name))
            by = after.id if after else (end.successor if end else None)
            found.append(Kept(made, self._newest(name), months, last, by, end))
        return sorted(found, key=lambda k: (k.definition.purpose, k.definition.effective_from))

    def end(self, definition_id: str) -> End | None:
        """
        Read from when a definition no longer holds.

        Parameters
        ----------
        definition_id : str
            Its id.

        Returns
        -------
        End or None
            None where it was not ended by a decision of its own.

        Raises
        ------
        DefinitionDamagedError
            If the file that records it fails verification.
        """
        return read_end(self.root / definition_id / END_FILE)

    def open(self, definition_id: str, edition: str | None = None) -> OpenDefinition:
        """
        Open a definition, all of it verified.

        Parameters
        ----------
        definition_id : str
            Its id.
        edition : str or None
            Month of the directory that was indexed; None for the newest.

        Returns
        -------
        OpenDefinition
            What it holds.

        Raises
        ------
        DefinitionNotFoundError
            If there is no such definition or edition here.
        DefinitionDamagedError
            If its file fails verification.
        """
        self._require_known(definition_id)
        paths = {path.stem: path for path in self._editions(definition_id)}
        if edition is not None and edition not in paths:
            raise DefinitionNotFoundError(f"{definition_id} of {edition}", paths)
        opened = read_definition(paths[edition] if edition else self._newest(definition_id))
        if opened.definition.id != definition_id:
            why = f"it is the definition {opened.definition.id}"
            raise DefinitionDamagedError(opened.path, why)
        return opened

    def _require_known(self, definition_id: str) -> None:
        known = self.ids()
        if not known:
            raise NotFoundError(
                f"definition {definition_id!r} is not known: none has been published yet or "
                "imported here; leave it out to use the council's default option"
            )
        if definition_id not in known:
            raise DefinitionNotFoundError(definition_id, known)

    def stamp(self, definition_id: str) -> Stamp:
        """
        Give what differs once the newest file of a definition is another.

        Parameters
        ----------
        definition_id : str
            Its id.

        Returns
        -------
        tuple
            The file's path, time, size and number on its disk; nothing of it was read.

        Raises
        ------
        DefinitionNotFoundError
            If there is no such definition here.
        """
        self._require_known(definition_id)
        return _stamp(self._newest(definition_id))

    def require_in_force(self, definition_id: str, on: str) -> None:
        """
        Refuse a definition on a day on which it does not hold.

        Parameters
        ----------
        definition_id : str
            Its id; one that is not here is left to :meth:`open`.
        on : str
            Day, ``YYYY-MM-DD``.

        Raises
        ------
        InputError
            If the day is before its first or after its last.
        """
        for kept in self.kept():
            made = kept.definition
            if made.id == definition_id and kept.standing(on) != "in force":
                until = "" if kept.last_day == FOREVER else f" to {kept.last_day}"
                raise InputError(
                    f"{made.id} holds from {made.effective_from}{until}, not on {on}; name "
                    "none to take the one in force on that day",
                    parameter="definition",
                )

    def in_force(
        self, on: str, *, purpose: Purpose = "measure", council: str | None = None
    ) -> Kept | None:
        """
        Find the definition in force on a day.

        Parameters
        ----------
        on : str
            Day, ``YYYY-MM-DD``.
        purpose : {'measure', 'reservation'}
            What for.
        council : str or None
            Name of the council's file; None for any.

        Returns
        -------
        Kept or None
            None if none is in force.

        Raises
        ------
        InputError
            If several are, of different councils.
        """
        found = [
            kept
            for kept in self.kept()
            if kept.definition.purpose == purpose
            and council in {None, kept.definition.council}
            and kept.standing(on) == "in force"
        ]
        if len(found) > 1:
            names = ", ".join(kept.definition.id for kept in found)
            raise InputError(f"several definitions are in force on {on}: {names}; name one")
        return found[0] if found else None

    def add(self, data: bytes, *, name: str = "definition") -> Path:
        """
        Keep a definition's file, after everything in it has been read and fits.

        Parameters
        ----------
        data : bytes
            The file.
        name : str
            Source named in error messages.

        Returns
        -------
        pathlib.Path
            Where it is kept.

        Raises
        ------
        DefinitionDamagedError
            If the file is not whole.
        ConflictError
            If the id is taken by other terms, the edition is here with other bytes, or its
            days overlap with those of another definition of the same purpose.
        DefinitionNotFoundError
            If it supersedes a definition that is not here.
        """
        opened = OpenDefinition(data, name)
        opened.check()
        made = opened.definition
        with self._locked():
            path = self.root / made.id / f"{made.directory_date}{ENDING}"
            if made.id in self.ids():
                self._require_same_terms(made)
            else:
                self.require_free(made)
            if path.exists():
                if hashlib.sha256(path.read_bytes()).hexdigest() == opened.sha256:
                    return path
                raise ConflictError(
                    f"definition {made.id} is here already, indexed from the directory of "
                    f"{made.directory_date} with other bytes; a definition is never edited"
                )
            path.parent.mkdir(exist_ok=True)
            write_once(path, data)
        return path

    def place(self, opened: OpenDefinition) -> bool:
        """
        Put a file here that the record of decisions holds, whatever else is here.

        Parameters
        ----------
        opened : OpenDefinition
            The verified file.

        Returns
        -------
        bool
            Whether it was missing.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        made = opened.definition
        return self._put(self.root / made.id / f"{made.directory_date}{ENDING}", opened.data)

    def place_end(self, end: End) -> bool:
        """
        Say here that a definition no longer holds from some day on.

        Parameters
        ----------
        end : End
            From when, and why.

        Returns
        -------
        bool
            Whether it was not said yet.

        Raises
        ------
        DefinitionDamagedError
            If something else is said here.
        InputError
            If it cannot be written.
        """
        path = self.root / end.definition / END_FILE
        made = self._put(path, end_bytes(end))
        if not made and read_end(path) != end:
            raise DefinitionDamagedError(path, "the record of decisions says otherwise")
        return made

    def _put(self, path: Path, data: bytes) -> bool:
        with self._locked():
            if path.exists():
                return False
            path.parent.mkdir(exist_ok=True)
            write_once(path, data)
        return True

    def require_free(self, made: Definition) -> None:
        """
        Refuse a new definition whose id is taken or whose days are another one's.

        Parameters
        ----------
        made : Definition
            The new one.

        Raises
        ------
        ConflictError
            If the id is taken, or a day is shared with a definition of the same council and
            purpose that it does not supersede.
        DefinitionNotFoundError
            If what it supersedes is not here.
        """
        kept = {k.definition.id: k for k in self.kept()}
        if made.id in kept:
            raise ConflictError(
                f"definition {made.id} exists, and a definition is never edited: take another id, "
                "and supersede this one to put it in its place",
                parameter="supersede",
            )
        if made.supersedes is not None:
            require_follows(made, kept)
        for other in kept.values():
            require_apart(made, other)

    def _require_same_terms(self, made: Definition) -> None:
        here = read_terms(self._newest(made.id))
        if here.terms_sha256 != made.terms_sha256:
            raise ConflictError(
                f"definition {made.id} is here already with other terms (sha256 "
                f"{here.terms_sha256[:16]}..., not {made.terms_sha256[:16]}...); a definition is "
                "never edited: ask the publisher which one was approved"
            )

    def _editions(self, name: str) -> list[Path]:
        return sorted((self.root / name).glob(f"[0-9]*{ENDING}"))

    def _newest(self, name: str) -> Path:
        return self._editions(name)[-1]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one writer in at a time, in whatever process."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock_file.open("a") as lock:
            with suppress(ImportError):  # not on Windows, where two writers must take turns
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:  # a longer file tells others to look anew; on a full disk they do so anyway
                with suppress(OSError):
                    os.write(lock.fileno(), b".")


def _stamp(path: Path) -> Stamp:
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino


def read_terms(path: Path) -> Definition:
    """
    Read who, what and when of a definition's file, and not its postcodes.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    Definition
        Its terms, whose own checksum was verified; the rest of the file was not.

    Raises
    ------
    DefinitionDamagedError
        If they cannot be read or do not fit their checksum.
    """
    statement = "SELECT key, value FROM definition WHERE key IN ('document', 'terms_sha256')"
    try:
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database:
            found = dict(database.execute(statement))
        made = definition_of(json.loads(found["document"]))
    except (sqlite3.Error, KeyError, ValueError, TypeError, SchemaError) as error:
        raise DefinitionDamagedError(path, str(error)) from error
    if made.terms_sha256 != found.get("terms_sha256"):
        raise DefinitionDamagedError(path, "its terms do not fit their checksum")
    return made
