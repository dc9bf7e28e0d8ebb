"""A supplier comes in by its key: the key is exchanged for a session that sees its contracts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.decisions import api_keys
from localarea.decisions.supplier_access import references_of
from localarea.service.auth.identity import TheState
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.state import clock

if TYPE_CHECKING:
    from localarea.service.auth.admission import Admission

LOG = logging.getLogger(__name__)
router = APIRouter()
_NOT_ONE = (
    "Enter the whole key that the contract manager gave you. If it has run out, ask for another"
)


@router.get("/supplier", response_class=HTMLResponse)
def ask(request: Request) -> Response:
    """Show the form for the key."""
    return render(request, "supplier-in.html", {"faults": []})


@router.post("/supplier", response_class=HTMLResponse)
def come_in(
    request: Request, state: TheState, key: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Begin the session of a supplier."""
    admission: Admission = request.app.state.admission
    if admission.local:  # where nobody signs in, everybody is in already
        return RedirectResponse("/contracts", 303)
    today = state.today
    with state.database.reading() as connection:
        found = api_keys.find(connection, key.strip(), today=today)
        if found is not None and found.roles != ("supplier",):
            found = None
        own = references_of(connection, f"key:{found.id}", today=today) if found else []
    if found is None or not own:
        faults = [Fault(_NOT_ONE, "key")]
        return render(request, "supplier-in.html", {"faults": faults}, status_code=422)
    api_keys.note_use(state.database, found.id, today=today, now=clock.now())
    session = admission.sessions.begin(
        found.title, found.roles, post="", subject=found.id, key=found.id
    )
    before = getattr(request.state, "session", None)
    if before is not None:
        admission.sessions.end(before)
    LOG.info("signed in: by key %s", found.id)
    response = RedirectResponse("/contracts", 303)
    response.headers.append(
        "set-cookie", admission.session_cookie(admission.sessions.write(session))
    )
    response.headers["Cache-Control"] = "no-store"
    return response
