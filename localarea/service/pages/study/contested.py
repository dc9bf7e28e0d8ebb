"""The question of a place in dispute on one page, with what its payments say if they are sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from localarea.comparison.contested.facts import LOCKDOWN, find_facts, five_sentences
from localarea.comparison.figure_catalogue import write_change, write_figure
from localarea.errors import (
    ComputeError,
    InputError,
    LocalareaError,
    NotFoundError,
    OptionNotFoundError,
)
from localarea.options.membership import option_title, place_near_anchor
from localarea.places.readings import meant_by
from localarea.service.api.files.files import TheRunner
from localarea.service.auth.identity import require
from localarea.service.councils import ShownState
from localarea.service.files.spend import MOST_MB, SpendQuestion, count_spend
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.study.pictures import option_picture, png
from localarea.service.study.questions import answer_about

router = APIRouter()

PlaceName = Annotated[str, Query(max_length=200)]
OptionName = Annotated[str, Query(max_length=200)]
_MOST_CATEGORIES = 10


@router.get("/contested", response_class=HTMLResponse, dependencies=[Depends(require("view"))])
def ask(
    request: Request, state: ShownState, place: PlaceName = "", option: OptionName = ""
) -> HTMLResponse:
    """List the places in dispute, and answer the question of one."""
    values = _asked(state, place, option)
    if not place.strip():
        return render(request, "contested.html", values)
    try:
        values |= _answer(state, place, option)
    except (InputError, NotFoundError, ComputeError) as error:
        values["faults"] = [Fault.said(str(error), _field_of(error))]
        values["meant"] = meant_by(error)
        return render(request, "contested.html", values, status_code=status_of(error))
    return render(request, "contested.html", values)


@router.post("/contested", response_class=HTMLResponse, dependencies=[Depends(require("measure"))])
def replay(
    request: Request,
    state: ShownState,
    runner: TheRunner,
    place: Annotated[str, Form(max_length=200)],
    option: Annotated[str, Form(max_length=200)] = "",
    file: Annotated[list[UploadFile] | None, File()] = None,
    suppliers: Annotated[UploadFile | None, File()] = None,
) -> HTMLResponse:
    """Answer with what payments say; only sums are shown, and nothing of the files is kept."""
    from localarea.spend.moving import what_moves

    values = _asked(state, place, option) | _answer(state, place, option)
    question, status = answer_about(state, place, option).question, 200
    pair = [question.without, question.with_place]
    try:
        # Of the pair alone something is said, so what decides may be what is at hand already.
        asked = SpendQuestion(option=request.app.state.localarea.council.default_option)
        report = count_spend(state, runner, file or [], suppliers, asked, pair)
        moving = what_moves(report, question.without.id, question.with_place.id)
        values["moving"] = moving.as_document()
    except LocalareaError as error:
        status = status_of(error)
        if status not in (413, 422):
            raise
        field = "suppliers" if getattr(error, "parameter", "") == "suppliers" else "file"
        values["faults"] = [Fault.said(str(error), field)]
    page = render(request, "contested.html", values, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page


@router.get("/contested/map.png", dependencies=[Depends(require("view"))])
def picture(
    state: ShownState, place: PlaceName, side: Literal["with", "without"], option: OptionName = ""
) -> Response:
    """Return the map of the option without the place or with it."""
    question = answer_about(state, place, option).question
    shown = question.with_place if side == "with" else question.without
    content, _ = option_picture(shown, state, question.council)
    return png(content)


def _asked(state: ShownState, place: str, option: str) -> dict[str, Any]:
    council = state.council
    return {
        "faults": [],
        "meant": (),
        "answer": None,
        "moving": None,
        "place": place,
        "option": option or council.default_option,
        "places": council.contested,
        "options": [(spec.id, option_title(spec.id, council)) for spec in council.options],
        "limit_mb": MOST_MB,
        "most_categories": _MOST_CATEGORIES,
    }


def _other_places(state: ShownState, place: str) -> tuple[str, ...]:
    """Return the other places of a name that several share; none of one that the council named."""
    if any(place in (one.key, one.place) for one in state.council.contested):
        return ()
    return tuple(place_near_anchor(place, state.council, store=state.store).others)


def _field_of(error: LocalareaError) -> str:
    return "option" if isinstance(error, OptionNotFoundError) else "place"


def _answer(state: ShownState, place: str, option: str) -> dict[str, Any]:
    answer = answer_about(state, place, option)
    question = answer.question
    facts = find_facts(answer)
    return {
        "answer": answer,
        "asked": question,
        "meant": _other_places(state, place),
        "base_title": option_title(question.base, question.council),
        "sentences": five_sentences(answer),
        "sides": [
            (words, [fact for fact in facts if fact.side == side])
            for side, words in (("for", "For taking it in"), ("against", "Against taking it in"))
        ],
        "caveat": LOCKDOWN,
        "figures": _figures(answer),
        "shown": [("without", question.without), ("with", question.with_place)],
    }


def _figures(answer: Any) -> list[tuple[str, list[tuple[Any, str, str, str]]]]:
    """Group the figures that are known, each without the place, with it and the change."""
    groups: dict[str, list[tuple[Any, str, str, str]]] = {}
    for figure in answer.figures:
        before, after = answer.metrics[figure.name].tolist()
        texts = write_figure(before, figure.kind), write_figure(after, figure.kind)
        change = write_change(before, after, figure.kind)
        groups.setdefault(figure.group, []).append((figure, *texts, change))
    return list(groups.items())
