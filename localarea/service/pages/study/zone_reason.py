"""Why a zone is in an option or out of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, Response

from localarea.service.auth.identity import require
from localarea.service.councils import ShownState
from localarea.service.pages.rendering import render
from localarea.service.study.option_table import as_drawn
from localarea.service.study.pictures import png, zone_picture
from localarea.service.study.questions import reason_of

router = APIRouter(dependencies=[Depends(require("view"))])

OptionId = Annotated[str, Path(max_length=200)]
Zone = Annotated[str, Path(max_length=9)]


@router.get("/options/{option_id}/zones/{zone}", response_class=HTMLResponse)
def zone(request: Request, state: ShownState, option_id: OptionId, zone: Zone) -> HTMLResponse:
    """Show the reason with its numbers, what would turn it, the neighbours and the map."""
    option, why = reason_of(state, option_id, zone)
    methods = [(each, zone in each.zones) for each in as_drawn(state)]
    values = {"option": option, "why": why, "methods": methods}
    return render(request, "zone-reason.html", values)


@router.get("/options/{option_id}/zones/{zone}/map.png")
def zone_map(state: ShownState, option_id: OptionId, zone: Zone) -> Response:
    """Return the map of the option with the zone marked."""
    option, _ = reason_of(state, option_id, zone)
    content, _ = zone_picture(option, zone, state)
    return png(content)
