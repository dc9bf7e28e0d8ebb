"""What a supplier sends waits; only what is accepted counts, and each version is decided once."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import QUARTERS, SUPPLIER, enter_a_contract
from decisions_cases import ANALYST, NOW, let_anything_happen

from localarea.contracts.acceptance import decide
from localarea.contracts.counting import CountedReturn
from localarea.contracts.reading import notes_on, register_series
from localarea.contracts.register import (
    enter_contract,
    enter_return,
    newest_returns,
    returns,
)
from localarea.contracts.standing import indicator
from localarea.decisions.database import Database, open_database
from localarea.decisions.record.audit import verify
from localarea.decisions.record.schema import AUDIT
from localarea.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.contracts.kept import KeptReturn
    from localarea.decisions.record.roles import Actor

QUARTER = QUARTERS[0]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(open_database(database_url)) as opened:
        enter_a_contract(opened)
        yield opened


def counted(amount: int) -> CountedReturn:
    line = {"amount": amount * 10_000, "other": 0, "divisor": 10_000, "people": 0,
            "other_people": 0}  # fmt: skip
    apart: dict[str, Any] = {"refused": [], "outside_quarter": [], "other_contract": []}
    return CountedReturn(QUARTER, {"NT18": line}, {"returns": [], **apart})


def send(database: Database, amount: int, actor: Actor = SUPPLIER) -> KeptReturn:
    kept = enter_a_contract(database)  # which is there already
    return enter_return(database, kept, counted(amount), actor=actor, now=NOW)


def settle(database: Database, version: int, state: Any, comment: str = "") -> KeptReturn:
    return decide(database, "C1", QUARTER, version, state, comment=comment, actor=ANALYST, now=NOW)


def told(database: Database) -> str | None:
    """Give NT18 of the quarter over all contracts."""
    with database.reading() as connection:
        (series,) = indicator(register_series(connection, council="colchester"), "NT18")
    figure = series["by_quarter"][0]["delivered"]
    return None if figure is None else str(figure)


def states(database: Database) -> list[str]:
    with database.reading() as connection:
        assert verify(connection).faults == ()
        return [one.state for one in returns(connection, "C1")]


def test_a_suppliers_return_counts_once_it_is_accepted(database: Database) -> None:
    assert send(database, 100).state == "sent"
    assert told(database) is None
    decided = settle(database, 1, "accepted", "Thank you.")
    assert (decided.state, decided.decision and decided.decision.by) == ("accepted", ANALYST.name)
    assert told(database) == "100.00"
    assert states(database) == ["accepted"]


def test_what_the_council_enters_itself_counts_at_once(database: Database) -> None:
    assert send(database, 100, ANALYST).state == "accepted"
    assert told(database) == "100.00"


def test_a_correction_after_acceptance_supersedes_when_it_is_accepted(database: Database) -> None:
    send(database, 100)
    settle(database, 1, "accepted")
    send(database, 70)
    assert told(database) == "100.00"  # until then the version accepted before holds
    settle(database, 2, "returned", "The credit note of June is missing.")
    assert told(database) == "100.00"
    send(database, 60)
    settle(database, 3, "accepted")
    assert told(database) == "60.00"
    assert states(database) == ["accepted", "returned", "accepted"]
    with database.reading() as connection:
        assert [one.version for one in newest_returns(connection)] == [3]


def test_a_version_is_decided_once_and_only_while_it_is_the_newest(database: Database) -> None:
    send(database, 100)
    settle(database, 1, "accepted")
    with pytest.raises(ConflictError, match="accepted already"):
        settle(database, 1, "returned", "Too late.")
    send(database, 90)
    send(database, 80)
    with pytest.raises(ConflictError, match="version 3 of the return was sent in the meantime"):
        settle(database, 2, "accepted")
    send(database, 70, ANALYST)
    with pytest.raises(ConflictError, match="accepted already"):  # as it was entered
        settle(database, 4, "accepted")
    with pytest.raises(NotFoundError, match="no version 9"):
        settle(database, 9, "accepted")


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("  ", "say what the supplier should put right"),
        ("E1 lives at CO4 9ZZ, not in Ipswich", "holds a postcode"),
        ("x" * 2001, "at most 2,000"),
        ("a\x00b", "must be text"),
    ],
)
def test_a_comment_that_cannot_be_kept_is_refused(
    database: Database, comment: str, says: str
) -> None:
    send(database, 100)
    with pytest.raises(InputError, match=says) as refused:
        settle(database, 1, "returned", comment)
    assert "CO4" not in str(refused.value)
    assert states(database) == ["sent"]


def test_the_supplier_is_told_what_becomes_of_it(database: Database) -> None:
    assert "accepted it" in " ".join(notes_on(send(database, 100), []))
    settle(database, 1, "returned", "The ledger ends in May.")
    again = send(database, 100)  # the same
    assert again.repeated
    assert "returned by" in (said := " ".join(notes_on(again, [])))
    assert "The ledger ends in May." in said


def test_a_return_that_waits_freezes_definition_and_rule(database: Database) -> None:
    send(database, 100)
    changed = replace(enter_a_contract(database).contract, rule="other")
    with pytest.raises(ConflictError, match="frozen at award"):
        enter_contract(
            database, changed, council="colchester", actor=ANALYST, now=NOW, supersedes=1
        )


def test_the_record_has_each_step(database: Database) -> None:
    send(database, 100)
    settle(database, 1, "returned", "The ledger ends in May.")
    send(database, 90)
    settle(database, 2, "accepted")
    with database.reading() as connection:
        found = connection.execute(AUDIT.select().order_by(AUDIT.c.seq)).mappings()
        steps = [(row["action"], row["actor"], row["role"]) for row in found]
    assert steps == [
        ("enter_contract", ANALYST.name, "analyst"),
        ("enter_return", SUPPLIER.name, "supplier"),
        ("send_return_back", ANALYST.name, "analyst"),
        ("enter_return", SUPPLIER.name, "supplier"),
        ("accept_return", ANALYST.name, "analyst"),
    ]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("UPDATE return_decisions SET state = 'returned'", "decision on return:C1"),
        ("UPDATE return_decisions SET comment = 'Fine'", "is not the one of its entry"),
        ("DELETE FROM return_decisions", "is missing"),
        ("UPDATE contract_returns SET sent_as = 'council'", "return:C1 of 2026-27 Q1 version 1"),
    ],
)
def test_the_audit_finds_what_an_intruder_changed(database: Database, act: str, says: str) -> None:
    send(database, 100)
    settle(database, 1, "accepted")
    with database.engine.begin() as connection:
        let_anything_happen(connection)
        connection.exec_driver_sql(act)
    with database.reading() as connection:
        assert any(says in fault for fault in verify(connection).faults)
