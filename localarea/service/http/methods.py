"""
Which methods an address takes.

The framework names those of the first route that it meets there alone, and not HEAD, which works
wherever GET does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi.routing import iter_route_contexts

if TYPE_CHECKING:
    from fastapi import Request

_ORDER: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def methods_at(request: Request) -> list[str]:
    """Return the methods that the routes at the address of a request take, in a fixed order."""
    path, found = request.url.path, set[str]()
    for route in iter_route_contexts(request.app.routes):
        pattern = getattr(route, "path_regex", None)
        if pattern is not None and pattern.match(path):
            found |= set(route.methods or ())
    if "GET" in found:
        found.add("HEAD")
    return [method for method in _ORDER if method in found]
