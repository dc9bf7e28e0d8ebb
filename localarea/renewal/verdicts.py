"""How many verdicts of published definitions a newer directory changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import index_again
from localarea.definitions.refresh import compare_editions

if TYPE_CHECKING:
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
    definition : str
        Id of the definition.
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

    Parameters
    ----------
    definitions : DefinitionStore
        The published definitions.
    store : DataStore
        The newer tables.

    Returns
    -------
    tuple of Touched
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
