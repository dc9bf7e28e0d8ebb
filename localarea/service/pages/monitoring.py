"""The dashboard across contracts: the indicator over time, groups, and what is at risk."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from localarea.contracts.exports import grouped_table, series_table
from localarea.contracts.monitoring import GROUPS, grouped, overview, require_group
from localarea.contracts.reading import kpi_document
from localarea.contracts.standing import INDICATOR
from localarea.measures.catalogue import MEASURES
from localarea.service import clock
from localarea.service.auth.identity import TheState
from localarea.service.own_contracts import returns_by_reference, series_for
from localarea.service.pages.contract_words import TAGS, attached, download, indicator_picture
from localarea.service.pages.contracts import Measurer, private
from localarea.service.pages.rendering import render

router = APIRouter(prefix="/monitoring")
MeasureRef = Annotated[str, Query(max_length=20)]
By = Annotated[str, Query(max_length=20)]
Public = Annotated[bool, Query()]


@router.get("", response_class=HTMLResponse)
def show(
    request: Request,
    state: TheState,
    who: Measurer,
    measure: MeasureRef = INDICATOR,
    by: By = "measure",
    public: Public = False,
) -> HTMLResponse:
    """Show a measure over time, figures by group, and the contracts at risk."""
    group, today = require_group(by), clock.now().date()
    series = series_for(state, who, internal=not public)
    kept, sent = returns_by_reference(state)
    document = kpi_document(series, measure, internal=not public)
    rows = overview(series, kept, sent, on=today, internal=not public)
    values = {
        "document": document,
        "picture": indicator_picture(document),
        "lines": grouped(series, sent, by=group, on=today, internal=not public),
        "rows": sorted(rows, key=lambda row: (not row["at_risk"], row["reference"])),
        "measures": MEASURES,
        "measure": measure,
        "groups": GROUPS,
        "by": group,
        "internal": not public,
        "tags": TAGS,
    }
    return private(render(request, "monitoring.html", values))


@router.get("/figures.{ending}", response_class=Response)
def figures(
    state: TheState,
    who: Measurer,
    ending: Literal["csv", "xlsx"],
    by: By = "measure",
    public: Public = False,
) -> Response:
    """Return the figures by group as a file."""
    group = require_group(by)
    series = series_for(state, who, internal=not public)
    _, sent = returns_by_reference(state)
    lines = grouped(series, sent, by=group, on=clock.now().date(), internal=not public)
    return download(grouped_table(lines), f"figures-by-{group}", ending, internal=not public)


@router.get("/indicator.{ending}", response_class=Response)
def indicator(
    state: TheState,
    who: Measurer,
    ending: Literal["csv", "xlsx"],
    measure: MeasureRef = INDICATOR,
    public: Public = False,
) -> Response:
    """Return a measure over time as a file."""
    series = series_for(state, who, internal=not public)
    document = kpi_document(series, measure, internal=not public)
    return download(series_table(document), f"indicator-{measure}", ending, internal=not public)


@router.get("/report.{ending}", response_class=Response)
def report(state: TheState, who: Measurer, ending: Literal["pdf", "docx", "html"]) -> Response:
    """Return the report to Cabinet on social value, with small counts withheld."""
    from localarea.reports.cabinet.write import renderer_of
    from localarea.reports.contracts.document import social_value_document
    from localarea.reports.contracts.facts import SocialValueFacts, titles_of

    today = clock.now().date()
    series = series_for(state, who, internal=False)
    kept, sent = returns_by_reference(state)
    facts = SocialValueFacts(
        tuple(series), tuple(kept), sent, today,
        priority=tuple(state.council.priority_measures), titles=titles_of(state.definitions),
    )  # fmt: skip
    made = social_value_document(facts, author=state.council.title, dated=today)
    return attached(renderer_of(f".{ending}")(made), f"social-value.{ending}", ending)
