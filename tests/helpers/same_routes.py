"""
Routes of an application, built once for all applications of a session.

The framework builds some two hundred routes for each application (what each depends on, the models
of its body) and comes to the same for all of them: the routers are those of the modules. What
handles a request is still made for each, for it belongs to its application.
"""

from __future__ import annotations

from copy import copy
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import fastapi.routing as framework

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pytest

# Of how a router is included: the application, which each route is given anew, and the router
# itself, which the route tells.
_OWN = ("dependency_overrides_provider", "included_router")


def share(patch: pytest.MonkeyPatch) -> None:
    """Have a route that is included as it was before take over what was built then."""
    build = framework._EffectiveRouteContext.from_api_route.__func__  # type: ignore[attr-defined]
    built: dict[Hashable, Any] = {}

    def from_api_route(kind: Any, *, original_route: Any, include_context: Any) -> Any:
        key = (id(original_route), *_told(include_context))  # which what is kept holds
        if key not in built:
            whole = build(kind, original_route=original_route, include_context=include_context)
            built[key] = copy(whole)
            # Or the first application, with all that it has worked out, would be there for good.
            built[key].app = built[key].dependency_overrides_provider = None
            return whole
        made = copy(built[key])
        made.dependency_overrides_provider = include_context.dependency_overrides_provider
        token = framework._effective_route_context_var.set(made)
        try:
            handle = framework.request_response(original_route.get_route_handler())
        finally:
            framework._effective_route_context_var.reset(token)
        made.app = framework.wrap_app_with_body_limit(handle, made.max_body_size)
        return made

    context = framework._EffectiveRouteContext
    patch.setattr(context, "from_api_route", classmethod(from_api_route))


def _told(include_context: Any) -> tuple[Hashable, ...]:
    """Tell how a router is included: by the functions that its routes depend on, and by values."""
    found: list[Hashable] = []
    for field in fields(include_context):
        value = getattr(include_context, field.name)
        if field.name == "dependencies":
            found.append(tuple((each.dependency, each.use_cache, each.scope) for each in value))
        elif field.name not in _OWN:
            found.append(repr(getattr(value, "value", value)))  # a default tells what it stands for
    return tuple(found)
