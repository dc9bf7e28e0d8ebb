"""Receipts of checked files: a page for each, and a form that finds them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from localarea.decisions.receipts import StoredReceipt
from localarea.errors import LocalareaError
from localarea.service.api.files.receipts import Reference, find_receipt, receipts_by_hash, who_of
from localarea.service.auth.identity import TheState, current_identity, permitted
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render

router = APIRouter(prefix="/receipts")

_DIGITS_OF_HASH = 64
_TOLD = (404, 422)


@router.get("", response_class=HTMLResponse)
def ask(
    request: Request,
    state: TheState,
    find: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show the form; a reference leads to its page, a SHA-256 to the receipts that name it."""
    wanted = "".join(find.split())
    if not wanted:
        return _page(request)
    try:
        if len(wanted) >= _DIGITS_OF_HASH - 8 and "-" not in wanted:
            permitted(current_identity(request), "check")
            return _page(request, find=find, found=receipts_by_hash(state, wanted))
        return RedirectResponse(f"/receipts/{find_receipt(state, wanted).reference}", 303)
    except LocalareaError as error:
        if status_of(error) not in _TOLD:
            raise
        return _page(request, find=find, fault=Fault.of(error, "find"), status=status_of(error))


@router.get("/{reference}", response_class=HTMLResponse)
def show(reference: Reference, request: Request, state: TheState) -> HTMLResponse:
    """Show what was checked, when, and against what. Anybody with the reference may see it."""
    found = find_receipt(state, reference)
    values = {"receipt": found, "by": who_of(request, found), "document": found.document}
    page = render(request, "receipt.html", values)
    page.headers["Cache-Control"] = "no-store"
    return page


def _page(
    request: Request,
    *,
    find: str = "",
    found: list[StoredReceipt] | None = None,
    fault: Fault | None = None,
    status: int = 200,
) -> HTMLResponse:
    values = {"find": find, "found": found, "faults": [fault] if fault else []}
    page = render(request, "receipts.html", values, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page
