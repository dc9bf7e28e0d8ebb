"""The store of decisions on both databases: what happens, who may act, and what cannot be."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from contract_cases import enter_a_return
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

from localarea.decisions import approvals, proposals
from localarea.decisions.database import Database, open_database
from localarea.decisions.receipts import keep_receipt
from localarea.decisions.record.audit import NO_HASH, latest, verify
from localarea.decisions.record.grounds import keep_grounds, read_grounds
from localarea.decisions.record.roles import MAY, ROLES, Actor
from localarea.decisions.record.schema import (
    APPEND_ONLY,
    AUDIT,
    COMMENTS,
    DEFINITIONS,
    METADATA,
    PROPOSALS,
)
from localarea.decisions.refreshing import keep_refreshed
from localarea.decisions.traces import ReportToKeep
from localarea.decisions.validity import definition, in_force
from localarea.definitions.refresh import Refresh
from localarea.errors import (
    AuditError,
    ConflictError,
    InputError,
    NotAllowedError,
    NotFoundError,
    SettingError,
    StoreUnavailableError,
    VintageError,
)


def _holding(database: Database, on: date) -> str | None:
    with database.reading() as connection:
        found = in_force(connection, council="colchester", purpose="measure", on=on)
    return found and found["id"]


def _faults(database: Database, *, expect: str | None = None) -> tuple[str, ...]:
    with database.reading() as connection:
        return verify(connection, expect=expect).faults


def test_from_an_option_put_forward_to_its_successor(database: Database) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    proposals.comment(database, number, "What of Ipswich?", actor=DIRECTOR, now=NOW)
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW, proposal_id=number)
    with pytest.raises(ConflictError, match="is already approved: its page names the definition"):
        proposals.close_proposal(database, number, "No", act="return", actor=DIRECTOR, now=NOW)
    later = another("colchester-measure-2027.1", effective_from=date(2027, 4, 1))
    head = approvals.approve(database, later, actor=DIRECTOR, now=NOW, supersedes=FIRST.id)

    assert _holding(database, date(2026, 3, 31)) is None
    assert _holding(database, date(2026, 4, 1)) == FIRST.id
    assert _holding(database, date(2027, 3, 31)) == FIRST.id
    assert _holding(database, date(2027, 4, 1)) == later.id
    with database.reading() as connection:
        report = verify(connection)
        actions = connection.execute(sa.select(AUDIT.c.action).order_by(AUDIT.c.seq)).scalars()
        assert list(actions) == ["put_forward", "comment", "approve", "approve", "supersede"]
        assert definition(connection, FIRST.id)["successor"] == later.id
        status = connection.execute(sa.select(PROPOSALS.c.status)).scalar_one()
        content = connection.execute(
            sa.select(DEFINITIONS.c.content).where(DEFINITIONS.c.id == FIRST.id)
        ).scalar_one()
    assert (status, bytes(content)) == ("approved", FIRST.content)
    assert (report.sound, report.entries, report.head) == (True, 5, head)


def test_an_empty_log_is_sound(database: Database) -> None:
    with database.reading() as connection:
        report = verify(connection)
    assert (report.sound, report.entries, report.head) == (True, 0, NO_HASH)


A_REPORT = ReportToKeep(b"a report", "pdf", "2026-03-02", ())
FOLDER: Any = SimpleNamespace(add=lambda _data: Path("2026-02.gpkg"))  # takes whatever it is given
NONE = {"local": 0, "not_local": 0, "unknown": 0}
REFRESHED = Refresh(
    definition=FIRST.id, before="2025-11", after="2026-02", data=b"edition",
    added=NONE, removed=NONE, terminated=NONE, revived=NONE, moved=0, changed=(),
)  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_is_its_own_and_nothing_else(database: Database, role: str) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    with database.reading() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(AUDIT)).scalar_one()
    actor = Actor("Somebody", role)  # type: ignore[arg-type]
    future = another("next", effective_from=date(2027, 1, 1))
    attempts = {
        "keep_report": lambda: proposals.keep_report(
            database, number, A_REPORT, actor=actor, now=NOW
        ),
        "comment": lambda: proposals.comment(database, number, "A word", actor=actor, now=NOW),
        "supersede": lambda: approvals.approve(
            database, future, actor=actor, now=NOW, supersedes=FIRST.id
        ),
        "withdraw": lambda: approvals.withdraw(
            database, "next", "Mistaken", on=date(2027, 6, 1), actor=actor, now=NOW
        ),
        "approve": lambda: approvals.approve(
            database, another("third", effective_from=date(2028, 1, 1)), actor=actor, now=NOW
        ),
        "return": lambda: proposals.close_proposal(
            database, number, "Add Ipswich", act="return", actor=actor, now=NOW
        ),
        "put_forward": lambda: proposals.put_forward(database, PROPOSAL, actor=actor, now=NOW),
        "withdraw_proposal": lambda: proposals.close_proposal(
            database, number, "Wrong", act="withdraw_proposal", actor=actor, now=NOW
        ),
        "refresh": lambda: keep_refreshed(database, FOLDER, REFRESHED, actor=actor, now=NOW),
    }
    assert set(attempts) == set(MAY) - {"take_over"}  # tests/unit/decisions/test_taking_over.py
    done = 0
    for act, attempt in attempts.items():
        if role in MAY[act]:  # type: ignore[index]
            attempt()
            done += 1
        else:
            with pytest.raises(
                NotAllowedError, match=r"that takes the role (admin|analyst|approver)"
            ):
                attempt()
    # An approval that supersedes makes two entries.
    more = done + (1 if role == "approver" else 0)
    with database.reading() as connection:
        after = connection.execute(sa.select(sa.func.count()).select_from(AUDIT)).scalar_one()
    assert after - before == more


def test_only_the_approver_approves() -> None:
    assert MAY["approve"] == MAY["supersede"] == MAY["withdraw"] == {"approver"}


@pytest.mark.parametrize(("act", "actor"), [("return", DIRECTOR), ("withdraw_proposal", ANALYST)])
def test_what_was_closed_cannot_be_approved(database: Database, act: str, actor: Actor) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    proposals.close_proposal(database, number, "No", act=act, actor=actor, now=NOW)  # type: ignore[arg-type]
    with pytest.raises(ConflictError, match="already"):
        approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW, proposal_id=number)
    assert _holding(database, date(2026, 5, 1)) is None
    with database.reading() as connection:
        assert connection.execute(sa.select(COMMENTS.c.text)).scalars().all() == ["No"]


def test_a_definition_must_be_what_was_put_forward(database: Database) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    other = another("other", option_id="district", purpose="reservation")
    with pytest.raises(ConflictError, match="option_id, purpose"):
        approvals.approve(database, other, actor=DIRECTOR, now=NOW, proposal_id=number)


def test_of_many_approvals_at_once_one_wins(database: Database) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    start, outcomes = threading.Barrier(6), list[str]()

    def run(position: int) -> None:
        new = another(f"d{position}")
        start.wait()
        try:
            approvals.approve(database, new, actor=DIRECTOR, now=NOW, proposal_id=number)
        except ConflictError:
            outcomes.append("refused")
        else:
            outcomes.append("approved")

    threads = [threading.Thread(target=run, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved"] + ["refused"] * 5
    assert _faults(database) == ()


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (date(2026, 1, 1), date(2026, 3, 31), True),  # ends the day before
        (date(2026, 1, 1), date(2026, 4, 1), False),  # shares the first day
        (date(2026, 12, 31), None, False),  # shares the last day
        (date(2027, 1, 1), None, True),  # begins the day after
        (date(2026, 6, 1), date(2026, 6, 1), False),  # one day inside
        (date(2026, 1, 1), None, False),  # all around it
    ],
)
def test_two_definitions_of_a_purpose_never_share_a_day(
    database: Database, first: date, last: date | None, free: bool
) -> None:
    held = another("held", effective_to=date(2026, 12, 31))
    approvals.approve(database, held, actor=DIRECTOR, now=NOW)
    new = another("new", effective_from=first, effective_to=last)
    if free:
        approvals.approve(database, new, actor=DIRECTOR, now=NOW)
    else:
        with pytest.raises(
            ConflictError, match="held is in force from 1 April 2026 to 31 December 2026"
        ):
            approvals.approve(database, new, actor=DIRECTOR, now=NOW)
    # Another purpose has days of its own.
    other = another("other", effective_from=first, effective_to=last, purpose="reservation")
    approvals.approve(database, other, actor=DIRECTOR, now=NOW)


def test_a_withdrawn_definition_frees_its_days(database: Database) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    said = (
        f"definition {FIRST.id} begins on 1 April 2026, so it cannot end on 31 March 2026; "
        "name that day"
    )
    with pytest.raises(ConflictError, match=said):
        approvals.withdraw(
            database, FIRST.id, "Too early", on=date(2026, 3, 31), actor=DIRECTOR, now=NOW
        )
    approvals.withdraw(database, FIRST.id, "Flawed", on=date(2026, 5, 1), actor=DIRECTOR, now=NOW)
    assert _holding(database, date(2026, 4, 30)) == FIRST.id
    assert _holding(database, date(2026, 5, 1)) is None
    with pytest.raises(ConflictError, match="withdrawn with effect from 1 May 2026"):
        approvals.withdraw(
            database, FIRST.id, "Again", on=date(2026, 6, 1), actor=DIRECTOR, now=NOW
        )
    approvals.approve(
        database, another("next", effective_from=date(2026, 5, 1)), actor=DIRECTOR, now=NOW
    )
    assert _holding(database, date(2026, 5, 1)) == "next"


def test_what_may_be_superseded(database: Database) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    cases = {
        "begin before": another("early", effective_from=date(2026, 3, 1)),
        "another council or purpose": another("other", purpose="reservation"),
        "choose another id": FIRST,
    }
    for message, new in cases.items():
        with pytest.raises(ConflictError, match=message):
            approvals.approve(database, new, actor=DIRECTOR, now=NOW, supersedes=FIRST.id)
    with pytest.raises(NotFoundError, match="no definition 'none'"):
        approvals.approve(database, another("new"), actor=DIRECTOR, now=NOW, supersedes="none")
    with database.reading() as connection:
        assert connection.execute(sa.select(DEFINITIONS.c.id)).scalars().all() == [FIRST.id]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reasons": " "}, "the reason is blank"),
        ({"minute_reference": ""}, "the minute reference is blank"),
        ({"id": ""}, "the id is blank"),
        ({"content": b""}, "no content"),
        ({"effective_to": date(2026, 3, 31)}, "before the first"),
    ],
)
def test_an_approval_says_who_why_and_by_what_authority(
    database: Database, changes: dict[str, object], message: str
) -> None:
    new = another(**{"identity": FIRST.id, **changes}) if "id" not in changes else another("")
    with pytest.raises(InputError, match=message):
        approvals.approve(database, new, actor=DIRECTOR, now=NOW)
    assert _faults(database) == ()


def test_bad_words_and_times_are_refused(database: Database) -> None:
    with pytest.raises(InputError, match="time zone"):
        proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(NotFoundError, match="no proposal 7"):
        proposals.comment(database, 7, "Hm", actor=ANALYST, now=NOW)
    with pytest.raises(InputError, match="role 'king'"):
        Actor("A", "king")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="give a name"):
        Actor(" ", "analyst")


def test_what_was_seen_is_kept_with_the_approval(database: Database) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW, grounds=SEEN)
    other = another("colchester-measure-2027.1", effective_from=date(2027, 4, 1))
    approvals.approve(database, other, actor=DIRECTOR, now=NOW, supersedes=FIRST.id)
    with database.reading() as connection:
        assert read_grounds(connection, FIRST.id) == SEEN
        assert read_grounds(connection, other.id) is None
        details = latest(connection, 9)[0]["details"]
    # SHA-256 of the JSON in its one form, with that of the map: hashed here by hand.
    text = '{"held":"district","sides":[["Zones","21","34","+13"]]}'
    picture = hashlib.sha256(b"a map").hexdigest()
    whole = f'{{"picture_sha256":"{picture}","shown":{text}}}'
    assert details["grounds_sha256"] == hashlib.sha256(whole.encode()).hexdigest()
    assert SEEN.seen == hashlib.sha256(text.encode()).hexdigest()
    assert _faults(database) == ()


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("""UPDATE grounds SET shown = '{"held":"x"}'""", "are not those of its approval"),
        ("UPDATE grounds SET shown = 'not JSON'", "are not those of its approval"),
        ("UPDATE grounds SET picture = shown_picture", "are not those of its approval"),
        ("DELETE FROM grounds", "are missing"),
    ],
)
def test_grounds_changed_by_hand_are_found(database: Database, command: str, fault: str) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW, grounds=SEEN)
    picture = {"sqlite": "x'00'", "postgresql": r"'\x00'::bytea"}[database.engine.dialect.name]
    with database.engine.connect() as connection, connection.begin():
        let_anything_happen(connection)
        connection.exec_driver_sql(command.replace("shown_picture", picture))
    found = _faults(database)
    assert len(found) == 1
    assert fault in found[0]
    assert FIRST.id in found[0]


def test_grounds_slipped_in_afterwards_are_found(database: Database) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    with database.engine.connect() as connection, connection.begin():
        keep_grounds(connection, FIRST.id, SEEN)
    assert [f for f in _faults(database) if "have no entry in the log" in f]


def test_the_database_itself_refuses_to_change_the_record(database: Database) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    proposals.comment(database, number, "A word", actor=ANALYST, now=NOW)
    chosen = replace(PROPOSAL, note="From a shortlist")
    traces = {"shortlist": {"options": []}, "report": A_REPORT}
    proposals.put_forward(database, chosen, actor=ANALYST, now=NOW, **traces)  # type: ignore[arg-type]
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW, grounds=SEEN)
    approvals.withdraw(database, FIRST.id, "No", on=date(2026, 5, 1), actor=DIRECTOR, now=NOW)
    keep_receipt(database, kind="file", document={"rows": 3}, actor=ANALYST, now=NOW)
    enter_a_return(database)
    column = {
        "comments": "text",
        "shortlists": "document",
        "proposal_reports": "document",
        "definitions": "reasons",
        "grounds": "shown",
        "definition_ends": "reason",
        "receipts": "document",
        "contracts": "document",
        "contract_returns": "document",
        "return_decisions": "comment",
        "contract_access": "expires_on",
        "releases": "document",
        "proxy_values": "document",
        "value_reports": "document",
        "value_report_files": "content",
    }
    happened = []
    for table, statement in product(APPEND_ONLY, ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}")):
        command = statement.format(table, column.get(table, "details"))
        try:
            with database.engine.connect() as connection, connection.begin():
                connection.exec_driver_sql(command)
        except sa.exc.DBAPIError as error:
            if "only ever grows" in str(error):
                continue
        happened.append(command)
    assert happened == []
    assert _faults(database) == ()


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("UPDATE audit SET details = '{}' WHERE seq = 2", "entry 2 has been changed"),
        ("UPDATE audit SET actor = 'Nobody' WHERE seq = 1", "entry 1 has been changed"),
        ("DELETE FROM audit WHERE seq = 2", "entry 2 is missing"),
        ("DELETE FROM audit WHERE seq = 4", "entries are missing"),
        ("DELETE FROM audit_head", "last entry of the audit log is missing"),
        ("UPDATE audit_head SET seq = 9", "ends at entry 4, but the last entry on record is 9"),
        ("UPDATE definitions SET reasons = 'Because'", "differs from its approval in reasons"),
        ("UPDATE definitions SET content = CAST('x' AS {blob})", "does not match its sha256"),
        ("UPDATE definitions SET effective_from = '2020-01-01'", "approval in effective_from"),
        ("DELETE FROM definition_ends", "its end is missing"),
        ("UPDATE definition_ends SET ended_on = '2030-01-01'", "differs from its entry"),
        (
            "UPDATE definitions SET approved_at = '2020-01-01T00:00:00.000000+00:00'",
            f"the approval of definition:{FIRST.id}: the log says otherwise when entered it",
        ),
        (
            "UPDATE definition_ends SET at = '2020-01-01T00:00:00.000000+00:00'",
            f"the end of definition:{FIRST.id}: the log says otherwise when entered it",
        ),
        ("UPDATE proposals SET note = 'Other'", "proposal 1 differs from its entries in note"),
        ("UPDATE proposals SET status = 'approved'", "from its entries in status"),
        ("UPDATE proposals SET put_forward_by = 'Nobody'", "from its entries in put_forward_by"),
        ("UPDATE comments SET text = 'Well'", "a comment on proposal 1 is not as entered"),
        ("DELETE FROM comments", "a comment on proposal 1 is missing"),
        (
            'INSERT INTO comments (id, proposal_id, at, "by", role, text) VALUES '
            "(9, 1, '2026-03-02', 'Nobody', 'analyst', 'Well')",
            "a comment on proposal 1 is not in the log",
        ),
    ],
)
def test_verification_finds_what_an_intruder_did(
    database: Database, command: str, fault: str
) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    approvals.withdraw(database, FIRST.id, "No", on=date(2026, 5, 1), actor=DIRECTOR, now=NOW)
    proposals.comment(database, number, "Too small", actor=DIRECTOR, now=NOW)
    assert _faults(database) == ()
    blob = "BLOB" if database.engine.dialect.name == "sqlite" else "bytea"
    with database.engine.connect() as connection, connection.begin():
        let_anything_happen(connection)
        connection.exec_driver_sql(command.format(blob=blob) if "{blob}" in command else command)
    assert any(fault in said for said in _faults(database)), _faults(database)


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("(2)", "entry 2 is missing: the next one is numbered 3"),
        ("(2, 3)", "entries 2 to 3 are missing"),
    ],
)
def test_only_the_entries_that_are_gone_are_said_to_be(
    database: Database, gone: str, said: str
) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    for text in ("One", "Two", "Three"):
        proposals.comment(database, number, text, actor=ANALYST, now=NOW)
    with database.engine.connect() as connection, connection.begin():
        let_anything_happen(connection)
        connection.exec_driver_sql(f"DELETE FROM audit WHERE seq IN {gone}")  # noqa: S608
    numbers = [fault for fault in _faults(database) if "missing" in fault]
    assert numbers == [said]


_HASHED = ("seq", "at", "actor", "role", "action", "subject", "details", "previous")


def _hash_by_hand(entry: dict[str, Any]) -> str:
    """Hash an entry: JSON of its columns by name and the hash before, without spaces."""
    text = json.dumps(
        {name: entry[name] for name in sorted(_HASHED)}, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def test_each_entry_holds_the_hash_of_the_one_before(database: Database) -> None:
    proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    with database.reading() as connection:
        rows = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings().all()
    assert [row["previous"] for row in rows] == ["0" * 64, rows[0]["hash"]]
    assert [row["hash"] for row in rows] == [_hash_by_hand(dict(row)) for row in rows]


def test_an_entry_written_anew_with_its_own_hash_breaks_the_chain(database: Database) -> None:
    proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    with database.engine.connect() as connection, connection.begin():
        let_anything_happen(connection)
        row = dict(connection.execute(sa.select(AUDIT).where(AUDIT.c.seq == 1)).mappings().one())
        row["actor"] = "Nobody"
        changed = {"actor": "Nobody", "hash": _hash_by_hand(row)}
        connection.execute(sa.update(AUDIT).where(AUDIT.c.seq == 1).values(changed))
    assert _faults(database) == (
        "entry 2 does not follow the entry before it",
        "proposal 1 differs from its entries in put_forward_by",
    )


def test_a_hash_noted_elsewhere_shows_a_record_written_anew(database: Database) -> None:
    noted = approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    assert _faults(database, expect=noted) == ()
    assert _faults(database, expect=noted[:12].upper()) == ()
    proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    assert _faults(database, expect=noted) == ()  # the log may go on
    assert "not the log it was noted from" in _faults(database, expect="f" * 64)[0]


def test_without_its_head_the_log_takes_no_entry(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("DELETE FROM audit_head")
    with pytest.raises(AuditError, match="last entry of the audit log is missing"):
        proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)


_KILLED = """
import sys
sys.path.insert(0, {tests!r})
from decisions_cases import *
from localarea.decisions import approvals
from localarea.decisions.database import open_database
database = open_database({url!r})
with database.writing(DIRECTOR, at="2026-03-02T09:30:00+00:00") as ledger:
    import sqlalchemy as sa
    from localarea.decisions.record.schema import DEFINITIONS
    values = approvals._values(FIRST, DIRECTOR)
    row = dict(values, content=FIRST.content, approved_at=ledger.at)
    ledger.connection.execute(sa.insert(DEFINITIONS).values(**row))
    ledger.record("approve", "definition:" + FIRST.id, values)
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_an_approval_killed_halfway_has_not_happened(
    database: Database, database_url: str, repository: Path
) -> None:
    code = _KILLED.format(tests=str(repository / "tests" / "helpers"), url=database_url)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    assert _holding(database, date(2026, 5, 1)) is None
    assert _faults(database) == ()
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    assert _holding(database, date(2026, 5, 1)) == FIRST.id


