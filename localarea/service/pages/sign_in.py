"""Sign in by way of the provider, come back to the page asked for, and sign out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.errors import (
    LocalareaError,
    NoRoleError,
    ProviderUnavailableError,
    SignInFailedError,
)
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from localarea.service.auth.admission import Admission

LOG = logging.getLogger(__name__)
router = APIRouter()

_TITLES = {
    "replayed": "This sign-in cannot be used again",
    "expired": "Signing in took too long",
    "clock": "The clocks do not agree",
    "token": "The sign-in cannot be trusted",
    "refused": "You were not signed in",
}
_LONGEST = 2000


def local_page(path: str) -> str:
    """
    Return the page to go to after signing in: one of ours, whatever the address says.

    Examples
    --------
    >>> local_page("/options?with=ipswich")
    '/options?with=ipswich'
    >>> local_page("//evil.example/")
    '/'
    """
    parts = urlsplit(path) if path.isprintable() and "\\" not in path else None
    ours = (
        parts is not None
        and path.startswith("/")
        and not path.startswith("//")
        and not (parts.scheme or parts.netloc)
        and len(path) <= _LONGEST
        and not parts.path.startswith(("/sign-in", "/sign-out", "/signed-out"))
    )
    return path if ours else "/"


def address_of_sign_in(request: Request) -> str:
    """Return the address that signs in and comes back to this page."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/sign-in?next={quote(local_page(request.url.path + query), safe='/')}"


@router.get("/sign-in", response_class=HTMLResponse)
async def sign_in(
    request: Request, then: Annotated[str, Query(alias="next", max_length=4000)] = "/"
) -> Response:
    """Go to the provider."""
    admission = _admission(request)
    if admission.provider is None:
        return RedirectResponse(local_page(then), 303)
    try:
        callback = f"{_base(request)}/sign-in/callback"
        address, kept = await admission.provider.authorization_url(
            request, callback, local_page(then)
        )
    except ProviderUnavailableError as error:
        return _problem(request, error, "Signing in is not possible at the moment", 503)
    response = RedirectResponse(address, 303)
    # Kept for longer than it is valid, so that somebody who is too late gets an explanation.
    cookie = admission.cookie(admission.names.flow, kept, seconds=3600)
    response.headers.append("set-cookie", cookie)
    return response


@router.get("/sign-in/callback", response_class=HTMLResponse)
async def exchange_code(request: Request) -> Response:
    """Take what the provider says, and begin a session."""
    admission = _admission(request)
    if admission.provider is None:
        return RedirectResponse("/", 303)
    response = await _finish(request, admission)
    # Used once, however it went.
    response.headers.append("set-cookie", admission.cookie(admission.names.flow, "", seconds=0))
    return response


# What a provider adds to its answer must be ignored: RFC 6749, section 4.1.2.
exchange_code.takes_anything = True  # type: ignore[attr-defined]


async def _finish(request: Request, admission: Admission) -> Response:
    assert admission.provider is not None  # noqa: S101 -- the route has looked
    cookie = request.cookies.get(admission.names.flow)
    try:
        person, then = await admission.provider.exchange_code(request, cookie)
    except SignInFailedError as error:
        return _problem(request, error, _TITLES[error.reason], 400)
    except NoRoleError as error:
        return _problem(request, error, "No role was granted to you", 403)
    except ProviderUnavailableError as error:
        return _problem(request, error, "Signing in is not possible at the moment", 503)
    session = admission.sessions.begin(
        person.name, person.roles, post=person.post, subject=person.subject
    )
    before = getattr(request.state, "session", None)
    if before is not None:
        admission.sessions.end(before)
    LOG.info("signed in: subject %s, roles %s", person.subject, ", ".join(person.roles))
    response = RedirectResponse(local_page(then), 303)
    value = admission.sessions.write(session)
    response.headers.append("set-cookie", admission.session_cookie(value))
    return response


@router.get("/sign-out", response_class=HTMLResponse)
def ask_to_sign_out(request: Request) -> Response:
    """Show the button, for whoever comes by an address."""
    return render(request, "sign-out.html")


@router.post("/sign-out", response_class=HTMLResponse)
def sign_out(request: Request) -> Response:
    """End the session here; the provider's own is another matter, which the next page offers."""
    admission = _admission(request)
    session = getattr(request.state, "session", None)
    if session is not None:
        admission.sessions.end(session)
        LOG.info("signed out: subject %s", session.subject)
    response = RedirectResponse("/signed-out", 303)
    cookie = admission.cookie(admission.names.session, "", seconds=0)
    response.headers.append("set-cookie", cookie)
    return response


@router.get("/signed-out", response_class=HTMLResponse)
async def signed_out(request: Request) -> Response:
    """Show that the session has ended, and where to end the provider's."""
    provider = _admission(request).provider
    way_out = await provider.logout_url(f"{_base(request)}/signed-out") if provider else None
    return render(request, "signed-out.html", {"way_out": way_out})


def _admission(request: Request) -> Admission:
    admission: Admission = request.app.state.admission
    return admission


def _base(request: Request) -> str:
    """Return the address under which people know the service."""
    settings = request.app.state.localarea.settings
    return (settings.public_url or str(request.base_url)).rstrip("/")


def _problem(request: Request, error: LocalareaError, title: str, status: int) -> HTMLResponse:
    values = {"title": title, "detail": str(error)}
    return render(request, "sign-in-problem.html", values, status_code=status)
