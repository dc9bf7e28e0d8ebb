"""Minutes by road under other tables: kept where nothing that matters differs, or made again."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from localarea.datasets.storage.parquet_layout import MINUTES, ParquetLayout, write_parquet
from localarea.options.minutes.anchor_minutes import coefficients_sha256, input_tables, table_name
from localarea.renewal.stepping import sha256_of

if TYPE_CHECKING:
    from localarea.datasets.storage.registry import TableInfo
    from localarea.datasets.storage.renewed import Edition
    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem
    from localarea.renewal.request import Request

# Columns on which no minutes rest, by table.
_ASIDE: Final = {
    "zones_msoa11": ("name", "ons_name"),
    "postcodes": ("msoa21cd", "msoa11_source", "msoa21_source", "status", "terminated_from",
                  "terminated_to", "lad25cd"),
}  # fmt: skip
_LEVEL: Final = 9
_SYSTEMS: Final[tuple[ZoneSystem | None, ...]] = (None, "msoa11", "msoa21")


def link(info: TableInfo, work: Path) -> TableInfo:
    """Take a file into an edition: the same file under another name, or a copy."""
    there = work / Path(info.file).name
    try:
        os.link(Path(info.file).resolve(), there)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(info.file, there)
    return replace(info, file=str(there))


def bring_minutes_along(
    edition: Edition, request: Request, work: Path
) -> tuple[Edition, tuple[str, ...]]:
    """
    Add the tables of minutes that rest on the tables of an edition.

    ``request``: what is asked; its anchors are those whose minutes are worked out. Returns the
    edition with its minutes, and notes on what was worked out.
    """
    older, newer = request.store, request.store.using(edition)
    found, notes = dict(edition.tables), []
    for anchor in request.anchors:
        for system in _SYSTEMS:
            name = table_name(anchor, system)
            rests = input_tables(system)
            if name not in older.registry or not set(rests) & edition.tables.keys():
                continue
            if _are_of(older, name, system) and all(_same(one, older, newer) for one in rests):
                kept = replace(older.info(name), file=str(older.path(name)))
                found[name] = replace(link(kept, work), inputs=_inputs(newer, system))
                continue
            request.progress(f"working out minutes by car from {anchor}")
            found[name] = _made_again(anchor, system, newer, work)
            notes.append(f"{name} was worked out again, because places or roads differ")
    return replace(edition, tables=found), tuple(notes)


def _inputs(store: DataStore, system: ZoneSystem | None) -> tuple[tuple[str, str], ...]:
    named = {f"table: {name}": store.info(name).sha256 for name in input_tables(system)}
    named["package: roads/coefficients.toml"] = coefficients_sha256()
    return tuple(sorted(named.items()))


def _are_of(store: DataStore, name: str, system: ZoneSystem | None) -> bool:
    return dict(store.info(name).inputs) == dict(_inputs(store, system))


def _same(name: str, older: DataStore, newer: DataStore) -> bool:
    """Check whether two editions of a table say the same of what minutes rest on."""
    if older.info(name).sha256 == newer.info(name).sha256:
        return True
    aside = _ASIDE.get(name, ())
    first, second = (
        table.drop_columns([one for one in aside if one in table.column_names])
        for table in (older.read(name), newer.read(name))
    )
    return bool(first.equals(second))


def _made_again(anchor: str, system: ZoneSystem | None, newer: DataStore, work: Path) -> TableInfo:
    from localarea.options.minutes.compute import compute_minutes

    name = table_name(anchor, system)
    table = compute_minutes(anchor, system, store=newer)
    path = work / f"{name}.parquet"
    write_parquet(table, path, ParquetLayout() if system else MINUTES, level=_LEVEL)
    roads = newer.info("roads_network_edges")  # minutes are of the same sources
    return replace(
        newer.info(name),
        source=roads.source,
        attribution=roads.attribution,
        file=str(path),
        rows=table.num_rows,
        sha256=sha256_of(path),
        inputs=_inputs(newer, system),
    )
