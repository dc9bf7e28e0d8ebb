"""
Letters to suppliers: an answer to print, and a page where anybody can verify it.

The postcode of a letter is not kept, only a hash of it with a key: somebody who has the letter
can show that the postcode in it is the one that was checked, and nobody can read it here.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse

from localarea.decisions.receipts import StoredReceipt, keep_receipt, new_reference, receipt
from localarea.errors import InputError, LocalareaError, NotFoundError, PostcodeFormatError
from localarea.geo.postcodes import parse_postcode
from localarea.service.api.files.files import TheChecker
from localarea.service.auth.identity import TheState, require
from localarea.service.auth.secret_key import read_secret
from localarea.service.councils import TheCouncils, show_whose
from localarea.service.http.errors import status_of
from localarea.service.pages.check import Asks, choice_of, classifier_for, day_of
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.state import clock

if TYPE_CHECKING:
    from localarea.classify.boundary import Boundary
    from localarea.records import Verdict
    from localarea.service.auth.identity import Identity
    from localarea.service.state.state import State

router = APIRouter(prefix="/letters")

_TOLD: Final = (404, 422)
_HASH: Final = "postcode_hmac_sha256"


@router.post("", response_class=HTMLResponse, dependencies=[Depends(require("check"))])
def write(
    request: Request,
    state: TheState,
    councils: TheCouncils,
    identity: TheChecker,
    typed: Asks,
    to: Annotated[str, Form(max_length=300)] = "",
) -> HTMLResponse:
    """Write a letter with the answer for a postcode, and keep what it says."""
    texts = typed.texts()
    if len(texts) > 1:
        raise InputError("a letter is about one postcode; check that one by itself")
    whose = show_whose(request, councils, typed.council)
    asked, on = choice_of(whose, typed), day_of(typed)
    day = on.isoformat() if on else state.today
    if asked.definition is not None:  # a letter says what is so on a day
        asked = replace(asked, on=day)
    made = classifier_for(councils, asked)
    verdict = made.check(texts[0])
    if verdict.status == "unknown":
        raise InputError("there is no answer for this postcode, so there is no letter")
    other = "" if whose.state is state else whose.state.council.title
    kept = _keep_letter(state, identity, verdict, made.boundary, day=day, council=other)
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
    """Check whether a letter is as it was issued. By POST, since it is about a postcode."""
    asked = {"reference": reference, "postcode": postcode}
    faults = []
    if not reference.strip():
        faults.append(Fault("Enter the reference of the letter", "reference"))
    if not postcode.strip():
        faults.append(Fault("Enter the postcode that the letter names", "postcode"))
    letter: StoredReceipt | None = None
    status = 422
    if not faults:
        try:
            letter = _read_letter(state, reference)
        except LocalareaError as error:
            status = status_of(error)
            if status not in _TOLD:
                raise
            said = str(error)
            faults.append(Fault(said[:1].upper() + said[1:], "reference"))
    if letter is None:
        return _page(request, asked=asked, faults=faults, status=status)
    fits = _is_of_postcode(state, letter, postcode)
    return _page(request, asked=asked, letter=letter, fits=fits)


def _page(
    request: Request, *, asked: dict[str, str] | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    known = {"asked": asked or {"reference": "", "postcode": ""}, "faults": []}
    page = render(request, "letter-verify.html", {**known, **values}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _keep_letter(
    state: State,
    identity: Identity,
    verdict: Verdict,
    boundary: Boundary,
    *,
    day: str,
    council: str,
) -> StoredReceipt:
    """Keep what a letter says, without its postcode; ``council`` is blank for the service's own."""
    reference = new_reference()
    document: dict[str, Any] = {
        "answer": verdict.status,
        "borderline": verdict.borderline,
        "reason": verdict.reason,
        "definition": verdict.definition,
        "area": boundary.title,
        "day": day,
        "directory_date": verdict.directory_date,
        "version": state.version,
        _HASH: _hash(state, reference, verdict.postcode),
    }
    if council:
        document["council"] = council
    return keep_receipt(
        state.database,
        kind="answer",
        document=document,
        actor=identity.acting("check"),
        now=clock.now(),
        reference=reference,
    )


def _read_letter(state: State, reference: str) -> StoredReceipt:
    """Find what was kept of a letter."""
    with state.database.reading() as connection:
        found = receipt(connection, reference)
    if found.kind != "answer" or _HASH not in found.document:
        raise NotFoundError("this is the reference of a file, not of a letter")
    return found


def _is_of_postcode(state: State, letter: StoredReceipt, text: str) -> bool:
    """Check whether a letter was about a postcode."""
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        return False
    made = _hash(state, letter.reference, parsed.postcode)
    return hmac.compare_digest(made, str(letter.document[_HASH]))


def _hash(state: State, reference: str, postcode: str) -> str:
    """
    Hash a postcode for one letter.

    The key is that of the deployment, which is not in the record; without one, on a computer
    that only its user can reach, the reference alone keeps equal postcodes apart.
    """
    settings = state.settings
    secret = read_secret(settings.secret_key, settings.secret_key_file) or ""
    said = f"{reference} {''.join(postcode.split()).upper()}"
    return hmac.new(f"letter {secret}".encode(), said.encode(), hashlib.sha256).hexdigest()
