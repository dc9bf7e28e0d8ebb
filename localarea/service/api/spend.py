"""Count published payments: how much is local."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, Field

from localarea.service.api.boundary_fields import DayField, DefinitionField, OptionField
from localarea.service.api.files import TheRunner
from localarea.service.auth.identity import TheState, require
from localarea.service.errors import problems
from localarea.service.files.spend import (
    MEDIA_TYPES,
    MOST_LISTED,
    Shape,
    SpendQuestion,
    count_spend,
    written_spend,
)

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
    responses=problems(400, 401, 403, 404, 413, 422, 503),
)
def count_published_spend(
    state: TheState,
    runner: TheRunner,
    file: Annotated[
        list[UploadFile], File(description="Payments: CSV, TSV, workbook or Parquet; 20 MB.")
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
) -> Any:
    """Count published payments under a definition and every option. The files are not kept."""
    from localarea.spend.asked import read_breakdowns
    from localarea.spend.document import as_document

    question = SpendQuestion(option, definition, on, by, tuple(column or ()))
    report = count_spend(state, runner, file, suppliers, question)
    if output == "json":
        return as_document(report, read_breakdowns(by), most_listed=MOST_LISTED)
    said = {"Content-Disposition": f'attachment; filename="spend.{output}"'}
    content = written_spend(state, report, by, output)
    return Response(content, media_type=MEDIA_TYPES[output], headers=said)
