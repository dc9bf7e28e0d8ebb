"""The first page: check one postcode, and show why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.auth.identity import TheState, require
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from localarea.records import Verdict
    from localarea.service.state import State

router = APIRouter(dependencies=[Depends(require("check"))])


@router.get("/", response_class=HTMLResponse)
def ask(request: Request, state: TheState) -> HTMLResponse:
    """Show the form."""
    return render(request, "check.html", {"asked": "", "verdict": None, "fault": ""})


@router.post("/", response_class=HTMLResponse)
def check(
    request: Request, state: TheState, postcode: Annotated[str, Form(max_length=200)] = ""
) -> HTMLResponse:
    """Check a postcode. By POST, so that no postcode stands in an address or a log."""
    if not postcode.strip():
        return render(
            request,
            "check.html",
            {"asked": "", "verdict": None, "fault": "Enter a postcode, such as CO1 1JB"},
            status_code=422,
        )
    verdict = state.classifier(BoundaryChoice()).check(postcode)
    values = {"asked": postcode, "verdict": verdict, "fault": "", **_evidence(state, verdict)}
    return render(request, "check.html", values)


def _evidence(state: State, verdict: Verdict) -> dict[str, Any]:
    """Name the places of a verdict, and count the options that hold its zone."""
    from localarea.places.gazetteer import read_gazetteer

    names = read_gazetteer("msoa11", store=state.store)
    known = verdict.zone in names.zone_names
    options = state.session.options if known else ()
    return {
        "today": state.today,
        "zone_name": names.zone_names.get(verdict.zone or "", ""),
        "district_name": names.districts.get(verdict.district or "", ""),
        "options": len(options),
        "local_in": sum(verdict.zone in option.zones for option in options),
    }
