"""
Read an address's query whatever bytes it holds.

Clients write what is not ASCII as ``%C3%A9``; some send the bytes themselves, and the framework
takes those for UTF-8 and fails where they are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote_from_bytes

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))


class Queries:
    """Writes the bytes of a query that are not ASCII as clients should have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a query of plain signs."""
        query = scope.get("query_string", b"")
        if not query.isascii():
            scope["query_string"] = quote_from_bytes(query, _ASCII).encode()
        await self.app(scope, receive, send)
