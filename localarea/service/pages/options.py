"""Options: a map, a table of figures, and why a zone is in or out."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Depends, Header, Query, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from localarea.errors import InputError
from localarea.options.council import split_option_id
from localarea.options.figures import GROUPS, Figure, write_figure
from localarea.options.findings import find_contested
from localarea.options.metrics import figures_of
from localarea.reports.options_page import figures_shown
from localarea.reports.styles import style_options, swatch_svg
from localarea.service import study
from localarea.service.api.options import tagged
from localarea.service.identity import TheState, require
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from localarea.records import Option
    from localarea.service.state import State

router = APIRouter(dependencies=[Depends(require("view"))])

Contested = Literal["all", "with", "without"]
_BRIEF: Final = "brief"
_DRAWING: Final = threading.Lock()  # the drawing library holds state that threads would share
_MAPS: WeakKeyDictionary[State, bytes] = WeakKeyDictionary()


@router.get("/options", response_class=HTMLResponse)
def options(
    request: Request,
    state: TheState,
    contested: Contested = "all",
    group: Annotated[str, Query(max_length=20)] = _BRIEF,
    sort: Annotated[str, Query(max_length=60)] = "",
    zone: Annotated[str, Query(max_length=9)] = "",
) -> HTMLResponse:
    """Show every option with its figures; the map is drawn by a script."""
    chosen = _chosen(state, contested)
    metrics = state.session.metrics
    groups = _groups(state)
    group = group if group in groups else _BRIEF
    columns = groups[group]
    if sort in metrics.columns:
        chosen = sorted(chosen, key=lambda o: _largest_first(metrics.at[o.id, sort]))
    styles = style_options(
        [o.id for o in state.session.options],
        state.council.default_option,
        contested=[c.key for c in state.council.contested],
    )
    rows = [
        {
            "option": o,
            "swatch": Markup(swatch_svg(styles[o.id])),  # noqa: S704 -- our own drawing
            "figures": [write_figure(metrics.at[o.id, c.name], c.kind) for c in columns],
        }
        for o in chosen
    ]
    values = {
        "rows": rows,
        "columns": columns,
        "group": group,
        "groups": {key: GROUPS.get(key, "In brief") for key in groups},
        "contested": contested,
        "places": " and ".join(c.place for c in state.council.contested),
        "sort": sort,
        "zone": _why(state, zone) if zone else None,
        "zones": _zone_list(state),
        "picture": study.find_option(state, state.council.default_option),
        "findings": find_contested(metrics, state.council, store=state.store),
    }
    return render(request, "options.html", values)


@router.get("/options/map.json", response_class=Response)
def map_data(state: TheState, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Give what the map draws."""
    from localarea.reports.live_map import live_map

    with _DRAWING:
        if state not in _MAPS:
            document = live_map(state.session.options, state.council, store=state.store)
            _MAPS[state] = json.dumps(document, separators=(",", ":")).encode()
    return tagged(_MAPS[state], "application/json", if_none_match)


def _groups(state: State) -> dict[str, tuple[Figure, ...]]:
    """Give the figures that a page shows at a time, for all of them are wider than any page."""
    metrics, council = state.session.metrics, state.council
    known = [f for f in figures_of(council) if f.name in metrics.columns]
    groups = {key: tuple(f for f in known if f.group == name) for key, name in GROUPS.items()}
    brief = figures_shown(council, brief=True)
    told = {f.name for f in brief}
    return {_BRIEF: brief} | {
        key: figures
        for key, figures in groups.items()
        if not told.issuperset(f.name for f in figures)
    }


def _chosen(state: State, contested: Contested) -> list[Option]:
    """Take for each method the variant with, or without, the contested places."""
    if contested == "all":
        return list(state.session.options)
    keys, sign = [c.key for c in state.council.contested], "+" if contested == "with" else "-"
    best: dict[str, tuple[int, Option]] = {}
    for option in state.session.options:
        base, endings = split_option_id(option.id, keys)
        if any(not ending.startswith(sign) for ending in endings):
            continue
        if base not in best or len(endings) > best[base][0]:
            best[base] = (len(endings), option)
    return [option for _, option in best.values()]


def _largest_first(value: Any) -> float:
    number = float(value)
    return -number if number == number else float("inf")  # what is not known comes last


def _zone_list(state: State) -> list[tuple[str, str]]:
    from localarea.options.gazetteer import read_gazetteer

    names = read_gazetteer("msoa11", store=state.store)
    held = {code for option in state.session.options for code in option.zones}
    return sorted(
        ((code, f"{names.zone_names[code]} ({names.ons_names[code]})") for code in held),
        key=lambda pair: pair[1],
    )


def _why(state: State, code: str) -> dict[str, Any]:
    """Give why a zone is in or out: who commutes, how far it is, which options hold it."""
    from localarea.labour.catchment import commuting_share
    from localarea.options.drive_times import minutes_to_anchor
    from localarea.options.gazetteer import read_gazetteer
    from localarea.options.methods import anchor_zones
    from localarea.options.sources import commuter_matrix

    names = read_gazetteer("msoa11", store=state.store)
    if code not in names.zone_names:
        raise InputError("there is no such zone; choose one from the list")
    link = commuting_share(
        commuter_matrix(2011, store=state.store), anchor_zones(state.council, store=state.store)
    ).loc[code]
    return {
        "code": code,
        "name": names.zone_names[code],
        "district": names.districts[names.zone_district[code]],
        "anchor": state.council.anchor,
        "share": link["to_anchor_share"],
        "commuters": link["to_anchor"],
        "minutes": minutes_to_anchor(state.council, store=state.store).get(code),
        "inside": [o for o in state.session.options if code in o.zones],
        "outside": [o for o in state.session.options if code not in o.zones],
    }
