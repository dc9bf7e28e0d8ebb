"""The register: versions supersede and nothing is overwritten, lost or kept twice."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from contract_cases import QUARTERS, TERMS
from decisions_cases import ANALYST, NOW, let_anything_happen
from ready_processes import run_code

from localarea.contracts.counting import CountedReturn
from localarea.contracts.model import parse_contract
from localarea.contracts.reading import notes_on
from localarea.contracts.recounting import notes_on_recounting
from localarea.contracts.register import (
    contracts,
    enter_contract,
    enter_return,
    find_contract,
    newest_returns,
    returns,
    versions,
)
from localarea.decisions.backup import back_up, restore
from localarea.decisions.database import Database, open_database
from localarea.decisions.record.audit import verify
from localarea.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.contracts.model import Contract

FROZEN = {"definition_sha256": "a" * 64, "rule": "contract-year", "rule_version": "1"}


def contract(**changes: Any) -> Contract:
    own = {name: changes.pop(name) for name in FROZEN if name in changes}
    return replace(parse_contract(TERMS | changes), **{**FROZEN, **own})


def counted(quarter: str = QUARTERS[0], amount: int = 1, *refs: str) -> CountedReturn:
    line = {"amount": amount, "other": 0, "divisor": 10_000, "people": 0, "other_people": 0}
    return CountedReturn(quarter, dict.fromkeys(refs or ("NT18",), line), {"files": ["b" * 64]})


def enter(database: Database, supersedes: int | None = None, **changes: Any) -> KeptContract:
    made = contract(**changes)
    return enter_contract(
        database, made, council="colchester", actor=ANALYST, now=NOW, supersedes=supersedes
    )


def send(database: Database, kept: KeptContract, found: CountedReturn) -> KeptReturn:
    return enter_return(database, kept, found, actor=ANALYST, now=NOW)


def faults(database: Database) -> tuple[str, ...]:
    with database.reading() as connection:
        return verify(connection).faults


def test_a_correction_is_a_new_version_and_the_first_stays(database: Database) -> None:
    assert enter(database).version == 1
    with pytest.raises(ConflictError, match="on the register as version 1"):
        enter(database, title="Repair of lanes")
    with pytest.raises(ConflictError, match="version 1"):
        enter(database, supersedes=2, title="Repair of lanes")
    assert enter(database, supersedes=1, title="Repair of lanes").version == 2
    with database.reading() as connection:
        (newest,) = contracts(connection, council="colchester")
        assert (newest.version, newest.contract.title) == (2, "Repair of lanes")
        assert [k.contract.title for k in versions(connection, "C1")] == [
            "Repair of roads", "Repair of lanes",
        ]  # fmt: skip
        assert contracts(connection, council="norwich") == []
    assert faults(database) == ()


def test_the_same_contract_twice_is_kept_once(database: Database) -> None:
    assert not enter(database).repeated
    again = enter(database)
    assert (again.repeated, again.version) == (True, 1)


def test_references_that_differ_in_capitals_are_not_two_contracts(database: Database) -> None:
    enter(database)
    with pytest.raises(ConflictError, match="there is a contract C1"):
        enter(database, reference="c1")


def test_what_is_not_there_is_told_with_what_is_near(database: Database) -> None:
    enter(database, reference="ROADS-2026")
    with (
        database.reading() as connection,
        pytest.raises(NotFoundError, match="nearest: ROADS-2026"),
    ):
        find_contract(connection, "ROADS-2027")
    with (
        database.reading() as connection,
        pytest.raises(NotFoundError, match="there is no contract"),
    ):
        find_contract(connection, "ROADS-2026", council="norwich")
    with pytest.raises(NotFoundError, match="to correct"):
        enter(database, supersedes=1, reference="other")


def test_definition_and_rule_are_frozen_once_a_return_was_counted(database: Database) -> None:
    enter(database)
    kept = enter(database, supersedes=1, definition="another", definition_sha256="c" * 64)
    send(database, kept, counted(QUARTERS[1]))
    for changes in (
        {},  # the first definition again
        {"definition": "another", "definition_sha256": "d" * 64},
        {"definition": "another", "definition_sha256": "c" * 64, "rule_version": "2"},
    ):
        with pytest.raises(ConflictError, match="frozen at award"):
            enter(database, supersedes=2, **changes)
    same = {"definition": "another", "definition_sha256": "c" * 64}
    says = (
        "a return of 2026-27 Q2 was counted.*: its first day can be 30 September 2026 at the latest"
    )
    with pytest.raises(InputError, match=says):
        enter(database, supersedes=2, first_day="2026-10-01", **same)
    with pytest.raises(InputError, match="its last day can be 1 July 2026 at the earliest"):
        enter(database, supersedes=2, last_day="2026-06-30", **same)
    assert enter(database, supersedes=2, last_day="2028-03-31", **same).version == 3


def test_a_contract_corrected_while_its_return_is_counted_is_told(database: Database) -> None:
    old = enter(database)
    enter(database, supersedes=1, definition="another", definition_sha256="c" * 64)
    with pytest.raises(ConflictError, match="send the return again"):
        send(database, old, counted())
    with database.reading() as connection:
        assert returns(connection, "C1") == []


def test_a_return_sent_again_is_kept_once_and_a_correction_supersedes(database: Database) -> None:
    kept = enter(database)
    send(database, kept, counted(QUARTERS[0], 5, "NT1", "NT18"))
    assert send(database, kept, counted(QUARTERS[0], 5, "NT1", "NT18")).repeated
    send(database, kept, counted(QUARTERS[1], 7))
    corrected = send(database, kept, counted(QUARTERS[0], 6))
    assert (corrected.version, corrected.lost) == (2, ("NT1",))
    with database.reading() as connection:
        every = [(k.counted.quarter, k.version) for k in returns(connection, "C1")]
        assert every == [(QUARTERS[0], 1), (QUARTERS[0], 2), (QUARTERS[1], 1)]
        amounts = [k.counted.figures["NT18"]["amount"] for k in newest_returns(connection)]
        assert amounts == [6, 7]
    assert faults(database) == ()


@pytest.mark.parametrize("table", ["contracts", "contract_returns"])
@pytest.mark.parametrize("act", ["UPDATE {} SET document = '{{}}'", "DELETE FROM {}"])
def test_neither_table_can_be_changed(database: Database, table: str, act: str) -> None:
    send(database, enter(database), counted())
    with (
        pytest.raises(sa.exc.DatabaseError, match="only ever grows"),
        database.engine.begin() as connection,
    ):
        connection.exec_driver_sql(act.format(table))


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("UPDATE contracts SET document = '{}'", "contract:C1 version 1 is not the one of its"),
        ("UPDATE contracts SET council = 'x'", "contract:C1 version 1 is not the one of its"),
        (
            "UPDATE contract_returns SET document = '{}'",
            "return:C1 of 2026-27 Q1 version 1 is not the one of its entry",
        ),
        ("DELETE FROM contract_returns", "return:C1 of 2026-27 Q1 version 1 is missing"),
        (
            "UPDATE contract_returns SET quarter = '2026-27 Q2'",
            "return:C1 of 2026-27 Q2 version 1 has no entry in the log",
        ),
    ],
)
def test_the_audit_finds_what_an_intruder_changed(database: Database, act: str, says: str) -> None:
    send(database, enter(database), counted())
    assert faults(database) == ()
    with database.engine.begin() as connection:
        let_anything_happen(connection)
        connection.exec_driver_sql(act)
    assert any(says in fault for fault in faults(database))


def test_a_return_of_staff_is_to_be_sent_again_once_a_contract_ended_early(
    database: Database,
) -> None:
    kept = enter(database)
    for quarter, ref in ((QUARTERS[0], "NT1"), (QUARTERS[1], "NT1"), (QUARTERS[2], "NT18")):
        send(database, kept, counted(quarter, 5, ref))

    def notes() -> list[str]:
        with database.reading() as connection:
            return notes_on_recounting(versions(connection, "C1"), returns(connection, "C1"))

    assert notes() == []
    ended = enter(database, supersedes=1, last_day="2026-10-31")  # a day of Q3: payments alone
    assert notes() == []
    ended = enter(database, supersedes=2, first_day="2026-05-01", last_day="2026-10-31")
    assert notes() == [
        "The return of 2026-27 Q1 counts staff from 1 April 2026 to 30 June 2026, and the contract "
        "now runs from 1 May 2026 to 30 June 2026 in that quarter: send that return again."
    ]
    send(database, ended, counted(QUARTERS[0], 4, "NT1"))
    assert notes() == []


def test_a_backup_holds_the_register(database: Database, tmp_path: Path) -> None:
    send(database, enter(database), counted())
    back_up(database, tmp_path / "backup.sqlite")
    with closing(open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")) as fresh:
        restore(fresh, tmp_path / "backup.sqlite")
        with fresh.reading() as connection:
            assert find_contract(connection, "C1").contract == contract()
            assert [k.counted for k in newest_returns(connection)] == [counted()]
        assert faults(fresh) == ()


KILLED = """
import os, sys
from contextlib import closing
from decisions_cases import ANALYST, NOW
sys.path.insert(0, sys.argv[3])
from test_contract_register import counted
from localarea.contracts import register
from localarea.decisions.record.audit import Ledger
from localarea.decisions.database import open_database
def die(*_, **__):
    os.kill(os.getpid(), 9)
