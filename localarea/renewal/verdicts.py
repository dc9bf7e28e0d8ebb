"""How many verdicts of published definitions a newer directory changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import index_again
from localarea.definitions.refresh import compare_editions
from localarea.definitions.terms import ALWAYS
from localarea.errors import VintageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from localarea.datasets.store import DataStore
    from localarea.definitions.store import DefinitionStore


@dataclass(frozen=True, slots=True)
class Touched:
    """
    What a definition answers otherwise under a newer directory.

    Its published edition answers as before until it is refreshed
    (``localarea definitions refresh``).

    Attributes
    ----------
    edition : str
        Month of the directory of its newest edition.
    changed : int
        Postcodes in both directories whose answer differs.
    added, removed : int
        Postcodes that only the newer, or only the older directory has.
    """

    definition: str
    edition: str
    changed: int
    added: int
    removed: int


def touched_verdicts(definitions: DefinitionStore, store: DataStore) -> tuple[Touched, ...]:
    """
    Compare each published definition with itself under other tables.

    One for each definition that is indexed from an older directory.
    """
    found = []
    for name in definitions.ids():
        opened = definitions.open(name)
        if opened.definition.directory_date >= store.directory_date:
            continue
        done = compare_editions(opened, OpenDefinition(index_again(opened, store=store)))
        found.append(
            Touched(
                name,
                done.before,
                len(done.changed),
                sum(done.added.values()),
                sum(done.removed.values()),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Resting:
    """
    A published definition that rests on tables which differ now.

    ``changed``: postcodes whose answer would differ if it were indexed again; None if it cannot be.
    """

    definition: str
    tables: tuple[str, ...]
    changed: int | None


def resting_definitions(
    definitions: DefinitionStore, older: DataStore, newer: DataStore, made: Collection[str]
) -> tuple[Resting, ...]:
    """
    List the published definitions that rest on renewed tables.

    Each is in force as published: its boundary is frozen, and so are its answers.
    """
    differ = {
        name
        for name in made
        if name not in older.registry or older.info(name).sha256 != newer.info(name).sha256
    }
    found = []
    for name in definitions.ids():
        opened = definitions.open(name)
        under = {table["name"] for table in opened.definition.inputs} | {*ALWAYS}
        tables = tuple(sorted(differ & under))
        if tables:
            indexed_from = (*ALWAYS, f"zones_{opened.definition.zone_system}")
            again = bool({*tables} & {*indexed_from})
            found.append(Resting(name, tables, _differing(opened, newer) if again else 0))
    return tuple(found)


def _differing(opened: OpenDefinition, store: DataStore) -> int | None:
    try:
        return len(
            compare_editions(opened, OpenDefinition(index_again(opened, store=store))).changed
        )
    except VintageError:  # of other outlines
        return None
