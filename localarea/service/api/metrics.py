"""
Figures of the service for Prometheus: requests, how long they took, and what checks said.

Labels are routes and statuses alone; no address as it was sent, and so no postcode. With
PROMETHEUS_MULTIPROC_DIR set, which prometheus_client itself reads, the figures are those of
all processes together.
"""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from starlette.responses import Response

from localarea.service.auth.identity import require
from localarea.service.http.errors import problems
from localarea.service.logs.setup import route_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

router = APIRouter(tags=["Service"])

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS: Final = Counter(
    "localarea_requests_total", "Requests answered.", ["method", "route", "status"]
)
SECONDS: Final = Histogram(
    "localarea_request_seconds",
    "Seconds until a request was answered.",
    ["route"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30),
)
CHECKS: Final = Counter("localarea_checks_total", "Postcodes checked.", ["status"])


class Measured:
    """Count each request and time it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            # Names that anybody may make up would fill the memory.
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = route_of(scope)
            count, seconds = _figures_of(method, route, status)
            count.inc()
            seconds.observe(time.perf_counter() - started)


def count_checks(statuses: Mapping[str, int]) -> None:
    """Count what checks said."""
    for status, count in statuses.items():
        _checks_of(status).inc(count)


# As many as there are routes and statuses; to find one by its labels takes longer than to count.
@cache
def _figures_of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, status), SECONDS.labels(route)


@cache
def _checks_of(status: str) -> Counter:
    return CHECKS.labels(status)


@router.get(
    "/metrics",
    dependencies=[],
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(401, 403),
    },
)
async def metrics(request: Request) -> Response:
    """Return the figures, to this machine or to whoever may administer."""
    if not _from_here(request):
        await require("administer")(request)
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _from_here(request: Request) -> bool:
    """Return whether the request began on this machine, and was not handed on by a proxy."""
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(request.headers.keys())
    return not forwarded and request.client is not None and request.client.host in _LOOPBACK


_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
