"""Shortlists and reports in the store of decisions: kept with a proposal, and never changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from decisions_cases import ANALYST, DIRECTOR, NOW, PROPOSAL, let_anything_happen

from localarea.decisions import proposals
from localarea.decisions.backup import back_up, restore
from localarea.decisions.database import Database, open_database
from localarea.decisions.record.audit import latest, verify
from localarea.decisions.record.schema import AUDIT, PROPOSALS
from localarea.decisions.traces import (
    MOST_REPORT_BYTES,
    MOST_REPORTS,
    ReportToKeep,
    kept_reports,
    read_shortlist,
    report_content,
)
from localarea.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

SHORTLIST = {
    "options": [
        {"id": "district", "title": "Colchester district"},
        {"id": "drive-30", "title": "Within 30 minutes"},
    ],
    "criteria": [{"words": "Jobs inside", "figures": ["80.1", "101.2"], "best": [False, True]}],
}
REPORT = ReportToKeep(b"%PDF-1.7 a report", "pdf", "2026-03-02", SHORTLIST["options"])


def put_forward(database: Database, **more: object) -> int:
    given = {"shortlist": SHORTLIST, "report": REPORT, **more}
    return proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW, **given)  # type: ignore[arg-type]


def test_shortlist_and_report_are_kept_with_the_proposal_and_entered(database: Database) -> None:
    number = put_forward(database)
    with database.reading() as connection:
        assert read_shortlist(connection, number) == SHORTLIST
        (kept,) = kept_reports(connection, number)
        sha256 = hashlib.sha256(b"%PDF-1.7 a report").hexdigest()
        assert (kept.sha256, kept.format, kept.size_bytes) == (sha256, "pdf", 17)
        assert (kept.dated, kept.options) == ("2026-03-02", SHORTLIST["options"])
        assert (kept.by, kept.at) == (ANALYST.name, "2026-03-02T09:30:00.000000+00:00")
        assert report_content(connection, number, sha256) == b"%PDF-1.7 a report"
        with pytest.raises(NotFoundError, match="no such report"):
            report_content(connection, number, "0" * 64)
        entries = [(e["action"], e["subject"]) for e in latest(connection, 9)]
        assert entries == [
            ("put_forward", f"proposal:{number}"),
            ("keep_shortlist", f"shortlist:{number}"),
            ("keep_report", f"report:{number}:{sha256}"),
        ]
        assert verify(connection).faults == ()


def test_a_proposal_without_either_is_as_it_was_before(database: Database) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    with database.reading() as connection:
        assert read_shortlist(connection, number) is None
        assert kept_reports(connection, number) == []
        (entry,) = latest(connection, 9)
    assert set(entry["details"]) == {
        *("council", "option_id", "title", "purpose", "note", "scenario")
    }


def test_the_same_sent_again_is_one_and_another_shortlist_is_another(database: Database) -> None:
    first = put_forward(database)
    assert put_forward(database) == first
    other = put_forward(database, shortlist={**SHORTLIST, "criteria": []})
    assert other != first
    assert proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW) not in (first, other)
    with database.reading() as connection:
        assert len(kept_reports(connection, first)) == 1
        assert connection.execute(sa.select(sa.func.count()).select_from(PROPOSALS)).scalar() == 3


def test_a_report_can_be_added_while_the_proposal_is_open(database: Database) -> None:
    number = put_forward(database, report=None)
    word = replace(REPORT, content=b"PK a Word file", kind="docx")
    once = proposals.keep_report(database, number, word, actor=DIRECTOR, now=NOW)
    assert proposals.keep_report(database, number, word, actor=DIRECTOR, now=NOW) == once
    with database.reading() as connection:
        assert [(k.format, k.by) for k in kept_reports(connection, number)] == [
            ("docx", DIRECTOR.name)
        ]
    proposals.close_proposal(
        database, number, "Wrong", act="withdraw_proposal", actor=ANALYST, now=NOW
    )
    with pytest.raises(ConflictError, match="already withdrawn"):
        proposals.keep_report(database, number, REPORT, actor=DIRECTOR, now=NOW)
    with pytest.raises(NotFoundError, match="no proposal 99"):
        proposals.keep_report(database, 99, REPORT, actor=DIRECTOR, now=NOW)


def test_what_is_kept_has_a_limit(database: Database) -> None:
    big = replace(REPORT, content=bytes(MOST_REPORT_BYTES + 1))
    for refused in (big, replace(REPORT, content=b"")):
        with pytest.raises(InputError, match="1 to 20,000,000 bytes"):
            put_forward(database, report=refused)
    with pytest.raises(InputError, match="larger than 100,000 bytes"):
        put_forward(database, shortlist={"words": "x" * 100_000})
    with database.reading() as connection:  # nothing is left of what was refused
        assert connection.execute(sa.select(sa.func.count()).select_from(AUDIT)).scalar() == 0
    number = put_forward(database)
    for n in range(MOST_REPORTS - 1):
        more = replace(REPORT, content=b"%d" % n)
        proposals.keep_report(database, number, more, actor=ANALYST, now=NOW)
    with pytest.raises(ConflictError, match="6 reports, the most"):
        proposals.keep_report(
            database, number, replace(REPORT, content=b"x"), actor=ANALYST, now=NOW
        )


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("UPDATE shortlists SET document = '{}'", "the shortlist of proposal 1 is not the one"),
        ("DELETE FROM shortlists", "the shortlist of proposal 1 is missing"),
        ("UPDATE proposal_reports SET content = {blob}", "of proposal 1 is not the one"),
        ("UPDATE proposal_reports SET document = '{{}}'", "of proposal 1 is not the one"),
        ("DELETE FROM proposal_reports", "the report of proposal 1 is missing"),
    ],
)
def test_what_an_intruder_did_is_found(database: Database, command: str, fault: str) -> None:
    put_forward(database)
    blob = {"sqlite": "x'00'", "postgresql": r"'\x00'::bytea"}[database.engine.dialect.name]
    with database.engine.connect() as connection, connection.begin():
        let_anything_happen(connection)
        connection.exec_driver_sql(command.replace("{blob}", blob).replace("{{}}", "{}"))
    with database.reading() as connection:
        found = verify(connection).faults
    assert len(found) == 1
    assert fault in found[0]


def test_a_trace_slipped_in_afterwards_is_found(database: Database) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    with database.engine.connect() as connection, connection.begin():
        connection.execute(
            sa.text("INSERT INTO shortlists VALUES (:number, '{}', 'x', 'y')"), {"number": number}
        )
    with database.reading() as connection:
        assert verify(connection).faults == ("the shortlist of proposal 1 has no entry in the log",)


def test_both_are_backed_up_and_restored(database: Database, tmp_path: Path) -> None:
    number = put_forward(database)
    back_up(database, tmp_path / "copy.sqlite")
    new = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    restore(new, tmp_path / "copy.sqlite")
    with new.reading() as connection:
        assert read_shortlist(connection, number) == SHORTLIST
        assert report_content(connection, number, REPORT.sha256) == REPORT.content
        assert verify(connection).faults == ()
    new.close()
