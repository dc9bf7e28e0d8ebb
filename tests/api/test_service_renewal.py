"""A running service takes up renewed tables, without a restart and without a wrong answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from directory_cases import country, rows_of, write_directory
from published_tables import enterprises_by_year
from service_cases import service_in

from localarea.datasets.storage import renewed
from localarea.datasets.store import DataStore
from localarea.renewal.refresh import refresh_postcodes
from localarea.renewal.renewable import renewable
from localarea.renewal.request import Request
from localarea.service import renewing

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

NEW, OLD = "CO1 8ZZ", "CO1 1JB"


def _add(rows: list[dict[str, Any]]) -> None:
    there = next(row for row in rows if row["postcode"] == OLD)
    rows.append({**there, "pcd7": "CO1 8ZZ"})


def _answers(client: TestClient) -> tuple[str, str]:
    found = []
    for postcode in (NEW, OLD):
        address = f"/api/v1/check?postcode={postcode.replace(' ', '%20')}&option=ttwa-official"
        answer = client.get(address)
        assert answer.status_code == 200
        found.append(answer.json()["status"])
    return found[0], found[1]


def _wait(client: TestClient, wanted: str) -> set[tuple[str, str]]:
    """Ask until the new postcode is answered so, and give every answer on the way."""
    seen: set[tuple[str, str]] = set()
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = _answers(client)
        seen.add(found)
        if found[0] == wanted:
            return seen
        time.sleep(0.05)
    raise AssertionError(f"the service went on with {seen}")


def _wait_for_page(client: TestClient, words: str) -> None:
    until = time.monotonic() + 120
    while words not in client.get("/data").text:
        assert time.monotonic() < until, f"the page never said {words!r}"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_refresh_is_taken_up_and_a_restore_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_tables: DataStore
) -> None:
    monkeypatch.setattr(renewing, "LOOK_EVERY_S", 0.1)
    # What others have worked out of the very same flows and roads is taken up.
    small = DataStore(country(tmp_path / "data").root, small_tables.cache_dir)
    folder = tmp_path / "renewed"
    path = write_directory(tmp_path, rows_of(small), edit=_add)
    settings = {"data_dir": small.root, "cache_dir": small.cache_dir, "renewed_dir": folder}
    with service_in(tmp_path, **settings) as client:
        assert _answers(client) == ("unknown", "local")
        assert "renewed on" not in client.get("/data").text
        store = DataStore(small.root, small.cache_dir, renewed=folder)
        refresh_postcodes(Request(path, store, folder, now="2026-03-01T09:00:00+00:00"))
        # What was known stays known all the time: each answer is of the old tables or the new.
        assert _wait(client, "local") <= {("unknown", "local"), ("local", "local")}
        page = client.get("/data").text
        assert "February 2026" in page
        assert "renewed" in page
        counts = tmp_path / "enterprises.csv"  # of all tables the quickest to make
        counts.write_text(enterprises_by_year(small, 2030), encoding="utf-8")
        store = DataStore(small.root, small.cache_dir, renewed=folder)
        request = Request(counts, store, folder, "2026-03-02T09:00:00+00:00")
        assert renewable("enterprises").refresh(request).edition == 2
        _wait_for_page(client, "renewed on 2026-03-02 (edition 2)")
        assert _answers(client) == ("local", "local")
        renewed.restore(folder)
        assert _wait(client, "unknown") <= {("unknown", "local"), ("local", "local")}
        (folder / renewed.CURRENT).write_text("{")  # damaged: the tables in use stay in use
        time.sleep(1.0)
        assert client.get("/data").status_code == 200
        assert _answers(client) == ("unknown", "local")
