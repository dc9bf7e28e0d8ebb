"""The routes of OGC API Features."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

from localarea.errors import NotFoundError
from localarea.service.api.ogc.collections import COLLECTIONS, CRS84, extent_of, maker_of
from localarea.service.api.ogc.question import (
    MOST,
    ItemsQuery,
    holds,
    meets,
    parse_box,
    parse_interval,
)
from localarea.service.auth.identity import TheState, current_identity
from localarea.service.http.errors import problems
from localarea.service.state import clock

router = APIRouter(prefix="/ogc", tags=["OGC API Features"])

_CLASSES: Final = ("core", "geojson", "oas30")
_CONFORMS: Final = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in _CLASSES
]
_JSON: Final = "application/json"
_GEOJSON: Final = "application/geo+json"
_OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
# No cache may keep for one what another may not have.
_WHO_ASKS: Final = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}
CollectionId = Annotated[
    str, Path(max_length=50, description="`options`, `definitions` or `zones`.")
]
FeatureId = Annotated[str, Path(max_length=200, description="The `id` of a feature.")]
REFUSED: Final = problems(400, 503)
NOT_THERE: Final = problems(400, 401, 403, 404, 503)


class Anything(BaseModel):
    """A document whose further members the standard names."""

    model_config = ConfigDict(extra="allow")

    links: list[dict[str, Any]]


class Collections(Anything):
    """The collections, each with its extent."""

    collections: list[dict[str, Any]]


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
    timeStamp: str  # noqa: N815 -- the standard's name


@router.get("", response_model=Anything, responses=problems(400))
def landing(request: Request) -> dict[str, Any]:
    """Return links to everything."""
    at, root = _address(request), str(request.base_url).rstrip("/")
    links = [
        _link(at, "self", _JSON, "This document"),
        _link(f"{root}/openapi.json", "service-desc", _OPENAPI, "The API as OpenAPI"),
        _link(f"{root}/openapi", "service-doc", "text/html", "The API as a page"),
        _link(f"{at}/conformance", "conformance", _JSON, "What of the standard is kept to"),
        _link(f"{at}/collections", "data", _JSON, "The collections"),
    ]
    return {
        "title": "localarea",
        "description": 'Areas that "local" may mean, or was decided to mean.',
        "links": links,
    }


@router.get("/conformance", response_model=Conformance, responses=problems(400))
def conformance() -> dict[str, Any]:
    """Return the conformance classes."""
    return {"conformsTo": _CONFORMS}


@router.get("/collections", response_model=Collections, responses=REFUSED)
def collections(request: Request, response: Response, state: TheState) -> dict[str, Any]:
    """List the collections that who asks may have."""
    at, identity = _address(request), current_identity(request)
    response.headers.update(_WHO_ASKS)
    return {
        "links": [_link(f"{at}/collections", "self", _JSON)],
        "collections": [
            _collection(at, name, kept.make(state))
            for name, kept in COLLECTIONS.items()
            if kept.permission is None or identity.may(kept.permission)
        ],
    }


@router.get("/collections/{collection}", response_model=Anything, responses=NOT_THERE)
def one_collection(
    request: Request, response: Response, state: TheState, collection: CollectionId
) -> dict[str, Any]:
    """Describe a collection."""
    features = maker_of(request, collection)(state)
    response.headers.update(_WHO_ASKS)
    return _collection(_address(request), collection, features)


@router.get(
    "/collections/{collection}/items",
    response_class=JSONResponse,
    responses={
        200: {"content": {_GEOJSON: {"schema": Features.model_json_schema()}}},
        **NOT_THERE,
    },
)
def items(
    request: Request,
    state: TheState,
    collection: CollectionId,
    query: Annotated[ItemsQuery, Query()],
) -> JSONResponse:
    """Return the features of a collection, a page at a time."""
    found = maker_of(request, collection)(state)
    if query.bbox is not None:
        box = parse_box(query.bbox)
        found = [feature for feature in found if meets(feature["bbox"], box)]
    if query.datetime is not None:
        first, last = parse_interval(query.datetime)
        found = [feature for feature in found if holds(feature["properties"], first, last)]
    limit = min(query.limit, MOST)  # a larger one is no error, says the standard
    page = found[query.offset : query.offset + limit]
    body = {
        "type": "FeatureCollection",
        "features": page,
        "numberMatched": len(found),
        "numberReturned": len(page),
        "timeStamp": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "links": _page_links(request, collection, query, limit, len(found)),
    }
    return JSONResponse(body, media_type=_GEOJSON, headers=_WHO_ASKS)


def _page_links(
    request: Request, collection: str, query: ItemsQuery, limit: int, matched: int
) -> list[dict[str, str]]:
    at = f"{_address(request)}/collections/{collection}"
    stated = {**query.model_dump(exclude_none=True), "limit": limit}
    offsets = {"self": query.offset}
    if query.offset + limit < matched:
        offsets["next"] = query.offset + limit
    before = min(query.offset, matched)  # from beyond the end it leads back to the last features
    if before > 0:
        offsets["prev"] = max(before - limit, 0)
    pages = [
        _link(f"{at}/items?{urlencode({**stated, 'offset': offset})}", relation, _GEOJSON)
        for relation, offset in offsets.items()
    ]
    return [*pages, _link(at, "collection", _JSON)]


@router.get(
    "/collections/{collection}/items/{feature}",
    response_class=JSONResponse,
    responses={
        200: {"content": {_GEOJSON: {"schema": Feature.model_json_schema()}}},
        **NOT_THERE,
    },
)
def item(
    request: Request, state: TheState, collection: CollectionId, feature: FeatureId
) -> JSONResponse:
    """Return one feature."""
    for found in maker_of(request, collection)(state):
        if found["id"] == feature:
            at = f"{_address(request)}/collections/{collection}"
            links = [
                _link(f"{at}/items/{quote(feature, safe='+')}", "self", _GEOJSON),
                _link(at, "collection", _JSON),
            ]
            document = {**found, "links": links}
            return JSONResponse(document, media_type=_GEOJSON, headers=_WHO_ASKS)
    raise NotFoundError(f"the collection {collection} has no such feature; its items list them")


def _collection(at: str, name: str, features: list[dict[str, Any]]) -> dict[str, Any]:
    here = f"{at}/collections/{name}"
    return {
        "id": name,
        "title": COLLECTIONS[name].title,
        "description": COLLECTIONS[name].description,
        **extent_of(features),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(here, "self", _JSON),
            _link(f"{here}/items", "items", _GEOJSON),
        ],
    }


def _address(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/ogc"


def _link(address: str, relation: str, kind: str, title: str = "") -> dict[str, str]:
    link = {"href": address, "rel": relation, "type": kind}
    return {**link, "title": title} if title else link
