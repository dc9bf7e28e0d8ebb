"""HEAD works wherever GET does: the same headers, and no body."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """
    Asks for what a HEAD request names by GET, and sends its headers alone.

    Once they are sent, the route learns that the caller has gone, so that a download of many
    megabytes is not streamed to nobody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as GET where it was HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        ended = False

        async def headers_alone(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif message["type"] == "http.response.body" and not ended:
                ended = True
                await send({"type": "http.response.body", "body": b""})

        async def gone_when_ended() -> Message:
            return {"type": "http.disconnect"} if ended else await receive()

        # Of this version streams listen for whether the caller is still there.
        asgi = {**scope.get("asgi", {}), "spec_version": "2.3"}
        asked = {**scope, "method": "GET", "asgi": asgi}
        await self.app(asked, gone_when_ended, headers_alone)
        scope.update(
            {name: asked[name] for name in ("endpoint", "route", "path_params") if name in asked}
        )
