"""Public pages of definitions: what holds, what held on a day, why, and files to take away."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.definitions.exports import export_bytes, local_postcodes, postcode_table
from localarea.errors import ConflictError, DefinitionNotFoundError, InputError, NotFoundError
from localarea.options.by_name.any_council import find_council
from localarea.records import Option
from localarea.service.auth.acting import Refreshes, Withdraws
from localarea.service.auth.identity import TheState, require
from localarea.service.http.errors import status_of
from localarea.service.pages.decisions.decision_forms import Withdrawing, faults_of
from localarea.service.pages.forms import Days, Fault, read_day
from localarea.service.pages.rendering import render
from localarea.service.study import candidates
from localarea.service.study import decision_flow as deciding
from localarea.service.study.definition_refresh import look_at_refresh, refresh_definition
from localarea.service.study.map_documents import area_document
from localarea.service.study.pictures import option_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.model import Definition
    from localarea.definitions.store import DefinitionStore, PublishedDefinition, Stamp
    from localarea.errors import LocalareaError
    from localarea.options.council import Council
    from localarea.service.state.state import State

router = APIRouter()
# Ending of the address -> name of the file, form, and what kind of file it is.
DOWNLOADS: Final = {
    "boundary.geojson": (".geojson", "application/geo+json"),
    "definition.gpkg": (".gpkg", "application/geopackage+sqlite3"),
    "outward-codes.csv": (".csv", "text/csv; charset=utf-8"),
    "postcodes.parquet": (".parquet", "application/vnd.apache.parquet"),
    "postcodes.csv": ("postcodes", "text/csv; charset=utf-8"),
    "local-postcodes.csv": ("local", "text/csv; charset=utf-8"),
}
_SHOWN_CHANGES: Final = 100  # postcodes answered otherwise; the API lists them all
_FOR_EVER: Final = "public, max-age=3600"  # an edition of a newer directory may follow
Id = Annotated[str, Path(max_length=80)]
Part = Annotated[str, Query(max_length=10)]


@router.get("/definitions", response_class=HTMLResponse)
def definitions(
    request: Request, state: TheState, day: Part = "", month: Part = "", year: Part = ""
) -> HTMLResponse:
    """List the definitions, and say which held on a day."""
    kept, faults, on = state.definitions.kept(), list[Fault](), None
    try:
        on = read_day(day, month, year, "the day")
    except InputError as error:
        faults = [Fault.of(error, "on-day")]
    asked = on.isoformat() if on else None
    held = [k for k in kept if asked and k.standing(asked) == "in force"]
    values = {
        "groups": [
            (name, [k for k in reversed(kept) if k.standing(state.today) == name])
            for name in ("in force", "to come", "ended")
        ],
        "asked": asked,
        "held": held,
        "typed": Days(day, month, year),
        "faults": faults,
    }
    return render(request, "definitions.html", values, status_code=422 if faults else 200)


@router.get("/definitions/{definition_id}", response_class=HTMLResponse)
def definition(request: Request, state: TheState, definition_id: Id) -> HTMLResponse:
    """Show a definition to everybody."""
    return _show(request, state, definition_id, "definition.html")


def _show(
    request: Request,
    state: State,
    definition_id: str,
    page: str,
    *,
    form: Withdrawing | None = None,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HTMLResponse:
    kept, facts = _find(state, definition_id)
    grounds = deciding.grounds_of(state, definition_id)
    values: dict[str, Any] = {
        "kept": kept,
        "made": kept.definition,
        "sha256": facts.sha256,
        "standing": kept.standing(state.today),
        "directory": state.directory_date,
        "districts": facts.districts,
        "zones": facts.zones,
        "outwards": facts.outwards,
        "picture": kept.definition.zone_system == "msoa11",
        "shown": grounds and grounds.shown,
        "behind": deciding.proposal_of_definition(state, definition_id),
        "form": form or Withdrawing(),
        "faults": faults,
        "not_advice": candidates.NOT_ADVICE,
    }
    return render(request, page, values, status_code=status)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a page shows of a definition's file; reading all of it would be too slow."""

    sha256: str
    districts: tuple[tuple[str, int], ...]
    zones: tuple[tuple[str, str, str], ...]
    outwards: Counter[str]


