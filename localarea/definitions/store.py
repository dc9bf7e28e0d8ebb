"""
The folder of published definitions of a deployment.

``ID/YYYY-MM.gpkg`` is a definition indexed from the postcode directory of a month,
``ID/end.json`` states its end once it was superseded or withdrawn, and ``ID/take-over.json`` the
successor authority that took it over. Files are added atomically
and never overwritten.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final

from localarea.definitions.decided.endings import END_FILE
from localarea.definitions.decided.files import DecidedFiles
from localarea.definitions.decided.take_overs import TAKE_OVER_FILE
from localarea.definitions.geopackage import OpenDefinition, read_definition, read_terms
from localarea.definitions.model import FOREVER, Definition, day_name
from localarea.definitions.published import PublishedDefinition as PublishedDefinition
from localarea.definitions.published import (
    last_days,
    require_apart,
    require_follows,
    require_may_take,
)
from localarea.errors import (
    ConflictError,
    DefinitionDamagedError,
    DefinitionNotFoundError,
    InputError,
    NotFoundError,
)
from localarea.tables.atomic import write_once

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.definitions.decided.take_overs import TakeOver
    from localarea.definitions.faults import Purpose

ENDING: Final = ".gpkg"
_SETTLED_NS: Final = 2_000_000_000  # file systems keep times to two seconds or better
Stamp = tuple[str, int, int, int]
_Stamps = tuple[Stamp, ...]


def default_folder() -> Path:
    """Return the default folder of definitions, in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("localarea") / "definitions"


