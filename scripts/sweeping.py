"""
Compute the same options for every district of England and Wales.

One tidy table shows how a council's figures compare with those of other districts: a
supply-side self-containment of 72% means little without knowing how many districts reach it.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from localarea.comparison.metrics import compute_metrics
from localarea.datasets.store import DataStore, default_store
from localarea.errors import ComputeError, InputError, SettingError
from localarea.options.by_name.any_council import council_of_anchor, plain_council
from localarea.options.membership import option_zones
from localarea.options.region_options import OF_REGION
from localarea.options.reservation import in_england
from localarea.options.reserving import RESERVING
from localarea.places.gazetteer import read_gazetteer
from localarea.places.resolve import resolve_district

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from localarea.options.council import Council

SWEPT: Final = (
    "district",
    "districts",
    "ttwa-official",
    "ttwa-computed",
    "ttwa-cluster",
    "catchment",
    "drive-30",
    "drive-45",
    "composite",
)
_BATCH: Final = 8  # districts per task: small enough to balance, large enough to outweigh overhead


def sweep_districts(
    districts: Sequence[str] | None = None,
    *,
    options: Sequence[str] | None = None,
    client: Any = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Compute the figures of the same options for many anchors.

    Parameters
    ----------
    districts : sequence of str, optional
        Names of districts; defaults to all of England and Wales.
    options : sequence of str, optional
        Ids of options; defaults to :data:`SWEPT`, for a district of England the options for
        reserving contracts and, where a council's file states the area of its mandate, the
        options for that region.
    client : distributed.Client, optional
        Cluster to use; by default, this machine.
    processes : int
        Number of local processes, if there is no client.
    progress : callable, optional
        Called after each batch with the number of districts done and the total.

    Returns
    -------
    pandas.DataFrame
        One row per district and option, in order: ``lad25cd``, ``district``, ``option``,
        ``fault`` (why there are no figures; empty if there are), then the columns of
        :func:`localarea.comparison.metrics.compute_metrics`.

    Raises
    ------
    InputError
        If a district is not known.
    """
    home = store or default_store()
    codes = {name: code for code, name in read_gazetteer("msoa11", store=home).districts.items()}
    named = (
        sorted(codes) if districts is None else [_known(name, codes, home) for name in districts]
    )
    batches = [named[k : k + _BATCH] for k in range(0, len(named), _BATCH)]
    asked = (*SWEPT, *RESERVING, *OF_REGION) if options is None else tuple(options)
    work = partial(
        sweep_batch,
        options=asked,
        only_apt=options is None,
        root=home.root,
        cache_dir=home.cache_folder,
    )
    done, parts = 0, []
    for part, count in _results(work, batches, client, processes):
        parts.append(part)
        done += count
        if progress:
            progress(done, len(named))
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "lad25cd", table["district"].map(codes))
    order = {name: place for place, name in enumerate(asked)}
    return table.sort_values(
        ["lad25cd", "option"], key=lambda c: c.map(order) if c.name == "option" else c
    ).reset_index(drop=True)


def _known(name: str, codes: dict[str, str], store: DataStore) -> str:
    if name in codes:
        return name
    return resolve_district(name, store=store).name


def _results(
    work: Callable[[list[str]], pd.DataFrame],
    batches: list[list[str]],
    client: Any,
    processes: int,
) -> Iterable[tuple[pd.DataFrame, int]]:
    if client is not None:
        from distributed import as_completed as in_completion_order

        sent = {client.submit(work, batch): len(batch) for batch in batches}
        yield from ((future.result(), sent[future]) for future in in_completion_order(list(sent)))  # type: ignore[no-untyped-call]
    elif processes == 1:
        yield from ((work(batch), len(batch)) for batch in batches)
    else:
        with ProcessPoolExecutor(processes) as pool:
            waiting = {pool.submit(work, batch): len(batch) for batch in batches}
            yield from ((future.result(), waiting[future]) for future in as_completed(waiting))


def sweep_batch(
    districts: Sequence[str],
    *,
    options: Sequence[str],
    only_apt: bool = False,
    root: Path,
    cache_dir: Path,
) -> pd.DataFrame:
    """
    Compute the figures of some districts: one task of a sweep.

    Parameters
    ----------
    only_apt : bool
        Whether a district gets the options for a mandate's region only if its council's file
        states one, and those for reserving contracts only if it is in England; otherwise it gets
        a row with the fault.

    Returns
    -------
    pandas.DataFrame
        One row per district and option, without the district code.
    """
    store = _store(root, cache_dir)
    rows = []
    for name in districts:
        council, found, faults = plain_council(name, store=store), [], {}
        if set(options) & set(OF_REGION):
            mandate = council_of_anchor(name, store=store).mandate
            council = replace(council, mandate=mandate)
        left_out = _not_apt(council, store) if only_apt else ()
        for option in (option for option in options if option not in left_out):
            try:
                found.append(option_zones(option, council, store=store))
            except (ComputeError, InputError, SettingError) as error:
                faults[option] = str(error)
        if found:
            metrics = compute_metrics(found, council, store=store).reset_index()
            metrics.insert(0, "district", name)
            metrics.insert(2, "fault", "")
            rows.append(metrics)
        if faults:
            missing = {"district": name, "option": list(faults), "fault": list(faults.values())}
            rows.append(pd.DataFrame(missing))
    return pd.concat(rows, ignore_index=True)


def _not_apt(council: Council, store: DataStore) -> tuple[str, ...]:
    """List the options that ask for what a council has not."""
    region = () if council.mandate_area else OF_REGION
    return region if in_england(council, store=store) else (*region, *RESERVING)


@lru_cache(maxsize=4)
def _store(root: Path, cache_dir: Path) -> DataStore:
    """Return this process's store, so that its caches last between tasks."""
    home = default_store()
    return (
        home if (home.root, home.cache_folder) == (root, cache_dir) else DataStore(root, cache_dir)
    )
