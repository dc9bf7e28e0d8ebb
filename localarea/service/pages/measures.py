"""The dashboard of measures: send returns, and see figures, targets and the local share."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from localarea.errors import LocalareaError
from localarea.service.errors import status_of
from localarea.service.identity import TheState, require
from localarea.service.pages.rendering import render
from localarea.service.returns import (
    MOST_MB,
    Question,
    blank_returns,
    count_returns,
    lines_of,
    share_picture,
)

router = APIRouter(prefix="/measures", dependencies=[Depends(require("measure"))])


@router.get("", response_class=HTMLResponse)
def ask(request: Request) -> HTMLResponse:
    """Show the form."""
    return _page(request, {"fault": "", "report": None})


@router.get("/returns.xlsx", response_class=Response)
def template() -> Response:
    """Give blank returns."""
    said = {"Content-Disposition": 'attachment; filename="returns.xlsx"'}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(blank_returns(), media_type=kind, headers=said)


@router.post("", response_class=HTMLResponse)
def count(
    request: Request,
    state: TheState,
    file: Annotated[list[UploadFile] | None, File()] = None,
    until: Annotated[str, Form(max_length=10)] = "",
    contract: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Count what was sent, and show it; nothing of it stays."""
    asked = Question(until=until.strip() or None, contract=contract.strip() or None)
    try:
        report = count_returns(state, file or [], asked)
    except LocalareaError as error:
        status = status_of(error)
        if status not in (413, 422):
            raise
        fault = str(error)[:1].upper() + str(error)[1:]
        return _page(request, {"fault": fault, "report": None}, status=status)
    lines = lines_of(report, contract=asked.contract)
    totals = [line for line in lines if line["quarter"] == "all quarters"]
    values = {
        "fault": "",
        "report": report,
        "totals": totals,
        "by_quarter": [line for line in lines if line["quarter"] != "all quarters"],
        "withheld": sum(bool(line["withheld"]) for line in lines),
        "picture": share_picture(report, contract=asked.contract),
    }
    return _page(request, values)


def _page(request: Request, values: dict[str, Any], *, status: int = 200) -> HTMLResponse:
    page = render(request, "measures.html", {**values, "limit_mb": MOST_MB}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page
