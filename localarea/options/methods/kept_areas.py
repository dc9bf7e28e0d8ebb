"""
Computed travel to work areas, kept in the cache folder.

A run takes a second, most of it to load the compiled code, and its areas change only with the
commuters, the method or the code. The trace of a run is not kept.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.atomic import moved_into_place
from localarea.hashing import sources_sha256, text_sha256
from localarea.options.kept_flows import fingerprint_of
from localarea.options.minutes.cache import keep_latest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
    from localarea.options.zone_figures import Vintage

MOST_KEPT: Final = 80  # files of some 150 kB each: presets, and the 26 steps of a study
# The code that areas rest on, by package: of the flows too.
_SOURCES: Final = {
    "localarea.labour": ("travel_to_work_areas", "flow_matrix.py", "self_containment.py"),
    "localarea.options": ("zone_figures.py",),
    "localarea.datasets": ("flows.py",),
}


def kept_membership(
    method: TtwaParameters,
    vintage: Vintage,
    store: DataStore,
    compute: Callable[[], pd.Series],
) -> pd.Series:
    """
    Return the area of each zone by a census, from an earlier run where there was one.

    Parameters
    ----------
    compute : callable
        Runs the method, if no run of the same code on the same commuters is kept.

    Returns
    -------
    pandas.Series of str, shape (n_zones,)
        As :attr:`localarea.labour.travel_to_work_areas.result.TtwaResult.membership`.
    """
    name = f"areas_{vintage}-{fingerprint_of(vintage, method, _code_sha256(), store)[:20]}.json"
    found = _read(store.kept_file(name))
    if found is None:
        found = compute()
        with suppress(OSError):  # a cache that cannot be written costs only time
            _write(store.cache_folder / name, found)
    return found


@cache
def _code_sha256() -> str:
    """Return the SHA-256 of the code that the areas are computed by."""
    return sources_sha256(_SOURCES)


def _read(path: Path | None) -> pd.Series | None:
    """Read kept areas; None where there are none, or the file is damaged."""
    if path is None:
        return None
    with suppress(OSError):
        path.touch()  # so that the files used last are the last to be deleted
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["sha256"] == _sha256_of(kept["zones"], kept["areas"]):
            index = pd.Index(kept["zones"], name=kept["zone"], dtype=str)
            return pd.Series(kept["areas"], index=index, name="area", dtype=str)
    return None


def _write(path: Path, areas: pd.Series) -> None:
    zones, codes = areas.index.tolist(), areas.tolist()
    kept = {"zone": areas.index.name, "zones": zones, "areas": codes}
    path.parent.mkdir(parents=True, exist_ok=True)
    with moved_into_place(path) as partial:
        text = json.dumps(kept | {"sha256": _sha256_of(zones, codes)})
        partial.write_text(text, encoding="utf-8")
    keep_latest(path, "areas_*-*.json", MOST_KEPT)


def _sha256_of(zones: list[str], areas: list[str]) -> str:
    return text_sha256("\n".join((*zones, *areas)))
