"""Options: a map, a table of figures, and why a zone is in or out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from markupsafe import Markup
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.comparison.figure_catalogue import GROUPS, write_figure
from localarea.comparison.findings import all_pass
from localarea.errors import InputError, NotFoundError
from localarea.options.membership import contested_zones, place_near_anchor
from localarea.options.methods.base import anchor_zones
from localarea.options.minutes.centre import describe_centre
from localarea.options.minutes.zone_minutes import minutes_to_anchor
from localarea.options.zone_figures import commuter_matrix
from localarea.places.gazetteer import read_gazetteer
from localarea.places.readings import meant_by
from localarea.reports.cabinet.criteria import best_on, criteria_of, known_criteria
from localarea.reports.cartography.styles import style_options, swatch_svg
from localarea.service.auth.identity import require
from localarea.service.councils import ShownState, council_parameter
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import keep_council, render
from localarea.service.study import study
from localarea.service.study.option_table import (
    BRIEF,
    Contested,
    OptionsQuery,
    as_drawn,
    choose_options,
    figure_groups,
    figures_in,
    findings_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localarea.comparison.figure_catalogue import Figure
    from localarea.records import Option
    from localarea.service.state.state import State

router = APIRouter(dependencies=[Depends(require("view"))])

_TESTED: Final = ("validity", "valid")


class OptionsPageQuery(OptionsQuery):
    """What the page shows: few figures and each method once at first, or no page is wide enough."""

    contested: Contested = "drawn"
    group: str = Field(BRIEF, max_length=20)
    zone: str = Field("", max_length=9)


class ZoneForm(BaseModel):
    """The zone that is asked about, in any words for a place, and what else the page shows."""

    zone: str = Field("", max_length=200)
    contested: Contested = "drawn"
    group: str = Field(BRIEF, max_length=20)


@router.get("/options", response_class=HTMLResponse)
def options(
    request: Request,
    state: ShownState,
    query: Annotated[OptionsPageQuery, Query()],
) -> HTMLResponse:
    """Show every option with its figures; the map is drawn by a script."""
    return _page(request, state, query)


@router.post("/options", response_class=HTMLResponse)
def find_zone(request: Request, state: ShownState, asked: Annotated[ZoneForm, Form()]) -> Response:
    """
    Lead to the zone that a place is, or lies in.

    By POST, because a place may be somebody's postcode: the address that follows names the zone.
    """
    shown = {"contested": asked.contested, "group": asked.group}
    try:
        zones = _zones_meant(state, asked.zone)
    except (InputError, NotFoundError) as error:
        fault, status, zones, meant = str(error), status_of(error), (), meant_by(error)
    else:
        fault = f"“{asked.zone.strip()}” covers {len(zones)} zones; choose one"
        status, meant = 422, ()
    if len(zones) == 1:
        named = council_parameter(state, request.app.state.localarea)
        address = f"/options?{urlencode({**shown, 'zone': zones[0]})}#why"
        return RedirectResponse(keep_council(address, named), status_code=303)
    values = {"faults": [Fault.said(fault, "zone")], "typed": asked.zone, "meant": meant}
    names = read_gazetteer("msoa11", store=state.store)
    values["meant_zones"] = [
        (code, f"{names.zone_names[code]} ({names.ons_names[code]})") for code in zones
    ]
    query = OptionsPageQuery.model_validate(shown)
    return _page(request, state, query, values, status)


def _zones_meant(state: State, text: str) -> tuple[str, ...]:
    """Return the zones of a place: one that has several is not one zone."""
    if not text.strip():
        raise InputError("enter a zone, or a postcode in it", parameter="zone")
    listed = {name.casefold(): code for code, name in _zone_list(state)}
    code = listed.get(text.strip().casefold())
    if code is not None:
        return (code,)
    named = replace(state.council, zone_system="msoa11")
    return place_near_anchor(text, named, store=state.store).zones


def _page(
    request: Request,
    state: State,
    query: OptionsPageQuery,
    more: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    chosen, columns = choose_options(state, query), figures_in(state, query.group)
    area = state.council.mandate_area
    metrics, groups, zone = state.session.metrics, figure_groups(state), query.zone
    styles = style_options(
        [o.id for o in state.session.options],
        state.council.default_option,
        contested=[c.key for c in state.council.contested],
    )
    best = _best(state, chosen, columns)
    rows = [
        {
            "option": o,
            "swatch": Markup(swatch_svg(styles[o.id])),  # noqa: S704 -- our own drawing
            "figures": [
                (write_figure(metrics[c.name].loc[o.id], c.kind), o.id in best.get(c.name, ()))
                for c in columns
            ],
        }
        for o in chosen
    ]
    values = {
        "rows": rows,
        "columns": columns,
        "group": query.group,
        "groups": {
            key: GROUPS.get(key, "In brief").replace("the anchor", state.council.anchor)
            for key in groups
        },
        "contested": query.contested,
        "places": " and ".join(c.place for c in state.council.contested),
        "sort": query.sort,
        "marks_best": any(best.values()),
        "zone": _why(state, zone) if zone else None,
        "zones": _zone_list(state),
        "picture": study.find_option(state, state.council.default_option),
        "findings": findings_of(state),
        "mandate_words": area.words if area else "",
        "all_pass": all_pass(metrics.loc[[o.id for o in chosen]])
        if any(column.name in _TESTED for column in columns)
        else "",
    }
    return render(request, "options.html", {**values, **(more or {})}, status_code=status)


def _best(
    state: State, chosen: Sequence[Option], columns: Sequence[Figure]
) -> dict[str, list[str]]:
    """Return which of the options do best, by the criteria of the report, for each figure shown."""
    metrics, shown = state.session.metrics.loc[[o.id for o in chosen]], {c.name for c in columns}
    if len(metrics) < 2:
        return {}
    criteria = [c for c in criteria_of(state.council) if c.name in shown]
    return {c.name: best_on(c, metrics) for c in known_criteria(metrics, criteria)}


def _zone_list(state: State) -> list[tuple[str, str]]:
    names = read_gazetteer("msoa11", store=state.store)
    held = {code for option in state.session.options for code in option.zones}
    return sorted(
        ((code, f"{names.zone_names[code]} ({names.ons_names[code]})") for code in held),
        key=lambda pair: pair[1],
    )


def _why(state: State, code: str) -> dict[str, Any]:
    """Return why a zone is in or out: who commutes, how far it is, which options include it."""
    from localarea.labour.catchment import commuting_share

    names = read_gazetteer("msoa11", store=state.store)
    if code not in names.zone_names:
        raise InputError("there is no such zone; choose one from the list")
    link = commuting_share(
        commuter_matrix(2011, store=state.store), anchor_zones(state.council, store=state.store)
    ).loc[code]
    places = contested_zones(state.council, store=state.store)
    return {
        "code": code,
        "label": f"{names.zone_names[code]} ({names.ons_names[code]})",
        "name": names.zone_names[code],
        "district": names.districts[names.zone_district[code]],
        "anchor": state.council.anchor,
        "share": link["to_anchor_share"],
        "commuters": link["to_anchor"],
        "centre": describe_centre(state.council.anchor, store=state.store),
        "minutes": minutes_to_anchor(state.council, store=state.store).get(code),
        "inside": [o for o in as_drawn(state) if code in o.zones],
        "outside": [o for o in as_drawn(state) if code not in o.zones],
        "switched": [c.place for c in state.council.contested if code in places[c.key]],
    }
