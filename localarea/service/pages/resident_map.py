"""Data of the map that a resident would know: what lies under it, its layers and its outlines."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Annotated, Any, Final
from weakref import WeakKeyDictionary

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

_DRAWING: Final = threading.Lock()  # one thread works for all who ask at once
_DRAWN: WeakKeyDictionary[State, dict[str, bytes]] = WeakKeyDictionary()
Known = Annotated[str | None, Header()]


@router.get("/map/base.json", response_class=Response)
def base(state: ShownState, if_none_match: Known = None) -> Response:
    """Return the land, districts, zones, roads and names of the map."""
    from localarea.reports.resident_map.base_map import base_map

    options, council = state.session.options, state.council
    return _kept(
        state, "base", lambda: base_map(options, council, store=state.store), if_none_match
    )


@router.get("/map/layers/{name}.json", response_class=Response)
def layer(
    state: ShownState,
    name: Annotated[str, Path(max_length=40)],
    if_none_match: Known = None,
) -> Response:
    """Return the colours and figures of a layer: commuting, minutes, agreement and others."""
    from localarea.reports.resident_map.layers import map_layer

    def draw() -> Any:
        options, methods = state.session.options, as_drawn(state)
        return map_layer(name, options, state.council, methods=methods, store=state.store)

    return _kept(state, f"layer {name}", draw, if_none_match)


@router.get("/map/options.json", response_class=Response)
def outlines(state: ShownState, if_none_match: Known = None) -> Response:
    """Return every option with its zones and the line that it is drawn with."""
    from localarea.reports.resident_map.outlines import option_outlines

    options, council = state.session.options, state.council
    return _kept(state, "options", lambda: option_outlines(options, council), if_none_match)


def _kept(state: State, name: str, draw: Callable[[], Any], if_none_match: str | None) -> Response:
    """Answer with a document that is worked out once, as long as its tables are in use."""
    with _DRAWING:
        drawn = _DRAWN.setdefault(state, {})
        if name not in drawn:
            drawn[name] = json.dumps(draw(), ensure_ascii=False, separators=(",", ":")).encode()
    return tagged(drawn[name], "application/json", if_none_match)
