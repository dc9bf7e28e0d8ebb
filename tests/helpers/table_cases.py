"""Refreshes of tables other than postcodes, on the small country of twin_country.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.datasets.store import DataStore
from localarea.renewal.renewable import renewable
from localarea.renewal.request import RefreshResult, Request

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

AT = "2026-03-01T09:00:00+00:00"
COLCHESTER = frozenset({"E07000071"})


def refresh(
    twin: Twin, folder: Path, what: str, path: Path, store: DataStore | None = None, **asked: Any
) -> RefreshResult:
    """Bring a file in, over what is in use in the folder."""
    request = Request(
        path,
        store or over(twin, folder),
        folder,
        AT,
        **{"districts": COLCHESTER, "anchors": ("Colchester",), **asked},
    )
    return renewable(what).refresh(request)


def over(twin: Twin, folder: Path) -> DataStore:
    """Open the tables in use."""
    return DataStore(twin.data, twin.cache, renewed=folder)
