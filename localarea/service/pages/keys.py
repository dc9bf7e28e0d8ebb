"""The administrator's page of API keys."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.decisions import api_keys
from localarea.decisions.record.roles import ROLES
from localarea.errors import InputError
from localarea.service.api.keys import Administrator, administrator
from localarea.service.auth.identity import TheState, require
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.state import clock
from localarea.service.state.state import State

# What a key with a role may do; none can be an approver.
_MAY: Final = {
    "viewer": "See options, comparisons, what-ifs, decisions and the record",
    "checker": "The same, and check postcodes and files and count returns",
    "analyst": "The same as a checker, and put proposals forward and comment on them",
    "admin": "Read the figures about how the service runs. It cannot make keys",
}
# Words of each fault by which its field is known.
_FIELDS: Final = (("days", "days"), ("role", "roles"), ("approver", "roles"))

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
        return _page(request, state, faults=_faults(str(error)), asked=asked, status=422)
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
    faults: list[Fault] | None = None,
    asked: dict[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    with state.database.reading() as connection:
        keys = api_keys.list_keys(connection)
    values = {
        "keys": [(key, _standing(key, state.today)) for key in keys],
        "roles": [(role, _MAY[role]) for role in ROLES if role in _MAY],
        "made": made,
        "faults": faults or [],
        "asked": asked or {"name": "", "roles": [], "days": "90"},
    }
    return render(request, "keys.html", values, status_code=status)


def _faults(text: str) -> list[Fault]:
    """Hang each fault that was told on its field."""
    return [
        Fault(part[:1].upper() + part[1:], next((f for w, f in _FIELDS if w in part), "name"))
        for part in text.split("; ")
    ]


def _standing(key: api_keys.ApiKey, today: str) -> str:
    if key.revoked_at:
        return "revoked"
    return "in use" if key.holds(today) else "run out"
