"""Data of the map that a resident would know: what lies under it, its layers and its outlines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Header, Path
from starlette.responses import Response

from localarea.service.api.options import tagged
from localarea.service.auth.identity import require
from localarea.service.councils import ShownState
from localarea.service.option_table import as_drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.service.state import State

router = APIRouter(dependencies=[Depends(require("view"))])

Known = Annotated[str | None, Header()]


@router.get("/map/base.json", response_class=Response)
def base(state: ShownState, if_none_match: Known = None) -> Response:
    """Return the land, districts, zones, roads and names of the map."""
    from localarea.reports.resident_map.base_map import base_map

    options, council = state.session.options, state.council

    def draw() -> Any:
        return {**base_map(options, council, store=state.store), "tiles": _tiles(state)}

    return _kept(state, "base", draw, if_none_match)


@router.get("/map/layers/{layer}.json", response_class=Response)
def one_layer(
    state: ShownState,
    layer: Annotated[str, Path(max_length=40)],
    if_none_match: Known = None,
) -> Response:
    """Return the colours and figures of a layer: commuting, minutes, agreement and others."""
    from localarea.reports.resident_map.layers import map_layer

    options, methods = state.session.options, as_drawn(state)

    def draw() -> Any:
        return map_layer(layer, options, state.council, methods=methods, store=state.store)

    return _kept(state, f"layer {layer}", draw, if_none_match)


@router.get("/map/options.json", response_class=Response)
def outlines(state: ShownState, if_none_match: Known = None) -> Response:
    """Return every option with its zones and the line that it is drawn with."""
    from localarea.reports.resident_map.outlines import option_outlines

    options, council = state.session.options, state.council
    return _kept(state, "options", lambda: option_outlines(options, council), if_none_match)


def _tiles(state: State) -> dict[str, str] | None:
    """Return where the tiles beneath the map come from, if the deployment names a server."""
    stated = state.settings
    if stated.tile_url is None:
        return None
    return {"url": stated.tile_url, "attribution": stated.tile_attribution}


def _kept(state: State, name: str, draw: Callable[[], Any], if_none_match: str | None) -> Response:
    """Answer with a document that is worked out once, as long as its tables are in use."""

    def written() -> bytes:
        return json.dumps(draw(), ensure_ascii=False, separators=(",", ":")).encode()

    return tagged(state.drawn(("map", name), written), "application/json", if_none_match)
