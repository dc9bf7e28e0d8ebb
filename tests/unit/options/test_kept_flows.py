"""Commuting matrices are kept as mapped files, used only where they are whole and the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from localarea.datasets.storage import mapped
from localarea.datasets.store import DataStore, default_store
from localarea.errors import DataMissingError
from localarea.labour.flow_matrix import COMMUTERS_ONLY, TTWA_RULE, FlowMatrix, build_flow_matrix
from localarea.options import kept_flows
from localarea.options.kept_flows import kept_flows as kept

if TYPE_CHECKING:
    from pathlib import Path

FLOWS = pd.DataFrame(
    {"origin": ["E1", "E2", "E2"], "destination": ["E2", "E1", "E3"], "workers": [5, 7, 2]}
)
AT_HOME = pd.DataFrame({"origin": ["E1", "E3"], "kind": ["home", "scotland"], "workers": [4, 3]})
# By hand: four of E1 work at home, and the three of E3 in no zone, whom only residents count.
HELD = [[4, 5, 0], [7, 0, 2], [0, 0, 0]]
RESIDENTS = [9, 9, 3]


class Builds:
    """Counts how often the matrix is built."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> FlowMatrix:
        self.count += 1
        return build_flow_matrix(FLOWS, AT_HOME, rule=TTWA_RULE)


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    (tmp_path / "cache").mkdir(mode=0o700)
    return DataStore(default_store().root, tmp_path / "cache")


def _is_as_built(found: FlowMatrix) -> None:
    assert found.matrix.toarray().tolist() == HELD
    assert found.employed_residents.tolist() == RESIDENTS
    assert found.jobs.tolist() == [11, 5, 2]
    assert found.codes.tolist() == ["E1", "E2", "E3"]
    assert (found.zone_system, found.vintage, found.rule) == ("msoa11", 2011, TTWA_RULE)
    assert found.matrix[[1]][:, [0, 2]].toarray().tolist() == [[7, 2]]


def test_a_matrix_is_built_once_and_mapped_after(store: DataStore) -> None:
    builds = Builds()
    for _ in range(3):
        found = kept(2011, TTWA_RULE, store, builds)
        _is_as_built(found)
        assert not found.matrix.data.flags.writeable  # nor can another process's be changed
        mapped.let_go()
        _is_as_built(found)
    assert builds.count == 1


def test_what_is_left_out_is_kept_too(store: DataStore) -> None:
    def build() -> FlowMatrix:
        return build_flow_matrix(FLOWS, AT_HOME, rule=COMMUTERS_ONLY)

    assert kept(2011, COMMUTERS_ONLY, store, build).excluded == {"home": 4, "scotland": 3}


def test_another_rule_census_or_code_is_built_again(
    store: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds = Builds()
    kept(2011, TTWA_RULE, store, builds)
    kept(2011, COMMUTERS_ONLY, store, builds)
    kept(2021, TTWA_RULE, store, builds)
    monkeypatch.setattr(kept_flows, "_code_sha256", lambda: "of other code")
    kept(2011, TTWA_RULE, store, builds)
    assert builds.count == 4


@pytest.mark.parametrize("harm", ["cut", "changed", "emptied", "no arrays", "others may write"])
def test_a_kept_matrix_that_cannot_be_trusted_is_not_used(store: DataStore, harm: str) -> None:
    builds = Builds()
    kept(2011, TTWA_RULE, store, builds)
    (file,) = store.cache_folder.glob("flows_*.arrays")
    content = file.read_bytes()
    if harm == "others may write":
        file.chmod(0o666)
    else:
        file.unlink()  # those who mapped it keep what they have
        file.write_bytes(
            {
                "cut": content[:-8],
                "changed": content[:-1] + b"\1",
                "emptied": b"",
                "no arrays": json.dumps({}).encode(),
            }[harm]
        )
    _is_as_built(kept(2011, TTWA_RULE, store, builds))
    assert builds.count == 2


def test_the_matrices_used_last_are_kept(store: DataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_flows, "MOST_KEPT", 2)
    for code in "abc":
        monkeypatch.setattr(kept_flows, "_code_sha256", lambda code=code: code)
        kept(2011, TTWA_RULE, store, Builds())
    assert len(list(store.cache_folder.glob("flows_*.arrays"))) == 2


def test_a_matrix_is_built_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = DataStore(default_store().root, tmp_path / "file")
    _is_as_built(kept(2011, TTWA_RULE, store, Builds()))


def test_a_table_that_is_gone_is_missed_whatever_is_kept(
    store: DataStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept(2011, TTWA_RULE, store, Builds())

    def gone(_store: DataStore, name: str) -> Path:
        raise DataMissingError(tmp_path / name, hint="fetch it")

    monkeypatch.setattr(DataStore, "path", gone)
    with pytest.raises(DataMissingError):
        kept(2011, TTWA_RULE, store, Builds())


def test_more_arrays_than_a_file_has_room_for_are_refused(tmp_path: Path) -> None:
    many = {f"array {number}": np.zeros(1) for number in range(200)}
    with pytest.raises(ValueError, match="no room"):
        mapped.write_arrays(tmp_path / "many.arrays", many)
    assert list(tmp_path.iterdir()) == []


def test_the_code_that_a_matrix_rests_on_is_there() -> None:
    assert kept_flows._code_sha256.__wrapped__() == kept_flows._code_sha256()
