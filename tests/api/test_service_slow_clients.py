"""A real server and clients that send slowly: over a socket, for that is where they are slow."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from service_cases import free_port
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from localarea.service.middleware.bodies import Bodies
from localarea.service.server.slow_clients import PatientProtocol
from localarea.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

WHOLE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Impatient(PatientProtocol):
    header_time_s = 0.5


async def _answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())} bytes")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    settings = Settings(body_time_s=1, body_limit_mb=1)
    app = Bodies(Starlette(routes=[Route("/", _answer, methods=["GET", "POST"])]), settings)
    chosen = free_port()
    config = uvicorn.Config(
        app, port=chosen, http=Impatient, lifespan="off", log_config=None, timeout_keep_alive=30
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield chosen
    server.should_exit = True
    thread.join()


def _talk(port: int, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """Send the parts, and give what comes back until the server hangs up."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for part in parts:
            try:
                client.sendall(part)
            except OSError:
                break
            time.sleep(pause_s)
        try:
            while got := client.recv(65_536):
                said += got
        except ConnectionResetError:
            pass
    return said


def test_who_never_begins_is_hung_up_on(port: int) -> None:
    assert _talk(port).startswith(b"HTTP/1.1 408")


def test_a_head_that_drips_is_given_up(port: int) -> None:
    drops = [bytes([byte]) for byte in WHOLE[:-2]] * 2
    assert b"408" in _talk(port, *drops, pause_s=0.05)


def test_a_second_head_on_the_same_line_is_waited_for_no_longer(port: int) -> None:
    said = _talk(port, WHOLE, b"GET / HTTP/1.1\r\nHo", pause_s=0.2)
    assert said.startswith(b"HTTP/1.1 200")
    assert b"0 bytes" in said
    assert said.count(b"HTTP/1.1 408") == 1


def test_a_body_that_drips_is_given_up_and_the_line_with_it(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n"
    said = _talk(port, head, *[b"x"] * 30, pause_s=0.1)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in said.lower()


def test_a_body_in_pieces_that_says_no_length_is_counted(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    assert _talk(port, head, *[piece] * 8).startswith(b"HTTP/1.1 413")


def test_who_sends_at_once_is_answered(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"
    assert b"5 bytes" in _talk(port, head, b"hello")
