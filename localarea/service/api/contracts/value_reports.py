"""Proxy values, and the reports to Cabinet on social value."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from localarea.contracts.value.value_reports import (
    Format,
    ValueReport,
    value_report_file,
    value_reports,
)
from localarea.contracts.value.worth import (
    MOST_WORDS,
    WORTH,
    KeptProxies,
    held_proxies,
    keep_proxies,
    parse_proxies,
)
from localarea.reports.contracts.facts import MOST_LESSONS, MOST_TEXT, read_lessons
from localarea.service.api.contracts.contracts import Measurer
from localarea.service.auth.identity import TheState
from localarea.service.http.errors import problems
from localarea.service.report_jobs import FORMATS
from localarea.service.state import clock
from localarea.service.value_report_jobs import TheValueReports, report_of

router = APIRouter(tags=["Contracts"])
Number = Annotated[int, Path(ge=1, le=1_000_000, description="Number of the report.")]
_REFUSED = problems(401, 403, 404, 409, 422, 503)


class ProxyValuesIn(BaseModel):
    """What one unit of each measure is taken to be worth."""

    model_config = ConfigDict(extra="forbid")

    edition: str = Field(max_length=MOST_WORDS, description="Edition of the values.")
    source: str = Field(max_length=MOST_WORDS, description="Who publishes them, and where.")
    values: dict[str, Annotated[str, Field(max_length=20)]] = Field(
        max_length=len(WORTH), description="Pounds by reference of the measure, as text."
    )


class ProxyValuesOut(BaseModel):
    """The proxy values that hold; blank edition, source and no values if there are none."""

    number: int
    edition: str
    source: str
    values: dict[str, str]


class ValueReportIn(BaseModel):
    """What the author of a report adds."""

    model_config = ConfigDict(extra="forbid")

    learnt: list[Annotated[str, Field(max_length=MOST_TEXT)]] = Field(
        default_factory=list,
        max_length=MOST_LESSONS,
        description="What was learnt, a point each; published with the report.",
    )


class ValueReportFileOut(BaseModel):
    """A file of a report."""

    format: Format
    sha256: str
    size_bytes: int
    file: str = Field(description="Address of the file.")


class ValueReportOut(BaseModel):
    """A report on social value, and how far it is."""

    number: int
    status: Literal["working", "done"]
    step: str = Field(description="What is being done now; blank once it is done.")
    dated: str
    learnt: list[str]
    proxy_values: int | None = Field(description="Number of the proxy values in it.")
    asked_by: str
    asked_at: str
    files: list[ValueReportFileOut] = Field(description="None while it is being made.")


class ValueReports(BaseModel):
    """The reports on social value, the newest first."""

    reports: list[ValueReportOut]


@router.get("/proxy-values", response_model=ProxyValuesOut, responses=problems(401, 403, 503))
def show_values(state: TheState, who: Measurer) -> dict[str, Any]:
    """Show what one unit of each measure is taken to be worth, with edition and source."""
    with state.database.reading() as connection:
        return _values(held_proxies(connection, state.council.key))


@router.post(
    "/proxy-values",
    status_code=201,
    response_model=ProxyValuesOut,
    responses=problems(401, 403, 422, 503),
)
def set_values(state: TheState, who: Measurer, asked: ProxyValuesIn) -> dict[str, Any]:
    """Keep proxy values in place of those that hold, which stay on record."""
    proxies = parse_proxies(asked.edition, asked.source, asked.values)
    council = state.council.key
    keep_proxies(
        state.database, proxies, council=council, actor=who.acting("measure"), now=clock.now()
    )
    with state.database.reading() as connection:
        return _values(held_proxies(connection, council))


def _values(held: KeptProxies | None) -> dict[str, Any]:
    if held is None:
        return {"number": 0, "edition": "", "source": "", "values": {}}
    values = {ref: str(amount) for ref, amount in held.proxies.amounts.items()}
    said = {"edition": held.proxies.edition, "source": held.proxies.source}
    return {"number": held.number, **said, "values": values}


@router.post(
    "/value-reports",
    status_code=202,
    response_model=ValueReportOut,
    responses=problems(401, 403, 409, 422, 429, 503),
)
def ask_value_report(
    response: Response,
    state: TheState,
    jobs: TheValueReports,
    who: Measurer,
    asked: ValueReportIn,
) -> dict[str, Any]:
    """Request a report to Cabinet on social value. Small counts are withheld: it is a release."""
    lessons = read_lessons("\n".join(asked.learnt))
    made = jobs.ask(state, who, lessons)
    response.headers["Location"] = f"/api/v1/value-reports/{made.number}"
    return _shown(made, jobs.step_of(state, who, made))


@router.get("/value-reports", response_model=ValueReports, responses=problems(401, 403, 503))
def list_value_reports(state: TheState, who: Measurer) -> dict[str, Any]:
    """List the reports on social value that were made."""
    with state.database.reading() as connection:
        kept = value_reports(connection, state.council.key)
    return {"reports": [_shown(one, "" if one.files else "being made") for one in kept]}


@router.get("/value-reports/{number}", response_model=ValueReportOut, responses=_REFUSED)
def follow_value_report(
    state: TheState, jobs: TheValueReports, who: Measurer, number: Number
) -> dict[str, Any]:
    """Show the progress of a report; one that nobody is making is begun again."""
    step = jobs.step_of(state, who, report_of(state, number))
    return _shown(report_of(state, number), step)


@router.get(
    "/value-reports/{number}/files/{format}",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in FORMATS.values()}}, **_REFUSED},
)
def fetch_value_report(
    state: TheState,
    who: Measurer,
    number: Number,
    format: Annotated[Format, Path(description="`pdf`, `docx` or `html`.")],  # noqa: A002
) -> Response:
    """Return a file of a report; 409 while it is being made."""
    with state.database.reading() as connection:
        content = value_report_file(connection, state.council.key, number, format)
    said = {
        "Content-Disposition": f'attachment; filename="social-value-{number}.{format}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=FORMATS[format], headers=said)


def _shown(one: ValueReport, step: str) -> dict[str, Any]:
    address = f"/api/v1/value-reports/{one.number}/files"
    return {
        "number": one.number,
        "status": "done" if one.files else "working",
        "step": "" if one.files else step or "keeping the files",
        "dated": one.dated,
        "learnt": list(one.lessons),
        "proxy_values": one.proxies,
        "asked_by": one.by,
        "asked_at": one.at,
        "files": [
            {"format": file.format, "sha256": file.sha256, "size_bytes": file.size_bytes,
             "file": f"{address}/{file.format}"}
            for file in one.files
        ],
    }  # fmt: skip
