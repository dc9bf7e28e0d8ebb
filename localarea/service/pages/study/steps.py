"""The five steps from a question to a decision, each with a page, and a list that says how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from localarea.errors import InputError, NotFoundError
from localarea.service.auth.identity import TheState, require
from localarea.service.http.errors import status_of
from localarea.service.pages.rendering import render
from localarea.service.report_jobs import LONGEST
from localarea.service.study.candidates import left_out_of
from localarea.service.study.shortlists import (
    LEAST,
    MOST,
    shortlist_document,
    shortlist_maps,
    shortlisted,
)
from localarea.service.study.steps import Way, find_way, steps_of
from localarea.service.study.study import title_of_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.records import Option
    from localarea.service.state.state import State

router = APIRouter(dependencies=[Depends(require("view"))])


def way_asked(
    state: TheState,
    option: Annotated[list[Annotated[str, Query(max_length=200)]], Query()] = [],  # noqa: B006
    report: Annotated[str, Query(max_length=LONGEST)] = "",
) -> Way:
    """Return what an address holds of the way, or else the last proposal."""
    return find_way(state, option, report)


AskedWay = Annotated[Way, Depends(way_asked)]


@router.get("/steps", response_class=HTMLResponse)
def steps(request: Request, state: TheState, way: AskedWay) -> HTMLResponse:
    """List the five steps, and how far each is."""
    values = {"steps": steps_of(state, way), "way": way, "titles": _titles(state, way.options)}
    return render(request, "steps.html", values)


@router.get("/steps/mandate", response_class=HTMLResponse)
def mandate(request: Request, state: TheState) -> HTMLResponse:
    """Quote what was resolved."""
    return render(request, "steps-mandate.html", {"mandate": state.council.mandate})


@router.get("/steps/evidence", response_class=HTMLResponse)
def evidence(request: Request, way: AskedWay) -> HTMLResponse:
    """Lead to the evidence."""
    return render(request, "steps-evidence.html", {"way": way})


@router.get("/steps/shortlist", response_class=HTMLResponse)
def shortlist(request: Request, state: TheState, way: AskedWay) -> HTMLResponse:
    """Show the options of a shortlist side by side, and the form that chooses them."""
    chosen = way.options
    values = {
        "way": way,
        "options": _to_choose(state, chosen),
        "hints": _hints(state.session.options),
        "chosen": chosen,
        "least": LEAST,
        "most": MOST,
        "fault": "",
        "list": None,
        "mandate": state.council.mandate_area,
    }
    if not chosen:
        return render(request, "steps-shortlist.html", values)
    try:
        options = shortlisted(state, chosen)
    except (InputError, NotFoundError) as error:
        said = str(error)
        values["fault"] = said[:1].upper() + said[1:]
        return render(request, "steps-shortlist.html", values, status_code=status_of(error))
    values["list"] = shortlist_document(state, options)
    values["maps"] = [Markup(drawn) for drawn in shortlist_maps(state, options)]  # noqa: S704 -- our own
    left_out = ((one.title, left_out_of(state, one)) for one in options)
    values["left_out"] = [
        f"{title}: {words[:1].lower()}{words[1:]}" for title, words in left_out if words
    ]
    return render(request, "steps-shortlist.html", values)


def _to_choose(state: State, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """List the options to choose from, those of the address among them."""
    listed = [(made.id, made.title) for made in state.session.options]
    held = {name for name, _ in listed}
    for name in dict.fromkeys(chosen):
        title = title_of_option(state, name) if name not in held else name
        if title != name:  # such as drive-37, or a what-if
            listed.append((name, title))
    return listed


def _hints(options: Sequence[Option]) -> dict[str, str]:
    """Return by id what an option without changes is, and which one above each has its zones."""
    first: dict[tuple[str, ...], str] = {}
    found = {}
    for one in options:
        same = first.setdefault(one.zones, one.title)
        changed = {"include", "exclude"} & one.parameters.keys()
        said = [f"{one.description}."] if one.description and not changed else []
        if same != one.title:
            said.append(f"The same area as “{same}”.")
        found[one.id] = " ".join(said)
    return found


def _titles(state: State, names: Sequence[str]) -> list[str]:
    return [title_of_option(state, name) for name in names]