with closing(open_database(sys.argv[1])) as database:
    with database.reading() as connection:
        kept = register.find_contract(connection, "C1")
    if sys.argv[2] == "before the log":
        Ledger.record = die
    elif sys.argv[2] == "before the commit":
        record = Ledger.record
        Ledger.record = lambda *a: (record(*a), die())
    register.enter_return(database, kept, counted(), actor=ANALYST, now=NOW)
    die()
"""


@pytest.mark.parametrize("when", ["before the log", "before the commit", "before the answer"])
def test_killed_in_the_middle_nothing_is_lost_or_doubled(
    database_url: str, repository: Path, when: str
) -> None:
    with closing(open_database(database_url)) as database:
        kept = enter(database)
    here = str(repository / "tests" / "unit" / "contracts")
    done = run_code(KILLED, database_url, when, here, ahead=["pytest", "contract_cases"])
    assert done.returncode == -9, done.stdout
    with closing(open_database(database_url)) as database:
        with database.reading() as connection:
            assert len(returns(connection, "C1")) == (when == "before the answer")
        assert faults(database) == ()
        send(database, kept, counted())  # as whoever got no answer does
        with database.reading() as connection:
            assert [k.version for k in returns(connection, "C1")] == [1]
        assert faults(database) == ()


def test_a_list_that_says_otherwise_of_an_earlier_quarter_is_told_so(database: Database) -> None:
    """The first return had one under NT6; by the last list it was under NT3 from the start."""
    kept = enter(database)
    first = counted(QUARTERS[0], 1, "NT6")
    send(database, kept, first)
    amount = first.figures["NT6"]["amount"]
    rows = dict.fromkeys(("returns", "refused", "outside_quarter", "other_contract"), ())
    for implied, expected in (("NT6", ()), ("NT3", ((QUARTERS[0], "NT3"),))):
        second = counted(QUARTERS[1], 1, implied)
        second = replace(
            second, receipt=second.receipt | rows, implied={QUARTERS[0]: {implied: amount}}
        )
        sent = send(database, kept, second)
        assert sent.contradicted == expected
        told = [note for note in notes_on(sent, []) if "under NT3 in 2026-27 Q1" in note]
        assert len(told) == len(expected)
        again = send(database, kept, second)
        assert (again.repeated, again.contradicted) == (True, expected)
