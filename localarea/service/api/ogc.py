"""
OGC API Features, part 1: any GIS can read the areas of options and definitions.

Core, GeoJSON and OpenAPI 3.0; longitude and latitude (CRS84). Published definitions are public;
options, and the zones that are in them, are working papers, for whoever may view them.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from localarea.classify.definition import FOREVER
from localarea.errors import InputError, NotFoundError
from localarea.service.errors import problems
from localarea.service.identity import Permission, TheState, current_identity, permitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.service.state import State

router = APIRouter(prefix="/ogc", tags=["OGC API Features"])

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_CLASSES: Final = ("core", "geojson", "oas30")
_CONFORMS: Final = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in _CLASSES
]
_GEOJSON: Final = "application/geo+json"
_MOST: Final = 1000
_DEGREES: Final = 6  # decimals: a tenth of a metre
# No cache may keep for one what another may not have.
_WHO_ASKS: Final = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}


class Anything(BaseModel):
    """A document whose further members the standard names."""

    model_config = ConfigDict(extra="allow")

    links: list[dict[str, Any]]


class Conformance(BaseModel):
    """What of the standard is kept to."""

    conformsTo: list[str]  # noqa: N815 -- the standard's name


class Feature(Anything):
    """A GeoJSON feature."""

    type: str
    id: str
    properties: dict[str, Any]
    geometry: dict[str, Any] | None


class Features(Anything):
    """A page of GeoJSON features."""

    type: str
    features: list[dict[str, Any]]
    numberMatched: int  # noqa: N815 -- the standard's name
    numberReturned: int  # noqa: N815 -- the standard's name


class ItemsQuery(BaseModel):
    """Which features."""

    bbox: str | None = Field(None, max_length=200, description="West,south,east,north in degrees.")
    datetime: str | None = Field(
        None, max_length=100, description="A day, or an interval `FROM/TO` with `..` for open."
    )
    limit: int = Field(10, ge=1, le=_MOST, description="Features on a page.")
    offset: int = Field(0, ge=0, le=1_000_000, description="Features before the page.")


@router.get("", response_model=Anything)
def landing(request: Request) -> dict[str, Any]:
    """Say where everything is."""
    at = _address(request)
    links = [
        _link(at, "self", "application/json"),
        _link(
            f"{str(request.base_url).rstrip('/')}/openapi.json",
            "service-desc",
            "application/vnd.oai.openapi+json;version=3.0",
        ),
        _link(f"{at}/conformance", "conformance", "application/json"),
        _link(f"{at}/collections", "data", "application/json"),
    ]
    return {
        "title": "localarea",
        "description": 'Areas that "local" may mean, or was decided to mean.',
        "links": links,
    }


@router.get("/conformance", response_model=Conformance)
def conformance() -> dict[str, Any]:
    """Say what of the standard is kept to."""
    return {"conformsTo": _CONFORMS}


@router.get("/collections", response_model=Anything)
def collections(request: Request, response: Response) -> dict[str, Any]:
    """List the collections that who asks may have."""
    at, identity = _address(request), current_identity(request)
    response.headers.update(_WHO_ASKS)
    return {
        "links": [_link(f"{at}/collections", "self", "application/json")],
        "collections": [
            _collection(at, name)
            for name, kept in COLLECTIONS.items()
            if kept.permission is None or identity.may(kept.permission)
        ],
    }


@router.get(
    "/collections/{collection}", response_model=Anything, responses=problems(401, 403, 404, 422)
)
def one_collection(request: Request, response: Response, collection: str) -> dict[str, Any]:
    """Describe a collection."""
    _maker(request, collection)
    response.headers.update(_WHO_ASKS)
    return _collection(_address(request), collection)


@router.get(
    "/collections/{collection}/items",
    response_class=JSONResponse,
    responses={
        200: {"content": {_GEOJSON: {"schema": Features.model_json_schema()}}},
        **problems(400, 401, 403, 404, 422, 503),
    },
)
def items(
    request: Request, state: TheState, collection: str, query: Annotated[ItemsQuery, Query()]
) -> JSONResponse:
    """Give the features of a collection, a page at a time."""
    found = _maker(request, collection)(state)
    if query.bbox is not None:
        box = _box(query.bbox)
        found = [feature for feature in found if _meets(feature["bbox"], box)]
    if query.datetime is not None:
        first, last = _interval(query.datetime)
        found = [feature for feature in found if _holds(feature["properties"], first, last)]
    page = found[query.offset : query.offset + query.limit]
    at = f"{_address(request)}/collections/{collection}/items"
    stated = query.model_dump(exclude_none=True)
    links = [_link(f"{at}?{urlencode(stated)}", "self", _GEOJSON)]
    after = query.offset + query.limit
    if after < len(found):
        links.append(_link(f"{at}?{urlencode({**stated, 'offset': after})}", "next", _GEOJSON))
    body = {
        "type": "FeatureCollection",
        "features": page,
        "numberMatched": len(found),
        "numberReturned": len(page),
        "links": links,
    }
    return JSONResponse(body, media_type=_GEOJSON, headers=_WHO_ASKS)


@router.get(
    "/collections/{collection}/items/{feature}",
    response_class=JSONResponse,
    responses={
        200: {"content": {_GEOJSON: {"schema": Feature.model_json_schema()}}},
        **problems(401, 403, 404, 422, 503),
    },
)
def item(request: Request, state: TheState, collection: str, feature: str) -> JSONResponse:
    """Give one feature."""
    for found in _maker(request, collection)(state):
        if found["id"] == feature:
            at = f"{_address(request)}/collections/{collection}"
            links = [
                _link(f"{at}/items/{feature}", "self", _GEOJSON),
                _link(at, "collection", "application/json"),
            ]
            document = {**found, "links": links}
            return JSONResponse(document, media_type=_GEOJSON, headers=_WHO_ASKS)
    raise NotFoundError(f"the collection {collection} has no such feature; its items list them")


def _options(state: State) -> list[dict[str, Any]]:
    from localarea.options.geometry import option_shape

    def drawn() -> list[dict[str, Any]]:
        return [
            _feature(
                option.id,
                option_shape(option, store=state.store),
                {"title": option.title, "method": option.method, "zones": len(option.zones)},
            )
            for option in state.session.options
        ]

    found: list[dict[str, Any]] = state.drawn("ogc options", drawn)
    return found


def _zones(state: State) -> list[dict[str, Any]]:
    from localarea.options.gazetteer import read_gazetteer
    from localarea.options.geometry import zone_shapes

    def drawn() -> list[dict[str, Any]]:
        options = [o for o in state.session.options if o.zone_system == "msoa11"]
        codes = sorted({code for option in options for code in option.zones})
        names = read_gazetteer("msoa11", store=state.store).zone_names
        shapes = zone_shapes(codes, "msoa11", store=state.store)
        return [
            _feature(
                code,
                shape,
                {"name": names[code], "in_options": [o.id for o in options if code in o.zones]},
            )
            for code, shape in zip(codes, shapes, strict=True)
        ]

    found: list[dict[str, Any]] = state.drawn("ogc zones", drawn)
    return found


def _definitions(state: State) -> list[dict[str, Any]]:
    import shapely

    found = []
    for kept in state.definitions.kept():
        made = kept.definition

        def outline(name: str = made.id) -> Any:
            return shapely.from_wkb(state.definitions.open(name).outline())

        shape = state.drawn(("ogc definition", made.id, made.boundary_sha256), outline)
        properties = {
            "title": made.title,
            "purpose": made.purpose,
            "effective_from": made.effective_from,
            "effective_to": None if kept.last_day == FOREVER else kept.last_day,
            "superseded_by": kept.superseded_by,
        }
        found.append(_feature(made.id, shape, properties))
    return found


class Collection(NamedTuple):
    """What a collection is, how it is made, and the permission that it takes, if any."""

    title: str
    make: Callable[[State], list[dict[str, Any]]]
    permission: Permission | None


COLLECTIONS: Final = {
    "options": Collection("The council's options, one area each", _options, "view"),
    "definitions": Collection(
        "Published definitions, with the days on which they hold", _definitions, None
    ),
    "zones": Collection("Zones that are in any option, and in which", _zones, "view"),
}


def _maker(request: Request, collection: str) -> Callable[[State], list[dict[str, Any]]]:
    """Give what makes a collection, to whoever may have it."""
    if collection not in COLLECTIONS:
        raise NotFoundError(f"there is no such collection; there are {', '.join(COLLECTIONS)}")
    found = COLLECTIONS[collection]
    if found.permission is not None:
        permitted(current_identity(request), found.permission)
    return found.make


def _collection(at: str, name: str) -> dict[str, Any]:
    here = f"{at}/collections/{name}"
    return {
        "id": name,
        "title": COLLECTIONS[name].title,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(here, "self", "application/json"),
            _link(f"{here}/items", "items", _GEOJSON),
        ],
    }


def _feature(name: str, shape: Any, properties: dict[str, Any]) -> dict[str, Any]:
    import json

    import numpy as np
    import shapely

    to_degrees = _to_degrees()
    placed = shapely.transform(
        shape, lambda xy: np.column_stack(to_degrees.transform(*xy.T)).round(_DEGREES)
    )
    return {
        "type": "Feature",
        "id": name,
        "properties": {"id": name, **properties},
        "bbox": list(placed.bounds),
        "geometry": json.loads(shapely.to_geojson(placed)),
    }


@cache
def _to_degrees() -> Any:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def _box(text: str) -> list[float]:
    try:
        box = [float(part) for part in text.split(",")]
    except ValueError:
        box = []
    if len(box) == 6:  # with heights, which nothing here has
        box = [box[0], box[1], box[3], box[4]]
    if len(box) != 4 or not all(map(math.isfinite, box)) or box[1] > box[3]:
        raise InputError("bbox must be west,south,east,north in degrees, such as 0.5,51.7,1.3,52.1")
    return box


def _meets(one: list[float], box: list[float]) -> bool:
    west, south, east, north = box
    across = one[0] <= east and one[2] >= west
    if west > east:  # over the 180th meridian
        across = one[2] >= west or one[0] <= east
    return across and one[1] <= north and one[3] >= south


def _interval(text: str) -> tuple[str, str]:
    first, slash, last = text.partition("/")
    ends = _day(first, "0001-01-01"), _day(last if slash else first, FOREVER)
    if ends[0] > ends[1]:
        raise InputError("datetime must not end before it begins")
    return ends


def _day(text: str, unbounded: str) -> str:
    if text in {"", ".."}:
        return unbounded
    try:
        day = datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)
        return day.isoformat()
    except ValueError:
        raise InputError("datetime must be a day such as 2026-04-01, or FROM/TO") from None


def _holds(properties: dict[str, Any], first: str, last: str) -> bool:
    """Tell whether something is there in an interval; what has no days is there on any."""
    begins = properties.get("effective_from", "")
    ends = properties.get("effective_to") or FOREVER
    return bool(begins <= last and ends >= first)


def _address(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/ogc"


def _link(address: str, relation: str, kind: str) -> dict[str, str]:
    return {"href": address, "rel": relation, "type": kind}
