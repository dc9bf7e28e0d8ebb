"""
What is worked out of the country's tables, once for all stores of the very same files.

Most stores of tests are the package's tables with another directory of postcodes, or another
cache. Flows, areas, outlines and roads are the same in all of them, and take seconds each.
"""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from functools import cache, partial, wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from between_workers import once_for_all

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
    ("localarea.options.membership", "_chosen", 2, ()),
    ("localarea.options.methods.travel_to_work_areas", "_membership", 3, ()),
    ("localarea.options.zone_figures", "_matrix", 2, ()),
    ("localarea.options.zone_figures", "_flow_tables", 1, ()),
    ("localarea.places.gazetteer", "_read", 0, ()),
    ("localarea.places.outline", "_shape_cache", 1, ("zones_msoa11", "zones_msoa21")),
    ("localarea.comparison.industries", "_jobs_by_zone", 0, ()),
    ("localarea.definitions.area", "_districts", 1, ("zones_msoa11", "zones_msoa21")),
)

MOST_BOUNDARIES: Final = 12  # verdicts and indexed lines that are kept, a few megabytes each
MOST_MATRICES: Final = 4  # of two million pairs each
MOST_PLACES: Final = 4  # those of the whole country take 22 MB
MOST_PICTURES: Final = 40
MOST_METRICS: Final = 16


def same_files(store: DataStore, shipped: DataStore, names: tuple[str, ...] = ()) -> bool:
    """Tell whether tables (all but the directory's) are the shipped files, as registered."""
    ours, theirs = store.registry, shipped.registry
    if store.root == shipped.root and ours == theirs:
        return True  # most are
    root, read = str(store.root), str(shipped.root)
    for name, info in theirs.items():
        if names and name not in names:
            continue
        if name == "postcodes" or name.startswith("minutes_"):
            continue
        if name not in ours or ours[name] != info:
            return False
        try:  # as text: this is asked tens of thousands of times, of some thirty files
            found = os.stat(f"{root}/{info.file}")  # noqa: PTH116
            if not os.path.samestat(found, _state_of(f"{read}/{info.file}")):
                return False
        except FileNotFoundError:
            return False
    return True


@cache
def _state_of(shipped: str) -> os.stat_result:
    """Ask once after a file that is shipped: no test changes it."""
    return os.stat(shipped)  # noqa: PTH116


def share(patch: pytest.MonkeyPatch) -> None:
    """Have the functions above asked of the shipped tables where a store has the same."""
    from localarea.datasets.store import DataStore, default_store

    shipped = DataStore(default_store().root, default_store().cache_dir)

    def shared(plain: Callable[..., Any], at: int, tables: tuple[str, ...]) -> Callable[..., Any]:
        @wraps(plain)
        def ask(*given: Any) -> Any:
            own = plain.__name__ in ("_run_of", "_membership") and given[2]
            if plain.__name__ == "_chosen":  # an option may rest on flows of the user's own
                own = given[at] is None or not given[at].registry.keys() <= shipped.registry.keys()
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
    _share_choices(patch, shipped)
    _share_boundaries(patch)
    _share_flows(patch, shipped)
    _share_metrics(patch)
    _share_of_services(patch, shipped)


def _share_choices(patch: pytest.MonkeyPatch, shipped: DataStore) -> None:
    """Have the zones of an option, in the shipped tables, chosen by one worker."""
    from localarea.options import membership
    from localarea.options.methods.registry import METHODS

    choose = membership.choose_zones

    def once(method: str, parameters: Any, council: Any, *, store: DataStore | None = None) -> Any:
        make = partial(choose, method, parameters, council, store=store)
        if store is not shipped:
            return make()
        way = METHODS[method].choose.__qualname__ if method in METHODS else ""
        return once_for_all("zones", (method, way, sorted(parameters.items()), council), make)

    patch.setattr(membership, "choose_zones", once)


