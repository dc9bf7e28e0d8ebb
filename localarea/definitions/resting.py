"""Which published definitions were made with a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localarea.definitions.published import PublishedDefinition


def definitions_by_table(kept: Iterable[PublishedDefinition]) -> dict[str, tuple[str, ...]]:
    """
    Return which definitions were made with each table.

    A definition holds what it needs of them, so it answers as published when a table is refreshed.
    For each table that a definition was made with, the ids of these definitions, sorted.
    """
    found: dict[str, set[str]] = {}
    for one in kept:
        for table in one.definition.inputs:
            found.setdefault(table["name"], set()).add(one.definition.id)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}
