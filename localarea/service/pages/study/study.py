"""Options, comparisons and what-ifs: the figures beside one another, and maps of them."""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import pandas as pd
from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from localarea.comparison.change import Action, Change, read_places
from localarea.comparison.comparison import Comparison, compare_options
from localarea.comparison.figure_catalogue import write_figure
from localarea.comparison.metrics import figures_of
from localarea.comparison.scenario import Scenario
from localarea.comparison.study.limits import KEYS, LABELS, Key, moved_base
from localarea.comparison.study.state import MOST_PLACES, StudyState
from localarea.comparison.variants import follows_census
from localarea.errors import (
    ComputeError,
    InputError,
    LocalareaError,
    NotFoundError,
    OptionNotFoundError,
)
from localarea.options.membership import option_title, place_near_anchor
from localarea.places.gazetteer import read_gazetteer
from localarea.places.polygons import looks_drawn
from localarea.places.readings import meant_by
from localarea.places.zones_beside import name_in_district, zones_beside
from localarea.records import Option
from localarea.service.auth.identity import require
from localarea.service.councils import ShownState, council_parameter
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.state.side_by_side import side_by_side
from localarea.service.state.state import State
from localarea.service.study import study
from localarea.service.study.candidates import left_out_of
from localarea.service.study.pictures import changes_picture, draw_changes, option_picture, png

router = APIRouter(dependencies=[Depends(require("view"))])

OptionId = Annotated[str, Query(max_length=200)]
_BOXES: Final[tuple[Action, ...]] = ("include", "exclude")
_FILES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
}


@router.get("/options/{option_id}", response_class=HTMLResponse)
def option(request: Request, state: ShownState, option_id: str) -> HTMLResponse:
    """Show one option: its map, its figures and what they mean, its districts."""
    found = study.find_option(state, option_id)
    _, alt = option_picture(found, state)
    figures = study.figures_of_option(state, found)
    (document,) = _documents(state, found, figures)
    rows = [
        (f, write_figure(figures[f.name], f.kind))
        for f in figures_of(state.council, store=state.store)
        if pd.notna(figures[f.name])
    ]
    values = {"option": found, "rows": rows, "alt": alt, "document": document}
    values["left_out"] = left_out_of(state, found)
    values["boundary_address"] = _boundary_address(request, state, found)
    return render(request, "option.html", values)


def _boundary_address(request: Request, state: State, found: Option) -> str:
    """Return the address of the boundary in the API, where a place is named as an anchor."""
    named = council_parameter(state, request.app.state.localarea)
    kind = "council" if state.council.configured else "anchor"
    query = f"?{kind}={quote(named)}" if named else ""
    return f"/api/v1/options/{quote(found.id)}/geometry{query}"


@router.get("/options/{option_id}/map.png")
def option_map(state: ShownState, option_id: str) -> Response:
    """Return the map of an option."""
    content, _ = option_picture(study.find_option(state, option_id), state)
    return png(content)


@router.get("/compare", response_class=HTMLResponse)
def compare(
    request: Request, state: ShownState, first: OptionId = "", second: OptionId = ""
) -> HTMLResponse:
    """Compare two options."""
    area = state.council.mandate_area
    values = {**_chosen(state, first, second), "mandate_words": area.words if area else ""}
    if not {"first", "second"} <= request.query_params.keys():  # the button is not yet pressed
        return render(request, "compare.html", values)
    values["faults"] = _missing(first, second)
    if values["faults"]:
        return render(request, "compare.html", values, status_code=422)
    try:
        comparison = study.compare(state, [first, second])
    except (InputError, NotFoundError, ComputeError) as error:
        field = "second" if state.council.knows(first) else "first"
        values["faults"] = [Fault.said(_sentence(error), field)]
        return render(request, "compare.html", values, status_code=status_of(error))
    _, values["alt"] = changes_picture(comparison.options[0], comparison.options[1], state)
    values["left_out"] = _left_out(state, comparison)
    return render(request, "compare.html", {**values, **side_by_side(comparison)})


def _missing(first: str, second: str) -> list[Fault]:
    if first and first == second:
        return [Fault("Choose two different options", "second")]
    asked = {"first": "Choose an option to compare with", "second": "Choose an option to look at"}
    chosen = {"first": first, "second": second}
    return [Fault(words, field) for field, words in asked.items() if not chosen[field]]


@router.get("/compare/map.png")
def compare_map(state: ShownState, first: OptionId, second: OptionId) -> Response:
    """Return the map of what a second option gains and loses compared with a first."""
    both = [study.find_option(state, name) for name in (first, second)]
    content, _ = changes_picture(both[0], both[1], state)
    return png(content)


