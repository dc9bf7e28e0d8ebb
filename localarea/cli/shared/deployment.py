"""Open what the settings name: the council, the tables and the store of decisions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.decisions.database import Database
    from localarea.decisions.record.roles import Actor
    from localarea.definitions.store import DefinitionStore
    from localarea.options.council import Council
    from localarea.places.authorities import Authority
    from localarea.settings import Settings


def settings_named() -> bool:
    """Check whether any setting is in the environment; to load their rules slows a quick start."""
    return any(name.upper().startswith("LOCALAREA_") for name in os.environ)


def stated_settings() -> Settings | None:
    """Read the settings; None if there are none, so that each has its default."""
    if not settings_named():
        return None
    from localarea.settings import read_settings

    return read_settings()


def open_store() -> DataStore:
    """Open the tables that the settings name, or those shipped with the package."""
    from localarea.datasets.store import configured_store, default_store

    settings = stated_settings()
    if settings is None:
        return default_store()
    return configured_store(settings.data_dir, settings.cache_dir, settings.renewed_dir)


def open_council(anchor: str | None, council: str | None, store: DataStore) -> Council:
    """
    Read the council given by its anchor, its name or its file, or the one in the settings.

    Places in dispute of one without a file are found from the data, which takes seconds.
    """
    from localarea.options.by_name.disputed import full_council

    return full_council(stated_council(anchor, council, store), store=store)


def stated_council(anchor: str | None, council: str | None, store: DataStore) -> Council:
    """Read the same council, with no more places in dispute than its file names."""
    from localarea.definitions.boundary_choice import DEFAULT_COUNCIL
    from localarea.options.by_name.any_council import council_of_anchor

    settings = stated_settings()
    own = settings.council if settings else DEFAULT_COUNCIL
    return council_of_anchor(anchor, council=council or own, store=store)


def councils_on(day: str | None, store: DataStore) -> dict[str, Authority] | None:
    """Return the council of each district on a day, by the file that the settings name."""
    if day is None:
        return None
    from datetime import date

    from localarea.definitions.model import require_day
    from localarea.places.authorities import authorities_on

    wanted = date.fromisoformat(require_day(day, "the day (--councils-on)"))
    return authorities_on(wanted, open_successors(store), store=store)


def open_successors(store: DataStore) -> tuple[Authority, ...]:
    """Read the file of successor authorities that the settings name; none if they name none."""
    from localarea.places.authorities import read_successors
    from localarea.settings import read_settings

    path = read_settings().successors
    return read_successors(path, store=store) if path else ()


def open_definitions(folder: Path | None = None) -> DefinitionStore:
    """Open the folder of definitions that the settings name, or the user's default."""
    from localarea.definitions.store import DefinitionStore, default_folder

    return DefinitionStore(folder or default_folder())


def decisions_url() -> str:
    """Return the address of the store of decisions."""
    from localarea.settings import read_settings

    stated = read_settings().database_url
    if stated:
        return stated
    from localarea.decisions.database import default_url

    return default_url()


def open_decisions() -> Database:
    """Open the store of decisions that the settings name, or the user's default."""
    from localarea.decisions.database import open_database

    return open_database(decisions_url())


def operator(by: str | None = None) -> Actor:
    """Return the person named, or the user here: whoever can open the store may change it."""
    import getpass

    from localarea.decisions.record.roles import Actor

    if by is not None:
        return Actor(by, "admin")
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        name = "local user"
    return Actor(name, "admin")
