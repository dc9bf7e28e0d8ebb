"""Answer errors as a page or as a problem document, as was asked."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response as PlainResponse
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from localarea import errors
from localarea.options.titles import spoken_name
from localarea.places.gazetteer import read_gazetteer
from localarea.service.auth.identity import current_identity
from localarea.service.http.errors import (
    PROBLEM_TYPE,
    TITLES,
    TITLES_OF_KINDS,
    _facts,
    challenge_of,
    said_to_people,
    status_of,
)
from localarea.service.http.methods import methods_at
from localarea.service.http.unreadable import about_body, faults_of, sentence_of
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI, Request
    from starlette.responses import Response


LOG = logging.getLogger(__name__)
NO_PAGE = "There is no page at this address."
_NOTHING = "there is nothing at this address; /openapi.json describes every address of the API"
_NO_BODY = "There was an error parsing the body"  # as the framework says it
_LOOK_AGAIN_S = 3  # after which a waiting page loads itself again


def answer(
    request: Request,
    status: int,
    detail: str,
    *,
    kind: str = "about:blank",
    facts: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer with a problem: details for programs, a page for people."""
    title = TITLES_OF_KINDS.get(kind) or TITLES.get(status, "This cannot be answered")
    if wants_page(request):
        meant = _meant(request, facts)
        if meant and (facts or {}).get("candidates"):
            detail = f"Several places are called {(facts or {})['name']}."
        page = render(
            request,
            "problem.html",
            {"title": title, "detail": detail, "status": status, "meant": meant},
            status_code=status,
        )
        page.headers.update(headers or {})
        return page
    body = {**(facts or {}), "type": kind, "title": title, "status": status, "detail": detail}
    said = json.dumps(jsonable_encoder(body), ensure_ascii=False, separators=(",", ":"))
    # What was sent may be repeated, and JSON can hold halves of characters, which no text can.
    content = said.encode("utf-8", "backslashreplace")
    return PlainResponse(content, status_code=status, media_type=PROBLEM_TYPE, headers=headers)


def _said_of(request: Request, error: HTTPException, methods: Sequence[str]) -> str:
    """Return a detail that says more than the title, which the framework repeats."""
    if error.status_code == 404 and error.detail == "Not Found":
        return NO_PAGE if wants_page(request) else _NOTHING
    if error.status_code == 400 and error.detail == _NO_BODY:
        return about_body(request)
    if methods:
        return f"this address does not take that method; it takes {', '.join(methods)}"
    return str(error.detail)


