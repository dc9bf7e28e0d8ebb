"""
What `service/server` takes of uvicorn's insides is there.

Uvicorn promises none of it, so pyproject.toml bounds the version. Whoever raises the bound sees
here, rather than in a deployment, what has moved.
"""

from __future__ import annotations

import asyncio
import inspect
from socket import AF_UNIX, IPPROTO_TCP, TCP_NODELAY, create_connection, socket
from typing import Any

import pytest

pytest.importorskip("uvicorn")

import uvicorn
from uvicorn import _subprocess
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import multiprocess

from localarea.service.server import workers
from localarea.service.server.slow_clients import PatientProtocol


async def _no_answer(scope: Any, receive: Any, send: Any) -> None:
    """Stand for an application that is never asked."""


def test_the_supervisor_starts_its_processes_with_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    def forked(*how: Any) -> str:
        asked.append(how)
        return "ours"

    monkeypatch.setattr(multiprocess, "get_subprocess", forked)
    config = uvicorn.Config(_no_answer, workers=2)
    process: Any = multiprocess.Process(config, [])
    assert process.process == "ours"
    bound = inspect.signature(workers._forked).bind(*asked[0]).arguments
    assert bound == {"config": config, "target": process.target, "sockets": []}


def test_a_copy_is_begun_as_uvicorn_begins_one() -> None:
    named = set(inspect.signature(_subprocess.subprocess_started).parameters)
    assert named == {"config", "target", "sockets", "stdin_fileno"}


def test_the_protocol_calls_what_ours_listens_to() -> None:
    async def begin() -> PatientProtocol:
        config = uvicorn.Config(_no_answer)
        config.load()
        state = uvicorn.server.ServerState()
        return PatientProtocol(config=config, server_state=state, app_state={})

    protocol = asyncio.run(begin())
    assert protocol.cycle is None  # no request was read
    for name in ("connection_made", "connection_lost", "on_message_begin", "on_headers_complete"):
        assert name in vars(PatientProtocol), name
        assert callable(getattr(HttpToolsProtocol, name)), name


def test_connections_of_the_shared_socket_send_what_is_written_at_once() -> None:
    """A socket that does not name its protocol is one for which asyncio does not see to it."""
    listening = uvicorn.Config(_no_answer, host="127.0.0.1", port=0).bind_socket()
    with listening:
        assert listening.proto != IPPROTO_TCP  # if uvicorn names it one day, ours can go
        workers.without_delay(listening)
        listening.listen()
        with create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(IPPROTO_TCP, TCP_NODELAY)


def test_a_socket_of_the_file_system_has_nothing_to_delay() -> None:
    with socket(AF_UNIX) as listening:
        workers.without_delay(listening)
