"""
Rooms of routes, gone through only for an address that is one of theirs.

The framework holds the path of a request against each of some two hundred routes in turn, and
against all of them once more, with a slash, where none has it: a third of a millisecond for a page,
and more than one to say that there is nothing. One pattern for all routes of a room tells that none
of them is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.routing import Match

if TYPE_CHECKING:
    from starlette.types import Scope

_NAMED: Final = re.compile(r"\(\?P<\w+>")  # several routes of a room may name a part alike


class Room(APIRouter):
    """The routes of one router, before which stands the pattern of all their paths."""

    def __init__(self, router: APIRouter, prefix: str = "") -> None:
        super().__init__()
        self.include_router(router, prefix=prefix)
        each = (route.path_regex.pattern for route in router.routes)  # type: ignore[attr-defined]
        whole = (f"^{re.escape(prefix)}{_NAMED.sub('(?:', one[1:])}" for one in each)
        self._paths = re.compile("|".join(whole))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a route takes a request; under a path of its own, by going through them."""
        if not scope.get("root_path") and self._paths.match(scope["path"]) is None:
            return Match.NONE, {}
        return super().matches(scope)
