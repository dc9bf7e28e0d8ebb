"""Letters to suppliers: an answer to print, and a page where anybody can verify it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse

from localarea.errors import InputError, LocalareaError
from localarea.service.api.files import TheChecker
from localarea.service.auth.identity import TheState, require
from localarea.service.errors import status_of
from localarea.service.letters import is_of_postcode, keep_letter, read_letter
from localarea.service.pages.check import Asks, classifier_for
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from localarea.decisions.receipts import Receipt

router = APIRouter(prefix="/letters")

_TOLD: Final = (404, 422)


@router.post("", response_class=HTMLResponse, dependencies=[Depends(require("check"))])
def write(
    request: Request,
    state: TheState,
    identity: TheChecker,
    typed: Asks,
    to: Annotated[str, Form(max_length=300)] = "",
) -> HTMLResponse:
    """Write a letter with the answer for a postcode, and keep what it says."""
    texts = typed.texts()
    if len(texts) > 1:
        raise InputError("a letter is about one postcode; check that one by itself")
    made, on = classifier_for(state, typed)
    verdict = made.check(texts[0])
    if verdict.status == "unknown":
        raise InputError("there is no answer for this postcode, so there is no letter")
    day = on.isoformat() if on else state.today
    kept = keep_letter(state, identity, verdict, made.boundary, day=day)
    values = {
        "verdict": verdict,
        "letter": kept,
        "area": kept.document["area"],
        "day": day,
        "to": " ".join(to.split()),
        "address": f"{str(request.base_url).rstrip('/')}/letters",
    }
    page = render(request, "letter.html", values)
    page.headers["Cache-Control"] = "no-store"
    return page


@router.get("", response_class=HTMLResponse)
def ask(request: Request) -> HTMLResponse:
    """Show the form with which anybody can verify a letter."""
    return _page(request)


@router.post("/verify", response_class=HTMLResponse)
def verify(
    request: Request,
    state: TheState,
    reference: Annotated[str, Form(max_length=100)] = "",
    postcode: Annotated[str, Form(max_length=50)] = "",
) -> HTMLResponse:
    """Tell whether a letter is as it was given. By POST, since it is about a postcode."""
    asked = {"reference": reference, "postcode": postcode}
    faults = []
    if not reference.strip():
        faults.append(Fault("Enter the reference of the letter", "reference"))
    if not postcode.strip():
        faults.append(Fault("Enter the postcode that the letter names", "postcode"))
    letter: Receipt | None = None
    status = 422
    if not faults:
        try:
            letter = read_letter(state, reference)
        except LocalareaError as error:
            status = status_of(error)
            if status not in _TOLD:
                raise
            said = str(error)
            faults.append(Fault(said[:1].upper() + said[1:], "reference"))
    if letter is None:
        return _page(request, asked=asked, faults=faults, status=status)
    fits = is_of_postcode(state, letter, postcode)
    return _page(request, asked=asked, letter=letter, fits=fits)


def _page(
    request: Request, *, asked: dict[str, str] | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    known = {"asked": asked or {"reference": "", "postcode": ""}, "faults": []}
    page = render(request, "letter-verify.html", {**known, **values}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page
