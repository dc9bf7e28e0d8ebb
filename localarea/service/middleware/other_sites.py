"""
Let pages of named sites ask the API, as browsers have it (CORS).

Outside who asks and how often: a refusal is for such a page to read too, and what a browser asks
beforehand says nothing of a person and is not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.middleware.cors import CORSMiddleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from localarea.settings import Settings

_METHODS: Final = ("GET", "POST", "DELETE")
# What the API reads, and what it answers with, beyond what every page may send and read.
_SENT: Final = ("Authorization", "Content-Type", "If-None-Match", "Last-Event-ID", "Prefer")
_READ: Final = (
    "Content-Disposition",
    "ETag",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
)


def other_sites(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Put the layer around an application, unless no site is named: they have no business here."""
    if not settings.cors_origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=list(settings.cors_origins),
        allow_methods=list(_METHODS),
        allow_headers=list(_SENT),
        expose_headers=list(_READ),
    )
