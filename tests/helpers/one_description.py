"""
The description of the API, worked out once for all services that have the very same routes.

To write it takes a second, and every service of a test that asks for it would write it again.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute, iter_route_contexts

if TYPE_CHECKING:
    import pytest


def share(patch: pytest.MonkeyPatch) -> None:
    """Have what the framework writes of routes written once: each is told by all that it has."""
    from localarea.service import openapi

    describe, described = openapi.get_openapi, dict[Any, Any]()

    def describe_once(*, routes: Any, **about: Any) -> Any:
        key = (_told(routes), *sorted(about.items()))
        if key not in described:
            described[key] = describe(routes=routes, **about)
        return deepcopy(described[key])

    patch.setattr(openapi, describe.__name__, describe_once)


def _told(routes: Any) -> tuple[Any, ...]:
    return tuple(
        (each.path, each.original_route.endpoint, *sorted(each.original_route.methods))
        for each in iter_route_contexts(routes)
        if isinstance(each.original_route, APIRoute)
    )
