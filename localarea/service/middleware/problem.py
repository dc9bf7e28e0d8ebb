"""Answer from a layer, where the application's own handling of errors does not reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from localarea.service.error_handlers import answer
from localarea.service.http.errors import challenge_of, said_to_people, status_of

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

    from localarea.errors import LocalareaError


def problem(scope: Scope, error: LocalareaError, headers: dict[str, str]) -> Response:
    """Make the answer that the application would give to an error."""
    kind = f"urn:localarea:{type(error).__name__}"
    sent = {**headers, **challenge_of(error)}
    return answer(Request(scope), status_of(error), said_to_people(error), kind=kind, headers=sent)
