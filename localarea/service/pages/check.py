"""The first page: check one postcode, several, or the point of a site, and show why."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, Response

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.definitions.reserved import both_sentences, reserved_of
from localarea.errors import InputError, LocalareaError
from localarea.geo.addresses import find_postcodes
from localarea.geo.grid_references import read_point
from localarea.options.membership import option_title
from localarea.service.auth.identity import require
from localarea.service.councils import (
    LONGEST,
    WAIT_S,
    Councils,
    TheCouncils,
    TheWhose,
    Whose,
    show_whose,
)
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import (
    OPTION,
    Days,
    Fault,
    asked_under,
    boundary_choices,
    read_day,
)
from localarea.service.pages.rendering import render
from localarea.service.pages.words import say_answer, say_reason
from localarea.service.study.option_table import as_drawn
from localarea.service.study.study import what_if_of
from localarea.tables.plain_cells import FORMULA_STARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localarea.classify.boundary import Boundary
    from localarea.classify.classifier import Classifier
    from localarea.definitions.reserved import Reserved
    from localarea.records import Verdict
    from localarea.service.state.state import State

router = APIRouter(dependencies=[Depends(require("check"))])

MOST_LISTED: Final = 100
_HEADERS: Final = (
    *("As typed", "Postcode", "Local?", "Borderline?", "Reason", "Explanation"),
    *("Definition", "Day", "Postcodes of"),
)
_FOR_RESERVING: Final = ("Inside the area for reserving?", "Definition for reserving")
_TOLD: Final = (404, 422)  # faults of what was typed, which the form shows
Short = Annotated[str, Form(max_length=20)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form, to be shown again."""

    postcode: str = ""
    postcodes: str = ""
    days: Days = field(default_factory=Days)
    under: str = ""
    at: str = ""
    council: str = ""

    def texts(self) -> list[str]:
        """List the postcodes that are asked about."""
        several = _list_of(self.postcodes)
        ones = find_postcodes(self.postcode)
        first = list(ones) if len(ones) > 1 else [self.postcode] * bool(self.postcode.strip())
        texts = [*first, *several]
        if not texts:
            raise InputError("enter a postcode", parameter="postcode")
        if len(texts) > MOST_LISTED:
            raise InputError(
                f"there are {len(texts):,} postcodes; check up to {MOST_LISTED} here, and send "
                "more as a file",
                parameter="postcodes",
            )
        return texts


