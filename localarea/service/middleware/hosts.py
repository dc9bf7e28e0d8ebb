"""
Answer only under our own name.

A page of another site can have its name point to 127.0.0.1 and so talk to a service on this
computer as if it were its own ("DNS rebinding"); but it cannot change the name it asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from localarea.service.error_handlers import answer, wants_page
from localarea.service.http.unguarded import UNDER_ANY_NAME

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from localarea.settings import Settings

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_MISDIRECTED: Final = 421
_SAID: Final = (
    "This service is not known under that name. Whoever runs it sets its names with "
    "LOCALAREA_PUBLIC_URL and LOCALAREA_ALLOWED_HOSTS."
)
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")


class Hosts:
    """Refuses requests for hosts other than the service's own."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        own = urlsplit(settings.public_url or "").hostname
        named = {name.casefold() for name in settings.allowed_hosts}
        self._known = LOOPBACK | named | ({own} if own else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests for this service."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in UNDER_ANY_NAME:
            await self.app(scope, receive, send)
            return
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) == 1 and host_name(hosts[0].decode("latin-1")) in self._known:
            await self.app(scope, receive, send)
            return
        await _refusal(Request(scope))(scope, receive, send)


def _refusal(request: Request) -> Response:
    """Refuse a program with a problem, and a person with a line: a page would name the service."""
    if wants_page(request):
        return PlainTextResponse(f"{_SAID}\n", status_code=_MISDIRECTED)
    return answer(request, _MISDIRECTED, _SAID)


def host_name(host: str) -> str:
    """
    Return the name in a Host header, without its port, in lowercase; blank if it is not one.

    What follows a name counts: ``localhost:@elsewhere`` in a link leads elsewhere.
    """
    found = _HOST.fullmatch(host)
    return found[1].casefold() if found else ""
