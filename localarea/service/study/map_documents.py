"""The documents that the map is drawn from: what lies under it, its layers, its outlines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localarea.service.study.option_table import as_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.service.state.state import State


def base_document(state: State) -> bytes:
    """Return the land, districts, zones, roads and names, for whoever may see the options."""
    options, council = state.session.options, state.council

    def draw() -> Any:
        return {**_ground(options, council, state.store), "tiles": tiles_of(state)}

    return _kept(state, "base", draw)


def layer_document(state: State, layer: str) -> bytes:
    """Return the colours and figures of a layer: commuting, minutes, agreement and others."""
    from localarea.reports.resident_map.layers import map_layer

    options, methods = state.session.options, as_drawn(state)

    def draw() -> Any:
        return map_layer(layer, options, state.council, methods=methods, store=state.store)

    return _kept(state, f"layer {layer}", draw)


def outline_document(state: State) -> bytes:
    """Return every option with its zones and the line that it is drawn with."""
    from localarea.reports.resident_map.outlines import option_outlines

    options, council = state.session.options, state.council
    return _kept(state, "options", lambda: option_outlines(options, council))


def area_document(state: State, area: Option, council: Council) -> bytes:
    """
    Return the map of one area alone, for everybody: nothing in it is of any option.

    It has no layers, for those are figures; ``inside`` names the zones of the area.
    """
    shown = {"layers": {}, "tiles": tiles_of(state), "inside": list(area.zones)}
    return _written({**_ground([area], council, state.store), **shown})


def _ground(options: Sequence[Option], council: Council, store: DataStore) -> dict[str, Any]:
    from localarea.reports.resident_map.base_map import base_map

    return base_map(options, council, store=store)


def tiles_of(state: State) -> dict[str, str] | None:
    """Return where the tiles beneath the map come from, if the deployment names a server."""
    stated = state.settings
    if stated.tile_url is None:
        return None
    return {"url": stated.tile_url, "attribution": stated.tile_attribution}


def _kept(state: State, name: str, draw: Callable[[], Any]) -> bytes:
    """Keep a document that is worked out once, as long as its tables are in use."""
    made: bytes = state.drawn(("map", name), lambda: _written(draw()))
    return made


def _written(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
