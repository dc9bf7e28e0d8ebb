"""Check one postcode, or up to ten thousand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from localarea.classify.verdict_json import json_answers
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.definitions.reserved import reserved_of
from localarea.service.api.boundary_fields import Under
from localarea.service.api.metrics import count_checks
from localarea.service.auth.identity import TheState, require
from localarea.service.councils import TheCouncils
from localarea.service.http.errors import problems

if TYPE_CHECKING:
    from localarea.service.state.state import State

router = APIRouter(tags=["Check"], dependencies=[Depends(require("check"))])

LONGEST = 200  # characters of one, because it may be part of an address
_FEW = 100  # that are answered one by one sooner than a boundary is made ready for many
MOST = 10_000  # postcodes in one request; more than that is a file


class ReservationOut(BaseModel):
    """Whether one postcode is inside the area to which contracts may be reserved."""

    definition: str = Field(description="The definition for reserving contracts in force.")
    inside: bool | None = Field(description="Null if the postcode cannot be placed.")
    borderline: bool
    explanation: str = Field(description="The answer as a sentence.")


class VerdictOut(BaseModel):
    """Whether one postcode is local, and why."""

    postcode: str
    status: str = Field(description="`local`, `not_local` or `unknown`.")
    borderline: bool
    reason: str
    explanation: str = Field(description="A sentence that can be shown to the supplier.")
    definition: str = Field(description="The definition, or `option:NAME` where none holds.")
    directory_date: str = Field(description="Month of the directory of postcodes, YYYY-MM.")
    terminated: str | None
    zone: str | None
    district: str | None
    easting: int | None
    northing: int | None
    minutes_to_anchor: float | None = Field(
        description="Minutes door to door by car from the anchor, whose point the explanation "
        "names: the drive, and 5.8 minutes for starting and parking."
    )
    metres_to_boundary: float | None
    reservation: ReservationOut | SkipJsonSchema[None] = Field(
        None,
        description="Only there if a definition for reserving contracts is in force, and neither "
        "an option nor a definition is named.",
    )


class CheckQuery(Under):
    """One postcode and the boundary."""

    postcode: str = Field(max_length=LONGEST, description="As people type it.")


class CheckMany(Under):
    """Postcodes and the boundary."""

    postcodes: list[Annotated[str, Field(max_length=LONGEST)]] = Field(
        max_length=MOST, description="As people type them; answered in this order."
    )


class Checked(BaseModel):
    """The verdicts, in the order of the postcodes."""

    verdicts: list[VerdictOut]


@router.get("/check", response_model=VerdictOut, responses=problems(401, 403, 404, 422, 429, 503))
async def check_one(
    state: TheState, councils: TheCouncils, query: Annotated[CheckQuery, Query()]
) -> Response:
    """Check one postcode. Put no home postcode here, for addresses are kept in logs: POST it."""
    request, postcode = query.request(), query.postcode
    if request.council is not None or request.anchor is not None:
        await run_in_threadpool(councils.prepare_check, request)
    made = state.ready_classifier(request)
    # Some tens of microseconds once ready: less than it takes to hand it to a thread.
    if made is None or not state.reserves_nothing(request):
        answered = await run_in_threadpool(_one, state, request, postcode)
    else:
        answered = json_answers(made).one(postcode)
    status, verdict = answered
    count_checks({status: 1})
    return Response(verdict, media_type="application/json")


@router.post(
    "/check", response_model=Checked, responses=problems(401, 403, 404, 413, 422, 429, 503)
)
def check_many(state: TheState, councils: TheCouncils, asked: CheckMany) -> Response:
    """Check up to 10,000 postcodes, with the whole evidence for each."""
    councils.prepare_check(asked.request())
    made = state.classifier(asked.request())
    if len(asked.postcodes) > _FEW:
        made.warm_up()
    statuses, verdicts = json_answers(made).many(asked.postcodes)
    count_checks(statuses)
    reserving = state.reserving(asked.request())
    if reserving is not None:
        pairs = zip(json.loads(verdicts), asked.postcodes, strict=True)
        both = [one | {"reservation": reserved_of(reserving, p).as_dict()} for one, p in pairs]
        verdicts = json.dumps(both, ensure_ascii=False).encode()
    return Response(b'{"verdicts":%b}' % verdicts, media_type="application/json")


def _one(state: State, request: BoundaryChoice, postcode: str) -> tuple[str, str]:
    """Check one postcode, for measures and, where a definition is in force, for reserving."""
    status, verdict = json_answers(state.classifier(request)).one(postcode)
    reserving = state.reserving(request)
    if reserving is not None:
        beside = {"reservation": reserved_of(reserving, postcode).as_dict()}
        verdict = json.dumps(json.loads(verdict) | beside, ensure_ascii=False)
    return status, verdict