@router.get("/compare/comparison.{ending}")
def compare_file(state: ShownState, ending: str, first: OptionId, second: OptionId) -> Response:
    """Return a comparison as a file for Excel or QGIS."""
    _require_kind(ending)
    return _comparison_file(state, study.compare(state, [first, second]), ending)


def _require_kind(ending: str) -> None:
    if ending not in _FILES:
        raise NotFoundError(
            f"a comparison cannot be {ending[:20]!r}; choose one of: {', '.join(_FILES)}"
        )


def _comparison_file(state: State, comparison: Comparison, ending: str) -> Response:
    from localarea.reports.comparison.write import write_comparison

    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / f"comparison.{ending}"
        write_comparison(comparison, path, store=state.store)
        body = path.read_bytes()
    said = {"Content-Disposition": f'attachment; filename="comparison.{ending}"'}
    return Response(body, media_type=_FILES[ending], headers=said)


class WhatIfForm(BaseModel):
    """The form of a what-if; places one a line."""

    base: str = ""
    include: str = ""
    exclude: str = ""
    area: str = ""
    vintage: int = 2011
    minutes: str = ""
    share: str = ""
    containment: str = ""

    def scenario(self, state: State) -> Scenario:
        """Return the scenario that the form states."""
        drawn = [study.read_drawn(self.area)] if self.area.strip() else []
        base, thresholds = self._limits(state)
        return study.WhatIf(
            base,
            include=_lines(self.include),
            exclude=_lines(self.exclude),
            include_areas=drawn,
            vintage=self.vintage,
            thresholds=thresholds,
        ).scenario()

    def _limits(self, state: State) -> tuple[str, dict[str, Any]]:
        """Return the option and the thresholds that the limits come to."""
        stated = {key: text.strip() for key in KEYS if (text := getattr(self, key)).strip()}
        if not stated:
            return self.base, {}
        numbers = {key: _whole(key, text) for key, text in stated.items()}
        option = study.find_option(state, self.base)
        kept = StudyState(self.base).at(numbers).tidied(option)
        return moved_base(self.base, option, kept.numbers)


def _whole(key: Key, text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise InputError(f"{LABELS[key]} must be a whole number, not {text[:20]!r}", parameter=key)
    return int(text)


Places = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=MOST_PLACES)]


class Filled(BaseModel):
    """What an address fills the form with: a state of a study, for one."""

    base: str = Field("", max_length=200)
    include: Places = []
    exclude: Places = []
    minutes: str = Field("", max_length=4)
    share: str = Field("", max_length=4)
    containment: str = Field("", max_length=4)


@router.get("/scenario", response_class=HTMLResponse)
def ask_scenario(
    request: Request, state: ShownState, filled: Annotated[Filled, Query()]
) -> HTMLResponse:
    """Show the form, filled with what the address states."""
    asked = WhatIfForm(
        base=filled.base or state.council.default_option,
        include="\n".join(filled.include),
        exclude="\n".join(filled.exclude),
        minutes=filled.minutes,
        share=filled.share,
        containment=filled.containment,
    )
    return render(request, "scenario.html", {**_chosen(state, asked.base, ""), "asked": asked})


@router.post("/scenario", response_class=HTMLResponse)
def scenario(
    request: Request, state: ShownState, asked: Annotated[WhatIfForm, Form()]
) -> HTMLResponse:
    """Calculate a what-if. By POST, because a place may be somebody's postcode."""
    values = {**_chosen(state, asked.base, ""), "asked": asked, "faults": []}
    try:
        comparison = _worked_out(state, asked)
    except (InputError, NotFoundError, ComputeError) as error:
        misnamed = _misnamed(state, asked)
        values["misnamed"] = [one for one in misnamed if one.meant]
        values["faults"] = [Fault.said(str(one.error), one.box) for one in misnamed]
        values["faults"] = values["faults"] or [Fault.said(str(error), _box_of(error))]
        return render(request, "scenario.html", values, status_code=status_of(error))
    base, changed = comparison.options
    # In the page itself, because an address of its own would have to contain the places.
    # The picture is not kept either: a place may be somebody's postcode.
    picture, values["alt"] = draw_changes(base, changed, state)
    values["picture"] = base64.b64encode(picture).decode()
    moved = comparison.changes_by_zone.groupby("change")["msoa11cd"].agg(list).to_dict()
    values |= {"put_in": moved.get("gained", []), "taken_out": moved.get("lost", [])}
    values["left_out"] = _left_out(state, comparison)
    values |= {
        "toml": asked.scenario(state).to_toml(),
        "notes": changed.parameters.get("notes", ()),
    }
    values["others"] = _also_meant(state, asked)
    return render(request, "scenario.html", {**values, **side_by_side(comparison)})


