"""
Rebuild the folder of definitions, which `check` reads, from the record of decisions.

The record (table ``definitions``, which holds every file whole) is the source of truth. The
folder can be rebuilt from it at any time, so a crash between writing the two does no harm.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from localarea.decisions.record.audit import published
from localarea.decisions.record.schema import DEFINITION_ENDS, DEFINITIONS
from localarea.decisions.record.taken_over import take_overs
from localarea.decisions.refreshing import refreshed_editions
from localarea.decisions.validity import definitions_with_ends
from localarea.definitions.decided.endings import End
from localarea.definitions.geopackage import OpenDefinition, read_terms
from localarea.definitions.model import is_file_name
from localarea.definitions.store import ENDING
from localarea.errors import DefinitionDamagedError, LocalareaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database
    from localarea.definitions.decided.take_overs import TakeOver
    from localarea.definitions.store import DefinitionStore

_RESTORE: Final = "run: localarea definitions restore"
_HOW_TO_RESTORE: Final = f"delete it, then {_RESTORE}"


@dataclass(frozen=True, slots=True)
class Restored:
    """
    Outcome of restoring the folder.

    Attributes
    ----------
    written : tuple of str
        Definitions, and ends of definitions, that were missing and have been written.
    damaged : tuple of str
        Files that differ from the record; they were left alone.
    """

    written: tuple[str, ...]
    damaged: tuple[str, ...]


def restore_folder(database: Database, folder: DefinitionStore) -> Restored:
    """
    Write the definitions that the record holds and the folder lacks.

    Safe to run at any time, and from several processes at once. Names of the files written and of
    those damaged. StoreUnavailableError if the database cannot be reached. InputError if the folder
    cannot be written.
    """
    written: list[str] = []
    damaged: list[str] = []
    with database.reading() as connection:
        for row in _rows(connection):
            if not is_file_name(row["id"], row["directory_date"]):
                damaged.append(_no_name(row))
                continue
            path = folder.root / row["id"] / f"{row['directory_date']}{ENDING}"
            try:
                if not path.exists() and folder.place(_file(connection, row["id"])):
                    written.append(row["id"])
                damaged += _file_faults(row, folder)
                end = end_of_definition(connection, row["id"])
                if end is not None and folder.place_end(end):
                    written.append(f"end of {row['id']}")
            except DefinitionDamagedError as error:
                damaged.append(f"{row['id']}: {error.why}; {_HOW_TO_RESTORE}")
        for name, taken in take_overs(connection).items():
            try:
                if name in folder.ids() and folder.place_take_over(taken):
                    written.append(f"take-over of {name}")
            except DefinitionDamagedError as error:
                damaged.append(f"{name}: {error.why}; {_HOW_TO_RESTORE}")
    return Restored(tuple(written), tuple(damaged))


def _no_name(row: RowMapping) -> str:
    """Return the fault that a path stands where the name of a definition should."""
    return (
        f"the record names a definition {row['id']!r} of {row['directory_date']!r}: no such names"
    )


def _rows(connection: Connection) -> list[RowMapping]:
    found = connection.execute(definitions_with_ends().order_by(DEFINITIONS.c.approved_at))
    return list(found.mappings())


def _file(connection: Connection, definition_id: str) -> OpenDefinition:
    content = connection.execute(
        sa.select(DEFINITIONS.c.content).where(DEFINITIONS.c.id == definition_id)
    ).scalar_one()
    return OpenDefinition(content, f"the record of {definition_id}")


def end_of_definition(connection: Connection, definition_id: str) -> End | None:
    """Find the end of a definition on record; None if it was neither superseded nor withdrawn."""
    row = (
        connection.execute(
            sa.select(DEFINITION_ENDS).where(DEFINITION_ENDS.c.definition_id == definition_id)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    facts = {key: value for key, value in row.items() if key != "definition_id"}
    return End(definition=definition_id, **facts)


def recorded_file(database: Database, definition_id: str) -> OpenDefinition | None:
    """
    Open a definition from the record; None if the record has no such definition.

    DefinitionDamagedError if its bytes have changed since it was sealed.
    """
    with database.reading() as connection:
        known = sa.select(DEFINITIONS.c.id).where(DEFINITIONS.c.id == definition_id)
        if connection.execute(known).first() is None:
            return None
        return _file(connection, definition_id)


def folder_faults(connection: Connection, folder: DefinitionStore) -> list[str]:
    """
    Compare the folder with the record: files, their later editions, and ends.

    Differences found; empty if there are none. Imported definitions, which are not on record, do
    not count.
    """
    faults: list[str] = []
    rows = _rows(connection)
    for row in rows:
        if not is_file_name(row["id"], row["directory_date"]):
            faults.append(_no_name(row))
            continue
        faults += _file_faults(row, folder)
        faults += _edition_faults(row, folder)
        faults += _refresh_faults(refreshed_editions(connection, row["id"]), row["id"], folder)
        faults += _end_faults(connection, row["id"], folder)
    taken = take_overs(connection)
    for name in folder.ids():
        faults += _take_over_faults(taken.get(name), name, folder)
    known = {row["id"] for row in rows}
    for name, terms in published(connection).items():
        if name not in known:
            faults += _published_faults(name, terms, folder)
    return faults


def _file_faults(row: RowMapping, folder: DefinitionStore) -> Iterator[str]:
    path = folder.root / row["id"] / f"{row['directory_date']}{ENDING}"
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        yield (f"definition {row['id']} is on record but not in the folder; {_RESTORE}")
        return
    except OSError as error:
        yield f"definition {row['id']}: its file cannot be read ({error.strerror})"
        return
    if found != row["sha256"]:
        fault = "its file is not the one that was approved"
        yield f"definition {row['id']}: {fault}; {_HOW_TO_RESTORE}"


def _edition_faults(row: RowMapping, folder: DefinitionStore) -> Iterator[str]:
    """Yield a fault for each later edition whose terms are not those approved."""
    later = [month for month in folder.editions(row["id"]) if month != row["directory_date"]]
    paths = [folder.root / row["id"] / f"{month}{ENDING}" for month in later]
    first = folder.root / row["id"] / f"{row['directory_date']}{ENDING}"
    try:
        approved = read_terms(first).terms_sha256 if paths else ""
        for path, month in zip(paths, later, strict=True):
            if folder.open(row["id"], month).definition.terms_sha256 != approved:
                yield f"definition {row['id']}: its edition {path.stem} has different terms"
    except LocalareaError as error:
        yield f"definition {row['id']}: an edition is not sound: {error}"


def _refresh_faults(
    recorded: dict[str, str], definition_id: str, folder: DefinitionStore
) -> Iterator[str]:
    """Yield a fault for each edition that is not the one that was entered in the record."""
    for month, sha256 in sorted(recorded.items()):
        path = folder.root / definition_id / f"{month}{ENDING}"
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            yield (
                f"definition {definition_id}: its edition {month} is on record but not in the "
                f"folder; run: localarea definitions refresh {definition_id}"
            )
            continue
        if found != sha256:
            yield f"definition {definition_id}: its edition {month} is not the one on record"


def _end_faults(
    connection: Connection, definition_id: str, folder: DefinitionStore
) -> Iterator[str]:
    recorded = end_of_definition(connection, definition_id)
    try:
        found = folder.end(definition_id)
    except DefinitionDamagedError as error:
        yield f"the end of definition {definition_id} in the folder: {error.why}; {_HOW_TO_RESTORE}"
        return
    if found != recorded:
        yield f"the end of definition {definition_id} {_differs(found)}"


def _take_over_faults(
    recorded: TakeOver | None, definition_id: str, folder: DefinitionStore
) -> Iterator[str]:
    what = f"the take-over of definition {definition_id}"
    try:
        found = folder.take_over(definition_id)
    except DefinitionDamagedError as error:
        yield f"{what} in the folder: {error.why}; {_HOW_TO_RESTORE}"
        return
    if found != recorded:
        yield f"{what} {_differs(found)}"


def _differs(found: object) -> str:
    """Say of a small file how it differs from the record, and what to do about that."""
    if found is None:
        return f"is missing in the folder; {_RESTORE}"
    return f"differs from the record in the folder; {_HOW_TO_RESTORE}"


def _published_faults(name: str, terms: str, folder: DefinitionStore) -> Iterator[str]:
    """Check a definition published before the record kept the files themselves."""
    try:
        found = folder.open(name).definition.terms_sha256
    except LocalareaError as error:
        yield f"definition {name} was published, but its file is not sound: {error}"
        return
    if found != terms:
        yield f"definition {name}: its file is not the one that was published"
