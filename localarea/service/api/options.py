"""Options, what-ifs and comparisons."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from localarea.comparison.comparison import compare_options
from localarea.comparison.documents import comparison_document, options_document, scenario_document
from localarea.comparison.scenario import Scenario
from localarea.service.auth.identity import require
from localarea.service.councils import StudiedState
from localarea.service.http.entity_tags import VARIES, has_already
from localarea.service.http.errors import problems
from localarea.service.study import study
from localarea.service.study.option_table import OptionsQuery, options_asked

router = APIRouter(tags=["Options"], dependencies=[Depends(require("view"))])

REFUSED = problems(401, 403, 404, 422, 429, 503)
UNKNOWN = problems(401, 403, 404, 422, 429, 503)
OptionId = Annotated[str, Path(description="Such as `ttwa-official+ipswich`.", max_length=200)]


class OptionsDocument(BaseModel):
    """Options with their figures; `docs/options.md` lists every key."""

    model_config = ConfigDict(extra="allow")

    council: str
    anchor: str
    rule: str = Field(description="How people who work at home are counted.")
    vintages: dict[str, str]
    figure_years: dict[str, int] = Field(
        description="Year of the figures whose names have a year that can differ from it."
    )
    options: list[dict[str, Any]]
    findings: list[dict[str, Any]]


class ComparisonDocument(OptionsDocument):
    """Options beside one another: what each gains and loses against the first."""

    changes: list[dict[str, Any]]
    overlaps: list[dict[str, Any]]


class ScenarioIn(BaseModel):
    """An option with changes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"base": "ttwa-official", "include": ["Ipswich"]}]},
    )

    base: str = Field(description="The option to start from.", max_length=200)
    include: list[str] = Field([], description="Places to put in: districts, towns, codes.")
    exclude: list[str] = Field([], description="Places to take out.")
    include_areas: list[dict[str, Any]] = Field([], description="Drawn areas, as GeoJSON.")
    exclude_areas: list[dict[str, Any]] = Field([], description="Drawn areas, as GeoJSON.")
    vintage: Literal[2011, 2021] = Field(2011, description="Census whose commuters choose.")
    thresholds: dict[str, float | int | bool | str] = Field(
        {}, description="Parameters of the method, such as `min_share`."
    )

    def scenario(self) -> Scenario:
        """Return the scenario."""
        return study.WhatIf(**self.model_dump()).scenario()


class CompareIn(BaseModel):
    """Two or more options or scenarios; the first leads."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"options": ["ttwa-official", "ttwa-official+ipswich"]}]},
    )

    options: list[str | ScenarioIn] = Field(
        min_length=2,
        max_length=26,
        description="Ids of options, or what-ifs; each is compared with the first.",
    )


@router.get("/options", response_model=OptionsDocument, responses=REFUSED)
def options(state: StudiedState, query: Annotated[OptionsQuery, Query()]) -> dict[str, Any]:
    """Return every option of the council with its figures."""
    return options_asked(state, query)


@router.get("/options/{option}", response_model=OptionsDocument, responses=UNKNOWN)
def option(state: StudiedState, option: OptionId) -> dict[str, Any]:
    """Return one option with its figures and zones."""
    found = study.find_option(state, option)
    metrics = study.figures_of_option(state, found).to_frame().T
    metrics.attrs["vintages"] = state.session.metrics.attrs.get("vintages", {})
    return options_document([found], metrics, state.council, store=state.store)


@router.get(
    "/options/{option}/geometry",
    responses={
        200: {"description": "A GeoJSON feature, WGS84.", "content": {"application/geo+json": {}}},
        304: {"description": "As you have it."},
        **UNKNOWN,
    },
    response_class=Response,
)
def geometry(
    state: StudiedState,
    option: OptionId,
    simplify: Annotated[
        int, Query(ge=0, le=study.COARSEST_M, description="Metres the line may be off.")
    ] = 0,
    if_none_match: Annotated[
        str | None, Header(description="The `ETag` of what you have: 304 if it is still so.")
    ] = None,
) -> Response:
    """Return the boundary of an option."""
    body = study.boundary_json(state, study.find_option(state, option), simplify)
    return tagged(body, "application/geo+json", if_none_match)


@router.post("/scenario", response_model=ComparisonDocument, responses=UNKNOWN)
def scenario(state: StudiedState, asked: ScenarioIn) -> dict[str, Any]:
    """Calculate a what-if, and compare it with the option that it starts from."""
    what_if = asked.scenario()
    changed = state.session.option(what_if)
    base = study.find_option(state, what_if.base)
    if what_if.id == what_if.base:
        raise study.nothing_changed()
    comparison = compare_options([base, changed], state.council, store=state.store)
    document = scenario_document(comparison, state.council, store=state.store)
    return {**document, "toml": what_if.to_toml()}


@router.post("/compare", response_model=ComparisonDocument, responses=UNKNOWN)
def compare(state: StudiedState, asked: CompareIn) -> dict[str, Any]:
    """Compare options and what-ifs with the first of them."""
    what = [item if isinstance(item, str) else item.scenario() for item in asked.options]
    return comparison_document(study.compare(state, what), state.council, store=state.store)


def tagged(body: bytes, kind: str, if_none_match: str | None) -> Response:
    """Answer with a tag of the content, or with 304 where the asker has it already."""
    # A weak one, because the same tag goes with the body whether it is compressed or not.
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if has_already(if_none_match, tag):
        return Response(status_code=304, headers=headers | VARIES)
    return Response(body, media_type=kind, headers=headers)
