"""The study: one boundary moved under the hand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from localarea.comparison.study.state import MOST_PLACES, StudyState
from localarea.errors import InputError
from localarea.service.api.numbers import numbers
from localarea.service.auth.identity import TheState, require
from localarea.service.councils import StudiedState, council_parameter
from localarea.service.http.errors import problems
from localarea.service.study.one_study import answer, ground_of, moved

router = APIRouter(tags=["Options"], dependencies=[Depends(require("view"))])

REFUSED = problems(401, 403, 404, 422, 429, 503)
PlaceName = Annotated[str, Field(max_length=200)]
MOST_NUMBER = 1_000


class StudyFields(BaseModel):
    """A state of a study, as an address, a form or a program tells it."""

    start: str = Field(
        "",
        alias="from",
        max_length=200,
        description="The option that the study began with; by default the council's own.",
    )
    minutes: int | None = Field(
        None, ge=1, le=MOST_NUMBER, description="Minutes by car, where the method has that limit."
    )
    share: int | None = Field(
        None, ge=1, le=100, description="Share of commuters in hundredths, likewise."
    )
    containment: int | None = Field(
        None, ge=1, le=100, description="Self-containment in hundredths, likewise."
    )
    include: list[PlaceName] = Field(
        [], alias="in", max_length=MOST_PLACES, description="Places put in."
    )
    exclude: list[PlaceName] = Field(
        [],
        alias="out",
        max_length=MOST_PLACES,
        description="Places taken out, which count where both overlap.",
    )

    def state(self, default: str) -> StudyState:
        """Return the state, before anything is moved."""
        return StudyState(
            self.start.strip() or default,
            self.minutes,
            self.share,
            self.containment,
            tuple(self.include),
            tuple(self.exclude),
        )

    _numbers = numbers("minutes", "share", "containment")


class StudyIn(StudyFields):
    """A state of a study, and what is to be moved in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"from": "ttwa-official", "place": "Ipswich"}]},
    )

    place: str = Field(
        "",
        max_length=200,
        description="A place to move now: a zone, town, district or postcode. The state that is "
        "answered names the zone in place of a postcode.",
    )
    move: Literal["turn", "in", "out", "as_drawn"] = Field(
        "turn",
        description="What is done with it: `turn` takes out what is in as a whole, and puts in "
        "what is not; `as_drawn` leaves it to the option.",
    )


class StudyDocument(BaseModel):
    """A state, and what it comes to."""

    model_config = ConfigDict(extra="allow")

    query: str = Field(description="The state as the query of an address of `/study`.")
    title: str
    sentence: str = Field(description="What the area means for the anchor's firms.")
    start: dict[str, str] = Field(description="The option that the study began with.")
    zones: list[str] = Field(description="Zones inside (MSOA 2011).")
    gained: list[str] = Field(description="Those of them that the first option does not have.")
    lost: list[str] = Field(description="Zones of the first option that are not in.")
    limits: list[dict[str, Any]] = Field(description="Limits of the method that can be moved.")
    switches: list[dict[str, Any]] = Field(description="Places in dispute, and how much is in.")
    places: list[dict[str, Any]] = Field(description="Places that were moved.")
    figures: list[dict[str, Any]] = Field(
        description="Each figure with its value, text, the text of the first option, and the "
        "change; the six that matter most come first."
    )
    notes: list[str] = Field(description="What should be known: how a name was read, and so on.")
    others: list[dict[str, str]] = Field(
        description="Where several places share a name that was moved: the studies with another."
    )
    is_option: bool = Field(
        description="Whether it is an option, which a report can be made of, or a what-if."
    )
    links: dict[str, str] = Field(description="Where one can go on from here.")


@router.post("/study", response_model=StudyDocument, responses=REFUSED)
def study(own: TheState, state: StudiedState, asked: StudyIn) -> dict[str, Any]:
    """Move a boundary, and return its figures beside those of the option that it began with."""
    began = asked.state(state.council.default_option)
    notes: list[str] = []
    if asked.place.strip():
        began, notes = moved(ground_of(state).ground, began, asked.place, asked.move)
    elif asked.move != "turn":
        raise InputError("name the place that is to be moved", parameter="place")
    council = council_parameter(state, own)
    found = answer(state, began, {"council": council} if council else {})
    found["notes"] = [*notes, *found["notes"]]
    return found
