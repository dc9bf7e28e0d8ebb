"""Count social value measures from returns of staff and spend."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, Field

from localarea.service.api.boundary_fields import DayField, DefinitionField, OptionField
from localarea.service.api.files.files import TheRunner
from localarea.service.auth.identity import TheState, require
from localarea.service.files.returns import Question, count_returns
from localarea.service.http.errors import problems

router = APIRouter(tags=["Measures"], dependencies=[Depends(require("measure"))])


class Figure(BaseModel):
    """One figure; amounts are texts, so that no digit is lost."""

    measure: str
    title: str
    unit: str
    contract: str
    quarter: str
    figure: str | None = Field(description="None where it is withheld, or has no divisor.")
    withheld: bool = Field(description="It rests on 1 to 4 people, or would reveal such a figure.")
    target: str | None
    progress: float | None = Field(description="Share of the target.")


class MeasuresOut(BaseModel):
    """Every figure of the returns. No cell of a return is in it, and nothing is kept."""

    definition: str
    directory_date: str
    privacy: str
    rule: dict[str, Any]
    returns: list[dict[str, Any]]
    verdicts: dict[str, dict[str, int | None]]
    figures: list[Figure]
    refused: list[dict[str, Any]]
    unknown: list[dict[str, Any]] = Field(
        description="Rows whose place is unknown and can be mended; what was withheld is not here."
    )


@router.post(
    "/measures",
    response_model=MeasuresOut,
    responses=problems(400, 401, 403, 404, 413, 422, 503),
)
def count_measures(
    state: TheState,
    runner: TheRunner,
    file: Annotated[list[UploadFile], File(description="Returns: CSV, TSV or XLSX.")],
    option: OptionField = None,
    definition: DefinitionField = None,
    on: DayField = None,
    rule: Annotated[
        str | None,
        Form(max_length=100, description="Name of the counting rule; docs/measures.md lists them."),
    ] = None,
    until: Annotated[
        str | None,
        Form(
            max_length=10,
            description="Last day counted, YYYY-MM-DD; by default that of the returns.",
        ),
    ] = None,
    contract: Annotated[
        str | None,
        Form(
            max_length=200,
            description="Figures of this contract alone.",
        ),
    ] = None,
) -> Any:
    """Count returns, with small counts withheld. The returns are not kept."""
    from localarea.measures.exports import as_document

    question = Question(option, definition, on, rule, until, contract)
    report = count_returns(state, runner, file, question)
    document = as_document(report, internal=False, proxies=None, contract=contract)
    for line in document["figures"]:
        for name in ("figure", "target"):
            line[name] = None if line[name] is None or line[name] != line[name] else str(line[name])
        progress = line["progress"]
        line["progress"] = None if progress is None else float(progress)
        if line["progress"] is not None and line["progress"] != line["progress"]:
            line["progress"] = None
    return document
