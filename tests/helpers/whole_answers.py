"""
A client of an application that takes an answer as a whole.

Starlette's asks the thread of the application nine times for one answer, so that it can be read
while it is being made. To go from one thread to another and back takes longer than most answers;
here it is done once. What does not end by itself, a stream of events, is left to Starlette.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import anyio
import httpx2
from starlette.testclient import _TestClientTransport

if TYPE_CHECKING:
    import pytest

ENDLESS: Final = "/events"
_piecemeal = _TestClientTransport.handle_request


def share(patch: pytest.MonkeyPatch) -> None:
    """Have every client of an application in this process take whole answers."""
    patch.setattr(_TestClientTransport, "handle_request", _handle)


def _handle(self: Any, request: httpx2.Request) -> httpx2.Response:
    if request.url.scheme not in _PORTS or request.url.path.endswith(ENDLESS):
        return _piecemeal(self, request)
    asked = _Asked(request, request.read())
    with self.portal_factory() as portal:
        fault = portal.call(asked.of, self.app, _scope(self, request))
    if fault is not None and self.raise_server_exceptions:
        raise fault
    if not asked.answer and self.raise_server_exceptions:
        raise AssertionError("the application gave no answer")
    body = b"" if request.method == "HEAD" else b"".join(asked.body)
    told = asked.answer or {"status_code": 500, "headers": []}
    return httpx2.Response(**told, stream=httpx2.ByteStream(body), request=request)


_PORTS: Final = {"http": 80, "https": 443}


def _scope(self: Any, request: httpx2.Request) -> dict[str, Any]:
    """Say what is asked as Starlette's client does."""
    url = request.url
    host = [] if "host" in request.headers else [(b"host", url.netloc)]
    sent = [
        (name.lower().encode(), value.encode()) for name, value in request.headers.multi_items()
    ]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "path": unquote(url.path),
        "raw_path": url.raw_path.split(b"?", 1)[0],
        "root_path": self.root_path,
        "scheme": url.scheme,
        "query_string": url.query,
        "headers": host + sent,
        "client": self.client,
        "server": [url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]],
        "extensions": {},
        "state": self.app_state.copy(),
    }


class _Asked:
    """One question, and what came of it."""

    def __init__(self, request: httpx2.Request, content: bytes) -> None:
        self.request, self._content, self._sent = request, content, False
        self.answer: dict[str, Any] = {}
        self.body: list[bytes] = []

    async def of(self, app: Any, scope: dict[str, Any]) -> BaseException | None:
        """Ask, and return the fault that came out of it, if one did."""
        self._ended = anyio.Event()
        try:
            await app(scope, self._receive, self._send)
        except Exception as fault:  # raised where it was asked for
            return fault
        return None

    async def _receive(self) -> dict[str, Any]:
        if self._sent:
            await self._ended.wait()
            return {"type": "http.disconnect"}
        self._sent = True
        return {"type": "http.request", "body": self._content}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            assert not self.answer, "an answer has begun already"
            headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
            self.answer = {"status_code": message["status"], "headers": headers}
            return
        assert message["type"] == "http.response.body"
        assert self.answer, "an answer has not begun"
        assert not self._ended.is_set(), "an answer has ended already"
        self.body.append(bytes(message.get("body", b"")))
        if not message.get("more_body", False):
            self._ended.set()
