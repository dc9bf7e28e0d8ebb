"""Which definitions were made with a table: what ``data status`` and the page of data say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from definition_cases import tiny_file

from localarea.cli.app import run
from localarea.definitions.resting import definitions_by_table
from localarea.definitions.store import DefinitionStore

if TYPE_CHECKING:
    from pathlib import Path

POSTCODES, FLOWS = {"name": "postcodes"}, {"name": "flows_2011"}


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DefinitionStore:
    store = DefinitionStore(tmp_path)
    store.add(tiny_file(id="two", inputs=(POSTCODES,), effective_to="2026-12-31"))
    store.add(tiny_file(id="one", inputs=(FLOWS, POSTCODES), effective_from="2027-01-01"))
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path))
    return store


def test_each_table_has_the_definitions_that_were_made_with_it(published: DefinitionStore) -> None:
    assert definitions_by_table(published.kept()) == {
        "postcodes": ("one", "two"),
        "flows_2011": ("one",),
    }


@pytest.mark.usefixtures("published")
def test_data_status_says_which_definitions_were_made_with_which_tables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["data", "status", "--json"]) == 0
    tables = {t["name"]: t for t in json.loads(capsys.readouterr().out)["tables"]}
    assert tables["postcodes"]["definitions"] == ["one", "two"]
    assert tables["flows_2011"]["definitions"] == ["one"]
    assert tables["oa11_lookup"]["definitions"] == []
    assert run(["data", "status"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "The definition one was made with flows_2011, postcodes, and answers" in said
    assert "'localarea definitions refresh one' brings a newer" in said


def test_data_status_goes_on_if_a_definition_is_damaged(
    published: DefinitionStore, capsys: pytest.CaptureFixture[str]
) -> None:
    path = published.kept()[0].path
    path.chmod(0o644)
    path.write_bytes(b"not a definition")
    assert run(["data", "status", "--json"]) == 0
    shown = capsys.readouterr()
    assert {t["definitions"] for t in json.loads(shown.out)["tables"]} == {None}
    assert "two" in shown.err
