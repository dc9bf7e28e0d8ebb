"""How much a body may hold, counted as it comes, and how long it may take to come."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from localarea.errors import LocalareaError, TooLargeError, TooSlowError
from localarea.service.auth.csrf import SAFE
from localarea.service.auth.identity import Permission, current_identity, permitted
from localarea.service.files import mending, returns, spend
from localarea.service.http.errors import status_of
from localarea.service.middleware.problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from localarea.settings import Settings

_FORM_MB: Final = 1  # of fields and boundaries around files whose sum has a limit
# Where files are sent: who may, and the limit of the route where that is not the service's own.
_SENT: Final[tuple[tuple[re.Pattern[str], Permission, int | None], ...]] = (
    (re.compile(r"(/api/v1)?/files(/preview)?"), "check", None),
    (re.compile(r"(/api/v1)?/files/[^/]+/mended"), "check", mending.MOST_MB + _FORM_MB),
    (re.compile(r"(/api/v1)?/spend"), "measure", None),
    (re.compile(r"/contested"), "measure", spend.MOST_MB + _FORM_MB),
    (re.compile(r"(/api/v1)?/measures"), "measure", returns.MOST_MB + _FORM_MB),
    (
        re.compile(r"/api/v1/contracts/import|/import-contracts(/enter)?"),
        "measure",
        returns.MOST_MB + _FORM_MB,
    ),
    (re.compile(r"/study/scenario"), "view", _FORM_MB),
    (
        re.compile(r"/api/v1/contracts/[^/]+/returns|/contracts/[^/]+/returns/[^/]+"),
        "deliver",
        returns.MOST_MB + _FORM_MB,
    ),
)
_MEGABYTE: Final = 1_000_000
_SLOWEST_BYTES_PER_S: Final = 50_000  # a poor telephone line; slower uploads hold up others
# What is left of the body is not worth reading, so the connection ends with the answer.
_HANG_UP: Final = {"Connection": "close"}


def takes_files(path: str) -> bool:
    """Return whether files are read that are sent to an address."""
    return any(where.fullmatch(path) for where, permission, _ in _SENT if permission != "view")


class Bodies:
    """Refuses bodies that are too large or do not come to their end."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._most = settings.body_limit_mb
        self._most_upload = settings.upload_limit_mb
        self._time_s = settings.body_time_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes, and watch the clock."""
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        megabytes = self._most
        for _, permission, most in (s for s in _SENT if s[0].fullmatch(scope["path"])):
            try:  # the framework takes in the whole file before the route can refuse it
                permitted(current_identity(Request(scope)), permission)
            except LocalareaError as error:
                await problem(scope, error, _HANG_UP)(scope, receive, send)
                return
            megabytes = self._most_upload if most is None else min(most, self._most_upload)
        if _declared(scope) > megabytes * _MEGABYTE:
            await problem(scope, _too_large(megabytes), _HANG_UP)(scope, receive, send)
            return
        watched = _Watched(receive, megabytes, self._time_s)
        await self.app(scope, watched, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _too_large(megabytes: int) -> TooLargeError:
    return TooLargeError("the request", f"{megabytes} MB", hint="send it in parts")


class _RefusedBodyError(HTTPException):
    """An error of a body on its way in, which is answered as it would be before it came."""

    def __init__(self, error: LocalareaError) -> None:
        super().__init__(status_of(error), str(error), headers=_HANG_UP)
        self.kind = f"urn:localarea:{type(error).__name__}"


class _Watched:
    """A body on its way in."""

    def __init__(
        self,
        receive: Receive,
        megabytes: int,
        time_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._receive, self._megabytes, self._time_s = receive, megabytes, time_s
        self._clock = clock
        self._begun = clock()
        self._bytes = 0
        self._whole = False

    async def __call__(self) -> Message:
        """Return the next part."""
        if self._whole:  # whoever listens on waits for the client to leave, however long
            return await self._receive()
        allowed = self._time_s + self._bytes / _SLOWEST_BYTES_PER_S
        left = self._begun + allowed - self._clock()
        try:
            if left <= 0:  # what is ready would else pass, however late it is
                raise TimeoutError  # noqa: TRY301 -- said in one place
            message = await asyncio.wait_for(self._receive(), left)
        except TimeoutError:
            # The framework takes other errors of a body for one that it cannot read.
            raise _RefusedBodyError(TooSlowError(allowed)) from None
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            if self._bytes > self._megabytes * _MEGABYTE:
                raise _RefusedBodyError(_too_large(self._megabytes))
        self._whole = not message.get("more_body", False)
        return message
