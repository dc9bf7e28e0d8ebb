"""Places in dispute, and why a zone is in an option."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from localarea.comparison.contested.document import answer_document
from localarea.service.api.options import OptionId
from localarea.service.auth.identity import require
from localarea.service.councils import StudiedState
from localarea.service.http.errors import problems
from localarea.service.study.questions import answer_about, reason_of

router = APIRouter(tags=["Options"], dependencies=[Depends(require("view"))])

UNKNOWN = problems(401, 403, 404, 422, 429, 503)
Place = Annotated[
    str,
    Path(
        description="Key or name of a place in dispute, or any district, town, travel to work "
        "area or zone.",
        max_length=200,
    ),
]
Zone = Annotated[str, Path(description="Code of a zone of 2011 (MSOA).", max_length=9)]


class ListedPlace(BaseModel):
    """A place in dispute."""

    key: str
    place: str


class ContestedPlaces(BaseModel):
    """The council's places in dispute, and the options that they can be asked about under."""

    council: str
    anchor: str
    default_option: str
    places: list[ListedPlace]
    options: list[str]


class ContestedAnswer(BaseModel):
    """Every fact about a place in dispute; `docs/options.md` says what they mean."""

    model_config = ConfigDict(extra="allow")

    council: str
    anchor: str
    place: str
    option: str
    sentences: list[str]
    facts: list[dict[str, Any]] = Field(description="On the side that would name them.")
    commuting: dict[str, Any]
    industries: dict[str, Any]
    firms: dict[str, Any]
    figures: list[dict[str, Any]] = Field(description="Without the place and with it.")
    mandate: dict[str, Any] | None
    firmness: dict[str, Any]


class ZoneReasonOut(BaseModel):
    """Why a zone is in an option or out of it, and what would turn it."""

    zone: str
    name: str
    lad25cd: str
    district: str
    option: str
    title: str
    inside: bool
    by_hand: str | None = Field(description="The place in dispute that decides a variant.")
    sentence: str
    measures: list[dict[str, Any]]
    turns: list[str]
    steps: list[str] = Field(description="How the zone's area came about, in order.")
    notes: list[str]
    neighbours: list[dict[str, Any]]
    methods_inside: int
    methods: int


@router.get("/contested", response_model=ContestedPlaces, responses=UNKNOWN)
def places(state: StudiedState) -> dict[str, Any]:
    """List the council's places in dispute."""
    council = state.council
    return {
        "council": council.title,
        "anchor": council.anchor,
        "default_option": council.default_option,
        "places": [{"key": c.key, "place": c.place} for c in council.contested],
        "options": [spec.id for spec in council.options],
    }


@router.get("/contested/{place}", response_model=ContestedAnswer, responses=UNKNOWN)
def place(
    state: StudiedState,
    place: Place,
    option: Annotated[
        str,
        Query(
            max_length=200,
            description="Option to ask about, as its method draws it; by default the council's "
            "default option.",
        ),
    ] = "",
) -> dict[str, Any]:
    """Return every fact about a place, without it and with it. It draws no conclusion."""
    return answer_document(answer_about(state, place, option))


@router.get("/options/{option}/zones/{zone}", response_model=ZoneReasonOut, responses=UNKNOWN)
def zone(state: StudiedState, option: OptionId, zone: Zone) -> dict[str, Any]:
    """Return why a zone is in an option or out of it, and what would turn it."""
    _, reason = reason_of(state, option, zone)
    return reason.as_document()
