"""Texts that are none: NULs, halves of characters and control signs, kept and asked for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from decisions_cases import ANALYST, NOW
from role_table import TABLE
from service_cases import hold_token, routes_of
from signin_cases import signing_service

from localarea.decisions.database import open_database
from localarea.decisions.record.schema import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

NONE: Final = ["a\0b", "\ud800", "a\u2028b\u202e", "\x1b[31m"]
PLANTED: Final = "CO4 9ZZ"
PUT: Final = {
    "option": "district",
    "purpose": "measure",
    "title": "t",
    "note": "n",
    "half_left_out": "Few commute across the Stour",
}
APPROVAL: Final = {
    "id": "x",
    "effective_from": "2031-04-01",
    "reasons": "r",
    "minute_reference": "",
}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "proposals": PUT,
    "proposals/1/comments": {"text": "t"},
    "proposals/1/return": {"text": "t"},
    "proposals/1/approve": APPROVAL,  # with a blank minute, so that nothing is frozen
    "check": {"postcodes": [""], "option": "district", "definition": "", "on": ""},
    "keys": {"name": "n", "roles": ["viewer"], "days": 1},
    "scenario": {"base": "district", "include": [""]},
    "compare": {"options": ["district", ""]},
}


@pytest.fixture
def client(tmp_path: Path, database_url: str, small_tables: DataStore) -> Iterator[TestClient]:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    folder = {"jobs_dir": tmp_path / "jobs"}
    with signing_service(tmp_path, database_url=database_url, **folder, **tables) as made:
        hold_token(made)
        yield made


@pytest.mark.slow
def test_no_text_that_is_none_brings_forth_a_fault(client: TestClient) -> None:
    assert client.post("/api/v1/proposals", json=PUT).status_code == 201
    wrong = []
    database = client.app.state.localarea.database  # type: ignore[attr-defined]
    # What is text, if strange, is one to both databases; the first two are none to one of them.
    both = database.engine.dialect.name == "postgresql"
    for bad in NONE if both else NONE[:2]:
        for path, body in BODIES.items():
            for name, value in body.items():
                changed = {**body, name: [bad, "district"] if isinstance(value, list) else bad}
                raw = json.dumps(changed).encode()
                kind = {"Content-Type": "application/json"}
                answer = client.post(f"/api/v1/{path}", content=raw, headers=kind)
                wrong += [(path, name, bad)] if answer.status_code >= 500 else []
        coded = quote(bad.encode("utf-8", "surrogatepass"))
        for route in TABLE:
            method, path = route.split(" ")
            if "{" not in path or "static" in path or "sign-in" in path:
                continue
            answer = client.request(method, re.sub(r"\{[^}]+\}", coded, path))
            wrong += [(route, bad)] if answer.status_code >= 500 else []
        for path, name in (("/decisions/1/comment", "text"), ("/keys", "name"), ("/", "postcode")):
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = client.post(path, content=f"{name}={coded}", headers=kind)
            wrong += [(path, name, bad)] if answer.status_code >= 500 else []
    assert wrong == []
    assert client.get("/api/v1/audit/verify").json()["sound"] is True
    assert set(routes_of(client.app.routes)) <= set(TABLE)  # type: ignore[attr-defined]


def test_an_error_of_the_database_does_not_hold_what_was_written(database_url: str) -> None:
    database = open_database(database_url)
    row = {"proposal_id": 7, "at": "x", "by": PLANTED, "role": "x", "text": PLANTED}
    with (
        pytest.raises(sa.exc.IntegrityError) as raised,
        database.writing(ANALYST, at=NOW.isoformat()) as ledger,
    ):
        ledger.connection.execute(sa.insert(COMMENTS).values(**row))
    assert PLANTED not in str(raised.value)
    database.close()
