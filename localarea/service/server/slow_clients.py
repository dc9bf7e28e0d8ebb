"""
End connections on which the head of a request does not come, and send each answer in one piece.

The application hears of a request only once its head is there, so this is the server's
part: each connection that is waited for costs a file handle, and a few thousand of them
are soon opened.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from localarea.service.server.joined_writes import JoinedWrites
from localarea.settings import read_settings

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_ANSWER: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn has it, with an end to patience, as the settings say, and joined writes."""

    header_time_s: float | None = None
    _until: float | None = None  # on the loop's clock; None while no head is waited for
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.transport = JoinedWrites(transport, self.loop)  # type: ignore[assignment]
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._until = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to wait for the head of a further request on the same connection."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is there."""
        self._until = None
        super().on_headers_complete()

    def _wait(self) -> None:
        # The server makes one of these for each connection, in whichever process it came to.
        wait_s = _header_time_s() if self.header_time_s is None else self.header_time_s
        self._until = self.loop.time() + wait_s
        if self._timer is None:
            self._timer = self.loop.call_later(wait_s, self._look)

    def _look(self) -> None:
        """Give up, or look again later: one timer is reused, because setting one is slow."""
        self._timer = None
        if self._until is None:
            return
        left = self._until - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        else:
            self._give_up()

    def _give_up(self) -> None:
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        if cycle is None or cycle.response_complete:
            self.transport.write(_ANSWER)
        self.transport.close()


@lru_cache(maxsize=1)
def _header_time_s() -> float:
    return read_settings().header_time_s
