"""The report to Cabinet: asked for, followed while it is made, and fetched."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from localarea.service.auth.identity import require
from localarea.service.councils import (
    AnchorName,
    CouncilName,
    StudiedState,
    TheCouncils,
    council_parameter,
    state_named,
)
from localarea.service.http.errors import problems
from localarea.service.report_jobs import (
    FORMATS,
    LONGEST,
    MOST_OPTIONS,
    RETRY_S,
    Making,
    ReportAsked,
    ReportFormat,
    TheReports,
    asked_by,
    require_options,
)

router = APIRouter(tags=["Reports"], dependencies=[Depends(require("view"))])

REFUSED = problems(401, 403, 404, 422, 429, 503)
Reference = Annotated[str, Path(max_length=LONGEST, description="As given when it was asked for.")]


class ReportIn(BaseModel):
    """What a report is to hold."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"options": ["ttwa-official", "ttwa-official+ipswich"], "format": "pdf"}]
        },
    )

    options: list[Annotated[str, Field(max_length=200)]] = Field(
        description=f"Ids of 1 to {MOST_OPTIONS} options; the others are compared with the first."
    )
    format: ReportFormat = Field("pdf", description="`pdf`, `docx` (Word) or `html`.")


class ReportOut(BaseModel):
    """A report, and how far it is."""

    reference: str
    status: Literal["working", "done"]
    step: str = Field(description="What is being done now; blank once it is done.")
    options: list[str]
    format: ReportFormat
    file: str = Field(description="Address of the file, once it is done.")


@router.post("/reports", status_code=202, response_model=ReportOut, responses=REFUSED)
def ask_report(
    request: Request,
    response: Response,
    state: StudiedState,
    reports: TheReports,
    wanted: ReportIn,
    council: CouncilName = None,
    anchor: AnchorName = None,
) -> ReportOut:
    """Request the report to Cabinet. A second request returns the same report."""
    require_options(wanted.options)
    own = request.app.state.localarea
    named = council_parameter(state, own)
    asked = ReportAsked(tuple(wanted.options), wanted.format, named, own.today)
    response.headers["Location"] = f"/api/v1/reports/{asked.reference}"
    return _shown(asked, reports.find(asked, state))


@router.get("/reports/{reference}", response_model=ReportOut, responses=REFUSED)
def follow_report(councils: TheCouncils, reports: TheReports, reference: Reference) -> ReportOut:
    """Show the progress of a report."""
    asked = asked_by(reference)
    return _shown(asked, reports.find(asked, state_named(councils, asked.council)))


@router.get(
    "/reports/{reference}/file",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        202: {"model": ReportOut, "description": "It is still being made; ask again."},
        **REFUSED,
    },
)
def report_file(councils: TheCouncils, reports: TheReports, reference: Reference) -> Response:
    """Return the file of a report; 202 while it is being made."""
    asked = asked_by(reference)
    found = reports.find(asked, state_named(councils, asked.council))
    data = found.result()
    if data is None:
        body = _shown(asked, found).model_dump_json()
        retry = {"Retry-After": str(RETRY_S)}
        return Response(body, 202, retry, media_type="application/json")
    return file_response(asked, data)


def file_response(asked: ReportAsked, data: bytes) -> Response:
    """Answer with the file of a report, for saving."""
    named = f'attachment; filename="local-area-report-{asked.on}.{asked.format}"'
    return Response(data, media_type=FORMATS[asked.format], headers={"Content-Disposition": named})


def _shown(asked: ReportAsked, found: Making) -> ReportOut:
    done = found.result() is not None
    return ReportOut(
        reference=asked.reference,
        status="done" if done else "working",
        step="" if done else found.step,
        options=list(asked.options),
        format=asked.format,
        file=f"/api/v1/reports/{asked.reference}/file",
    )