def _meant(request: Request, facts: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return names of councils that may have been meant, each with the address that names it."""
    asked = request.query_params.get("council", "")
    named = str((facts or {}).get("name", ""))
    if request.method != "GET" or not named or " ".join(asked.split()) != named:
        return []
    meant = (facts or {}).get("suggestions") or _readings(request, named, facts or {})
    links = ((name, request.url.include_query_params(council=name)) for name in meant)
    return [(name, f"{link.path}?{link.query}") for name, link in links]


def _readings(request: Request, named: str, facts: Mapping[str, Any]) -> Sequence[str]:
    """Return what a name that several districts share may mean: the name with each district."""
    listed: Sequence[str] = facts.get("candidates") or ()
    gazetteer = read_gazetteer("msoa11", store=request.app.state.localarea.store)
    found = [gazetteer.zone_district.get(text.partition(" ")[0]) for text in listed]
    districts = [gazetteer.districts[code] for code in found if code]
    if len(set(districts)) < 2:
        return listed
    return [f"{named}, {spoken_name(district)}" for district in dict.fromkeys(districts)]


def _as_asked(request: Request, status: int) -> int:
    """Return the status that the standard of an address has: OGC API Features knows no 422."""
    return 400 if status == 422 and request.url.path.startswith("/ogc") else status


def wants_page(request: Request) -> bool:
    """Return whether a person asked rather than a program: outside /api there are only pages."""
    path = request.url.path
    programs = ("/api", "/health", "/ready", "/metrics", "/openapi.json", "/ogc")
    return not path.startswith(programs)


def _follows_links(request: Request) -> bool:
    """Return whether a person goes to a page, rather than a script fetching part of one."""
    going = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    return request.method == "GET" and going and wants_page(request)


def _waiting_page(request: Request, error: errors.BeingPreparedError) -> Response:
    done, of = error.progress or (0, 0)
    values = {"named": error.council, "done": done, "of": of}
    return render(request, "waiting.html", values, status_code=202)


def _wait(request: Request, error: errors.BeingPreparedError) -> Response:
    """Answer with a page that loads itself again, or tell a program when to ask again."""
    if _follows_links(request):
        page = _waiting_page(request, error)
        page.headers["Refresh"] = str(_LOOK_AGAIN_S)
        return page
    headers = {"Retry-After": str(error.retry_after_s)}
    kind, facts = f"urn:localarea:{type(error).__name__}", _facts(error)
    return answer(
        request, status_of(error), said_to_people(error), kind=kind, facts=facts, headers=headers
    )


def _install_waiting(app: FastAPI) -> None:
    @app.exception_handler(errors.BeingPreparedError)
    async def wait(request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.BeingPreparedError)  # noqa: S101 -- registered for it only
        return _wait(request, error)


def _elsewhere(request: Request, error: errors.LocalareaError) -> str:
    """Return the page to go to in place of one that may not be seen; blank to say so."""
    first = request.url.path == "/"
    if isinstance(error, errors.SignInNeededError) and _follows_links(request):
        from localarea.service.pages.sign_in import address_of_sign_in

        return "/local" if first else address_of_sign_in(request)  # which is for everybody
    if isinstance(error, errors.NotAllowedError) and first and _follows_links(request):
        page = current_identity(request).first_page
        return "" if page == "/" else page
    return ""


def _unreadable(request: Request, error: RequestValidationError) -> Response:
    """Answer what cannot be read; an address that can be no page, as one that there is not."""
    faults = faults_of(error, request)
    if wants_page(request) and all(one["where"].startswith("path.") for one in faults):
        return answer(request, 404, NO_PAGE)
    detail = sentence_of(faults)
    status = _as_asked(request, 422)
    return answer(request, status, detail, kind="urn:localarea:request", facts={"faults": faults})


def _of_the_machine(error: errors.LocalareaError) -> str:
    """Return the words of an error for whoever runs the service, who cannot "tell them"."""
    cause = error.__cause__
    if isinstance(error, errors.NoRoomError) and isinstance(cause, OSError):
        where = f" ({cause.filename})" if cause.filename else ""
        return f"{cause.strerror}{where}: make room, which the status page shows for each folder"
    return str(error)


def install(app: FastAPI) -> None:
    """Handle every error of the application here."""
    _install_waiting(app)

    @app.exception_handler(errors.LocalareaError)
    async def own_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.LocalareaError)  # noqa: S101 -- registered for these only
        elsewhere = _elsewhere(request, error)
        if elsewhere:
            return RedirectResponse(elsewhere, 303)
        status = _as_asked(request, status_of(error))
        headers: dict[str, str] = {}
        if isinstance(error, errors.TooManyRequestsError):
            headers["Retry-After"] = str(error.retry_after_s)
        if status in (503, 507):  # nobody who asks can mend it
            LOG.error("not available: %s: %s", type(error).__name__, _of_the_machine(error))
        if status == 503:
            headers["Retry-After"] = "5"
        if status == 413:  # what is left of the body is not worth reading
            headers["Connection"] = "close"
        headers |= challenge_of(error)
        kind, facts = f"urn:localarea:{type(error).__name__}", _facts(error)
        return answer(
            request, status, said_to_people(error), kind=kind, facts=facts, headers=headers
        )

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 -- as above
        return _unreadable(request, error)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 -- as above
        methods = methods_at(request) if error.status_code == 405 else []
        headers = dict(error.headers or {}) | ({"Allow": ", ".join(methods)} if methods else {})
        kind = getattr(error, "kind", "about:blank")
        said = _said_of(request, error, methods)
        return answer(request, error.status_code, said, kind=kind, headers=headers)

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        LOG.exception("a fault of the service", exc_info=error)
        detail = "This is a fault of the service, and it has been logged. Please try again."
        return answer(request, 500, detail)
