"""
The head and the body of an answer, sent together.

The server writes each by itself, and to hand something to the machine's network takes longer than
to put two short texts together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import asyncio

_SHORT: Final = 65_536  # bytes: to copy more than this takes longer than to send it by itself


class JoinedWrites:
    """
    A connection of asyncio that holds a short text back until the next, or until others' turn.

    Whoever writes and then waits for anything has it sent, so nothing is held for longer than what
    is written in one go.
    """

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: bytes | None = None

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to the connection itself."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send a text together with what was held; hold it where nothing was."""
        held = self._held
        if held is not None and len(data) < _SHORT:
            self._held = None
            self._transport.write(b"".join((held, data)))
        elif held is None and len(data) < _SHORT:
            self._held = data
            self._loop.call_soon(self.flush)
        else:
            self.flush()
            self._transport.write(data)

    def flush(self) -> None:
        """Send what is held."""
        held, self._held = self._held, None
        if held is not None:
            self._transport.write(held)

    def is_closing(self) -> bool:
        """Check whether the connection is closed, or about to be."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Close the connection once everything is sent."""
        self.flush()
        self._transport.close()
