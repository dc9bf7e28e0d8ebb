"""The dashboard across contracts: the indicator over time, groups, and what is at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from localarea.contracts.exports import grouped_table, series_table
from localarea.contracts.monitoring import GROUPS, grouped, overview, require_group, valued
from localarea.contracts.reading import kpi_document, on_missing_shares
from localarea.contracts.standing import INDICATOR
from localarea.contracts.value.worth import held_proxies
from localarea.measures.catalogue import MEASURES
from localarea.service.auth.identity import TheState
from localarea.service.own_contracts import returns_by_reference, series_for
from localarea.service.pages.contracts.contract_words import TAGS, download, indicator_picture
from localarea.service.pages.contracts.contracts import Measurer, private
from localarea.service.pages.rendering import render
from localarea.service.state import clock

if TYPE_CHECKING:
    from localarea.measures.rules import Proxies
    from localarea.service.state.state import State

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
    group, today = require_group(by), clock.day()
    series = series_for(state, who, internal=not public)
    kept, sent = returns_by_reference(state)
    document = kpi_document(series, measure, internal=not public)
    worth = _worth(state)
    rows = overview(series, kept, sent, on=today, internal=not public)
    lines = valued(grouped(series, sent, by=group, on=today, internal=not public), worth)
    values = {
        "document": document,
        "missing": on_missing_shares(document),
        "picture": indicator_picture(document),
        "lines": lines,
        "shown": any(line["withheld"] or line["delivered"] is not None for line in lines),
        "worth": worth,
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
    lines = grouped(series, sent, by=group, on=clock.day(), internal=not public)
    worth = _worth(state)
    table = grouped_table(valued(lines, worth), worth)
    return download(table, f"figures-by-{group}", ending, internal=not public)


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


def _worth(state: State) -> Proxies | None:
    """Return the proxy values that hold; without them no page shows money."""
    with state.database.reading() as connection:
        held = held_proxies(connection, state.council.key)
    return held.proxies if held else None
