"""A definition from an older directory, and a newer one in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from directory_cases import country, rows_of, write_directory

from localarea.cli.app import run
from localarea.datasets.store import DataStore
from localarea.renewal.refresh import refresh_postcodes
from localarea.renewal.request import Request

if TYPE_CHECKING:
    from pathlib import Path

REFRESHED = "colchester-measure-2026.1"
NEW, ENDED, MOVED = "CO1 8ZZ", "CO1 1JB", "CO1 1AA"
TERMS = [
    "--purpose", "measure", "--id", REFRESHED, "--by", "Pat Example", "--role", "Director",
    "--reason", "labour market", "--from", "2026-04-01", "--approved-on", "2026-03-02",
]  # fmt: skip


def later(rows: list[dict[str, Any]]) -> None:
    """One postcode is new and local, one has ended, one has moved by 100 metres."""
    by_name = {row["postcode"]: row for row in rows}
    rows.append({**by_name[ENDED], "pcd7": "CO1 8ZZ", "postcode": NEW, "doterm": ""})
    by_name[ENDED]["doterm"] = 202601
    by_name[MOVED]["east1m"] += 100


def published_then_renewed(folder: Path) -> dict[str, Any]:
    """Publish, bring in a newer directory, and give the settings of a service on both."""
    small = country(folder / "data")
    settings = {
        "data_dir": small.root,
        "cache_dir": small.cache_dir,
        "renewed_dir": folder / "tables",
        "definitions_dir": folder / "definitions",
        "database_url": f"sqlite:///{folder / 'decisions.sqlite'}",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(f"LOCALAREA_{name.upper()}", str(value))
        left_out = ["--half-left-out", "labour market criteria"]
        assert run(["publish", "ttwa-official", *TERMS, *left_out, "--json"]) == 0
    store = DataStore(small.root, small.cache_dir, renewed=folder / "tables")
    newer = write_directory(folder, rows_of(small), edit=later)
    refresh_postcodes(Request(newer, store, folder / "tables", now="2026-03-01T09:00:00+00:00"))
    return settings
