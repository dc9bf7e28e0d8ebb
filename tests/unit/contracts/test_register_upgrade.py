"""A register of the form before suppliers is brought up to date: what counted goes on counting."""

from __future__ import annotations

import json
from contextlib import closing
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from contract_cases import QUARTERS, SUPPLIER, TERMS
from decisions_cases import ANALYST, NOW

from localarea.contracts.counting import CountedReturn
from localarea.contracts.register import enter_return, find_contract, newest_returns, returns
from localarea.decisions.database import Database, open_database
from localarea.decisions.record.audit import verify
from localarea.decisions.record.engines import WRITES, make_engine, parsed_url
from localarea.decisions.record.upgrading import _config
from localarea.definitions.model import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTRACT = {**TERMS, "definition_sha256": "a" * 64, "rule": "r", "rule_version": "1",
            "pledges": [], "milestones": [{"title": "Half way", "due": "2027-03-31"}]}  # fmt: skip
RETURN = {"figures": {}, "receipt": {"files": ["b" * 64]}}
ENTERED = "INSERT INTO contracts (reference, version, council, document, \"by\", at) " \
    "VALUES ('C1', 1, 'colchester', :document, 'Ada Analyst', '2026')"  # fmt: skip
SENT = "INSERT INTO contract_returns (reference, quarter, version, contract_version, document, " \
    "\"by\", at) VALUES ('C1', '2026-27 Q1', 1, 1, :document, 'Ada Analyst', '2026')"  # fmt: skip


def _old(address: str) -> None:
    """Make a store of form 0005 with a contract and a return, as that version wrote them."""
    engine = make_engine(parsed_url(address))
    with as_file(files("localarea.decisions") / "migrations") as folder:
        config = _config(folder)
        with engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "0005")
    with Database(engine).writing(ANALYST, at="2026") as ledger:
        for statement, document, action, subject, facts in (
            (ENTERED, CONTRACT, "enter_contract", "contract:C1 version 1",
             {"council": "colchester"}),
            (SENT, RETURN, "enter_return", "return:C1 of 2026-27 Q1 version 1",
             {"contract_version": 1}),
        ):  # fmt: skip
            text = canonical_json(document).decode()
            ledger.connection.execute(sa.text(statement), {"document": text})
            ledger.record(action, subject, {**facts, "sha256": _sha256(text)})
    engine.dispose()


def _sha256(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def test_what_was_sent_before_there_were_suppliers_is_accepted(database_url: str) -> None:
    _old(database_url)
    with closing(open_database(database_url, upgrade=True)) as database:
        with database.reading() as connection:
            (one,) = returns(connection, "C1")
            assert (one.state, one.sent_as, one.decision) == ("accepted", "council", None)
            assert len(newest_returns(connection)) == 1
            kept = find_contract(connection, "C1")
            held: Mapping[str, object] = json.loads(canonical_json(kept.contract.as_document()))
            assert held == CONTRACT  # so that the same contract sent again changes nothing
            assert verify(connection).faults == ()
        counted = CountedReturn(QUARTERS[0], {}, {"files": ["c" * 64]})
        sent = enter_return(database, kept, counted, actor=SUPPLIER, now=NOW)
        assert (sent.version, sent.state) == (2, "sent")
        with database.reading() as connection:
            assert [found.version for found in newest_returns(connection)] == [1]
            assert verify(connection).faults == ()