def test_opening_many_times_at_once_makes_one_store(database_url: str) -> None:
    opened: list[Database] = []
    faults: list[Exception] = []

    def run() -> None:
        try:
            opened.append(open_database(database_url))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert _faults(opened[0]) == ()
    for database in opened:
        database.close()


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_store_of_a_newer_version_is_left_alone(database: Database, database_url: str) -> None:
    with database.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(VintageError, match="newer than this version"):
        open_database(database_url)


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("nonsense", SettingError, "cannot be read"),
        ("mysql://a/b", SettingError, "not on mysql"),
        ("postgresql://localarea@/x?host=/nowhere", StoreUnavailableError, "cannot be used"),
    ],
)
def test_an_address_that_leads_nowhere(url: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        open_database(url)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        open_database("postgresql://user:secret@/x?host=/nowhere")
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"this is a letter, not a database, and long enough to be read" * 20)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        open_database(f"sqlite:///{path}")


def test_times_are_kept_in_utc(database: Database) -> None:
    proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    with database.reading() as connection:
        at = connection.execute(sa.select(AUDIT.c.at)).scalar_one()
    assert datetime.fromisoformat(at) == NOW.astimezone(UTC)
    # Text sorts as time does only in one zone: an hour later by the clock of a place an hour ahead.
    summer = datetime(2026, 6, 1, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    assert proposals.utc_stamp(summer) == "2026-06-01T09:30:00.000000+00:00"


def test_a_definition_may_end_on_its_first_day_and_then_never_held(database: Database) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    first_day = FIRST.effective_from
    approvals.withdraw(database, FIRST.id, "Flawed", on=first_day, actor=DIRECTOR, now=NOW)
    assert _holding(database, first_day) is None
    assert _faults(database) == ()


def test_a_definition_may_be_superseded_from_its_own_first_day(database: Database) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    approvals.approve(database, another("new"), actor=DIRECTOR, now=NOW, supersedes=FIRST.id)
    assert _holding(database, FIRST.effective_from) == "new"
    assert _holding(database, FIRST.effective_from - timedelta(days=1)) is None


def test_a_definition_of_one_day_holds_on_it(database: Database) -> None:
    one = another("one", effective_to=FIRST.effective_from)
    approvals.approve(database, one, actor=DIRECTOR, now=NOW)
    assert _holding(database, FIRST.effective_from) == "one"
    assert _holding(database, FIRST.effective_from + timedelta(days=1)) is None


def test_a_withdrawal_after_its_last_day_does_not_lengthen_a_definition(
    database: Database,
) -> None:
    approvals.approve(
        database, another("one", effective_to=date(2026, 12, 31)), actor=DIRECTOR, now=NOW
    )
    approvals.withdraw(database, "one", "Tidied up", on=date(2027, 3, 1), actor=DIRECTOR, now=NOW)
    assert _holding(database, date(2026, 12, 31)) == "one"
    assert _holding(database, date(2027, 1, 1)) is None


def test_words_may_be_ten_thousand_characters_long_and_no_longer() -> None:
    assert proposals.require_text(f" {'x' * 10_000}\n", "the note") == "x" * 10_000
    with pytest.raises(InputError, match="longer than 10,000 characters"):
        proposals.require_text("x" * 10_001, "the note")
