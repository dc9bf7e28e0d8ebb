"""The page on published spend: send payments, and see how much is local."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from localarea.errors import LocalareaError
from localarea.options.membership import option_title
from localarea.service.api.files import TheRunner
from localarea.service.auth.identity import TheState, require
from localarea.service.errors import status_of
from localarea.service.files.spend import (
    MEDIA_TYPES,
    MOST_MB,
    Shape,
    SpendQuestion,
    count_spend,
    spend_pictures,
    written_spend,
)
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render

router = APIRouter(prefix="/spend", dependencies=[Depends(require("measure"))])

_SHOWN: Final = 25  # lines of a table on the page; the workbook has them all


@router.get("", response_class=HTMLResponse)
def ask(request: Request) -> HTMLResponse:
    """Show the form."""
    return _page(request, {"found": None})


@router.post("", response_class=HTMLResponse)
def count(
    request: Request,
    state: TheState,
    runner: TheRunner,
    file: Annotated[list[UploadFile] | None, File()] = None,
    suppliers: Annotated[UploadFile | None, File()] = None,
    output: Annotated[Shape, Form()] = "json",
) -> Response:
    """Count the payments, and show the result or give it as a file; nothing is kept."""
    from localarea.spend.document import USUAL, as_document

    try:
        report = count_spend(state, runner, file or [], suppliers, SpendQuestion())
    except LocalareaError as error:
        status = status_of(error)
        if status not in (413, 422):
            raise
        field = "suppliers" if getattr(error, "parameter", "") == "suppliers" else "file"
        faults = [Fault(str(error)[:1].upper() + str(error)[1:], field)]
        return _page(request, {"faults": faults, "found": None, "output": output}, status=status)
    if output != "json":
        said = {
            "Content-Disposition": f'attachment; filename="spend.{output}"',
            "Cache-Control": "no-store",
        }
        content = written_spend(state, report, None, output)
        return Response(content, media_type=MEDIA_TYPES[output], headers=said)
    found = as_document(report, USUAL, most_listed=_SHOWN)
    local = option_title(report.boundary.id.removeprefix("option:"), state.council)
    values: dict[str, Any] = {
        "found": found,
        "local_means": local,
        "pictures": spend_pictures(state, report),
        "shown": _SHOWN,
    }
    return _page(request, values)


def _page(request: Request, values: dict[str, Any], *, status: int = 200) -> HTMLResponse:
    known = {"faults": [], "limit_mb": MOST_MB, "output": "json"}
    page = render(request, "spend.html", {**known, **values}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page
