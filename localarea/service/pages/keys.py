"""The administrator's page of API keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.decisions import api_keys
from localarea.decisions.roles import ROLES
from localarea.errors import InputError
from localarea.service import clock
from localarea.service.api.keys import Administrator, administrator
from localarea.service.auth.identity import TheState, require
from localarea.service.pages.rendering import render
from localarea.service.state import State

router = APIRouter(dependencies=[Depends(require("administer"))])


@router.get("/keys", response_class=HTMLResponse)
def show(request: Request, state: TheState) -> Response:
    """Show all keys, and a form for a new one."""
    return _page(request, state)


@router.post("/keys", response_class=HTMLResponse)
def make(
    request: Request,
    state: TheState,
    who: Administrator,
    name: Annotated[str, Form(max_length=200)] = "",
    roles: Annotated[list[str] | None, Form()] = None,
    days: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make a key, and show it this once."""
    asked = {"name": name, "roles": roles or [], "days": days}
    try:
        _, text = api_keys.make(
            state.database,
            name=name,
            roles=roles or [],
            days=int(days) if days.strip().isdecimal() else 0,
            actor=administrator(who),
            now=clock.now(),
        )
    except InputError as error:
        return _page(request, state, fault=str(error), asked=asked, status=422)
    return _page(request, state, made=text)


@router.post("/keys/{identity}/revoke", response_class=HTMLResponse)
def revoke(request: Request, state: TheState, who: Administrator, identity: str) -> Response:
    """Revoke a key."""
    api_keys.revoke(state.database, identity, actor=administrator(who), now=clock.now())
    request.app.state.admission.keys.forget()
    return RedirectResponse("/keys", 303)


def _page(
    request: Request,
    state: State,
    *,
    made: str = "",
    fault: str = "",
    asked: dict[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    with state.database.reading() as connection:
        keys = api_keys.list_keys(connection)
    values = {
        "keys": [(key, _standing(key, state.today)) for key in keys],
        "roles": [role for role in ROLES if role != "approver"],
        "made": made,
        "fault": fault,
        "asked": asked or {"name": "", "roles": [], "days": "90"},
    }
    return render(request, "keys.html", values, status_code=status)


def _standing(key: api_keys.ApiKey, today: str) -> str:
    if key.revoked_at:
        return "revoked"
    return "in use" if key.holds(today) else "run out"
