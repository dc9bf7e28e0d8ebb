"""Receipts in the store of decisions: kept, found, never changed, and without any postcode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from decisions_cases import ANALYST, NOW, let_anything_happen

from localarea.decisions.backup import back_up, restore
from localarea.decisions.database import Database, open_database
from localarea.decisions.receipts import (
    MOST_BYTES,
    keep_receipt,
    new_reference,
    parse_reference,
    receipt,
    receipts_of,
)
from localarea.decisions.record.audit import latest, verify
from localarea.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = {"rows": 3, "column": "Postcode", "counts": {"local": 2, "unknown": 1}}
INPUT, RESULT = "a" * 64, "b" * 64


def _keep(database: Database, **changes: Any) -> str:
    given = {"kind": "file", "document": DOCUMENT, "actor": ANALYST, "now": NOW, **changes}
    return keep_receipt(database, **given).reference


def test_a_receipt_is_found_by_its_reference_however_it_is_typed(database: Database) -> None:
    reference = _keep(database)
    with database.reading() as connection:
        for typed in (reference, reference.upper(), reference.replace("-", " ")):
            found = receipt(connection, typed)
            assert (found.reference, found.document, found.by) == (
                reference,
                DOCUMENT,
                ANALYST.name,
            )
        assert found.at == "2026-03-02T09:30:00.000000+00:00"
        assert latest(connection, 1)[0]["subject"] == f"receipt:{reference}"
        assert verify(connection).faults == ()


def test_a_receipt_is_found_by_the_files_it_names(database: Database) -> None:
    reference = _keep(database, input_sha256=INPUT, result_sha256=RESULT)
    with database.reading() as connection:
        for sha256 in (INPUT, RESULT, f" {RESULT.upper()} "):
            assert [found.reference for found in receipts_of(connection, sha256)] == [reference]
        assert receipts_of(connection, "c" * 64) == []
        with pytest.raises(InputError, match="64 hexadecimal"):
            receipts_of(connection, "abc")


def test_references_are_not_guessed() -> None:
    made = {new_reference() for _ in range(200)}
    assert len(made) == 200
    # 28 characters of 31: 31 to the 28th power has 42 decimal digits, 2 to the 128th has 39.
    assert all(len(set(text)) > 5 and len(text.replace("-", "")) == 28 for text in made)
    assert all(parse_reference(text) == text for text in made)


@pytest.mark.parametrize("typed", ["", "2345", "0" * 28, "2" * 29, "é" * 28])
def test_what_is_no_reference_is_told(typed: str) -> None:
    with pytest.raises(InputError, match="7 groups of 4"):
        parse_reference(typed)


def test_an_unknown_reference_is_told(database: Database) -> None:
    with database.reading() as connection, pytest.raises(NotFoundError, match="no receipt"):
        receipt(connection, new_reference())


@pytest.mark.parametrize(
    "document",
    [
        {"file": "staff CO1 1JB.csv"},
        {"sheets": [{"name": "co11jb"}]},
        {"counts": {"CO1 1JB": 1}},
        {"text": "x" * MOST_BYTES},
    ],
)
def test_a_postcode_never_gets_into_the_record(
    database: Database, document: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match="a receipt h") as told:
        _keep(database, document=document)
    assert "1JB" not in str(told.value).upper()
    with database.reading() as connection:
        assert latest(connection, 1) == []


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("UPDATE receipts SET document = '{}'", "is not the one of its entry"),
        ("UPDATE receipts SET kind = 'answer'", "is not the one of its entry"),
        ("DELETE FROM receipts", "is missing"),
    ],
)
def test_a_receipt_changed_by_hand_is_found(database: Database, command: str, fault: str) -> None:
    reference = _keep(database)
    with database.engine.connect() as connection, connection.begin():
        let_anything_happen(connection)
        connection.exec_driver_sql(command)
    with database.reading() as connection:
        assert verify(connection).faults == (f"receipt {reference} {fault}",)


def test_the_database_refuses_to_change_a_receipt(database: Database) -> None:
    _keep(database)
    for command in ("UPDATE receipts SET kind = kind", "DELETE FROM receipts"):
        with (
            database.engine.connect() as connection,
            connection.begin(),
            pytest.raises(sa.exc.DBAPIError, match="only ever grows"),
        ):
            connection.exec_driver_sql(command)


def test_a_receipt_comes_back_from_a_back_up(database: Database, tmp_path: Path) -> None:
    reference = _keep(database, result_sha256=RESULT)
    back_up(database, tmp_path / "b.sqlite")
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    try:
        restore(other, tmp_path / "b.sqlite")
        with other.reading() as connection:
            assert receipts_of(connection, RESULT)[0].reference == reference
            assert verify(connection).faults == ()
    finally:
        other.close()
