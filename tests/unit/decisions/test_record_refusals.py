"""What the record refuses, and what an intruder slipped into it, told in sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from decisions_cases import ANALYST, DIRECTOR, FIRST, NOW, PROPOSAL, another, let_anything_happen

from localarea.decisions import api_keys, approvals, proposals
from localarea.decisions.database import Database, open_database
from localarea.decisions.receipts import keep_receipt
from localarea.decisions.record.audit import verify
from localarea.decisions.record.roles import Actor
from localarea.decisions.record.schema import DEFINITION_ENDS
from localarea.decisions.traces import ReportToKeep
from localarea.errors import ConflictError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ADMIN = Actor("Mo Manager", "admin")
REPORT = ReportToKeep(b"%PDF-1.7 a report", "pdf", "2026-03-02", ())
SHA256 = "a" * 64


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give a record that is refused the same on both databases."""
    opened = open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (
            lambda d: proposals.put_forward(
                d, replace(PROPOSAL, purpose="both"), actor=ANALYST, now=NOW
            ),
            "purpose 'both' is not measure or reservation",
        ),
        (
            lambda d: proposals.put_forward(
                d, replace(PROPOSAL, option_id="x" * 10_000), actor=ANALYST, now=NOW
            ),
            "the scenario has too many changes for a name",
        ),
        (
            lambda d: proposals.put_forward(
                d, PROPOSAL, actor=ANALYST, now=NOW, report=replace(REPORT, kind="odt")
            ),
            "a report cannot be 'odt'",
        ),
        (
            lambda d: proposals.put_forward(
                d, PROPOSAL, actor=ANALYST, now=NOW.replace(tzinfo=None)
            ),
            "a time without a time zone",
        ),
        (
            lambda d: keep_receipt(d, kind="letter", document={}, actor=ANALYST, now=NOW),
            "not of 'letter'",
        ),
        (
            lambda d: api_keys.make(
                d, name="a", roles=("viewer", "king"), days=1, actor=ADMIN, now=NOW
            ),
            "king: the roles are",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(
    database: Database, attempt: Callable[[Database], Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        attempt(database)
    with database.reading() as connection:
        assert verify(connection).entries == 0


@pytest.mark.parametrize(
    "mark",
    [
        "\N{RIGHT-TO-LEFT OVERRIDE}",  # after which "not local" is read as "lacol ton"
        "\N{RIGHT-TO-LEFT ISOLATE}",
        "\N{LINE SEPARATOR}",
        "\x7f",
        "\x9b",  # by which terminals begin a command
        "\r",
    ],
)
def test_what_would_be_read_otherwise_than_it_is_is_not_kept(database: Database, mark: str) -> None:
    for stated in ({"title": f"Ipswich{mark} in"}, {"note": f"It is{mark} in"}):
        with pytest.raises(InputError, match="control characters"):
            proposals.put_forward(database, replace(PROPOSAL, **stated), actor=ANALYST, now=NOW)
    kept = replace(
        PROPOSAL, title="Plwyf Llŷn, caffir \N{NO-BREAK SPACE}ŵyl", note="One\n\ttwo 👩‍🌾"
    )
    assert proposals.put_forward(database, kept, actor=ANALYST, now=NOW) == 1


def test_a_comment_sent_again_is_one_and_a_blank_one_none(database: Database) -> None:
    number = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    for _ in range(2):
        proposals.comment(database, number, " With care. ", actor=DIRECTOR, now=NOW)
    with pytest.raises(InputError, match="comment"):
        proposals.comment(database, number, " \n", actor=DIRECTOR, now=NOW)
    with database.reading() as connection:
        assert verify(connection).entries == 2


def test_a_key_is_named_with_its_number(database: Database) -> None:
    key, _ = api_keys.make(database, name="desk", roles=("viewer",), days=1, actor=ADMIN, now=NOW)
    assert key.title == f"desk (key {key.id})"


def test_a_decision_on_figures_that_have_changed_is_refused(database: Database) -> None:
    approvals.require_unchanged(same=True)
    with pytest.raises(ConflictError, match="have changed since you looked") as raised:
        approvals.require_unchanged(same=False)
    assert raised.value.parameter == "seen"


def test_one_that_ended_before_it_began_leaves_its_days_free(database: Database) -> None:
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    begins = FIRST.effective_from
    approvals.withdraw(database, FIRST.id, "a mistake", on=begins, actor=DIRECTOR, now=NOW)
    second = another("colchester-measure-2026.2")
    approvals.approve(database, second, actor=DIRECTOR, now=NOW)
    with pytest.raises(ConflictError, match=r"is in force from 1 April 2026 for the same"):
        approvals.approve(database, another("third"), actor=DIRECTOR, now=NOW)
    # Another council's is in nobody's way.
    approvals.approve(
        database, another("babergh-measure-2026.1", council="babergh"), actor=DIRECTOR, now=NOW
    )
    past = another("colchester-measure-2025.1", effective_from=date(2025, 4, 1),
                   effective_to=date(2026, 4, 1))  # fmt: skip
    with pytest.raises(ConflictError, match=r"colchester-measure-2026.2 is in force"):
        approvals.approve(database, past, actor=DIRECTOR, now=NOW)


SLIPPED_IN = {
    "receipts": "receipt .* has no entry in the log",
    "proposal_reports": "report .* of proposal 1 has no entry in the log",
    "shortlists": "the shortlist of proposal 1 has no entry in the log",
    "definitions": f"definition {FIRST.id} was never approved in the log",
}


@pytest.fixture
def everything(database: Database) -> Database:
    """Give a record with one of each, whose entries an intruder took away."""
    shortlist = {"options": [{"id": "district", "title": "District"}], "criteria": []}
    proposals.put_forward(
        database, PROPOSAL, actor=ANALYST, now=NOW, shortlist=shortlist, report=REPORT
    )
    keep_receipt(
        database, kind="file", document={"rows": 1}, actor=ANALYST, now=NOW, input_sha256=SHA256
    )
    approvals.approve(database, FIRST, actor=DIRECTOR, now=NOW)
    approvals.withdraw(
        database, FIRST.id, "no longer", on=date(2028, 4, 1), actor=DIRECTOR, now=NOW
    )
    return database


def test_rows_without_an_entry_are_found(everything: Database) -> None:
    with everything.transaction() as connection:
        let_anything_happen(connection)
        connection.exec_driver_sql("DELETE FROM audit")
    with everything.reading() as connection:
        faults = verify(connection).faults
    for said in SLIPPED_IN.values():
        assert any(re.search(said, fault) for fault in faults), said


def test_an_entry_whose_details_are_no_json_is_told_once_for_its_hash(
    everything: Database,
) -> None:
    with everything.transaction() as connection:
        let_anything_happen(connection)
        connection.exec_driver_sql("UPDATE audit SET details = '{' WHERE action = 'approve'")
    with everything.reading() as connection:
        faults = verify(connection).faults
    assert any("has been changed: its hash does not match" in fault for fault in faults)


def test_an_end_without_an_entry_is_found(everything: Database) -> None:
    with everything.transaction() as connection:
        let_anything_happen(connection)
        connection.execute(sa.update(DEFINITION_ENDS).values(ended_on="2027-04-01"))
    with everything.reading() as connection:
        assert any(FIRST.id in fault for fault in verify(connection).faults)
