"""A backup holds the record whole, from either database and into either."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from decisions_cases import (
    ANALYST,
    DIRECTOR,
    FIRST,
    NOW,
    PROPOSAL,
    SEEN,
    another,
    let_anything_happen,
)

from localarea.cli.app import run
from localarea.decisions import approvals, proposals
from localarea.decisions.backup import back_up, restore
from localarea.decisions.database import Database, describe_store, open_database
from localarea.decisions.record.audit import latest, verify
from localarea.decisions.record.grounds import read_grounds
from localarea.decisions.record.schema import AUDIT, DEFINITIONS
from localarea.errors import AuditError, ConflictError, InputError

if TYPE_CHECKING:
    from pathlib import Path


def decide(database: Database) -> None:
    """Put two forward, approve one, and let the second take its place."""
    first = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    proposals.comment(database, first, "With £ and é", actor=DIRECTOR, now=NOW)
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW, proposal_id=first, grounds=SEEN)
    second = another("colchester-measure-2027.1", effective_from=FIRST.effective_from.replace(2027))
    approvals.approve(database, second, actor=DIRECTOR, now=NOW, supersedes=FIRST.id)


def everything(database: Database) -> list[dict[str, object]]:
    with database.reading() as connection:
        held = connection.execute(sa.select(DEFINITIONS).order_by(DEFINITIONS.c.id)).mappings()
        rows = [dict(row) for row in held]
        seen = [{"grounds": read_grounds(connection, row["id"])} for row in rows]
        return [*latest(connection, 100), *rows, *seen]


def test_what_is_restored_is_what_was_backed_up(database: Database, tmp_path: Path) -> None:
    decide(database)
    copied = back_up(database, tmp_path / "copy.sqlite")
    assert copied.rows["definitions"] == 2
    assert copied.rows["grounds"] == 1
    assert copied.entries == 5  # put forward, comment, approve; approve, supersede
    assert [p.name for p in tmp_path.iterdir() if "copy" in p.name] == ["copy.sqlite"]
    new = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert restore(new, tmp_path / "copy.sqlite") == copied
    assert everything(new) == everything(database)
    new.close()


def test_a_backup_is_restored_from_where_nothing_can_be_written(tmp_path: Path) -> None:
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite'}")
    decide(source)
    away = tmp_path / "away" / "copy.sqlite"
    away.parent.mkdir()
    copied = back_up(source, away)
    held = away.read_bytes()
    away.chmod(0o400)
    away.parent.chmod(0o500)
    new = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    try:
        assert restore(new, away) == copied
        assert everything(new) == everything(source)
    finally:
        away.parent.chmod(0o700)
    assert [path.name for path in away.parent.iterdir()] == ["copy.sqlite"]
    assert away.read_bytes() == held
    new.close()
    source.close()


def made_older(path: Path) -> None:
    """Take away what the last migration added, as the version before wrote its backups."""
    with closing(sqlite3.connect(path)) as connection:
        for table in ("value_report_files", "value_reports", "proxy_values"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0007'")
        connection.commit()


def test_a_backup_of_an_older_version_stays_one_that_it_can_go_back_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite'}")
    decide(source)
    back_up(source, tmp_path / "copy.sqlite")
    made_older(tmp_path / "copy.sqlite")
    held = (tmp_path / "copy.sqlite").read_bytes()
    new = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    restore(new, tmp_path / "copy.sqlite")
    assert everything(new) == everything(source)
    assert (tmp_path / "copy.sqlite").read_bytes() == held
    new.close()
    source.close()
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", f"sqlite:///{tmp_path / 'copy.sqlite'}")
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    assert run(["audit", "verify"]) == 3  # for want of the folder: the record is sound
    assert (tmp_path / "copy.sqlite").read_bytes() == held


def test_a_store_of_an_older_version_is_backed_up_by_that_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"sqlite:///{tmp_path / 'store.sqlite'}"
    open_database(address).close()
    made_older(tmp_path / "store.sqlite")
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", address)
    assert run(["database", "backup", str(tmp_path / "b.sqlite")]) == 3
    assert "back it up with the version that wrote it" in capsys.readouterr().err
    assert describe_store(address)["form"] == "0007"
    assert not (tmp_path / "b.sqlite").exists()


def test_a_backup_is_looked_at_without_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite'}")
    proposals.put_forward(source, PROPOSAL, actor=ANALYST, now=NOW)
    (tmp_path / "away").mkdir()
    back_up(source, tmp_path / "away" / "copy.sqlite")
    source.close()
    held = (tmp_path / "away" / "copy.sqlite").read_bytes()
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", f"sqlite:///{tmp_path}/away/copy.sqlite")
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    assert run(["audit", "verify"]) == 0
    assert "The record is sound: 1 entry" in capsys.readouterr().out
    assert run(["audit", "list"]) == 0
    assert "put_forward" in capsys.readouterr().out
    assert run(["database", "status"]) == 0
    assert "entries: 1" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "away").iterdir()] == ["copy.sqlite"]
    assert (tmp_path / "away" / "copy.sqlite").read_bytes() == held


def test_a_store_in_use_is_looked_at_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'store.sqlite'}"
    open_database(address).close()
    assert describe_store(address)["entries"] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["store.sqlite"]


def test_what_the_journal_of_a_restored_file_holds_is_restored_as_well(tmp_path: Path) -> None:
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite'}")
    decide(source)  # all of it is in the journal still
    new = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert restore(new, tmp_path / "source.sqlite").entries == 5
    new.close()
    source.close()


def test_it_goes_back_into_either_database_which_goes_on_from_there(
    database: Database, tmp_path: Path
) -> None:
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite'}")
    decide(source)
    back_up(source, tmp_path / "copy.sqlite")
    source.close()
    restore(database, tmp_path / "copy.sqlite")
    later = NOW + timedelta(days=1)
    assert proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=later) == 2
    with database.reading() as connection:
        report = verify(connection)
    assert report.sound
    assert report.entries == 6


def test_a_store_with_a_record_takes_no_back_up(database: Database, tmp_path: Path) -> None:
    decide(database)
    back_up(database, tmp_path / "copy.sqlite")
    before = everything(database)
    with pytest.raises(ConflictError, match="never merged"):
        restore(database, tmp_path / "copy.sqlite")
    assert everything(database) == before


def test_a_changed_back_up_is_refused_and_leaves_nothing(
    database: Database, tmp_path: Path
) -> None:
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite'}")
    decide(source)
    back_up(source, tmp_path / "copy.sqlite")
    source.close()
    changed = open_database(f"sqlite:///{tmp_path / 'copy.sqlite'}")
    with changed.engine.begin() as connection:
        let_anything_happen(connection)
        connection.execute(sa.update(AUDIT).where(AUDIT.c.seq == 2).values(actor="Somebody"))
    changed.close()
    with pytest.raises(AuditError, match="entry 2 has been changed"):
        restore(database, tmp_path / "copy.sqlite")
    assert everything(database) == []


def test_nothing_is_written_over_and_no_other_file_is_taken(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "there").write_text("precious")
    with pytest.raises(InputError, match="will not be overwritten"):
        back_up(database, tmp_path / "there")
    with pytest.raises(InputError, match="cannot be written"):
        back_up(database, tmp_path / "no" / "folder")
    with pytest.raises(InputError, match="is not a backup"):
        restore(database, tmp_path / "there")
    with pytest.raises(InputError, match="is not a file"):
        restore(database, tmp_path / "nowhere")
    assert (tmp_path / "there").read_text() == "precious"


def test_a_back_up_taken_while_others_write_holds_together(
    database: Database, tmp_path: Path
) -> None:
    stop = threading.Event()

    def go_on() -> None:
        for number in itertools.count():
            if stop.is_set():
                break
            one = replace(PROPOSAL, note=f"number {number}")
            proposals.put_forward(database, one, actor=ANALYST, now=NOW)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        heads = {back_up(database, tmp_path / f"{n}.sqlite").entries for n in range(5)}
    finally:
        stop.set()
        writer.join()
    assert len(heads) > 1, "nobody wrote meanwhile, so this showed nothing"


def test_commands_tell_status_back_up_and_restore(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", database_url)
    assert run(["database", "status"]) == 0
    assert "form: none" in capsys.readouterr().out
    assert run(["database", "upgrade"]) == 0
    database = open_database(database_url)
    decide(database)
    database.close()
    assert run(["database", "backup", str(tmp_path / "b.sqlite"), "--json"]) == 0
    said = capsys.readouterr().out
    assert json.loads(said[said.index("{") :])["entries"] == 5
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert run(["database", "restore", str(tmp_path / "b.sqlite")]) == 0
    head = describe_store(database_url)["head"]
    assert str(head) in capsys.readouterr().out
    # The record is the same one; the files of its definitions are here not yet.
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    assert run(["audit", "verify", "--expect", str(head), "--json"]) == 3
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert faults
    assert all("folder" in fault for fault in faults)


def test_status_makes_no_store_and_hides_the_password(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite"
    assert describe_store(f"sqlite:///{path}")["form"] is None
    assert not path.exists()
