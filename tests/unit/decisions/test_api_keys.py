"""API keys in the store, on both databases, and by the command line."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from localarea.cli.app import run
from localarea.decisions import api_keys
from localarea.decisions.record.audit import latest, verify
from localarea.decisions.record.roles import Actor
from localarea.decisions.record.schema import API_KEYS
from localarea.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.decisions.database import Database

ADMIN = Actor("Mo Manager", "admin")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def _make(database: Database, *roles: str, days: int = 30) -> tuple[api_keys.ApiKey, str]:
    return api_keys.make(
        database, name="contract register", roles=roles, days=days, actor=ADMIN, now=NOW
    )


def _find(database: Database, text: str, day: str = "2026-03-02") -> api_keys.ApiKey | None:
    with database.reading() as connection:
        return api_keys.find(connection, text, today=day)


def test_a_key_is_found_and_only_its_hash_is_kept(database: Database) -> None:
    key, text = _make(database, "checker", "viewer")
    head, identity, secret = text.split("_", 2)
    assert (head, identity) == ("la", key.id)
    assert len(secret) == 43  # 32 bytes in base64 without its padding
    assert _find(database, text) == key
    assert key.roles == ("viewer", "checker")
    with database.reading() as connection:
        row = connection.execute(sa.select(API_KEYS)).mappings().one()
        (entry,) = latest(connection, 5)
    assert row["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert secret not in str(dict(row)) + str(entry)
    assert (entry["action"], entry["subject"]) == ("make_key", f"key:{key.id}")
    assert (entry["actor"], entry["details"]["roles"]) == ("Mo Manager", ["viewer", "checker"])


def test_a_key_ends_with_its_last_day(database: Database) -> None:
    _, text = _make(database, "checker", days=1)
    assert _find(database, text, "2026-03-03") is not None
    assert _find(database, text, "2026-03-04") is None


def test_a_key_holds_for_a_day_or_for_a_leap_year_at_most(database: Database) -> None:
    # 2 March 2026 and 366 days: 3 March 2027.
    assert _make(database, "checker", days=366)[0].expires_on == "2027-03-03"
    assert _make(database, "checker", days=1)[0].expires_on == "2026-03-03"
    for days in (0, 367):
        with pytest.raises(InputError, match="1 to 366 days"):
            _make(database, "checker", days=days)


def test_a_revoked_key_opens_nothing_and_stays_revoked(database: Database) -> None:
    key, text = _make(database, "checker")
    ended = api_keys.revoke(database, key.id, actor=ADMIN, now=NOW + timedelta(hours=1))
    assert ended.revoked_at is not None
    assert _find(database, text) is None
    with pytest.raises(ConflictError, match="already"):
        api_keys.revoke(database, key.id, actor=ADMIN, now=NOW)
    with database.reading() as connection:
        assert [e["action"] for e in latest(connection, 5)] == ["make_key", "revoke_key"]
        assert verify(connection).faults == ()


@pytest.mark.parametrize("text", ["", "la_", "la__", "la_abc", "la_abc_def", "xx_", "la_%_x"])
def test_what_is_no_key_finds_none(database: Database, text: str) -> None:
    key, made = _make(database, "checker")
    assert _find(database, text) is None
    assert _find(database, made[:-1]) is None
    assert _find(database, made + "A") is None
    assert _find(database, f"la_{key.id}_") is None


def test_a_key_never_approves(database: Database) -> None:
    with pytest.raises(InputError, match="a person must decide"):
        _make(database, "checker", "approver")


def test_all_faults_are_said_at_once(database: Database) -> None:
    with pytest.raises(InputError) as caught:
        api_keys.make(database, name=" ", roles=["king"], days=400, actor=ADMIN, now=NOW)
    for part in ("name of 1 to 100", "king", "1 to 366 days"):
        assert part in str(caught.value)
    with database.reading() as connection:
        assert api_keys.list_keys(connection) == []


@pytest.mark.parametrize(("name", "allowed"), [("K", True), ("K" * 100, True), ("K" * 101, False)])
def test_a_name_has_one_to_a_hundred_letters(database: Database, name: str, allowed: bool) -> None:
    def make() -> None:
        api_keys.make(database, name=name, roles=["checker"], days=1, actor=ADMIN, now=NOW)

    if allowed:
        make()
    else:
        with pytest.raises(InputError, match="name of 1 to 100"):
            make()


def test_the_day_of_its_use_is_kept_without_an_entry(database: Database) -> None:
    key, _ = _make(database, "checker")
    api_keys.note_use(database, key.id, today="2026-03-05", now=NOW)
    with database.reading() as connection:
        assert api_keys.list_keys(connection)[0].last_used_on == "2026-03-05"
        assert len(latest(connection, 5)) == 1
        assert verify(connection).faults == ()


def test_there_is_nothing_to_revoke(database: Database) -> None:
    with pytest.raises(NotFoundError, match="keys list"):
        api_keys.revoke(database, "nothing", actor=ADMIN, now=NOW)


def test_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", f"sqlite:///{tmp_path / 'decisions.sqlite'}")
    assert run(["keys", "list"]) == 0
    assert "No key" in capsys.readouterr().out
    command = ["keys", "make", "--name", "register", "--roles", "checker, viewer", "--days", "9"]
    assert run(command) == 0
    said = capsys.readouterr()
    text = said.out.strip()
    assert text.startswith("la_")
    assert text not in said.err
    assert run(["keys", "list", "--json"]) == 0
    listed = capsys.readouterr().out
    (key,) = json.loads(listed)
    assert (key["name"], key["roles"]) == ("register", ["viewer", "checker"])
    assert text not in listed
    assert run(["keys", "revoke", key["id"]]) == 0
    assert "is revoked" in capsys.readouterr().out
    assert run(["keys", "revoke", key["id"]]) == 2
    assert run(["keys", "make", "--name", "x", "--roles", "approver"]) == 2
    assert "a person must decide" in capsys.readouterr().err