def typed_of(
    postcode: Annotated[str, Form(max_length=400)] = "",
    postcodes: Annotated[str, Form(max_length=20_000)] = "",
    day: Short = "",
    month: Short = "",
    year: Short = "",
    under: Annotated[str, Form(max_length=200)] = "",
    at: Annotated[str, Form(max_length=100)] = "",
    council: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Typed:
    """Gather the fields of the form."""
    return Typed(postcode, postcodes, Days(day, month, year), under, at, council)


Asks = Annotated[Typed, Depends(typed_of)]


@router.get("/", response_class=HTMLResponse)
def ask(request: Request, councils: TheCouncils, whose: TheWhose) -> HTMLResponse:
    """Show the form."""
    councils.prepare_check(whose.asks(BoundaryChoice()), wait_s=WAIT_S)
    return _page(request, whose.state, Typed())


@router.post("/", response_class=HTMLResponse)
def check(request: Request, councils: TheCouncils, typed: Asks) -> HTMLResponse:
    """Check postcodes. By POST, so that no postcode stands in an address or a log."""
    whose = show_whose(request, councils, typed.council)
    state = whose.state
    texts: list[str] = []
    try:
        texts = typed.texts()
        choice = choice_of(whose, typed)
        made = classifier_for(councils, choice)
    except LocalareaError as error:
        return _refused(request, state, typed, error, "under" if texts else "postcode")
    on, reserving = day_of(typed), state.reserving(choice)
    if len(texts) > 1:
        return _page(request, state, typed, **_several(made, texts, reserving), on=on)
    verdict = made.check(texts[0])
    values: dict[str, Any] = {"verdict": verdict, "on": on, "start": made.minutes_from}
    values |= _evidence(state, verdict, counted=state is councils.own)
    if reserving is not None:
        values["reserved"] = both_sentences(verdict, reserved_of(reserving, texts[0]))
    asks_point = bool(typed.at.strip())
    if verdict.easting is not None and (verdict.borderline or asks_point):
        values["site"] = _site(state, made, verdict)
    try:
        values["point"] = _point(state, made, typed.at) if asks_point else None
    except LocalareaError as error:  # at sea, say: the map stays, to click elsewhere
        return _refused(request, state, typed, error, "at", **values)
    if values["point"] and "site" in values:
        values["site"]["point"] = _degrees(values["point"])
    return _page(request, state, typed, **values)


@router.post("/answers.csv", response_class=Response)
def save(request: Request, councils: TheCouncils, typed: Asks) -> Response:
    """Return the answers for a list of postcodes as a file."""
    whose = show_whose(request, councils, typed.council)
    state = whose.state
    try:
        texts = typed.texts()
        choice = choice_of(whose, typed)
        made = classifier_for(councils, choice)
    except LocalareaError as error:
        return _refused(request, state, typed, error, "postcodes")
    headers = {
        "Content-Disposition": 'attachment; filename="answers.csv"',
        "Cache-Control": "no-store",
    }
    reserved = _reserved_many(state.reserving(choice), texts)
    rows = zip(texts, made.check_many(texts), reserved, strict=True)
    content = _answers_csv(rows, on=day_of(typed) or date.fromisoformat(state.today))
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def day_of(typed: Typed) -> date | None:
    """Return the day that was asked for."""
    return read_day(*typed.days.parts, "the day")


def choice_of(whose: Whose, typed: Typed) -> BoundaryChoice:
    """Return the boundary that was asked for."""
    return whose.asks(asked_under(typed.under, day_of(typed)))


def classifier_for(councils: Councils, choice: BoundaryChoice) -> Classifier:
    """Return what decides."""
    councils.prepare_check(choice)
    return councils.own.classifier(choice)


def _several(made: Classifier, texts: list[str], reserving: Classifier | None) -> dict[str, Any]:
    verdicts = made.check_many(texts)
    statuses = [verdict.status for verdict in verdicts]
    return {
        "verdicts": [
            (" ".join(text.split()), verdict, reserved)
            for text, verdict, reserved in zip(
                texts, verdicts, _reserved_many(reserving, texts), strict=True
            )
        ],
        "counts": {name: statuses.count(name) for name in ("local", "not_local", "unknown")},
        "standing": _standing_of(made.boundary),
        "definition_id": made.boundary.id,
    }


def _reserved_many(reserving: Classifier | None, texts: list[str]) -> list[Reserved | None]:
    """Answer for reserving contracts too; nothing where no definition for that is in force."""
    return [None if reserving is None else reserved_of(reserving, text) for text in texts]


def _point(state: State, made: Classifier, text: str) -> dict[str, Any]:
    """Decide the point of a site."""
    from localarea.classify.point import check_point
    from localarea.places.gazetteer import read_gazetteer

    place = read_point(text)
    boundary = made.boundary
    found = check_point(
        boundary, place.easting, place.northing, within_m=place.within_m, store=state.store
    )
    names = read_gazetteer(boundary.zone_system, store=state.store).zone_names
    return {**asdict(found), **asdict(place), "zone_name": names.get(found.zone, found.zone)}


def _site(state: State, made: Classifier, verdict: Verdict) -> dict[str, Any]:
    """Return what the map around a postcode shows."""
    from localarea.service.study.site_map import site_map

    easting, northing = float(verdict.easting or 0), float(verdict.northing or 0)
    return site_map(state, made.boundary, easting, northing)


def _degrees(point: dict[str, Any]) -> list[float]:
    from localarea.service.study.site_map import latitude_longitude

    return latitude_longitude(point["easting"], point["northing"])


def _evidence(state: State, verdict: Verdict, *, counted: bool) -> dict[str, Any]:
    """
    Name the places of a verdict; where no definition decided, count the options that agree.

    They are ``counted`` for the service's own council alone: another one's take a minute.
    """
    from localarea.places.gazetteer import read_gazetteer

    names = read_gazetteer("msoa11", store=state.store)
    known = verdict.zone in names.zone_names and verdict.definition.startswith(OPTION)
    options = as_drawn(state) if known and counted else []
    return {
        "zone_name": names.zone_names.get(verdict.zone or "", ""),
        "district_name": names.districts.get(verdict.district or "", ""),
        "reason_option": _reason_option(state, verdict),
        "options": len(options),
        "local_in": sum(verdict.zone in option.zones for option in options),
    }


def _reason_option(state: State, verdict: Verdict) -> str:
    """Return the option whose reasons explain a verdict; blank if the council has none such."""
    option = verdict.definition.removeprefix(OPTION)
    if option == verdict.definition:
        try:
            kept = {one.definition.id: one.definition for one in state.definitions.kept()}
        except LocalareaError:  # they cannot be read: the answer stands without the link
            return ""
        found = kept.get(option)
        if found is None or (found.council, found.zone_system) != (state.council.key, "msoa11"):
            return ""
        option = found.option
    known = option_title(option, state.council) != option or what_if_of(state, option) is not None
    return option if known else ""


def _refused(
    request: Request,
    state: State,
    typed: Typed,
    error: LocalareaError,
    field: str,
    **values: Any,
) -> HTMLResponse:
    """Show the form again, with what is wrong beside its field."""
    status = status_of(error)
    if status not in _TOLD:
        raise error
    return _page(request, state, typed, faults=[Fault.of(error, field)], status=status, **values)


def _page(
    request: Request,
    state: State,
    typed: Typed,
    *,
    faults: list[Fault] | None = None,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    known = {
        "typed": typed,
        "faults": faults or [],
        "today": state.today,
        "groups": boundary_choices(state),
        "most": MOST_LISTED,
    }
    page = render(request, "check.html", {**known, **values}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _list_of(text: str) -> list[str]:
    """List what was pasted: one a line, or several on a line with commas between them."""
    found: list[str] = []
    for line in text.splitlines():
        several = find_postcodes(line)
        parts = list(several) if len(several) > 1 else [line.strip(" \t,;")]
        found += [part for part in parts if part]
    return found


def _answers_csv(rows: Iterable[tuple[str, Verdict, Reserved | None]], *, on: date) -> bytes:
    """Write answers as CSV with a mark of UTF-8, so that Excel reads it."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept)
    listed = list(rows)
    both = any(reserved for _, _, reserved in listed)
    writer.writerow((*_HEADERS, *_FOR_RESERVING) if both else _HEADERS)
    for text, verdict, reserved in listed:
        further = [] if reserved is None else [reserved.said, reserved.definition]
        writer.writerow(
            [
                _plain(" ".join(text.split())),
                _plain(verdict.postcode),
                say_answer(verdict.status),
                "Yes" if verdict.borderline else "No",
                say_reason(verdict.reason),
                _plain(verdict.explanation),
                verdict.definition,
                on.isoformat(),
                verdict.directory_date,
                *further,
            ]
        )
    return b"\xef\xbb\xbf" + kept.getvalue().encode("utf-8")


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _standing_of(boundary: Boundary) -> str:
    """Return what decided, as a sentence."""
    return f"Checked against '{boundary.title}'. {boundary.basis}"
