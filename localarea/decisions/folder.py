"""
The folder of definitions, made from the record: what `check` reads holds what was decided.

The record (table ``definitions``, with every file whole) is the truth. The folder can be
made again from it at any time, so it does no harm when a program dies between the two.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from localarea.classify.definition import is_file_name
from localarea.classify.definition_ends import End
from localarea.classify.definition_file import OpenDefinition
from localarea.classify.definitions_store import ENDING, read_terms
from localarea.decisions.audit import published
from localarea.decisions.periods import definitions_with_ends
from localarea.decisions.schema import DEFINITION_ENDS, DEFINITIONS
from localarea.errors import DefinitionDamagedError, LocalareaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.classify.definitions_store import DefinitionStore
    from localarea.decisions.database import Database

_AGAIN: Final = "take it away, then: localarea definitions restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """
    What was done to the folder.

    Attributes
    ----------
    written : tuple of str
        Definitions, and ends of definitions, that were missing and are there now.
    damaged : tuple of str
        What is there and is not as the record has it; it was left alone.
    """

    written: tuple[str, ...]
    damaged: tuple[str, ...]


def restore_folder(database: Database, folder: DefinitionStore) -> Restored:
    """
    Write into the folder what the record holds and the folder does not.

    May be done at any time, by several processes at once.

    Parameters
    ----------
    database : Database
        The store.
    folder : DefinitionStore
        The folder.

    Returns
    -------
    Restored
        What was missing, and what is damaged.

    Raises
    ------
    StoreUnavailableError
        If the database cannot be reached.
    InputError
        If the folder cannot be written.
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
                damaged.append(f"{row['id']}: {error.why}; {_AGAIN}")
    return Restored(tuple(written), tuple(damaged))


def _no_name(row: RowMapping) -> str:
    """Say that somebody wrote a path where the name of a definition should be."""
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
    """
    Find the end of a definition on record.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    definition_id : str
        Its id.

    Returns
    -------
    End or None
        None while it was neither superseded nor withdrawn.
    """
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
    Open a definition as the record holds it.

    Parameters
    ----------
    database : Database
        The store.
    definition_id : str
        Its id.

    Returns
    -------
    OpenDefinition or None
        None where the record has none of that id.

    Raises
    ------
    DefinitionDamagedError
        If its bytes are not as they were sealed.
    """
    with database.reading() as connection:
        known = sa.select(DEFINITIONS.c.id).where(DEFINITIONS.c.id == definition_id)
        if connection.execute(known).first() is None:
            return None
        return _file(connection, definition_id)


def folder_faults(connection: Connection, folder: DefinitionStore) -> list[str]:
    """
    Hold the folder to the record: files, newer editions of them, and ends.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    folder : DefinitionStore
        The folder.

    Returns
    -------
    list of str
        What does not hold; empty when all is well. Definitions that were imported and are
        not on record are no fault.
    """
    faults: list[str] = []
    rows = _rows(connection)
    for row in rows:
        if not is_file_name(row["id"], row["directory_date"]):
            faults.append(_no_name(row))
            continue
        faults += _file_faults(row, folder)
        faults += _edition_faults(row, folder)
        faults += _end_faults(connection, row["id"], folder)
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
        yield (
            f"definition {row['id']} is on record and not in the folder: "
            "localarea definitions restore"
        )
        return
    except OSError as error:
        yield f"definition {row['id']}: its file cannot be read ({error.strerror})"
        return
    if found != row["sha256"]:
        yield f"definition {row['id']}: its file is not the one that was approved; {_AGAIN}"


def _edition_faults(row: RowMapping, folder: DefinitionStore) -> Iterator[str]:
    """Find editions of later directories that were not indexed under the terms approved."""
    later = [month for month in folder.editions(row["id"]) if month != row["directory_date"]]
    paths = [folder.root / row["id"] / f"{month}{ENDING}" for month in later]
    first = folder.root / row["id"] / f"{row['directory_date']}{ENDING}"
    try:
        approved = read_terms(first).terms_sha256 if paths else ""
        for path, month in zip(paths, later, strict=True):
            if folder.open(row["id"], month).definition.terms_sha256 != approved:
                yield f"definition {row['id']}: its edition {path.stem} has other terms"
    except LocalareaError as error:
        yield f"definition {row['id']}: an edition is not sound: {error}"


def _end_faults(
    connection: Connection, definition_id: str, folder: DefinitionStore
) -> Iterator[str]:
    said = end_of_definition(connection, definition_id)
    try:
        found = folder.end(definition_id)
    except DefinitionDamagedError as error:
        yield f"the end of definition {definition_id} in the folder: {error.why}; {_AGAIN}"
        return
    if found != said:
        what = "is missing in" if found is None else "differs from the record in"
        yield f"the end of definition {definition_id} {what} the folder; {_AGAIN}"


def _published_faults(name: str, terms: str, folder: DefinitionStore) -> Iterator[str]:
    """Hold what was published before the record kept the files themselves."""
    try:
        found = folder.open(name).definition.terms_sha256
    except LocalareaError as error:
        yield f"definition {name} was published, and its file is not sound: {error}"
        return
    if found != terms:
        yield f"definition {name}: its file is not the one that was published"
