"""A supplier is let at its contracts by a key or a code, for a time, and no further."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from contract_cases import enter_a_contract
from decisions_cases import ANALYST, NOW, let_anything_happen

from localarea.decisions import api_keys
from localarea.decisions.database import Database, open_database
from localarea.decisions.record.audit import verify
from localarea.decisions.record.holders import holder_of_key
from localarea.decisions.supplier_access import (
    accesses,
    contracts_of_keys,
    end_access,
    let_person_in,
    references_of,
)
from localarea.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = NOW.date().isoformat()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(open_database(database_url)) as opened:
        for name in ("ROADS", "CARE", "PARKS"):
            enter_a_contract(opened, name)
        yield opened


def make(database: Database, *contracts: str, days: int = 30) -> api_keys.ApiKey:
    key, _ = api_keys.make(
        database, name="Sue", roles=["supplier"], days=days, actor=ANALYST, now=NOW,
        contracts=contracts,
    )  # fmt: skip
    return key


def seen(database: Database, holder: str, today: str = TODAY) -> list[str]:
    with database.reading() as connection:
        return references_of(connection, holder, today=today)


def in_days(days: int) -> str:
    return (NOW.date() + timedelta(days=days)).isoformat()


def test_a_key_is_for_its_contracts_until_its_last_day(database: Database) -> None:
    holder = holder_of_key(make(database, "ROADS", "CARE").id)
    assert seen(database, holder) == ["CARE", "ROADS"]
    assert seen(database, holder, in_days(30)) == ["CARE", "ROADS"]
    assert seen(database, holder, in_days(31)) == []
    assert seen(database, holder_of_key("abcdefghjk")) == []


def test_a_revoked_key_sees_nothing(database: Database) -> None:
    key = make(database, "ROADS")
    api_keys.revoke(database, key.id, actor=ANALYST, now=NOW)
    assert seen(database, holder_of_key(key.id)) == []
    with database.reading() as connection:
        assert accesses(connection, "ROADS", today=TODAY) == []


def test_access_to_one_contract_is_ended_and_given_again(database: Database) -> None:
    key = make(database, "ROADS", "CARE")
    holder = holder_of_key(key.id)
    end_access(database, holder, "ROADS", actor=ANALYST, now=NOW)
    assert seen(database, holder) == ["CARE"]
    with pytest.raises(NotFoundError, match="no such access"):
        end_access(database, holder, "ROADS", actor=ANALYST, now=NOW)
    let_person_in(database, " sue ", "ROADS", days=5, actor=ANALYST, now=NOW)
    assert seen(database, "person:sue", in_days(5)) == ["ROADS"]
    assert seen(database, "person:sue", in_days(6)) == []
    with database.reading() as connection:
        (one,) = accesses(connection, "ROADS", today=TODAY)
        assert (one.name, one.by_key, one.expires_on) == ("sue", False, in_days(5))
        assert contracts_of_keys(connection, today=TODAY) == {key.id: ["CARE"]}
        assert verify(connection).faults == ()


def test_a_person_is_not_the_key_of_that_name(database: Database) -> None:
    key = make(database, "ROADS")
    let_person_in(database, holder_of_key(key.id), "CARE", days=5, actor=ANALYST, now=NOW)
    assert seen(database, holder_of_key(key.id)) == ["ROADS"]


@pytest.mark.parametrize(
    ("roles", "contracts", "says"),
    [
        (["supplier"], [], "name at least one contract"),
        (["supplier", "checker"], ["ROADS"], "goes with no other"),
        (["checker"], ["ROADS"], "only the key of a supplier is for contracts"),
        (["supplier"], ["ROADS", "LANES"], "no contract LANES"),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    database: Database, roles: list[str], contracts: list[str], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        api_keys.make(
            database, name="Sue", roles=roles, days=5, actor=ANALYST, now=NOW, contracts=contracts
        )
    with database.reading() as connection:
        assert api_keys.list_keys(connection) == []


@pytest.mark.parametrize(
    ("person", "days", "says"),
    [(" ", 5, "code"), ("x" * 400, 5, "code"), ("a\x00", 5, "code"), ("sue", 0, "1 to 366"),
     ("sue", 367, "1 to 366")],
)  # fmt: skip
def test_access_that_cannot_be_is_refused(
    database: Database, person: str, days: int, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        let_person_in(database, person, "ROADS", days=days, actor=ANALYST, now=NOW)
    with pytest.raises(NotFoundError, match="no contract 'LANES'"):
        let_person_in(database, "sue", "LANES", days=5, actor=ANALYST, now=NOW)


def test_a_long_name_of_a_provider_fits_the_record(database: Database) -> None:
    let_person_in(database, "s" * 255, "ROADS", days=5, actor=ANALYST, now=NOW)
    assert seen(database, "person:" + "s" * 255) == ["ROADS"]
    with database.reading() as connection:
        assert verify(connection).faults == ()


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE contract_access SET expires_on = '2099-12-31'",
        "UPDATE contract_access SET holder = 'person:eve'",
        "DELETE FROM contract_access",
    ],
)
def test_the_audit_finds_access_that_was_changed(database: Database, act: str) -> None:
    let_person_in(database, "sue", "ROADS", days=5, actor=ANALYST, now=NOW)
    with database.engine.begin() as connection:
        let_anything_happen(connection)
        connection.exec_driver_sql(act)
    with database.reading() as connection:
        assert any("access:" in fault for fault in verify(connection).faults)
