"""The register as tables that portals and spreadsheets take, and back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import BaseModel, Field

from localarea.contracts.terms_notes import notes_on_terms
from localarea.service.api.contracts.contracts import Measurer
from localarea.service.api.files.files import TheRunner
from localarea.service.auth.identity import TheState
from localarea.service.contract_exchange import (
    Ending,
    entered,
    exported,
    planned,
)
from localarea.service.files.returns import read_tables, require_fit
from localarea.service.http.errors import problems

router = APIRouter(tags=["Contracts"])


class TakenOut(BaseModel):
    """A contract, or the return of a quarter of one, and what becomes of it."""

    reference: str
    quarter: str | None = Field(description="None for the contract itself.")
    version: int
    result: Literal["entered", "corrected", "unchanged"]


class ImportOut(BaseModel):
    """What became of tables, or would."""

    entered: bool = Field(description="False if they were only looked at.")
    lines: list[TakenOut]
    read_only: list[str] = Field(description="Tables of figures as published: never taken in.")
    notes: list[str] = Field(
        description="What to know of the contracts: that a definition is not in force on the first "
        "day of one, and what is unlikely of its milestones."
    )


@router.get(
    "/contracts/export",
    response_class=Response,
    responses={
        200: {
            "content": {"application/octet-stream": {}}
        },  # the one type that makers of clients know
        **problems(401, 403, 422, 503),
    },
)
def export(
    state: TheState,
    who: Measurer,
    format: Annotated[  # noqa: A002 -- a parameter of the address
        Ending, Query(description="`xlsx`, or `zip` for CSV files.")
    ] = "xlsx",
    internal: Annotated[
        bool,
        Query(
            description="Write exact figures and receipts, which can be taken in again and must "
            "not be shared, in place of those that may be published."
        ),
    ] = False,
) -> Response:
    """Return contracts, pledges, milestones and figures as tables."""
    content = exported(state, who, format, internal=internal)
    named = f'attachment; filename="register.{format}"'
    said = {"Content-Disposition": named, "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/octet-stream", headers=said)


@router.post(
    "/contracts/import",
    response_model=ImportOut,
    responses=problems(400, 401, 403, 409, 413, 422, 503),
)
def take_in(
    state: TheState,
    runner: TheRunner,
    who: Measurer,
    file: Annotated[
        list[UploadFile], File(description="Tables as the export writes them: XLSX or CSV.")
    ],
    preview: Annotated[
        bool, Form(description="Only show what would become of them; nothing is entered.")
    ] = False,
) -> dict[str, Any]:
    """
    Enter what tables hold and the register has not: all of it, or nothing.

    If anything is wrong, `places` of the problem has every fault: `table`, `row`, `column`, `why`.
    """
    tables = read_tables(runner, require_fit(file, what="tables of the register"))
    found, plan = planned(state, tables)
    taken = plan if preview else entered(state, who, tables)
    names = ("reference", "quarter", "version", "result")
    lines = [{name: getattr(one, name) for name in names} for one in taken]
    notes = [
        f"{one.reference}: {note}"
        for one in taken
        if one.contract is not None
        for note in notes_on_terms(one.contract, state.definitions)
    ]
    return {"entered": not preview, "lines": lines, "read_only": found.read_only, "notes": notes}
