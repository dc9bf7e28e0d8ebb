"""Public pages of definitions: what holds, what held on a day, why, and files to take away."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.definitions.exports import export_bytes
from localarea.errors import ConflictError, DefinitionNotFoundError, InputError, NotFoundError
from localarea.service import candidates
from localarea.service import decision_flow as deciding
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.errors import status_of
from localarea.service.pages.forms import read_day, require_day
from localarea.service.pages.rendering import render
from localarea.service.pictures import option_picture

if TYPE_CHECKING:
    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.model import Definition
    from localarea.definitions.store import Kept
    from localarea.errors import LocalareaError
    from localarea.service.state import State

router = APIRouter()
# Ending of the address -> name of the file, form, and what kind of file it is.
DOWNLOADS: Final = {
    "boundary.geojson": (".geojson", "application/geo+json"),
    "definition.gpkg": (".gpkg", "application/geopackage+sqlite3"),
    "outward-codes.csv": (".csv", "text/csv; charset=utf-8"),
    "postcodes.parquet": (".parquet", "application/vnd.apache.parquet"),
    "postcodes.csv": ("postcodes", "text/csv; charset=utf-8"),
}
_FOR_EVER: Final = "public, max-age=3600"  # an edition of a newer directory may follow
Id = Annotated[str, Path(max_length=80)]
Part = Annotated[str, Query(max_length=10)]


@router.get("/definitions", response_class=HTMLResponse)
def definitions(
    request: Request, state: TheState, day: Part = "", month: Part = "", year: Part = ""
) -> HTMLResponse:
    """List the definitions, and say which held on a day."""
    kept, fault, on = state.definitions.kept(), "", None
    try:
        on = read_day(day, month, year, "the day")
    except InputError as error:
        fault = str(error)
    asked = on.isoformat() if on else None
    held = [k for k in kept if asked and k.standing(asked) == "in force"]
    values = {
        "groups": [
            (name, [k for k in reversed(kept) if k.standing(state.today) == name])
            for name in ("in force", "to come", "ended")
        ],
        "asked": asked,
        "held": held,
        "day": day,
        "month": month,
        "year": year,
        "fault": fault,
    }
    return render(request, "definitions.html", values, status_code=422 if fault else 200)


@router.get("/definitions/{definition_id}", response_class=HTMLResponse)
def definition(request: Request, state: TheState, definition_id: Id) -> HTMLResponse:
    """Show a definition to everybody."""
    return _show(request, state, definition_id, "definition.html", None)


def _show(
    request: Request, state: State, definition_id: str, page: str, error: LocalareaError | None
) -> HTMLResponse:
    kept, opened = _find(state, definition_id)
    codes = Counter(row[3] for row in opened.zones())
    grounds = deciding.grounds_of(state, definition_id)
    values: dict[str, Any] = {
        "kept": kept,
        "made": kept.definition,
        "sha256": opened.sha256,
        "standing": kept.standing(state.today),
        "districts": sorted(codes.items()),
        "zones": sorted((row[3], row[1], row[0]) for row in opened.zones()),
        "outwards": Counter(status for _, status, _, _ in opened.outward_codes()),
        "picture": kept.definition.zone_system == "msoa11",
        "shown": grounds and grounds.shown,
        "fault": str(error or ""),
        "not_advice": candidates.NOT_ADVICE,
    }
    return render(request, page, values, status_code=status_of(error) if error else 200)


def _find(state: State, definition_id: str) -> tuple[Kept, OpenDefinition]:
    kept = state.definitions.kept()
    found = next((k for k in kept if k.definition.id == definition_id), None)
    if found is None:
        raise DefinitionNotFoundError(definition_id, [k.definition.id for k in kept])
    return found, state.definitions.open(definition_id)


@router.get("/definitions/{definition_id}/map.png")
def picture(request: Request, state: TheState, definition_id: Id) -> Response:
    """Draw the area, over its districts and with the places in dispute."""
    kept, opened = _find(state, definition_id)
    if kept.definition.zone_system != "msoa11":
        raise NotFoundError("there is no picture of zones of 2021; take the GeoJSON")
    tag = f'"{opened.sha256[:32]}-map"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _FOR_EVER})
    grounds = deciding.grounds_of(state, definition_id)
    data = grounds.picture if grounds else _drawn(state, kept.definition)
    return Response(data, media_type="image/png", headers={"ETag": tag, "Cache-Control": _FOR_EVER})


def _drawn(state: State, made: Definition) -> bytes:
    from localarea.options.council import read_council
    from localarea.records import Option

    area = Option(made.option, made.title, made.method, made.zone_system, made.zones, made.anchor)
    council = state.council
    if made.council != council.key:
        council = read_council(made.council, store=state.store)
    picture, _ = option_picture(area, state, council)
    return picture


@router.get("/definitions/{definition_id}/files/{name}")
def download(request: Request, state: TheState, definition_id: Id, name: Id) -> Response:
    """Give a definition as a file."""
    if name not in DOWNLOADS:
        raise NotFoundError(f"there is no file {name!r}; there are {', '.join(DOWNLOADS)}")
    form, kind = DOWNLOADS[name]
    opened = state.definitions.open(definition_id)
    tag = f'"{opened.sha256[:32]}-{name}"'
    headers = {
        "ETag": tag,
        "Cache-Control": _FOR_EVER,
        "Content-Disposition": f'attachment; filename="{definition_id}-{name}"',
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    data = _postcodes(opened) if form == "postcodes" else export_bytes(opened, form)
    return Response(data, media_type=kind, headers=headers)


def _postcodes(opened: OpenDefinition) -> bytes:
    from pyarrow import csv

    from localarea.definitions.exports import postcode_table

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
    return _show(request, state, definition_id, "definition-withdraw.html", None)


@router.post("/definitions/{definition_id}/withdraw", response_class=HTMLResponse)
def withdraw(
    request: Request,
    state: TheState,
    identity: Annotated[Identity, Depends(require("withdraw"))],
    definition_id: Id,
    reason: Annotated[str, Form(max_length=20_000)] = "",
    on_day: Annotated[str, Form(max_length=10)] = "",
    on_month: Annotated[str, Form(max_length=10)] = "",
    on_year: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """End a definition without another in its place."""
    try:
        on = require_day(on_day, on_month, on_year, "the first day on which it no longer holds")
        deciding.withdraw(state, identity, definition_id, reason, on)
    except (InputError, ConflictError) as error:
        return _show(request, state, definition_id, "definition-withdraw.html", error)
    return RedirectResponse(f"/definitions/{definition_id}", 303)