def _find(state: State, definition_id: str) -> tuple[PublishedDefinition, _Facts]:
    kept = state.definitions.kept()
    found = next((k for k in kept if k.definition.id == definition_id), None)
    if found is None:
        raise DefinitionNotFoundError(definition_id, [k.definition.id for k in kept])
    return found, _facts(state.definitions, definition_id, state.definitions.stamp(definition_id))


def area_of(
    state: State, definition_id: str
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, str, str], ...]]:
    """List the districts of a definition with their zones counted, and every zone."""
    _, facts = _find(state, definition_id)
    return facts.districts, facts.zones


@lru_cache(maxsize=64)
def _facts(definitions: DefinitionStore, definition_id: str, _stamp: Stamp) -> _Facts:
    opened = definitions.open(definition_id)
    zones = opened.zones()
    return _Facts(
        opened.sha256,
        tuple(sorted(Counter(row[3] for row in zones).items())),
        tuple(sorted((row[3], row[1], row[0]) for row in zones)),
        Counter(
            "whole" if status == "local" else "part"
            for _, status, local, _ in opened.outward_codes()
            if status == "local" or (status == "unknown" and local)
        ),
    )


@router.get("/definitions/{definition_id}/map.png")
async def picture(request: Request, state: TheState, definition_id: Id) -> Response:
    """Draw the area, over its districts and with the places in dispute."""
    headers = {"Cache-Control": _FOR_EVER, "Content-Type": "image/png"}
    make = partial(_drawn, state, definition_id)
    return await _held(request, state, definition_id, "map", make, headers)


@router.get("/definitions/{definition_id}/map.json")
async def map_data(request: Request, state: TheState, definition_id: Id) -> Response:
    """Return the area as the map draws it, with the land, towns and roads around it."""
    headers = {"Cache-Control": _FOR_EVER, "Content-Type": "application/json"}
    make = partial(_mapped, state, definition_id)
    return await _held(request, state, definition_id, "map data", make, headers)


async def _held(
    request: Request,
    state: State,
    definition_id: str,
    what: str,
    make: Callable[[], tuple[bytes, str]],
    headers: dict[str, str],
) -> Response:
    """Return a file of a definition from the shelf; anybody may ask, as often as they like."""
    stamp = await run_in_threadpool(state.definitions.stamp, definition_id)
    held = await state.shelf.find((stamp, what), make)
    return state.shelf.answer(held, headers, request.headers.get("if-none-match"))


def _mapped(state: State, definition_id: str) -> tuple[bytes, str]:
    made, facts = _to_draw(state, definition_id)
    data = area_document(state, _area(made), _council_of(state, made))
    return data, f'"{facts.sha256[:32]}-map-data-{hashlib.sha256(data).hexdigest()[:12]}"'


def _to_draw(state: State, definition_id: str) -> tuple[Definition, _Facts]:
    kept, facts = _find(state, definition_id)
    if kept.definition.zone_system != "msoa11":
        raise NotFoundError("there is no map of zones of 2021; use the GeoJSON")
    return kept.definition, facts


def _drawn(state: State, definition_id: str) -> tuple[bytes, str]:
    made, facts = _to_draw(state, definition_id)
    grounds = deciding.grounds_of(state, definition_id)
    data = grounds.picture if grounds else _picture(state, made)
    return data, f'"{facts.sha256[:32]}-map"'


def _picture(state: State, made: Definition) -> bytes:
    picture, _ = option_picture(_area(made), state, _council_of(state, made))
    return picture


def _area(made: Definition) -> Option:
    return Option(made.option, made.title, made.method, made.zone_system, made.zones, made.anchor)


