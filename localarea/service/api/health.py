"""Whether the service lives, and whether it can answer: for whatever runs it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.auth.identity import TheState
from localarea.service.http.errors import problems

router = APIRouter(tags=["Service"])


class Health(BaseModel):
    """How the service is."""

    status: str
    version: str


class Readiness(Health):
    """How what the service needs is."""

    directory_date: str


@router.get("/health", response_model=Health)
def health(state: TheState) -> dict[str, str]:
    """Answer while the process lives, whatever else is wrong."""
    return {"status": "alive", "version": state.version}


@router.get("/ready", response_model=Readiness, responses=problems(503))
def ready(state: TheState) -> dict[str, str]:
    """Answer once questions can be answered: tables and the record of decisions are there."""
    with state.database.reading():
        pass
    checked = state.classifier(BoundaryChoice()).check("CO1 1JB")
    return {"status": "ready", "version": state.version, "directory_date": checked.directory_date}


@router.get("/openapi.json", include_in_schema=False)
def describe(request: Request) -> JSONResponse:
    """Describe the API."""
    kind = "application/vnd.oai.openapi+json;version=3.0"
    return JSONResponse(request.app.openapi(), media_type=kind)