def files_of(store: DataStore) -> tuple[Any, ...]:
    """Return what tells the files of all tables, and what is said of each, from any others."""
    found = []
    for name, info in store.registry.items():
        path = store.root / info.file
        state = path.stat() if path.exists() else None
        times = state and (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        found.append((name, repr(info), path.resolve(), times))
    return tuple(found)


def _share_flows(patch: pytest.MonkeyPatch, shipped: DataStore) -> None:
    """Have the flows of a census, as ``ttwa`` and notebooks take them, made a matrix once."""
    from localarea.datasets.store import default_store
    from localarea.labour import flow_matrix, own_flows

    read, kept = flow_matrix.read_flow_matrix, OrderedDict[Any, Any]()

    def once(
        vintage: int = 2011, *, rule: Any = flow_matrix.TTWA_RULE, store: DataStore | None = None
    ) -> Any:
        tables = (f"flows_{vintage}", f"flows_{vintage}_special")
        if not same_files(store or default_store(), shipped, tables):
            return read(vintage, rule=rule, store=store)
        key = (vintage, rule)
        return _once(kept, key, lambda: read(vintage, rule=rule, store=shipped), most=MOST_MATRICES)

    for module in (flow_matrix, own_flows):
        patch.setattr(module, "read_flow_matrix", once)


def _share_metrics(patch: pytest.MonkeyPatch) -> None:
    """Have the figures of a council's options, which each service works out, worked out once."""
    from localarea.comparison import session
    from localarea.datasets.store import default_store

    kept: dict[Any, Any] = {}
    compute = session.compute_metrics

    def once(options: Any, council: Any, *, store: DataStore | None = None) -> Any:
        about = tuple((option.id, option.zones) for option in options)
        key = (about, council, files_of(store or default_store()))
        if key not in kept:
            make = partial(compute, options, council, store=store)
            kept[key] = once_for_all("figures", key, make)
            while len(kept) > MOST_METRICS:
                del kept[next(iter(kept))]
        return kept[key].copy()

    patch.setattr(session, "compute_metrics", once)


def share_pictures(patch: pytest.MonkeyPatch) -> None:
    """Have a picture of a report drawn once for the same option, council and tables."""
    from localarea.datasets.store import default_store
    from localarea.reports.cabinet import drawing

    kept: dict[Any, tuple[str, bytes]] = {}

    def shared(write: Callable[..., str]) -> Callable[..., str]:
        @wraps(write)
        def ask(*given: Any, store: DataStore | None = None) -> str:
            def drawn() -> tuple[str, bytes]:
                return write(*given, store=store), path.read_bytes()

            *about, path = given
            tables = (store or default_store()).registry
            key = (write.__name__, path.suffix, pickle.dumps((about, dict(tables))))
            if key not in kept:
                kept[key] = once_for_all("picture", key, drawn)
                while len(kept) > MOST_PICTURES:
                    del kept[next(iter(kept))]
            said, content = kept[key]
            path.write_bytes(content)
            return said

        return ask

    for name in ("option", "commuting", "minutes", "robustness"):
        write = getattr(drawing, f"write_{name}_picture")
        patch.setattr(drawing, f"write_{name}_picture", shared(write))


def _share_boundaries(patch: pytest.MonkeyPatch) -> None:
    """Have verdicts and indexed lines of the same zones, in the same tables, made once."""
    from localarea.classify import distance, verdicts
    from localarea.datasets.store import default_store
    from localarea.definitions import publish

    kept: dict[Any, Any] = {}

    def once(make: Callable[..., Any], boundary: Any, store: DataStore | None, **more: Any) -> Any:
        tables = (store or default_store()).path
        files = [tables(name) for name in ("postcodes", f"zones_{boundary.zone_system}")]
        stats = [(file.resolve(), file.stat()) for file in files]
        told = tuple((path, s.st_ino, s.st_size, s.st_mtime_ns) for path, s in stats)
        about = (boundary.zones, boundary.zone_system, boundary.borderline_m)
        key = (make.__name__, about, told, *more.values())
        if key not in kept:
            kept[key] = make(boundary, store=store, **more)
            while len(kept) > MOST_BOUNDARIES:
                del kept[next(iter(kept))]
        return kept[key]

    build, lines = verdicts.build_verdicts, distance.ManyDistances

    def build_once(boundary: Any, *, borderline: bool = True, store: Any = None) -> Any:
        if boundary.drive is not None:  # minutes are of further tables
            return build(boundary, borderline=borderline, store=store)
        return once(build, boundary, store, borderline=borderline)

    def lines_once(boundary: Any, *, store: Any = None) -> Any:
        return once(lines, boundary, store)

    patch.setattr(distance, "ManyDistances", lines_once)
    for module in (verdicts, publish):
        patch.setattr(module, "build_verdicts", build_once)


def _share_of_services(patch: pytest.MonkeyPatch, shipped: DataStore) -> None:
    """Work out once what each service begins with: distances of postcodes, options and figures."""
    import localarea.notebook.session  # noqa: F401 -- a kind of the class, made before it is replaced
    from localarea.classify import loaded
    from localarea.comparison import session
    from localarea.definitions import publish

    measure, distances = loaded.metres_of_index, OrderedDict[Any, Any]()
    locate, places = loaded.british_points, OrderedDict[Any, Any]()
    made, sessions = session.ScenarioSession, OrderedDict[Any, Any]()

    def located(index: Any, *, store: DataStore | None = None) -> Any:
        # Another store of the same file has the same places, by which distances are known again.
        file = (store or shipped).path("postcodes").resolve()
        found = file.stat()
        key = (index, file, found.st_ino, found.st_size, found.st_mtime_ns)
        return _once(places, key, lambda: locate(index, store=store), most=MOST_PLACES)

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

    for module in (loaded, publish):
        patch.setattr(module, "metres_of_index", measured)
        patch.setattr(module, "british_points", located)
    patch.setattr(session, "ScenarioSession", session_of)
    _share_drawings(patch, shipped)


def _share_drawings(patch: pytest.MonkeyPatch, shipped: DataStore) -> None:
    """Have a map of a page drawn once: a service keeps what it draws for its own visitors."""
    from localarea.service.study import map_documents, pictures

    lay = map_documents._ground
    one, pair, drawn = pictures._option, pictures._draw_pair, OrderedDict[Any, Any]()

    def option(key: Any, council: Any, store: DataStore, marked: str = "") -> Any:
        if not same_files(store, shipped):
            return one(key, council, store, marked)
        name = (key, council, marked)
        make = partial(once_for_all, "option", name, lambda: one(key, council, store, marked))
        return _once(drawn, name, make, most=MOST_PICTURES)

    def changes(first: Any, second: Any, council: Any, store: DataStore) -> Any:
        if not same_files(store, shipped):
            return pair(first, second, council, store)
        name = (first, second, council)
        make = partial(once_for_all, "changes", name, lambda: pair(*name, store))
        return _once(drawn, name, make, most=MOST_PICTURES)

    def ground(options: Any, council: Any, store: DataStore) -> Any:
        if not same_files(store, shipped):
            return lay(options, council, store)
        about = [(area.id, area.zones) for area in options], council
        return once_for_all("ground", about, lambda: lay(options, council, store))

    patch.setattr(map_documents, "_ground", ground)
    patch.setattr(pictures, "_option", option)
    patch.setattr(pictures, "_draw_pair", changes)


def _once(
    kept: OrderedDict[Any, Any], key: Any, make: Callable[[], Any], *, most: int = _KEPT
) -> Any:
    found = kept[key] if key in kept else make()
    kept[key] = found
    while len(kept) > most:
        kept.popitem(last=False)
    return found
