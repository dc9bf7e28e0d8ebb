"""For suppliers, who have no account: what local means here, one postcode, and whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse

from localarea.definitions.model import FOREVER
from localarea.errors import InputError, LocalareaError, NotFoundError
from localarea.service.auth.identity import TheState
from localarea.service.councils import LONGEST, Councils, TheCouncils
from localarea.service.http.content_policy import policy_with
from localarea.service.http.errors import status_of
from localarea.service.pages.decisions.definitions import area_of
from localarea.service.pages.forms import Fault, asked_under, postcode_example
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from localarea.definitions.store import PublishedDefinition
    from localarea.service.state.state import State

router = APIRouter()

_TOLD: Final = (404, 422)  # faults of what was typed, which the form shows


CouncilAsked = Annotated[str, Query(max_length=LONGEST)]


@router.get("/local", response_class=HTMLResponse)
def local(request: Request, councils: TheCouncils, council: CouncilAsked = "") -> HTMLResponse:
    """Show what local means today: here, or to another council that has published it here."""
    return _page(request, _shown(request, councils, council))


@router.post("/local", response_class=HTMLResponse)
def check(
    request: Request,
    councils: TheCouncils,
    postcode: Annotated[str, Form(max_length=400)] = "",
    council: Annotated[str, Form(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """Check one postcode under the definition in force; no option and no other day can be asked."""
    state = _shown(request, councils, council)
    kept = _in_force(state)
    if kept is None:
        return _page(request, state)
    try:
        if not postcode.strip():
            such = postcode_example(state.council.anchor)
            raise InputError(f"enter a postcode, such as {such}", parameter="postcode")
        made = state.classifier(asked_under(f"definition:{kept.definition.id}", None))
        verdict = made.check(postcode)
    except LocalareaError as error:
        status = status_of(error)
        if status not in _TOLD:
            raise
        faults = [Fault.of(error, "postcode")]
        return _page(request, state, status=status, postcode=postcode, faults=faults)
    return _page(request, state, postcode=postcode, verdict=verdict)


@router.get("/local/embed", response_class=HTMLResponse)
def embed(
    request: Request, state: TheState, with_map: Annotated[bool, Query(alias="map")] = False
) -> HTMLResponse:
    """Return a small form, with a map if asked, for the pages of other sites that may show it."""
    origins = state.settings.embed_origins
    if not origins:
        raise NotFoundError("this service may not be shown inside other sites")
    kept = _in_force(state)
    drawn = with_map and kept is not None and kept.definition.zone_system == "msoa11"
    values: dict[str, Any] = {"kept": kept, "picture": drawn}
    if kept is not None and drawn:
        values["districts"], _ = area_of(state, kept.definition.id)
    page = render(request, "public-embed.html", values)
    frames = " ".join(("frame-ancestors", *origins))
    policy = policy_with(state.settings.tile_url).replace("frame-ancestors 'none'", frames)
    page.headers["Content-Security-Policy"] = policy
    page.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return page


def _shown(request: Request, councils: Councils, council: str) -> State:
    """Return the state of a council; a place is none, for no definition is measured from one."""
    whose = councils.whose(council, None)
    request.state.shown = whose.state
    return whose.state


def _in_force(state: State) -> PublishedDefinition | None:
    return state.definitions.in_force(state.today, council=state.council.key)


def _to_come(state: State) -> PublishedDefinition | None:
    """Return the definition that is approved and begins next."""
    found = [
        kept
        for kept in state.definitions.kept()
        if kept.definition.purpose == "measure"
        and kept.standing(state.today) == "to come"
        and kept.first_day_for(state.council.key) is not None
    ]
    return min(found, key=lambda kept: kept.definition.effective_from, default=None)


def _last(state: State) -> PublishedDefinition | None:
    """Return the definition that was in force last, where none is today."""
    found = [
        kept
        for kept in state.definitions.kept()
        if kept.definition.purpose == "measure"
        and kept.standing(state.today) == "ended"
        and not kept.never
        and (kept.first_day_for(state.council.key) or FOREVER) <= kept.last_day
    ]
    return max(found, key=lambda kept: kept.last_day, default=None)


def _page(request: Request, state: State, *, status: int = 200, **values: Any) -> HTMLResponse:
    kept = _in_force(state)
    known: dict[str, Any] = {
        "kept": kept,
        "next": _to_come(state),
        "last": _last(state) if kept is None else None,
        "whose": state.authority if state.is_own else state.council.title,
        "postcode": "",
        "faults": [],
        "contact": state.settings.contact,
        "embed": state.settings.public_url if state.settings.embed_origins else None,
    }
    if kept is not None:
        known["districts"], known["zones"] = area_of(state, kept.definition.id)
        known["picture"] = kept.definition.zone_system == "msoa11"
    page = render(request, "public.html", {**known, **values}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page
