"""
The check of one postcode, answered before the framework takes it up.

The framework works out for each request what its route takes, which takes many times as
long as the answer. So what is plain is answered here, by the same classifier; whatever is
not (a fault in the question, a boundary that has yet to be made, a person who may not ask)
goes on to the route that documents it all, :func:`localarea.service.api.check.check_one`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from starlette.requests import Request

from localarea.classify.verdict_json import json_answers
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.api.check import LONGEST, check_one
from localarea.service.api.metrics import count_checks
from localarea.service.auth.identity import current_identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from localarea.service.state.state import State

PATH: Final = "/api/v1/check"
_NAMES: Final = frozenset({"postcode", "option", "definition", "on"})
_JSON: Final = (b"content-type", b"application/json")


class QuickCheck:
    """Answers plain checks of one postcode, and passes everything else on."""

    def __init__(self, app: ASGIApp, state_now: Callable[[], State]) -> None:
        self.app, self._state_now = app, state_now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        body = self._answer(scope) if scope.get("path") == PATH else None
        if body is None:
            await self.app(scope, receive, send)
            return
        scope["endpoint"] = check_one  # by which the log and the figures name it
        headers = [(b"content-length", str(len(body)).encode()), _JSON]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope) -> bytes | None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        fields = _fields(scope["query_string"].decode("latin-1"))
        postcode = fields.pop("postcode", None)
        if postcode is None or len(postcode) > LONGEST:
            return None
        if not all(value.strip() for value in fields.values()):  # the route refuses a blank
            return None
        try:
            if not current_identity(Request(scope)).may("check"):
                return None
            asked = BoundaryChoice(
                option=fields.get("option"),
                definition=fields.get("definition"),
                on=fields.get("on"),
            )
            state = self._state_now()
            made = state.ready_classifier(asked)
            if made is None or not state.reserves_nothing(asked):
                return None
            status, verdict = json_answers(made).one(postcode)
        except Exception:
            return None
        count_checks({status: 1})
        return verdict.encode()


def _fields(query: str) -> dict[str, str]:
    """Read a query in which every name is known and stands once; nothing of any other."""
    fields: dict[str, str] = {}
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or name not in _NAMES or name in fields:
            return {}
        fields[name] = unquote_plus(value)
    return fields
