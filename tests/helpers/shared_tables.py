"""
What is worked out of the country's tables, once for all stores of the very same files.

Most stores of tests are the package's tables with another directory of postcodes, or another
cache. Flows, areas, outlines and roads are the same in all of them, and take seconds each.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from localarea.datasets.store import DataStore

_ROADS: Final = ("roads_network_nodes", "roads_network_edges", "zones_msoa11")
_KEPT: Final = 12  # boundaries and councils
# Functions that rest on tables other than the directory of postcodes: the argument that is the
# store, and the tables, where they are few. What a user has added of their own is left as it is.
WORKED_OUT: Final = (
    ("localarea.options.minutes.compute", "_network", 0, _ROADS),
    ("localarea.options.methods.travel_to_work_areas", "_run_of", 3, ()),
    ("localarea.options.zone_figures", "_matrix", 2, ()),
    ("localarea.options.zone_figures", "_flow_tables", 1, ()),
    ("localarea.places.gazetteer", "_read", 0, ()),
    ("localarea.places.outline", "_shape_cache", 1, ("zones_msoa11", "zones_msoa21")),
    ("localarea.comparison.industries", "_jobs_by_zone", 0, ()),
)


def same_files(store: DataStore, shipped: DataStore, names: tuple[str, ...] = ()) -> bool:
    """Tell whether tables (all but the directory's) are the shipped files, as registered."""
    for name, info in shipped.registry.items():
        if names and name not in names:
            continue
        if name == "postcodes" or name.startswith("minutes_"):
            continue
        if name not in store.registry or store.registry[name] != info:
            return False
        ours, theirs = store.root / info.file, shipped.root / info.file
        if not ours.exists() or not ours.samefile(theirs):
            return False
    return True


def share(patch: pytest.MonkeyPatch) -> None:
    """Have the functions above asked of the shipped tables where a store has the same."""
    from localarea.datasets.store import DataStore, default_store

    shipped = DataStore(default_store().root, default_store().cache_dir)

    def shared(plain: Callable[..., Any], at: int, tables: tuple[str, ...]) -> Callable[..., Any]:
        @wraps(plain)
        def ask(*given: Any) -> Any:
            own = plain.__name__ == "_run_of" and given[2]
            if not own and same_files(given[at], shipped, tables):
                given = (*given[:at], shipped, *given[at + 1 :])
            return plain(*given)

        for name in ("cache_clear", "cache_info"):  # wraps does not copy them
            if hasattr(plain, name):
                setattr(ask, name, getattr(plain, name))
        return ask

    for module, name, at, tables in WORKED_OUT:
        owner = import_module(module)
        patch.setattr(owner, name, shared(getattr(owner, name), at, tables))
    _share_of_services(patch, shipped)


def _share_of_services(patch: pytest.MonkeyPatch, shipped: DataStore) -> None:
    """Work out once what each service begins with: distances of postcodes, options and figures."""
    from localarea.classify import loaded
    from localarea.comparison import session

    measure, distances = loaded.metres_of_index, OrderedDict[Any, Any]()
    made, sessions = session.ScenarioSession, OrderedDict[Any, Any]()

    def measured(boundary: Any, index: Any, *points: Any, store: DataStore | None = None) -> Any:
        if not same_files(store or shipped, shipped, ("zones_msoa11", "zones_msoa21")):
            return measure(boundary, index, *points, store=store)
        key = (index, boundary.zones, boundary.zone_system, *map(id, points))
        _, metres = _once(distances, key, lambda: (points, measure(boundary, index, *points)))
        return metres.copy()

    def session_of(council: Any = None, *, store: DataStore | None = None, **how: Any) -> Any:
        if council is None or store is None or not same_files(store, shipped):
            return made(council, store=store, **how)
        key = (council, store.root, store.cache_dir, store.registry["postcodes"].sha256)
        return _once(sessions, key, lambda: made(council, store=store, **how))

    patch.setattr(loaded, "metres_of_index", measured)
    patch.setattr(session, "ScenarioSession", session_of)


def _once(kept: OrderedDict[Any, Any], key: Any, make: Callable[[], Any]) -> Any:
    found = kept[key] if key in kept else make()
    kept[key] = found
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return found
