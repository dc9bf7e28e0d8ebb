"""``localarea audit``: what it prints and how it leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from decisions_cases import ANALYST, NOW, PROPOSAL, let_anything_happen
from definition_cases import tiny_file
from service_cases import set_to

from localarea.cli.app import run
from localarea.decisions import proposals
from localarea.decisions.database import open_database
from localarea.definitions.decided.endings import End
from localarea.definitions.store import DefinitionStore

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"sqlite:///{tmp_path / 'new folder' / 'decisions.sqlite'}"
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", address)
    return address


def _put_forward(url: str) -> None:
    database = open_database(url)
    proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    database.close()


def test_a_new_record_is_sound(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify"]) == 0
    assert "sound, and has no entries yet" in capsys.readouterr().out
    assert run(["audit", "list"]) == 0
    assert "no entries yet" in capsys.readouterr().out


def test_one_document_of_json(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    _put_forward(url)
    assert run(["audit", "verify", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["sound"], report["entries"], report["faults"]) == (True, 1, [])
    assert run(["audit", "list", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["hash"] == report["head"]
    assert entry["details"]["option_id"] == "ttwa-official"
    assert run(["audit", "verify", "--expect", report["head"][:16]]) == 0
    assert "The record is sound: 1 entry, with the hash\n" in capsys.readouterr().out


def test_an_edit_is_told_and_leaves_with_three(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _put_forward(url)
    database = open_database(url)
    with database.engine.connect() as connection, connection.begin():
        let_anything_happen(connection)
        connection.exec_driver_sql("UPDATE audit SET actor = 'Nobody'")
    database.close()
    assert run(["audit", "verify"]) == 3
    assert "entry 1 has been changed" in capsys.readouterr().out


@pytest.mark.parametrize("expect", ["abc", "not a hash!", "g" * 64])
def test_what_is_no_hash_is_said(url: str, expect: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--expect", expect]) == 2
    assert "is not a hash" in capsys.readouterr().err


def test_a_record_that_was_never_this_one(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--expect", "f" * 64]) == 3
    said = capsys.readouterr().out
    assert "not the log it was noted from" in said
    assert "See first whether the hash is typed as it was noted." in said
    assert "has been changed" not in said  # that is of an entry that was


def test_a_publication_is_on_record_and_held_to_its_file(
    url: str,
    tmp_path: Path,
    small_tables: DataStore,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in set_to(small_tables).items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "definitions"
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(folder))
    command = ["publish", "district", "--purpose", "measure", "--id", "test-1", "--by", "A Person"]
    more = ["--role", "Assistant Director", "--reason", "A test", "--from", "2026-04-01"]
    assert run([*command, *more]) == 2
    assert "no zone of South Suffolk" in capsys.readouterr().err
    more += ["--half-left-out", "Few commute across the Stour"]
    assert run([*command, *more, "--approved-on", "2999-01-01"]) == 2
    told = capsys.readouterr().err
    assert "cannot have been approved on 2999-01-01, which is to come" in told
    assert run([*command, *more, "--from", "2026-02-29"]) == 2
    assert "note:" not in capsys.readouterr().err  # of a day that there is not
    assert run([*command, *more]) == 0
    assert "note: it begins on 2026-04-01, before it is approved" in capsys.readouterr().err
    assert run(["audit", "list", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["action"], entry["subject"]) == ("approve", "definition:test-1")
    assert (entry["actor"], entry["details"]["approved_post"]) == ("A Person", "Assistant Director")
    assert entry["details"]["reasons"] == (
        "A test\n\nIt leaves out South Suffolk (Babergh and Mid Suffolk), because: Few commute "
        "across the Stour"
    )
    assert run(["audit", "verify"]) == 0
    capsys.readouterr()
    monkeypatch.setenv("COLUMNS", "60")  # its table would have "Standin", and a "g" beneath
    assert run(["definitions"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == ["Id: test-1", "Purpose: measure", "Area: Colchester district"]
    assert said[3:6] == ["From: 2026-04-01", "To: further notice", "Standing: in force"]
    monkeypatch.setenv("COLUMNS", "120")
    assert run(["definitions"]) == 0
    assert " Standing " in capsys.readouterr().out
    ending = ["definitions", "withdraw", "test-1", "--by", "A Person", "--role", "Director"]
    assert run([*ending, "--reason", "Why", "--on", "soon"]) == 2
    assert run([*ending, "--reason", "Why", "--on", "2027-01-01"]) == 0
    assert run(["definitions", "--json"]) == 0
    capsys.readouterr()
    for day, expected in (("2026-12-31", "test-1"), ("2027-01-01", "option:ttwa-official")):
        assert run(["check", "CO1 1JB", "--on", day, "--json"]) == 0
        (verdict,) = json.loads(capsys.readouterr().out)
        assert verdict["definition"] == expected
    for lost in ("*.gpkg", "end.json"):
        next(folder.rglob(lost)).unlink()
        assert run(["audit", "verify"]) == 3
        assert run(["definitions", "restore"]) == 0
        assert run(["audit", "verify"]) == 0
    (file,) = folder.rglob("*.gpkg")
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    capsys.readouterr()
    assert run(["definitions", "restore"]) == 3
    assert run(["audit", "verify"]) == 3
    assert "test-1: its file is not the one that was approved" in capsys.readouterr().out


def test_a_definition_is_shown_with_what_was_decided_of_it_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    kept = DefinitionStore(tmp_path / "definitions")
    stated = {"effective_from": "2020-04-01", "effective_to": "2028-02-29"}
    kept.add(tiny_file(id="first", **stated))
    kept.add(tiny_file(id="next", supersedes="first", effective_from="2021-04-01"))
    kept.place_end(
        End(
            definition="next", ended_on="2021-04-01", kind="withdrawn", successor=None,
            by="Dee", at="2021-03-01", reason="Cabinet changed its mind",
        )
    )  # fmt: skip
    assert run(["definitions", "show", "first"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert {"effective to: 2028-02-29", "last day: 2021-03-31"} <= set(said)  # approved, and since
    assert {"standing: ended", "superseded by: next"} <= set(said)
    assert run(["definitions", "show", "next", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["standing"], shown["last_day"]) == ("ended", "2021-03-31")
    assert (shown["withdrawn_from"], shown["withdrawn_by"]) == ("2021-04-01", "Dee")
    assert shown["withdrawn_because"] == "Cabinet changed its mind"
    assert run(["definitions"]) == 0
    assert "never in force" in capsys.readouterr().out
    for name, note in (
        ("first", "note: first is superseded by next, which its file cannot say: export that one"),
        ("next", "note: next was withdrawn from 2021-04-01, which its file cannot say: send"),
    ):
        out = str(tmp_path / name)
        assert run(["definitions", "export", name, "--out", f"{out}.gpkg"]) == 0
        assert note in capsys.readouterr().err
        assert run(["definitions", "export", name, "--out", f"{out}.geojson"]) == 0
        assert "note" not in capsys.readouterr().err