class DefinitionStore(DecidedFiles):
    """
    Definitions in a folder.

    Parameters
    ----------
    root : pathlib.Path
        The folder; created when a definition is first added.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._seen: tuple[_Stamps, list[PublishedDefinition]] | None = None

    def ids(self) -> list[str]:
        """List the ids of the definitions."""
        if not self.root.is_dir():
            return []
        return sorted(p.name for p in self.root.iterdir() if p.is_dir() and self._editions(p.name))

    def editions(self, definition_id: str) -> list[str]:
        """List the editions of a definition: months of the directories indexed, newest last."""
        return [path.stem for path in self._editions(definition_id)]

    def kept(self) -> list[PublishedDefinition]:
        """
        List the definitions by purpose and first day, reading only their terms.

        DefinitionDamagedError if a file fails verification.
        """
        stamps = self._stamps()
        if self._seen is not None and self._seen[0] == stamps:
            return list(self._seen[1])
        found = self._read_kept()
        # A recent file could change again within the resolution of file times, so it is read
        # again until it is older than that.
        settled = time.time_ns() - _SETTLED_NS
        still = stamps == self._stamps() and all(stamp[1] < settled for stamp in stamps)
        self._seen = (stamps, found) if still else None
        return list(found)

    def _stamps(self) -> _Stamps:
        """Return stamps that change whenever any file in the folder does."""
        newest = [self._newest(name) for name in self.ids()]
        folders = [self.root, *(path.parent for path in newest)] if newest else []
        beside = [path.parent / name for path in newest for name in (END_FILE, TAKE_OVER_FILE)]
        return tuple(_stamp(p) for p in [*folders, *newest, *(p for p in beside if p.exists())])

    def _read_kept(self) -> list[PublishedDefinition]:
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
            path, taken = self._newest(name), self.take_over(name)
            found.append(PublishedDefinition(made, path, months, last, by, end, taken))
        return sorted(found, key=lambda k: (k.definition.purpose, k.definition.effective_from))

    def open(self, definition_id: str, edition: str | None = None) -> OpenDefinition:
        """
        Open and verify a definition.

        ``edition``: month of the directory indexed; None for the newest. DefinitionNotFoundError if
        the folder has no such definition or edition. DefinitionDamagedError if its file fails
        verification.
        """
        self._require_known(definition_id)
        paths = {path.stem: path for path in self._editions(definition_id)}
        if edition is not None and edition not in paths:
            raise DefinitionNotFoundError(f"{definition_id} of {edition}", paths)
        opened = read_definition(paths[edition] if edition else self._newest(definition_id))
        if opened.definition.id != definition_id:
            why = f"it is the definition {opened.definition.id}"
            raise DefinitionDamagedError(opened.path, why)
        opened.last_day = self.last_day(definition_id) or opened.last_day
        return opened

    def last_day(self, definition_id: str) -> str:
        """
        Return the last day on which a definition is in force, as :meth:`kept` does.

        Blank if another file here is damaged, so that only its own terms can say, or if there
        is no such definition.
        """
        try:
            return next((k.last_day for k in self.kept() if k.definition.id == definition_id), "")
        except DefinitionDamagedError:
            return ""

    def _require_known(self, definition_id: str) -> None:
        known = self.ids()
        if not known:
            raise NotFoundError(
                f"definition {definition_id!r} is not known: none has been published yet or "
                "imported here; until then a check that names none has the council's default option"
            )
        if definition_id not in known:
            raise DefinitionNotFoundError(definition_id, known)

    def stamp(self, definition_id: str) -> Stamp:
        """
        Return a stamp that changes when the newest file of a definition does.

        The file's path, time, size and number on its disk; nothing of it was read.
        DefinitionNotFoundError if there is no such definition here.
        """
        self._require_known(definition_id)
        return _stamp(self._newest(definition_id))

    def require_in_force(self, definition_id: str, on: str) -> None:
        """
        Raise an error if a definition is not in force on a day.

        ``definition_id``: id of the definition; unknown ids are left to :meth:`open`. InputError if
        the day is before its first day or after its last.
        """
        for kept in self.kept():
            made = kept.definition
            if made.id == definition_id and kept.standing(on) != "in force":
                until = "" if kept.last_day == FOREVER else f" to {day_name(kept.last_day)}"
                held = (
                    f"was withdrawn before its first day, {day_name(made.effective_from)}, so "
                    "it is never in force"
                    if kept.never
                    else f"is in force from {day_name(made.effective_from)}{until}, not on "
                    f"{day_name(on)}"
                )
                raise InputError(
                    f"definition {made.id} {held}; name none to take the one in force on that day",
                    parameter="definition",
                )

    def require_of(self, definition_id: str, council: str) -> None:
        """
        Raise an error if a definition is neither a council's own nor taken over by it.

        ``definition_id``: id of the definition; unknown ids are left to :meth:`open`. ``council``:
        name of the council's file. InputError if it is another council's.
        """
        for kept in self.kept():
            made = kept.definition
            if made.id == definition_id and kept.first_day_for(council) is None:
                raise InputError(
                    f"definition {made.id} is of the council {made.council}, not of {council}; "
                    "name the definition alone",
                    parameter="council",
                )

    def in_force(
        self, on: str, *, purpose: Purpose = "measure", council: str | None = None
    ) -> PublishedDefinition | None:
        """
        Find the definition in force on a day.

        ``council``: name of the council's file; None for any. InputError if several are in force,
        of different councils.
        """
        found = [
            kept
            for kept in self.kept()
            if kept.definition.purpose == purpose
            and kept.standing(on) == "in force"
            and (council is None or (kept.first_day_for(council) or FOREVER) <= on)
        ]
        if len(found) > 1:
            names = ", ".join(kept.definition.id for kept in found)
            raise InputError(
                f"several definitions are in force on {day_name(on)}: {names}; name one"
            )
        return found[0] if found else None

    def add(self, data: bytes, *, name: str = "definition") -> Path:
        """
        Add a definition's file, after reading and verifying all of it.

        Parameters
        ----------
        name : str
            Source named in error messages.

        Raises
        ------
        DefinitionDamagedError
            If the file fails verification.
        ConflictError
            If the id is taken by other terms, the edition exists with other bytes, or its
            days overlap with those of another definition with the same purpose.
        NotFoundError
            If it supersedes a definition that is not in the folder.
        """
        opened = OpenDefinition(data, name)
        opened.check()
        made = opened.definition
        with self._locked():
            path = self.root / made.id / f"{made.directory_date}{ENDING}"
            if made.id in self.ids():
                self._require_same_terms(made)
            else:
                self._require_predecessor(made)
                self.require_free(made)
            if path.exists():
                if hashlib.sha256(path.read_bytes()).hexdigest() == opened.sha256:
                    return path
                raise ConflictError(
                    f"definition {made.id} is already here, indexed from the directory of "
                    f"{made.directory_date} with other bytes; a definition is never edited"
                )
            self._make(path.parent)
            write_once(path, data)
        return path

    def place(self, opened: OpenDefinition) -> bool:
        """
        Add a file from the record of decisions if it is missing, and return whether it was.

        InputError if it cannot be written.
        """
        made = opened.definition
        return self._add_file(self.root / made.id / f"{made.directory_date}{ENDING}", opened.data)

    def require_may_take(self, taken: TakeOver) -> None:
        """
        Raise an error if a definition cannot be taken over as asked.

        DefinitionNotFoundError if there is no such definition here. ConflictError if it is the
        successor's already, has ended by then, or would share a day with another definition of the
        successor.
        """
        self._require_known(taken.definition)
        kept = self.kept()
        old = next(k for k in kept if k.definition.id == taken.definition)
        require_may_take(old, taken, kept)

    def require_free(self, made: Definition) -> None:
        """
        Raise an error if the id of a new definition is taken, or its days overlap.

        ConflictError if the id is taken, or it shares a day with a definition of the same council
        and purpose that it does not supersede. DefinitionNotFoundError if the definition that it
        supersedes is not in the folder.
        """
        kept = {k.definition.id: k for k in self.kept()}
        if made.id in kept:
            raise ConflictError(
                f"definition {made.id} exists, and a definition is never edited: use another id, "
                "and supersede this one to replace it",
                parameter="supersede",
            )
        if made.supersedes is not None:
            require_follows(made, kept)
        for other in kept.values():
            require_apart(made, other)

    def _require_predecessor(self, made: Definition) -> None:
        if made.supersedes is not None and made.supersedes not in self.ids():
            raise NotFoundError(
                f"definition {made.id} takes the place of {made.supersedes}, which is not here: "
                "get that one from its publisher and import it first"
            )

    def _require_same_terms(self, made: Definition) -> None:
        here = read_terms(self._newest(made.id))
        if here.terms_sha256 != made.terms_sha256:
            raise ConflictError(
                f"definition {made.id} is already here with other terms (sha256 "
                f"{here.terms_sha256[:16]}..., not {made.terms_sha256[:16]}...); a definition is "
                "never edited: ask the publisher which one was approved"
            )

    def _editions(self, name: str) -> list[Path]:
        return sorted((self.root / name).glob(f"[0-9]*{ENDING}"))

    def _newest(self, name: str) -> Path:
        return self._editions(name)[-1]


def _stamp(path: Path) -> Stamp:
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino
