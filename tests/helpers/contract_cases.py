"""Contracts and returns that tests share, and two published definitions to measure them under."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from definition_cases import APPROVAL

from localarea.definitions.publish import publish
from localarea.definitions.store import DefinitionStore
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

FIRST, SECOND = "colchester-measure-2026.1", "colchester-measure-2027.1"
QUARTERS = [
    *("2026-27 Q1", "2026-27 Q2", "2026-27 Q3", "2026-27 Q4"),
    *("2027-28 Q1", "2027-28 Q2"),
]
HERE, THERE = "CO1 1JB", "IP1 2DE"
TERMS: dict[str, Any] = {
    "reference": "C1",
    "title": "Repair of roads",
    "supplier": "Example Roads Ltd",
    "department": "Highways",
    "value": "1000.00",
    "first_day": "2026-04-01",
    "last_day": "2027-09-30",
    "definition": FIRST,
}


@lru_cache(maxsize=1)
def _published(tables: DataStore) -> tuple[bytes, ...]:
    council = read_council(store=tables)
    made = []
    for option, name, start in (
        ("ttwa-official", FIRST, "2026-04-01"),
        ("district", SECOND, "2027-04-01"),
    ):
        approval = replace(APPROVAL, id=name, effective_from=start)
        chosen = option_zones(option, council, store=tables)
        made.append(publish(chosen, council, approval, store=tables))
    return tuple(made)


def published(folder: Path, tables: DataStore, *, how_many: int = 2) -> DefinitionStore:
    """Put the two definitions into a folder: the official area, and a year later the district."""
    store = DefinitionStore(folder)
    first, second = _published(tables)
    store.add(first)
    if how_many > 1:  # the first holds until the second supersedes it; here each is frozen alone
        path = folder / SECOND
        path.mkdir()
        (path / "2025-11.gpkg").write_bytes(second)
    return store


def blocks(page: Path, kind: str) -> list[str]:
    """Give the blocks of a kind in a document."""
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def stated(page: Path) -> list[dict[str, Any]]:
    """Give the contracts of the worked example."""
    return [tomllib.loads(text) for text in blocks(page, "toml")]


def sends(page: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Give reference, quarter and files of every return of the worked example, as sent."""
    staff, ledger, corrected, care, parks = blocks(page, "csv")
    made = [("ROADS", quarter, (staff, ledger)) for quarter in QUARTERS]
    made.append(("ROADS", QUARTERS[1], (staff, corrected)))
    made += [("CARE", quarter, (care,)) for quarter in QUARTERS if quarter != QUARTERS[3]]
    return made + [("PARKS", quarter, (parks,)) for quarter in QUARTERS[4:]]