@router.post("/scenario/comparison.{ending}")
def scenario_comparison(
    state: ShownState, ending: str, asked: Annotated[WhatIfForm, Form()]
) -> Response:
    """Return what a what-if changes as a file for Excel or QGIS."""
    _require_kind(ending)
    return _comparison_file(state, _worked_out(state, asked), ending)


def _worked_out(state: State, asked: WhatIfForm) -> Comparison:
    what_if = asked.scenario(state)
    base = study.find_option(state, what_if.base)
    if what_if == Scenario.of(what_if.base).with_vintage(2021) and not follows_census(base):
        raise InputError(
            f"“{base.title}” is not drawn from commuters, so another census changes nothing; "
            "choose the census of 2011, or add or take out a place",
            parameter="vintage",
        )
    changed = state.session.option(what_if)
    if what_if.id == what_if.base:
        raise study.nothing_changed()
    return compare_options([base, changed], state.council, store=state.store)


@router.post("/scenario/scenario.toml")
def scenario_file(state: ShownState, asked: Annotated[WhatIfForm, Form()]) -> Response:
    """Return a what-if as a file, for the notebook and the command line."""
    said = {"Content-Disposition": 'attachment; filename="scenario.toml"'}
    body = asked.scenario(state).to_toml()
    return Response(body, media_type="application/toml; charset=utf-8", headers=said)


def _left_out(state: State, comparison: Comparison) -> list[str]:
    """List for each option the halves of the mandate of which it holds nothing."""
    said = ((option, left_out_of(state, option)) for option in comparison.options)
    return [f"{option.title}: {words[:1].lower()}{words[1:]}" for option, words in said if words]


def _also_meant(state: State, asked: WhatIfForm) -> list[tuple[str, WhatIfForm]]:
    """Return what could have been meant too: the words of a button, and the form that takes it."""
    found: list[tuple[str, WhatIfForm]] = []
    system, store = state.council.zone_system, state.store
    for box in ("include", "exclude"):
        lines = _lines(getattr(asked, box))
        for at, line in enumerate(lines):
            place = place_near_anchor(line, state.council, store=store)
            for other in place.others:
                words = f"Take {other} instead"
                found.append((words, asked.model_copy(update={box: _instead(lines, at, other)})))
            for code in zones_beside(line, place, zone_system=system, store=store):
                name = name_in_district(code, read_gazetteer(system, store=store))
                more = "\n".join([*lines, name])
                words = f"{'Add' if box == 'include' else 'Take out'} {name} too"
                if name not in lines:
                    found.append((words, asked.model_copy(update={box: more})))
    return found


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A line of a box that names no place: what is wrong, and a form for each that may be meant."""

    box: str
    name: str
    error: LocalareaError
    meant: tuple[tuple[str, WhatIfForm], ...]


def _misnamed(state: State, asked: WhatIfForm) -> list[Misnamed]:
    """Return every line of the boxes that names no place, so that all are told together."""
    found: list[Misnamed] = []
    every = {box: _lines(getattr(asked, box)) for box in _BOXES}
    if sum(map(len, every.values())) > study.MOST_CHANGES:  # which is the fault: none is looked up
        return []
    for box, lines in every.items():
        # A file is told with the reason why visitors may not name one.
        at = [number for number, line in enumerate(lines) if not looks_drawn(line)]
        changes = [Change(box, lines[number]) for number in at]
        _, misread = read_places(changes, state.council, store=state.store)
        for number, error in misread.items():
            forms = tuple(
                (meant, asked.model_copy(update={box: _instead(lines, at[number], meant)}))
                for meant in meant_by(error)
            )
            found.append(Misnamed(box, changes[number].place, error, forms))
    return found


def _instead(lines: list[str], at: int, other: str) -> str:
    return "\n".join([*lines[:at], other, *lines[at + 1 :]])


def _box_of(error: LocalareaError) -> str:
    if isinstance(error, OptionNotFoundError):
        return "base"
    named = str(getattr(error, "parameter", ""))
    if named == "vintage":
        return "vintage-2011"
    return named if named in KEYS else "include"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sentence(error: LocalareaError) -> str:
    said = str(error)
    return said[:1].upper() + said[1:]


def _chosen(state: State, first: str, second: str) -> dict[str, Any]:
    options = [(o.id, o.title) for o in state.session.options]
    if first and first not in {name for name, _ in options} and state.council.knows(first):
        options.append((first, option_title(first, state.council)))  # such as drive-37
    return {"options": options, "first": first, "second": second, "faults": [], "sides": None}


def _documents(state: State, found: Option, figures: pd.Series) -> list[dict[str, Any]]:
    from localarea.comparison.documents import options_document

    document = options_document([found], figures.to_frame().T, state.council, store=state.store)
    rows: list[dict[str, Any]] = document["options"]
    return rows
