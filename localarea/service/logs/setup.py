"""
The log of requests: one line each, as text or as JSON, with nothing that identifies a person.

A postcode may stand in an address, typed there by hand. So the log names the route
(``/api/v1/check``) and never the address as it was sent, nor what came with it.
"""

from __future__ import annotations

import logging
import secrets
import time
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from localarea.settings import Settings

REQUESTS: Final = logging.getLogger("localarea.requests")
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")
_QUIET: Final = frozenset({"/health", "/ready", "/metrics"})  # asked every few seconds
_HEADER: Final = b"x-request-id"


class RequestLog:
    """Number each request, tell the number in the answer, and log what became of it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # No two processes begin alike; a random number for each request takes longer.
        self._process, self._numbers = secrets.token_hex(4), count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = f"{self._process}{next(self._numbers):08x}"
        token = REQUEST_ID.set(number)
        started, status = time.perf_counter(), 500

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (_HEADER, number.encode())]}
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        finally:
            if REQUESTS.isEnabledFor(logging.INFO):
                self._log(scope, status, time.perf_counter() - started)
            REQUEST_ID.reset(token)

    @staticmethod
    def _log(scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        if route in _QUIET and status < 400:
            return
        facts = {"method": scope["method"], "route": route, "status": status}
        facts["milliseconds"] = round(seconds * 1000, 1)
        REQUESTS.info("%(method)s %(route)s %(status)s %(milliseconds)s ms", facts, extra=facts)


def route_of(scope: Scope) -> str:
    """Name the route that a request found: its address with the names of its parts for them."""
    path = str(scope["path"])
    if path.startswith("/static/"):
        return "/static"
    if "endpoint" not in scope:
        return "(no such address)"
    parts, named = path.split("/"), _template(scope)
    # A router's own address stands before it. To look for the values would find them elsewhere.
    return "/".join(parts[: len(parts) - len(named)] + named)


def _template(scope: Scope) -> list[str]:
    """Return the parts of a route's address as it was written, from where values may stand."""
    written = getattr(scope.get("route"), "path_format", None)
    return [] if written is None else str(written).split("/")[1:]


class WithRequestId(logging.Filter):
    """Add the number of the current request to each line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the number; every line passes."""
        record.request_id = REQUEST_ID.get()
        return True


def log_config(settings: Settings) -> dict[str, Any]:
    """Return the logging settings for :func:`logging.config.dictConfig`: all to standard error."""
    from pythonjsonlogger.core import RESERVED_ATTRS

    text = {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}
    as_json = {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
        "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        # uvicorn's own lines a second time, with the codes that colour a terminal.
        "reserved_attrs": [*RESERVED_ATTRS, "color_message"],
    }
    level = settings.log_level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "localarea.service.logs.setup.WithRequestId"}},
        "formatters": {"chosen": as_json if settings.log_format == "json" else text},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "chosen",
                "filters": ["request"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "localarea": {"level": level},
            "uvicorn": {"level": "INFO"},
            # It would write the address with whatever stands in it; RequestLog writes instead.
            "uvicorn.access": {"level": "CRITICAL"},
        },
    }
