"""The collections: what is in each, who may have it, and its features."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from localarea.definitions.model import FOREVER
from localarea.errors import NotFoundError
from localarea.geo.validity import right_handed
from localarea.service.auth.identity import Permission, current_identity, permitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from localarea.service.state.state import State

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_DEGREES: Final = 6  # decimals: a tenth of a metre


def _options(state: State) -> list[dict[str, Any]]:
    from localarea.places.outline import option_shape

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
    from localarea.places.gazetteer import read_gazetteer
    from localarea.places.outline import zone_shapes

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
    description: str
    make: Callable[[State], list[dict[str, Any]]]
    permission: Permission | None


COLLECTIONS: Final = {
    "options": Collection(
        "The council's options",
        "Candidate areas, one feature for each option, worked out from commuting and roads.",
        _options,
        "view",
    ),
    "definitions": Collection(
        "Published definitions",
        "What was decided to be local, with the days on which each definition holds.",
        _definitions,
        None,
    ),
    "zones": Collection(
        "Zones of the options",
        "Middle layer super output areas of 2011 that are in any option, and in which.",
        _zones,
        "view",
    ),
}


def maker_of(request: Request, collection: str) -> Callable[[State], list[dict[str, Any]]]:
    """Return what makes a collection, to whoever may have it."""
    if collection not in COLLECTIONS:
        raise NotFoundError(f"there is no such collection; choose one of: {', '.join(COLLECTIONS)}")
    found = COLLECTIONS[collection]
    if found.permission is not None:
        permitted(current_identity(request), found.permission)
    return found.make


def extent_of(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the box and the days that hold all features; nothing where there are none."""
    if not features:
        return {}
    boxes = np.array([feature["bbox"] for feature in features])
    box = [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
    extent: dict[str, Any] = {"spatial": {"bbox": [box], "crs": CRS84}}
    days = [f["properties"] for f in features if "effective_from" in f["properties"]]
    if days:
        ends = [each["effective_to"] for each in days]
        extent["temporal"] = {
            "interval": [
                [
                    _midnight(min(each["effective_from"] for each in days)),
                    None if None in ends else _midnight(max(ends)),
                ]
            ],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return {"extent": extent}


def _midnight(day: str) -> str:
    return f"{day}T00:00:00Z"


def _feature(name: str, shape: Any, properties: dict[str, Any]) -> dict[str, Any]:
    import shapely

    to_degrees = _to_degrees()
    placed = right_handed(
        shapely.transform(
            shape, lambda xy: np.column_stack(to_degrees.transform(*xy.T)).round(_DEGREES)
        )
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
