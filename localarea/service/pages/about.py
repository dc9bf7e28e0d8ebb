"""What the answers rest on, what happens to what is typed in, and how usable the pages are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from localarea.errors import DataError
from localarea.renewal.schedule import age_in_months, edition_due
from localarea.service import clock
from localarea.service.auth.identity import TheState
from localarea.service.openapi import operations_by_tag
from localarea.service.pages.rendering import render
from localarea.service.state import State

router = APIRouter()


@router.get("/data", response_class=HTMLResponse)
def data(request: Request, state: TheState) -> HTMLResponse:
    """Show every table: publisher, date, licence, and whether it is whole."""
    tables = [_table(state, name) for name in sorted(state.store.registry)]
    today = clock.now().date()
    values = {
        "tables": tables,
        "age": age_in_months(state.directory_date, today),
        "due": edition_due(state.directory_date, today),
    }
    return render(request, "data.html", values)


def _table(state: State, name: str) -> dict[str, Any]:
    info = state.store.info(name)
    try:
        state.store.path(name)
        standing = "renewed" if Path(info.file).is_absolute() else "as published"
    except DataError:
        standing = "missing or damaged"
    return {
        "title": info.title,
        "vintage": info.vintage,
        "source": info.source,
        "licence": info.licence,
        "rows": info.rows,
        "standing": standing,
    }


@router.get("/privacy", response_class=HTMLResponse)
def privacy(request: Request, state: TheState) -> HTMLResponse:
    """Show what happens to postcodes and files."""
    return render(request, "privacy.html", {"hours": state.settings.job_hours})


@router.get("/accessibility", response_class=HTMLResponse)
def accessibility(request: Request, state: TheState) -> HTMLResponse:
    """Show how accessible the pages are, and what is missing."""
    return render(request, "accessibility.html", {})


@router.get("/openapi", response_class=HTMLResponse)
def api(request: Request) -> HTMLResponse:
    """Show what programs can ask for: the description of the API for people."""
    document = request.app.openapi()
    values = {"document": document, "by_tag": operations_by_tag(document)}
    return render(request, "api.html", values)
