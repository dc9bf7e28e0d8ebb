"""What is published is seen at once, though the terms of files are not read each time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from definition_cases import tiny_file

from localarea.definitions import store as definitions_store
from localarea.definitions.store import DefinitionStore
from localarea.errors import DefinitionDamagedError

if TYPE_CHECKING:
    from pathlib import Path


def _age(root: Path) -> None:
    """Let an hour pass since anything in a folder was written."""
    for path in [root, *root.rglob("*")]:
        was = path.stat().st_mtime
        os.utime(path, (was - 3600, was - 3600))


def test_terms_are_read_once_and_another_process_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DefinitionStore(tmp_path).add(tiny_file(id="one", effective_to="2026-12-31"))
    _age(tmp_path)
    read: list[str] = []
    usual = definitions_store.read_terms
    monkeypatch.setattr(
        definitions_store,
        "read_terms",
        lambda path: (read.append(path.parent.name), usual(path))[1],
    )
    ours = DefinitionStore(tmp_path)
    for _ in range(3):
        assert [kept.definition.id for kept in ours.kept()] == ["one"]
    assert read == ["one"]
    DefinitionStore(tmp_path).add(tiny_file(id="two", effective_from="2027-01-01"))
    assert [kept.definition.id for kept in ours.kept()] == ["one", "two"]


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    ours = DefinitionStore(tmp_path)
    path = ours.add(tiny_file(id="one"))
    _age(tmp_path)
    assert len(ours.kept()) == 1
    path.chmod(0o644)
    path.write_bytes(b"not a definition")
    with pytest.raises(DefinitionDamagedError):
        ours.kept()
