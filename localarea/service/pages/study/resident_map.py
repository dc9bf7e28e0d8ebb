"""Data of the map that a resident would know: what lies under it, its layers and its outlines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from starlette.responses import Response

from localarea.service.api.options import tagged
from localarea.service.auth.identity import require
from localarea.service.councils import ShownState
from localarea.service.study.map_documents import base_document, layer_document, outline_document

router = APIRouter(dependencies=[Depends(require("view"))])

_JSON = "application/json"
Known = Annotated[str | None, Header()]


@router.get("/map/base.json", response_class=Response)
def base(state: ShownState, if_none_match: Known = None) -> Response:
    """Return the land, districts, zones, roads and names of the map."""
    return tagged(base_document(state), _JSON, if_none_match)


@router.get("/map/layers/{layer}.json", response_class=Response)
def one_layer(
    state: ShownState,
    layer: Annotated[str, Path(max_length=40)],
    if_none_match: Known = None,
) -> Response:
    """Return the colours and figures of a layer: commuting, minutes, agreement and others."""
    return tagged(layer_document(state, layer), _JSON, if_none_match)


@router.get("/map/options.json", response_class=Response)
def outlines(state: ShownState, if_none_match: Known = None) -> Response:
    """Return every option with its zones and the line that it is drawn with."""
    return tagged(outline_document(state), _JSON, if_none_match)
