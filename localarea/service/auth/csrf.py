"""
Tokens that show that a form came from one of our own pages.

The secret is bound to the session; in local mode, where nobody signs in, it stands in a
signed cookie of its own. A page shows it behind a fresh mask each time, because a compressed
page that repeated one secret could be made to tell it, byte by byte.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Final

from fastapi import Request

from localarea.errors import ForgedRequestError

FIELD: Final = "csrf_token"
HEADER: Final = "x-csrf-token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def new_secret() -> str:
    """Make the secret of a session."""
    return secrets.token_urlsafe(24)


def token_of(secret: str) -> str:
    """Return a token to put into a page."""
    plain = secret.encode()
    mask = secrets.token_bytes(len(plain))
    covered = bytes(a ^ b for a, b in zip(plain, mask, strict=True))
    return base64.urlsafe_b64encode(mask + covered).decode()


def fits(token: str, secret: str) -> bool:
    """Return whether a token was made of this secret."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except (binascii.Error, ValueError):
        return False
    half = len(raw) // 2
    plain = bytes(a ^ b for a, b in zip(raw[:half], raw[half:], strict=False))
    return hmac.compare_digest(plain, secret.encode())


def require_token(request: Request, token: str) -> None:
    """Make sure that a token is of the session that the request belongs to."""
    secret = getattr(request.state, "csrf_secret", "")
    if not token:
        raise ForgedRequestError("the request has no token from a page of this service")
    if not secret or not fits(token, secret):
        raise ForgedRequestError("the page was open too long, or is not from this service")


async def guard_form(request: Request) -> None:
    """
    Let a change through only with a token; every page has this for a dependency.

    A key is sent by a program on purpose and needs none, and who is nobody can change
    nothing. A route that reads its upload as it comes carries ``checks_token = True`` and
    calls :func:`require_token` itself.
    """
    from localarea.service.auth.identity import current_identity

    if request.method in SAFE or current_identity(request).via in ("anonymous", "key"):
        return
    if getattr(request.scope.get("endpoint"), "checks_token", False):
        return
    token = request.headers.get(HEADER, "")
    if not token and request.headers.get("content-type", "").startswith(_FORMS):
        sent = (await request.form()).get(FIELD, "")
        token = sent if isinstance(sent, str) else ""
    require_token(request, token)


async def guard_api(request: Request) -> None:
    """Allow a change by the API with a key, or with a session and its token in a header."""
    from localarea.service.auth.identity import current_identity

    if request.method not in SAFE and current_identity(request).via == "session":
        require_token(request, request.headers.get(HEADER, ""))
