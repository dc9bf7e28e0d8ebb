"""The dashboard of measures: send returns, and see figures, targets and the local share."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from localarea.errors import LocalareaError
from localarea.measures.report import ALL_CONTRACTS, ALL_QUARTERS
from localarea.service.api.files.files import TheRunner
from localarea.service.auth.identity import TheState, require
from localarea.service.files.returns import (
    MOST_MB,
    Question,
    blank_returns,
    count_returns,
    lines_of,
    share_picture,
)
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import Days, Fault, read_day
from localarea.service.pages.rendering import render

router = APIRouter(prefix="/measures", dependencies=[Depends(require("measure"))])

_CHOOSE_AGAIN: Final = "Choose the returns again: nothing of them is kept here"


@router.get("", response_class=HTMLResponse)
def ask(request: Request) -> HTMLResponse:
    """Show the form."""
    return _page(request, {"report": None})


@router.get("/returns.xlsx", response_class=Response)
def template() -> Response:
    """Return blank returns."""
    said = {"Content-Disposition": 'attachment; filename="returns.xlsx"'}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(blank_returns(), media_type=kind, headers=said)


@router.post("", response_class=HTMLResponse)
def count(
    request: Request,
    state: TheState,
    runner: TheRunner,
    file: Annotated[list[UploadFile] | None, File()] = None,
    until: Annotated[str, Form(max_length=30)] = "",
    day: Annotated[str, Form(max_length=20)] = "",
    month: Annotated[str, Form(max_length=20)] = "",
    year: Annotated[str, Form(max_length=20)] = "",
    contract: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Count the returns and show the result; nothing is kept."""
    days = Days(day or until, month, year)
    typed: dict[str, Any] = {"days": days, "contract": contract}
    try:
        last = read_day(*days.parts, "the last day counted")
        asked = Question(
            until=last.isoformat() if last else None, contract=contract.strip() or None
        )
        report = count_returns(state, runner, file or [], asked)
    except LocalareaError as error:
        status = status_of(error)
        if status not in (413, 422):
            raise
        named = getattr(error, "parameter", "")
        field = {"on": "until-day", "contract": "contract"}.get(named, "file")
        faults = [Fault(str(error)[:1].upper() + str(error)[1:], field)]
        if field != "file" and file:
            faults.append(Fault(_CHOOSE_AGAIN, "file"))
        return _page(request, {**typed, "faults": faults, "report": None}, status=status)
    rows = _rows(lines_of(report, contract=asked.contract), only_one=len(report.contracts) == 1)
    only = asked.contract or (report.contracts[0] if len(report.contracts) == 1 else None)
    values = {
        **typed,
        "report": report,
        "quarters": report.quarters,
        "targets": any(row["total"]["target"] is not None for row in rows),
        "rows": [row for row in rows if not row["zero"]],
        "zero": [row for row in rows if row["zero"]],
        "withheld": sum(bool(line["withheld"]) for row in rows for line in row["cells"]),
        "picture": share_picture(report, contract=only),
    }
    return _page(request, values)


def _rows(lines: list[dict[str, Any]], *, only_one: bool) -> list[dict[str, Any]]:
    """Arrange figures with a row for each measure and contract: its quarters, then all of them."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in lines:
        if only_one and line["contract"] == ALL_CONTRACTS:
            continue  # it would repeat the one there is
        rows.setdefault((line["measure"], line["contract"]), []).append(line)
    return [
        {
            "cells": sorted(cells, key=lambda line: line["quarter"] == ALL_QUARTERS),
            "total": next(line for line in cells if line["quarter"] == ALL_QUARTERS),
            "zero": not any(c["figure"] or c["withheld"] or c["target"] for c in cells),
        }
        for cells in rows.values()
    ]


def _page(request: Request, values: dict[str, Any], *, status: int = 200) -> HTMLResponse:
    known = {"faults": [], "days": Days(), "contract": "", "limit_mb": MOST_MB}
    page = render(request, "measures.html", {**known, **values}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page
