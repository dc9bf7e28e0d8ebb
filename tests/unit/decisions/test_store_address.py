"""The address of a database: its secrets are not shown, and one without an answer is given up."""

from __future__ import annotations

import socket
import threading

import pytest
import sqlalchemy as sa

from localarea.decisions import engines
from localarea.decisions.database import open_database, shown_address
from localarea.errors import StoreUnavailableError


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
