"""What the answers rest on, what happens to what is typed in, and how usable the pages are."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from localarea.datasets.storage.renewed import read_all
from localarea.definitions.resting import definitions_by_table
from localarea.errors import DataError, NotFoundError
from localarea.renewal.renewable import makers_of
from localarea.renewal.resting import FIXED, age_in_words
from localarea.renewal.schedule import age_in_months, edition_due
from localarea.service.auth.identity import TheState
from localarea.service.openapi import operations_by_tag
from localarea.service.pages.rendering import documented, render
from localarea.service.state import clock
from localarea.service.state.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from localarea.datasets.storage.renewed import Edition

router = APIRouter()


@router.get("/docs")
def docs() -> RedirectResponse:
    """Lead to the documentation, which is files and the same for everybody."""
    if not documented():
        raise NotFoundError(
            "the documentation is not part of this installation; the folder docs of the "
            "repository holds the same pages, and ./scripts/site builds them for the "
            "service, which shows them from its next start"
        )
    return RedirectResponse("/static/docs/index.html", status_code=302)


@router.get("/data", response_class=HTMLResponse)
def data(request: Request, state: TheState) -> HTMLResponse:
    """Show every table: publisher, date, licence, and whether it is whole."""
    today = clock.day()
    editions: Mapping[str, Edition] = {}
    with suppress(DataError):  # a damaged record: the tables that were taken up stay in use
        editions = read_all(state.store.renewed)
    made_with: Mapping[str, tuple[str, ...]] = {}
    with suppress(DataError):  # a damaged definition is told on its own page
        made_with = definitions_by_table(state.definitions.kept())
    tables = [
        _table(state, name, editions, today) | {"definitions": made_with.get(name, ())}
        for name in sorted(state.store.registry)
    ]
    values = {
        "tables": tables,
        "age": age_in_months(state.directory_date, today),
        "due": edition_due(state.directory_date, today),
    }
    return render(request, "data.html", values)


def _table(state: State, name: str, editions: Mapping[str, Edition], today: date) -> dict[str, Any]:
    info = state.store.info(name)
    edition = next((one for one in editions.values() if one.tables.get(name) == info), None)
    try:
        state.store.path(name)
        standing = "renewed" if Path(info.file).is_absolute() else "as published"
        if edition is not None:
            standing = f"renewed on {edition.made[:10]} (edition {edition.number})"
    except DataError:
        standing = "missing or damaged"
    return {
        "title": info.title,
        "vintage": info.vintage,
        "age": age_in_words(info.vintage, today),
        "source": info.source,
        "licence": info.licence,
        "rows": info.rows,
        "standing": standing,
        "refreshed_by": " or ".join(makers_of(name)),
        "fixed": FIXED.get(name),
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
