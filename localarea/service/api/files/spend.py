"""Count published payments: how much is local."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Header, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from localarea.errors import InputError
from localarea.service.api.boundary_fields import DayField, DefinitionField, OptionField
from localarea.service.api.files.files import TheRunner
from localarea.service.api.files.spend_jobs import (
    ADDRESS,
    SpendJobOut,
    TheSender,
    send_spend,
    shown,
)
from localarea.service.auth.identity import TheState, require
from localarea.service.files.spend import (
    MEDIA_TYPES,
    MOST_LISTED,
    Shape,
    SpendQuestion,
    count_spend,
    written_spend,
)
from localarea.service.http.errors import problems

router = APIRouter(tags=["Spend"], dependencies=[Depends(require("measure"))])


class SumOut(BaseModel):
    """Rows and net money; amounts are texts, so that no digit is lost."""

    rows: int
    amount: str


class SpendOut(BaseModel):
    """Sums of all payments; every row is in exactly one status of each list."""

    definition: str
    area: str
    directory_date: str
    currency: str
    rows: int
    amount: str
    local_share: float | None = Field(
        description="Of all money; None where refunds leave no share."
    )
    by_status: dict[str, SumOut]
    by_quarter: list[dict[str, Any]]
    by_category: list[dict[str, Any]]
    by_district: list[dict[str, Any]] | None = None
    by_size: list[dict[str, Any]] | None = None
    by_supplier: list[dict[str, Any]] | None = None
    by_option: list[dict[str, Any]]
    contested_suppliers: list[dict[str, Any]]
    by_postcode_source: dict[str, SumOut]
    repeats: list[dict[str, Any]] = Field(description="Likely repeats; they are counted.")
    faults: list[dict[str, Any]] = Field(description="What could not be read; rows still count.")
    counts: dict[str, int] = Field(description="Of what the lists hold at most 500.")
    tables: list[dict[str, Any]]
    notes: list[str]


@router.post(
    "/spend",
    response_model=SpendOut,
    response_model_exclude_unset=True,
    responses={
        202: {"model": SpendJobOut, "description": "It is counted as a job, as was preferred."},
        **problems(400, 401, 403, 404, 413, 422, 429, 503, 507),
    },
)
def count_published_spend(
    request: Request,
    state: TheState,
    runner: TheRunner,
    sender: TheSender,
    file: Annotated[
        list[UploadFile],
        File(description="Payments: CSV, TSV, workbook or Parquet."),
    ],
    suppliers: Annotated[
        UploadFile | None,
        File(description="List of suppliers with postcodes, for payments without one."),
    ] = None,
    option: OptionField = None,
    definition: DefinitionField = None,
    on: DayField = None,
    by: Annotated[
        str | None,
        Form(
            max_length=100,
            description="Breakdowns, of quarter, category, district, size and supplier; "
            "quarter and category are always there.",
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        Form(description="Column of a role, such as amount=Net or postcode=Site."),
    ] = None,
    output: Annotated[
        Shape, Form(description="JSON, or a file; the workbook holds every row.")
    ] = "json",
    keep: Annotated[
        bool,
        Form(
            description="Keep the payments, and list every row in the workbook, until the result "
            "of a job expires; else they are deleted once they are counted."
        ),
    ] = False,
    prefer: Annotated[
        str | None,
        Header(max_length=200, description="`respond-async` has them counted as a job (RFC 7240)."),
    ] = None,
) -> Any:
    """
    Count published payments under a definition and every option: up to 20 MB at once, or as a job.

    What is counted at once is not kept.
    """
    from localarea.spend.asked import read_breakdowns
    from localarea.spend.document import as_document

    question = SpendQuestion(option, definition, on, by, tuple(column or ()))
    if _wants_job(prefer):
        if output != "json":
            raise InputError("choose the form when you fetch the result", parameter="output")
        job = send_spend(request, sender, file, suppliers, question, keep=keep)
        said = {"Location": f"{ADDRESS}/{job.id}", "Preference-Applied": "respond-async"}
        return JSONResponse(shown(job).model_dump(), 202, said)
    if keep:
        raise InputError(
            "payments that are counted at once are not kept; have them counted as a job, with "
            "Prefer: respond-async",
            parameter="keep",
        )
    report = count_spend(state, runner, file, suppliers, question)
    if output == "json":
        return as_document(report, read_breakdowns(by), most_listed=MOST_LISTED)
    said = {"Content-Disposition": f'attachment; filename="spend.{output}"'}
    content = written_spend(state, report, by, output)
    return Response(content, media_type=MEDIA_TYPES[output], headers=said)


def _wants_job(prefer: str | None) -> bool:
    """Check whether a header `Prefer` asks for a job; other preferences may be ignored."""
    asked = (part.partition(";")[0].strip().casefold() for part in (prefer or "").split(","))
    return "respond-async" in asked
