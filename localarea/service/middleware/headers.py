"""The headers of every answer, faults of the service included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.service.http.content_policy import policy_with

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from localarea.settings import Settings

_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_KEEP_NOTHING: Final = (b"cache-control", b"no-store")
_ASK_AGAIN: Final = (b"cache-control", b"no-cache")
_FOR_A_YEAR: Final = (b"cache-control", b"public, max-age=31536000, immutable")


class Headers:
    """Adds the headers of security, and keeps answers out of caches unless a route says else."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        more = ((b"strict-transport-security", b"max-age=31536000"),) if settings.https else ()
        policy = policy_with(settings.tile_url).encode()
        self._always = [(b"content-security-policy", policy), *_ALWAYS, *more]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                stated = message.get("headers", ())
                own = {name for name, _ in stated}  # a page may be stricter, or be embedded
                headers = [*stated, *(pair for pair in self._always if pair[0] not in own)]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append(_caching(scope, message["status"]))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, dressed)


def _caching(scope: Scope, status: int) -> tuple[bytes, bytes]:
    if not scope["path"].startswith("/static/") or status not in (200, 304):
        return _KEEP_NOTHING
    # An address with its version never changes what it means; one without may be asked about.
    return _FOR_A_YEAR if scope["query_string"].startswith(b"v=") else _ASK_AGAIN
