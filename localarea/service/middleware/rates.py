"""
How often one may ask.

Counted in this process's memory: with several workers each counts for itself, so what is
let through in all is up to the limit times the workers.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from localarea.errors import TooManyRequestsError
from localarea.service.auth.identity import current_identity
from localarea.service.http.unguarded import UNLIMITED
from localarea.service.middleware.bodies import takes_files
from localarea.service.middleware.problem import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limits import RateLimitItem
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from localarea.settings import Settings

_DEFAULTS: Final = {"checks": 600, "sign-ins": 60, "uploads": 60, "requests": 1200}


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many of one kind of request in so long."""

    name: str
    item: RateLimitItem


class Rates:
    """Answers 429 to whoever asks more often than the settings allow."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._limits = {limit.name: limit for limit in _limits(settings)}
        # It keeps a thread for its housekeeping, so it is not made where nothing is limited.
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage()) if self._limits else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request, and pass it on or refuse it."""
        limit = self._limits.get(_kind(scope)) if self._window and scope["type"] == "http" else None
        if limit is None or scope["path"] in UNLIMITED or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        assert self._window is not None  # noqa: S101 -- there is no limit without it
        who = _who(scope, limit.name)
        passed = self._window.hit(limit.item, limit.name, who)
        stats = self._window.get_window_stats(limit.item, limit.name, who)
        wait_s = max(1, math.ceil(stats.reset_time - time.time()))
        headers = _headers(limit, stats.remaining, wait_s)
        if not passed:
            refusal = problem(
                scope, TooManyRequestsError(wait_s), {**headers, "Retry-After": str(wait_s)}
            )
            await refusal(scope, receive, send)
            return
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *raw]
            await send(message)

        await self.app(scope, receive, send_with_limits)


def _limits(settings: Settings) -> Iterator[_Limit]:
    stated = {
        "checks": settings.checks_per_minute,
        "sign-ins": settings.sign_ins_per_minute,
        "uploads": settings.uploads_per_hour,
        "requests": settings.requests_per_minute,
    }
    for name, count in stated.items():
        default = 0 if settings.sign_in == "local" else _DEFAULTS[name]
        allowed = default if count is None else count
        if allowed:
            kind = RateLimitItemPerHour if name == "uploads" else RateLimitItemPerMinute
            yield _Limit(name, kind(allowed))


def _kind(scope: Scope) -> str:
    path, unsafe = scope["path"], scope["method"] == "POST"
    if path.startswith("/sign-in") or (unsafe and path == "/supplier"):
        return "sign-ins"
    if unsafe and takes_files(path):
        return "uploads"
    if path == "/api/v1/check" or (unsafe and path in ("/", "/local")):
        return "checks"
    return "requests"


def _who(scope: Scope, kind: str) -> str:
    """Return who to count the request for: the person or key, else the address."""
    identity = current_identity(Request(scope))
    if identity.via == "anonymous" or kind == "sign-ins":
        client = scope.get("client")
        return f"address {client[0]}" if client else "address unknown"
    return f"{identity.via} {identity.subject or identity.name}"


def _headers(limit: _Limit, left: int, wait_s: int) -> dict[str, str]:
    """Return the headers of the draft "RateLimit header fields for HTTP" of the IETF."""
    seconds = limit.item.get_expiry()
    return {
        "RateLimit-Policy": f'"{limit.name}";q={limit.item.amount};w={seconds}',
        "RateLimit": f'"{limit.name}";r={max(left, 0)};t={wait_s}',
    }
