"""The address of a database: its secrets are not shown, and one without an answer is given up."""

from __future__ import annotations

import os
import socket
import stat
import threading
import traceback
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from localarea.decisions.database import open_database, shown_address
from localarea.decisions.record import engines
from localarea.decisions.record.engines import parsed_url
from localarea.errors import SettingError, StoreUnavailableError
from localarea.service.logs.redaction import secrets_of
from localarea.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://la:s3cret@db/x", "postgresql://la:***@db/x"),
        ("postgresql://la@db/x?password=s3cret", "postgresql://la@db/x"),
        (
            "postgresql://la@/x?host=/run/pg&sslpassword=s3cret",
            "postgresql://la@/x?host=%2Frun%2Fpg",
        ),
        ("sqlite:////srv/record.sqlite", "sqlite:////srv/record.sqlite"),
    ],
)
def test_the_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert shown_address(sa.make_url(address)) == shown


@pytest.mark.parametrize("stated", [False, True])
def test_a_server_that_never_answers_is_given_up(
    stated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setattr(engines, "CONNECT_S", 600 if stated else 2)
    own = "?connect_timeout=2" if stated else ""
    found: list[BaseException] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://la@127.0.0.1:{silent.getsockname()[1]}/x{own}"

        def ask() -> None:
            try:
                open_database(address)
            except StoreUnavailableError as error:
                found.append(error)

        asked = threading.Thread(target=ask, daemon=True)
        asked.start()
        asked.join(60)  # without the limit it waits for as long as this server is there
    assert len(found) == 1


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://la:s3c@ret@db/x",  # without this, "ret" is shown as part of the host
        "postgresql://la:s3c@ret:s3cret@db/x",
        "postgresql://la:s3cret@db:54s3cret/x",
    ],
)
def test_no_part_of_a_password_is_told_that_cannot_be_read(address: str) -> None:
    with pytest.raises(SettingError, match="%40 for @") as caught:
        open_database(address)
    told = "".join(traceback.format_exception(caught.value))
    assert not any(part in told for part in ("s3c", "ret@", "54"))
    assert secrets_of(Settings(database_url=address))  # which are taken out of logs


def test_a_new_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)  # as systems have it
    try:
        database = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
        with database.transaction() as connection:
            connection.execute(sa.text("CREATE TABLE x (y)"))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("new.sqlite", "new.sqlite-wal", "new.sqlite-shm"), 0o600)


def test_a_store_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    path.touch()
    path.chmod(0o660)  # a group that works on it together
    open_database(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


@pytest.mark.parametrize(
    ("why", "remedy"),
    [
        ("database or disk is full", "make room on its disk, then try again"),
        ("attempt to write a readonly database", "let the user that runs this write to the file"),
        ("unable to open database file", "see that its folder is there"),
        ('FATAL:  password authentication failed for user "x"', "correct LOCALAREA_DATABASE_URL"),
        ('FATAL:  database "x" does not exist', "correct LOCALAREA_DATABASE_URL, or make it"),
        ("failed to resolve host 'x': [Errno -2]", "correct LOCALAREA_DATABASE_URL, or try again"),
        ("Connection refused", "try again"),
    ],
)
def test_what_is_wrong_with_a_store_is_told_with_what_helps(why: str, remedy: str) -> None:
    said = str(StoreUnavailableError("postgresql://x", why))
    assert f"(postgresql://x) cannot be used: {why}; {remedy}" in said


def test_a_parameter_that_the_driver_does_not_know_is_named() -> None:
    with pytest.raises(SettingError, match="does not know: bogus; leave it out"):
        parsed_url("postgresql://la@db/x?connect_timeout=3&bogus=s3cret")
    known = parsed_url("postgresql://la@/x?host=/run/postgresql&sslmode=require")
    assert set(known.query) == {"host", "sslmode"}


def test_a_folder_that_cannot_be_made_is_told_with_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="its folder cannot be made: Not a directory"):
        open_database(f"sqlite:///{tmp_path}/file/below/record.sqlite")
