"""
Let no page of another site change anything here.

The browser says of each change where it comes from, and a page cannot make it lie. A
request that says nothing is not from a browser of the last years; where it leans on a
cookie it still needs a token (:mod:`localarea.service.auth.csrf`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from localarea.errors import ForgedRequestError
from localarea.service.auth.csrf import SAFE
from localarea.service.middleware.problem import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from localarea.settings import Settings


class Origins:
    """Refuses changes that a browser says another site asked for."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        public = urlsplit(settings.public_url or "")
        self._keys = settings.sign_in != "local"  # where nobody signs in, a key says nothing
        self._own = f"{public.scheme}://{public.netloc}".casefold() if public.netloc else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what only reads, and changes that are ours."""
        if scope["type"] != "http" or scope["method"] in SAFE or self._ours(scope):
            await self.app(scope, receive, send)
            return
        error = ForgedRequestError("the request came from a page of another site")
        await problem(scope, error, {})(scope, receive, send)

    def _ours(self, scope: Scope) -> bool:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        site = headers.get(b"sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = headers.get(b"origin")
        # A key was put there by a program; a browser adds "Basic" and others of its own accord.
        by_key = headers.get(b"authorization", "").casefold().startswith("bearer ")
        if origin is None or (self._keys and by_key):
            return True
        host = headers.get(b"host", "")
        return origin.casefold() in (self._own, f"{scope['scheme']}://{host}".casefold())
