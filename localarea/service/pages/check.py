"""The first page: check one postcode, and show why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse

from localarea.classify.selection import Request as Asked
from localarea.service.identity import TheState, require
from localarea.service.pages.rendering import render

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
        )
    verdict = state.classifier(Asked()).check(postcode)
    return render(request, "check.html", {"asked": postcode, "verdict": verdict, "fault": ""})
