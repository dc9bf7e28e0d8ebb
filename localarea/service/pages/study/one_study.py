"""The study: a map beside figures, moved by clicks and sliders, or by plain forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from pydantic import Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.comparison.figure_catalogue import GROUPS
from localarea.comparison.study.limits import limits_of
from localarea.comparison.study.state import StudyState
from localarea.errors import InputError, LocalareaError
from localarea.places.gazetteer import read_gazetteer
from localarea.places.readings import meant_by
from localarea.service.api.study import StudyFields
from localarea.service.auth.identity import TheState, require
from localarea.service.councils import ShownState, council_parameter
from localarea.service.http.errors import status_of
from localarea.service.pages.decisions.decision_forms import PutForward
from localarea.service.pages.decisions.decisions import show_new
from localarea.service.pages.rendering import keep_council, render
from localarea.service.pages.study.reports import show_choice
from localarea.service.state.state import State
from localarea.service.study.one_study import (
    answer,
    ground_of,
    moved,
    put_forward_as,
    reported_as,
    state_of_file,
)
from localarea.service.study.pictures import changes_picture, option_picture, png

router = APIRouter(dependencies=[Depends(require("view"))])

_LARGEST: Final = 200_000  # bytes of a saved scenario, with drawn areas


class MoveForm(StudyFields):
    """The form that moves a place."""

    place: str = Field("", max_length=200)
    move: str = Field("in", max_length=10)


Asked = Annotated[StudyFields, Query()]
MAY_PUT_FORWARD: Final = [Depends(require("put_forward"))]


@router.get("/study", response_class=HTMLResponse)
def study(request: Request, state: ShownState, asked: Asked) -> HTMLResponse:
    """Show a state: its map, its figures, and what can be moved."""
    wanted = asked.state(state.council.default_option)
    try:
        return _page(request, state, wanted)
    except LocalareaError as error:
        if status_of(error) not in (404, 422):
            raise
        plain = StudyState(state.council.default_option)
        return _page(request, state, plain, fault=error, status=status_of(error))


@router.post("/study", response_class=HTMLResponse)
def move_place(request: Request, state: ShownState, asked: Annotated[MoveForm, Form()]) -> Response:
    """Move a place without a script, and redirect to the address of the new state."""
    began = asked.state(state.council.default_option)
    try:
        if not asked.place.strip():
            raise InputError("enter a place, such as a town or a district", parameter="place")
        if asked.move not in ("in", "out", "as_drawn", "turn"):
            raise InputError("choose whether to add the place or take it out", parameter="place")
        after, _ = moved(ground_of(state).ground, began, asked.place, asked.move)
    except LocalareaError as error:
        if status_of(error) not in (404, 422):
            raise
        status, typed = status_of(error), asked.place
        return _page(
            request, state, began, fault=error, status=status, place=typed, move=asked.move
        )
    return _lead_to(request, state, after)


@router.get("/study/decide", response_class=HTMLResponse, dependencies=MAY_PUT_FORWARD)
def decide(request: Request, state: TheState, asked: Asked) -> HTMLResponse:
    """Show the form that puts a state forward: as an option if it is one, or as a what-if."""
    option, scenario = put_forward_as(state, asked.state(state.council.default_option))
    return show_new(request, state, PutForward(option=option, scenario=scenario))


@router.post("/study/decide", response_class=HTMLResponse, dependencies=MAY_PUT_FORWARD)
def send_to_decide(
    request: Request, state: TheState, asked: Annotated[MoveForm, Form()]
) -> HTMLResponse:
    """Show the same for a state that is sent, because many places are too long for an address."""
    return decide(request, state, asked)


@router.get("/study/report", response_class=HTMLResponse)
def report(request: Request, state: ShownState, asked: Asked) -> Response:
    """Go on to the report of a study, or say that it cannot be in one."""
    wanted = asked.state(state.council.default_option)
    named = reported_as(state, wanted)
    if len(named) == 1:
        return show_choice(request, state, named, unnamed=True)
    council = council_parameter(state, request.app.state.localarea)
    address = f"/report?{urlencode([('option', name) for name in named])}"
    return RedirectResponse(keep_council(address, council), status_code=303)


@router.post("/study/scenario", response_class=HTMLResponse)
def open_file(request: Request, state: ShownState, file: Annotated[UploadFile, File()]) -> Response:
    """Take back a scenario that was saved as a file."""
    try:
        content = file.file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise InputError("the file is too large for a scenario; choose one saved here")
        after = state_of_file(ground_of(state).ground, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        fault = InputError("the file is not text; choose a scenario.toml that was saved here")
        return _page(request, state, _plain(state), fault=fault, status=422, field="file")
    except LocalareaError as error:
        if status_of(error) not in (404, 422):
            raise
        return _page(
            request, state, _plain(state), fault=error, status=status_of(error), field="file"
        )
    return _lead_to(request, state, after)


@router.get("/study/scenario.toml")
def save_file(state: ShownState, asked: Asked) -> Response:
    """Return a state as a scenario, for the notebook, the command line and another day."""
    ground = ground_of(state).ground
    studied = ground.study(asked.state(state.council.default_option))
    body = studied.state.scenario(studied.start).to_toml()
    said = {"Content-Disposition": 'attachment; filename="scenario.toml"'}
    return Response(body, media_type="application/toml; charset=utf-8", headers=said)


@router.get("/study/map.png")
def picture(state: ShownState, asked: Asked) -> Response:
    """Return a still map of a state: what it gains and loses, or the option as it is."""
    studied = ground_of(state).ground.study(asked.state(state.council.default_option))
    if not studied.gained and not studied.lost:
        return png(option_picture(studied.start, state)[0])
    changed = replace(studied.start, id="study", title=studied.title, zones=studied.zones)
    return png(changes_picture(studied.start, changed, state)[0])


def _plain(state: State) -> StudyState:
    return StudyState(state.council.default_option)


def _lead_to(request: Request, state: State, after: StudyState) -> RedirectResponse:
    named = council_parameter(state, request.app.state.localarea)
    address = keep_council(f"/study?{urlencode(after.pairs())}#figures", named)
    return RedirectResponse(address, status_code=303)


def _page(
    request: Request,
    state: State,
    asked: StudyState,
    *,
    fault: LocalareaError | None = None,
    status: int = 200,
    place: str = "",
    move: str = "in",
    field: str = "place",
) -> HTMLResponse:
    named = council_parameter(state, request.app.state.localarea)
    kind = "council" if state.council.configured else "anchor"
    made = ground_of(state)
    said = answer(state, asked, {"council": named} if named else {})
    written = {figure["name"]: figure for figure in said["figures"]}
    rows = [(told, written[told.figure.name]) for told in made.told]
    rest: dict[str, list[Any]] = {}
    for told, figure in rows:
        if not told.first:
            rest.setdefault(told.figure.group, []).append((told, figure))
    sentence = str(fault or "")
    values = {
        "said": said,
        "asked": asked,
        "first": [row for row in rows if row[0].first],
        "rest": rest,
        "groups": GROUPS,
        "starts": _starts(state, said["start"]),
        "movable": _movable(state),
        "listed": _listed(state),
        "known": _known_places(state),
        "fault": sentence[:1].upper() + sentence[1:],
        "field": field,
        "typed": place,
        "meant": meant_by(fault) if fault and place else (),
        "meant_move": move if move in ("in", "out") else "in",
        "api": f"/api/v1/study?{kind}={quote(named)}" if named else "/api/v1/study",
    }
    return render(request, "study.html", values, status_code=status)


def _starts(state: State, start: dict[str, str]) -> list[tuple[str, str]]:
    methods = {spec.id for spec in state.council.options}
    listed = [(o.id, o.title) for o in state.session.options if o.id in methods]
    held = {name for name, _ in listed}
    return listed if start["id"] in held else [*listed, (start["id"], start["title"])]


def _movable(state: State) -> list[tuple[str, str, str]]:
    """Return for each limit the first of the council's options that has it."""
    found: dict[str, tuple[str, str, str]] = {}
    for spec in state.council.options:
        for limit in limits_of(spec.method):
            found.setdefault(limit.key, (limit.label, spec.id, spec.title))
    return list(found.values())


def _listed(state: State) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones around the council, by district, for whoever cannot click on a map."""
    names = read_gazetteer("msoa11", store=state.store)
    found: dict[str, list[tuple[str, str]]] = {}
    for code in sorted({code for option in state.session.options for code in option.zones}):
        district = names.districts[names.zone_district[code]]
        found.setdefault(district, []).append((names.zone_names[code], code))
    return [(district, sorted(zones)) for district, zones in sorted(found.items())]


def _known_places(state: State) -> list[str]:
    """Return what the search box suggests: districts, then zones with their districts."""
    listed = _listed(state)
    zones = sorted(f"{name}, {district}" for district, held in listed for name, _ in held)
    return [*(district for district, _ in listed), *dict.fromkeys(zones)]