def _council_of(state: State, made: Definition) -> Council:
    if made.council == state.council.key:
        return state.council
    return find_council(made.council, files=False, store=state.store)


@router.get("/definitions/{definition_id}/files/{name}")
async def download(request: Request, state: TheState, definition_id: Id, name: Id) -> Response:
    """Return a definition as a file."""
    if name not in DOWNLOADS:
        raise NotFoundError(f"there is no file {name!r}; choose one of: {', '.join(DOWNLOADS)}")
    headers = {
        "Content-Type": DOWNLOADS[name][1],
        "Cache-Control": _FOR_EVER,
        "Content-Disposition": f'attachment; filename="{definition_id}-{name}"',
    }
    make = partial(_written, state, definition_id, name)
    return await _held(request, state, definition_id, name, make, headers)


def _written(state: State, definition_id: str, name: str) -> tuple[bytes, str]:
    opened, form = state.definitions.open(definition_id), DOWNLOADS[name][0]
    if form == "local":
        data = local_postcodes(opened)
    else:
        data = _postcodes(opened) if form == "postcodes" else export_bytes(opened, form)
    return data, f'"{opened.sha256[:32]}-{name}"'


def _postcodes(opened: OpenDefinition) -> bytes:
    from pyarrow import csv

    stream = io.BytesIO()
    csv.write_csv(postcode_table(opened), stream)
    return stream.getvalue()


@router.get(
    "/definitions/{definition_id}/withdraw",
    response_class=HTMLResponse,
    dependencies=[Depends(require("withdraw"))],
)
def withdrawing(request: Request, state: TheState, definition_id: Id) -> HTMLResponse:
    """Show the form that ends a definition."""
    return _show(request, state, definition_id, "definition-withdraw.html")


@router.post("/definitions/{definition_id}/withdraw", response_class=HTMLResponse)
def withdraw(
    request: Request,
    state: TheState,
    identity: Withdraws,
    definition_id: Id,
    form: Annotated[Withdrawing, Form()],
) -> Response:
    """End a definition without another in its place."""
    again = partial(_show, request, state, definition_id, "definition-withdraw.html", form=form)
    on, faults = form.read()
    if on is None or faults:
        return again(faults=faults, status=422)
    try:
        deciding.withdraw(state, identity, definition_id, form.reason, on)
    except (InputError, ConflictError) as error:
        return again(faults=faults_of(error, "on-day"), status=status_of(error))
    return RedirectResponse(f"/definitions/{definition_id}", 303)


@router.get(
    "/definitions/{definition_id}/refresh",
    response_class=HTMLResponse,
    dependencies=[Depends(require("refresh"))],
)
def refreshing(request: Request, state: TheState, definition_id: Id) -> HTMLResponse:
    """Show what would change if a definition were indexed from the directory in use."""
    return _show_changes(request, state, definition_id, None)


def _show_changes(
    request: Request, state: State, definition_id: str, error: LocalareaError | None
) -> HTMLResponse:
    kept, _ = _find(state, definition_id)
    changes = None
    try:
        changes = look_at_refresh(state, definition_id)
    except InputError as refused:
        error = refused
    values = {
        "made": kept.definition,
        "changes": changes,
        "shown": changes.changed[:_SHOWN_CHANGES] if changes else (),
        "fault": str(error or ""),
    }
    return render(
        request,
        "definition-refresh.html",
        values,
        status_code=status_of(error) if error else 200,
    )


@router.post("/definitions/{definition_id}/refresh", response_class=HTMLResponse)
def refresh(
    request: Request,
    state: TheState,
    identity: Refreshes,
    definition_id: Id,
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Index a definition from the directory in use, if that is what was shown."""
    if not seen:
        return _show_changes(request, state, definition_id, None)
    try:
        refresh_definition(state, identity, definition_id, seen)
    except (InputError, ConflictError) as error:
        return _show_changes(request, state, definition_id, error)
    return RedirectResponse(f"/definitions/{definition_id}", 303)
