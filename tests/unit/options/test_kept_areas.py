"""Computed travel to work areas are kept, and kept ones are used only where they are the same."""

from __future__ import annotations

from importlib.resources import files
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.datasets.store import DataStore, default_store
from localarea.labour.travel_to_work_areas.parameters import PRESETS
from localarea.options.methods import kept_areas
from localarea.options.methods import travel_to_work_areas as areas_of_methods
from localarea.options.methods.kept_areas import kept_membership

if TYPE_CHECKING:
    from pathlib import Path

METHOD = PRESETS["ons2011"]
AREAS = pd.Series(
    ["E2", "E2", "E3"], pd.Index(["E1", "E2", "E3"], name="msoa11cd", dtype=str), dtype=str
).rename("area")


class Runs:
    """Counts the runs of a method that always finds the same areas."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> pd.Series:
        self.count += 1
        return AREAS


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    (tmp_path / "cache").mkdir(mode=0o700)
    return DataStore(default_store().root, tmp_path / "cache")


def _file(store: DataStore) -> Path:
    (file,) = store.cache_folder.glob("areas_*.json")
    return file


def test_the_same_method_on_the_same_commuters_is_run_once(store: DataStore) -> None:
    runs = Runs()
    for _ in range(3):
        found = kept_membership(METHOD, 2011, store, runs)
        pd.testing.assert_series_equal(found, AREAS)
    assert runs.count == 1


def test_another_method_census_or_code_is_run_again(
    store: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs()
    kept_membership(METHOD, 2011, store, runs)
    kept_membership(METHOD.with_thresholds(min_size=4_000), 2011, store, runs)
    kept_membership(METHOD, 2021, store, runs)
    monkeypatch.setattr(kept_areas, "_code_sha256", lambda: "of other code")
    kept_membership(METHOD, 2011, store, runs)
    assert runs.count == 4
    assert len(list(store.cache_folder.glob("areas_*.json"))) == 4


def test_areas_of_any_thresholds_are_kept_for_the_next_process(
    store: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of each step of a study's slider are, and not only those of a preset."""
    runs, moved = Runs(), METHOD.with_thresholds(min_sc=0.61)
    monkeypatch.setattr(areas_of_methods, "_run", lambda *_: SimpleNamespace(membership=runs()))
    monkeypatch.setattr(areas_of_methods, "_zones", lambda *_: AREAS.index)
    for _ in range(2):
        found = areas_of_methods._membership.__wrapped__(moved, 2011, "", store)
        assert found.astype(str).tolist() == AREAS.tolist()
    assert runs.count == 1
    areas_of_methods._membership.__wrapped__(moved, 2011, "their own", store)
    assert (runs.count, len(list(store.cache_folder.glob("areas_*.json")))) == (2, 1)


@pytest.mark.parametrize("harm", ["cut", "changed", "others may write"])
def test_kept_areas_that_cannot_be_trusted_are_not_used(store: DataStore, harm: str) -> None:
    runs = Runs()
    kept_membership(METHOD, 2011, store, runs)
    file = _file(store)
    text = file.read_text(encoding="utf-8")
    if harm == "others may write":
        file.chmod(0o666)
    else:
        file.write_text(text[:40] if harm == "cut" else text.replace('"E3"', '"E1"', 1))
    pd.testing.assert_series_equal(kept_membership(METHOD, 2011, store, runs), AREAS)
    assert runs.count == 2


def test_the_files_used_last_are_kept(store: DataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_areas, "MOST_KEPT", 2)
    for size in (3_000, 4_000, 5_000):
        kept_membership(METHOD.with_thresholds(min_size=size), 2011, store, Runs())
    assert len(list(store.cache_folder.glob("areas_*.json"))) == 2


def test_areas_are_found_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = DataStore(default_store().root, tmp_path / "file")
    pd.testing.assert_series_equal(kept_membership(METHOD, 2011, store, Runs()), AREAS)


def test_the_code_that_areas_rest_on_is_all_of_the_method() -> None:
    assert kept_areas._code_sha256.__wrapped__() == kept_areas._code_sha256()
    parts = [files(room) / one for room, all_ in kept_areas._SOURCES.items() for one in all_]
    assert len(parts) == 5
    assert all(part.is_file() or part.is_dir() for part in parts)
