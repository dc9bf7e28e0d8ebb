"""
Who asks: read the cookie or the key before the application does, once for each request.

A key that was not met lately is looked up in the store, in a thread, so that nobody else
waits; everything else is a signature to check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request, cookie_parser

from localarea.errors import LocalareaError
from localarea.service.auth.csrf import SAFE, new_secret, token_of
from localarea.service.middleware.problem import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from localarea.service.auth.admission import Admission

_NOT_PAGES = ("/api", "/static/", "/health", "/ready", "/metrics", "/openapi.json", "/ogc")


class Callers:
    """Puts session, key and token where the routes find them, and renews the cookies."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self.app, self.admission = app, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who asks."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        page = not scope["path"].startswith(_NOT_PAGES)
        if self.admission.local and not page and scope["method"] in SAFE:
            await self.app(scope, receive, send)  # the quick way of the quick check
            return
        try:
            fresh = await self._find(scope, page=page)
        except LocalareaError as error:
            scope.setdefault("state", {})["identity"] = self.admission.nobody
            await problem(scope, error, {"Retry-After": "5"})(scope, receive, send)
            return
        if not fresh:
            await self.app(scope, receive, send)
            return

        async def renewed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_cookies(message, fresh)
            await send(message)

        await self.app(scope, receive, renewed)

    async def _find(self, scope: Scope, *, page: bool) -> dict[str, str]:
        """Fill the state of a request, and give the cookies to send, by name."""
        state = scope.setdefault("state", {})
        headers = dict(scope["headers"])
        fresh: dict[str, str] = {}
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        if authorization and not self.admission.local:
            # A key stands for itself: whose cookie came along does not matter then.
            state["key"] = await self.admission.keys.find(Request(scope), authorization)
            return fresh
        cookies = cookie_parser(headers.get(b"cookie", b"").decode("latin-1"))
        secret = self._session(state, cookies, fresh) or self._local(cookies, fresh)
        state["csrf_secret"] = secret
        if page and secret:
            state["csrf_token"] = token_of(secret)
        return fresh

    def _session(
        self, state: dict[str, object], cookies: dict[str, str], fresh: dict[str, str]
    ) -> str:
        names, sessions = self.admission.names, self.admission.sessions
        cookie = cookies.get(names.session)
        session = sessions.read(cookie) if cookie and not self.admission.local else None
        if session is None:
            return ""
        state["session"] = session
        renewed = sessions.renew(session)
        if renewed is not None:
            fresh[names.session] = self.admission.session_cookie(sessions.write(renewed))
        return session.csrf

    def _local(self, cookies: dict[str, str], fresh: dict[str, str]) -> str:
        """Return the secret where nobody signs in; anonymous visitors have nothing to change."""
        if not self.admission.local:
            return ""
        held = self.admission.csrf_seal.unsign(cookies.get(self.admission.names.csrf, ""))
        if isinstance(held, str):
            return held
        secret = new_secret()
        fresh[self.admission.names.csrf] = self.admission.csrf_cookie(secret)
        return secret


def _add_cookies(message: Message, fresh: dict[str, str]) -> None:
    headers = MutableHeaders(raw=list(message.get("headers", ())))
    set_already = {value.partition("=")[0] for value in headers.getlist("set-cookie")}
    for name, cookie in fresh.items():
        if name not in set_already:  # signing out takes the cookie away; renewing gives it back
            headers.append("set-cookie", cookie)
    message["headers"] = headers.raw
