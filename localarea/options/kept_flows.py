"""
Commuting matrices, kept in the cache folder as arrays that are mapped into memory.

To make one of its table takes a third of a second and 30 MB; to map one that was made takes the
time to verify it, and whoever maps the same file has the same memory.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.storage.mapped import map_arrays, write_arrays
from localarea.hashing import sources_sha256, text_sha256
from localarea.options.minutes.cache import keep_latest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix, SpecialRule

MOST_KEPT: Final = 6  # files of some 30 MB each: a council asks for three
# The code that a matrix rests on, by package.
_SOURCES: Final = {
    "localarea.labour": ("flow_matrix.py",),
    "localarea.options": ("zone_figures.py", "kept_flows.py"),
    "localarea.datasets": ("flows.py",),
}


def kept_flows(
    vintage: int, rule: SpecialRule, store: DataStore, build: Callable[[], FlowMatrix]
) -> FlowMatrix:
    """
    Return the commuters of a census, from a file made earlier where there is one.

    ``build``: makes the matrix, if none of the same code and tables is kept. Its arrays are for
    reading alone where they are mapped. Where nothing can be kept, they are those that were built.
    """
    for table in (f"flows_{vintage}", f"flows_{vintage}_special"):
        store.path(table)  # one that is missing or damaged is told, whatever is kept
    name = f"flows_{vintage}-{fingerprint_of(vintage, rule, _code_sha256(), store)[:20]}.arrays"
    found = _read(store.kept_file(name), rule)
    if found is not None:
        return found
    built = build()
    path = store.cache_folder / name
    with suppress(OSError):  # a cache that cannot be written costs only time and memory
        _write(path, built)
        return _read(store.kept_file(name), rule) or built
    return built


def fingerprint_of(vintage: int, settings: object, code: str, store: DataStore) -> str:
    """
    Return the SHA-256, in hexadecimal, of all that something made of a census's commuters rests on.

    ``settings``: what it was made by; every field counts.
    """
    tables = (f"flows_{vintage}", f"flows_{vintage}_special")
    stated = {
        "settings": asdict(settings),  # type: ignore[call-overload]
        "tables": {name: store.info(name).sha256 for name in tables},
        "code": code,
    }
    return text_sha256(json.dumps(stated, sort_keys=True))


@cache
def _code_sha256() -> str:
    """Return the SHA-256 of the code that a matrix is made by."""
    return sources_sha256(_SOURCES)


def _read(path: Path | None, rule: SpecialRule) -> FlowMatrix | None:
    """Map a kept matrix; None where there is none, or the file is damaged."""
    if path is None or (kept := map_arrays(path)) is None:
        return None
    from scipy import sparse

    from localarea.labour.flow_matrix import FlowMatrix

    with suppress(OSError):
        path.touch()  # so that the files used last are the last to be deleted
    n_zones = kept["codes"].size
    matrix: Any = sparse.csr_array(
        (kept["workers"], kept["columns"], kept["starts"]), shape=(n_zones, n_zones)
    )
    matrix.has_canonical_format = True  # as it was written: to look is to read it all
    vintage, zone_system = json.loads(kept["about"].tobytes())
    return FlowMatrix(
        codes=kept["codes"],
        matrix=matrix,
        employed_residents=kept["employed_residents"],
        zone_system=zone_system,
        vintage=vintage,
        rule=rule,
        excluded=json.loads(kept["excluded"].tobytes()),
    )


def _write(path: Path, flows: FlowMatrix) -> None:
    import numpy as np

    told = {"about": [flows.vintage, flows.zone_system], "excluded": dict(flows.excluded)}
    write_arrays(
        path,
        {
            "codes": flows.codes,
            "employed_residents": flows.employed_residents,
            "workers": flows.matrix.data,
            "columns": flows.matrix.indices,
            "starts": flows.matrix.indptr,
            **{n: np.frombuffer(json.dumps(told[n]).encode(), np.uint8) for n in told},
        },
    )
    keep_latest(path, "flows_*-*.arrays", MOST_KEPT)
