"""Enter a contract with its pledges, or correct one; every fault stands beside its field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.contracts.freezing import freeze
from localarea.contracts.model import parse_contract
from localarea.contracts.quarters import quarters_of
from localarea.contracts.register import enter_contract
from localarea.errors import InputError, LocalareaError, SchemaError
from localarea.measures.catalogue import MEASURES
from localarea.measures.report import ALL_QUARTERS
from localarea.measures.rules import read_rules
from localarea.service import clock
from localarea.service.auth.identity import TheState
from localarea.service.errors import status_of
from localarea.service.own_contracts import own_contract
from localarea.service.pages.contracts import Measurer, Reference, private
from localarea.service.pages.forms import Days, Fault, parse_day, read_day
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.contracts.model import Contract
    from localarea.service.state import State

router = APIRouter()
_PLEDGES: Final = 6  # rows shown at first
_MILESTONES: Final = 3
_MOST: Final = 200  # rows of either; more come by file or API
_NUMBERED: Final = re.compile(r"(pledge|milestone) (\d+): (.*)", re.DOTALL)
_QUOTED: Final = re.compile(r"'(\w+)'")
_FIELDS: Final = {"first_day": "first-day", "last_day": "last-day"}
_ASKED: Final = {
    "reference": "Enter the reference of the contract",
    "title": "Enter what the contract is for",
    "supplier": "Enter the name of the supplier",
    "department": "Enter the department",
    "value": "Enter the value in pounds, such as 250000 or 1234.50",
    "first_day": "Enter the first day",
    "last_day": "Enter the last day",
    "definition": "Choose the definition",
}
_AMOUNT: Final = "enter the target as a number, such as 1234.50, of at most 4 decimal places"
_SHORT: Final = ("reference", "title", "supplier", "department", "value", "definition", "rule")
Line = Annotated[str, Form(max_length=1000)]
Short = Annotated[str, Form(max_length=30)]
Lines = Annotated[list[str] | None, Form()]


@dataclass
class Typed:
    """What was typed, so that the form can show it again."""

    words: dict[str, str] = field(default_factory=dict)
    first: Days = field(default_factory=Days)
    last: Days = field(default_factory=Days)
    pledges: list[tuple[str, str, str]] = field(default_factory=list)
    milestones: list[tuple[str, str, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, contract: Contract) -> Typed:
        """Return the fields as they are for a contract."""
        document = contract.as_document()
        first, last = contract.first_day, contract.last_day
        return cls(
            {name: document[name] for name in _SHORT},
            Days(str(first.day), str(first.month), str(first.year)),
            Days(str(last.day), str(last.month), str(last.year)),
            [(p.measure, p.quarter, str(p.target)) for p in contract.pledges],
            [
                (m.title, m.due.strftime("%d/%m/%Y"), m.measure,
                 "" if m.target is None else str(m.target))
                for m in contract.milestones
            ],
        )  # fmt: skip

    def stated(self, faults: list[Fault]) -> dict[str, Any]:
        """Return the contract as :func:`parse_contract` takes it; days that are none are faults."""
        words = {name: value.strip() for name, value in self.words.items() if value.strip()}
        words["value"] = words.get("value", "").replace(",", "").lstrip("£").strip()
        made: dict[str, Any] = {name: value for name, value in words.items() if value}
        for name, days in (("first_day", self.first), ("last_day", self.last)):
            try:
                day = read_day(*days.parts, f"the {name.replace('_', ' ')}")
            except InputError as error:
                faults.append(Fault.said(str(error), f"{_FIELDS[name]}-day"))
                day = None
            if day is not None:
                made[name] = day.isoformat()
        made["pledges"] = [
            {"measure": m, "quarter": q or ALL_QUARTERS, "target": t.replace(",", "").strip()}
            for m, q, t in self.pledges
            if m or t.strip()
        ]
        made["milestones"] = [
            self._milestone(number, one, faults)
            for number, one in enumerate(self.milestones, start=1)
            if any(part.strip() for part in one)
        ]
        return made

    @staticmethod
    def _milestone(
        number: int, one: tuple[str, str, str, str], faults: list[Fault]
    ) -> dict[str, str]:
        title, due, measure, target = (part.strip() for part in one)
        try:
            day = parse_day(due, "the day of the milestone")
        except InputError as error:
            faults.append(Fault.said(str(error), f"milestone-{number}"))
            day = None
        made = {"title": title} if title else {}
        if day is not None:
            made["due"] = day.isoformat()
        if measure or target:
            made |= {"measure": measure, "target": target.replace(",", "")}
        return made

    def settle(self) -> None:
        """Leave out blank rows, so that rows are numbered as they are shown."""
        self.pledges = [one for one in self.pledges if one[0] or one[2].strip()]
        self.milestones = [one for one in self.milestones if any(part.strip() for part in one)]


def _typed(
    contract: Line = "",
    title: Line = "",
    supplier: Line = "",
    department: Line = "",
    value: Short = "",
    definition: Line = "",
    rule: Line = "",
    first_day: Short = "",
    first_month: Short = "",
    first_year: Short = "",
    last_day: Short = "",
    last_month: Short = "",
    last_year: Short = "",
    measure: Lines = None,
    quarter: Lines = None,
    target: Lines = None,
    milestone: Lines = None,
    due: Lines = None,
    milestone_measure: Lines = None,
    milestone_target: Lines = None,
) -> Typed:
    words = dict(
        zip(_SHORT, (contract, title, supplier, department, value, definition, rule), strict=True)
    )
    made = Typed(
        words,
        Days(first_day, first_month, first_year),
        Days(last_day, last_month, last_year),
        _rows(measure, quarter, target),  # type: ignore[arg-type]
        _rows(milestone, due, milestone_measure, milestone_target),  # type: ignore[arg-type]
    )
    made.settle()
    return made


def _rows(*columns: list[str] | None) -> list[tuple[str, ...]]:
    """Put the fields of rows together again; a browser sends every one, blank or not."""
    parts = [column or [] for column in columns]
    count = min(max(map(len, parts)), _MOST)
    return [
        tuple(part[at][:1000] if at < len(part) else "" for part in parts) for at in range(count)
    ]


FormTyped = Annotated[Typed, Depends(_typed)]


@router.get("/enter-contract", response_class=HTMLResponse)
def ask(request: Request, state: TheState, who: Measurer) -> HTMLResponse:
    """Show the blank form."""
    return _page(request, state, Typed())


@router.post("/enter-contract", response_class=HTMLResponse)
def enter(
    request: Request,
    state: TheState,
    who: Measurer,
    typed: FormTyped,
    more: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Enter a contract."""
    return _enter(request, state, who, typed, more=bool(more))


@router.get("/contracts/{reference}/correct", response_class=HTMLResponse)
def ask_to_correct(
    request: Request, state: TheState, who: Measurer, reference: Reference
) -> HTMLResponse:
    """Show the form with what stands on the register."""
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
    return _page(request, state, Typed.of(kept.contract), supersedes=kept.version)


@router.post("/contracts/{reference}/correct", response_class=HTMLResponse)
def correct(
    request: Request,
    state: TheState,
    who: Measurer,
    reference: Reference,
    typed: FormTyped,
    supersedes: Annotated[int, Form(ge=1, le=1_000_000)] = 1,
    more: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Enter the next version of a contract."""
    with state.database.reading() as connection:
        own_contract(connection, state, who, reference)
    typed.words["reference"] = reference
    return _enter(request, state, who, typed, more=bool(more), supersedes=supersedes)


def _enter(
    request: Request,
    state: State,
    who: Measurer,
    typed: Typed,
    *,
    more: bool,
    supersedes: int | None = None,
) -> Response:
    if more:
        return _page(request, state, typed, supersedes=supersedes, extra=_PLEDGES)
    faults: list[Fault] = []
    stated = typed.stated(faults)
    try:
        contract = parse_contract(stated)
        if faults:
            return _page(request, state, typed, faults=faults, supersedes=supersedes, status=422)
        kept = enter_contract(
            state.database,
            freeze(contract, state.definitions, council=state.council.key),
            council=state.council.key,
            actor=who.acting("measure"),
            now=clock.now(),
            supersedes=supersedes,
        )
    except LocalareaError as error:
        status = status_of(error)
        if status not in (409, 422):
            raise
        told = _told(error, {one.field for one in faults})
        return _page(
            request, state, typed, faults=[*faults, *told], supersedes=supersedes, status=status
        )
    return RedirectResponse(f"/contracts/{kept.contract.reference}", 303)


def _told(error: LocalareaError, already: set[str]) -> list[Fault]:
    """Hang every fault on its field, in the words of the form."""
    if not isinstance(error, SchemaError):
        named = getattr(error, "parameter", "")
        return [Fault.said(str(error), named if named in ("definition", "rule") else "reference")]
    found = [_fault(text) for text in error.faults]
    return [one for one in found if one.field not in already]


def _fault(text: str) -> Fault:
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        plain = _AMOUNT if "an amount in quotes" in numbered[3] else _plain(numbered[3])
        place = f"{numbered[1]}-{numbered[2]}"
        return Fault(f"{numbered[1].capitalize()} {numbered[2]}: {plain}", place)
    named = _QUOTED.search(text)
    name = named[1] if named else "reference"
    place = f"{_FIELDS[name]}-day" if name in _FIELDS else name
    if text.startswith("it lacks") or (name == "value" and "must be" in text):
        return Fault(_ASKED.get(name, text), place)
    return Fault.said(_plain(text), place)


def _plain(text: str) -> str:
    return _QUOTED.sub(lambda m: f"the {m[1].replace('_', ' ')}", text)


def _in_order(faults: list[Fault]) -> list[Fault]:
    """Put faults in the order of the fields."""
    order = (*_SHORT[:5], "first-day-day", "last-day-day", *_SHORT[5:])

    def place(fault: Fault) -> tuple[int, int]:
        name, _, number = fault.field.partition("-")
        if number.isdecimal():
            return len(order) + (name == "milestone"), int(number)
        return (order.index(fault.field) if fault.field in order else 0), 0

    return sorted(faults, key=place)


def _page(
    request: Request,
    state: State,
    typed: Typed,
    *,
    faults: list[Fault] | None = None,
    supersedes: int | None = None,
    extra: int = 0,
    status: int = 200,
) -> HTMLResponse:
    blank = extra or max(_PLEDGES - len(typed.pledges), 2)
    pledges = [*typed.pledges, *[("", "", "")] * blank]
    milestones = [
        *typed.milestones, *[("", "", "", "")] * max(_MILESTONES - len(typed.milestones), 1)
    ]  # fmt: skip
    definitions = [
        (one.definition.id, one.definition.title)
        for one in state.definitions.kept()
        if one.definition.purpose == "measure" and one.definition.council == state.council.key
    ]
    values: Mapping[str, Any] = {
        "typed": typed,
        "words": typed.words,
        "pledges": pledges,
        "milestones": milestones,
        "measures": [(m.ref, f"{m.ref}: {m.title} ({m.unit})") for m in MEASURES],
        "spread": [(m.ref, f"{m.ref} ({m.unit})") for m in MEASURES if m.adds_up],
        "quarters": _quarters(typed),
        "definitions": list(dict.fromkeys(definitions)),
        "rules": [(rule.id, rule.title) for rule in read_rules().values()],
        "supersedes": supersedes,
        "faults": _in_order(faults or []),
    }
    return private(render(request, "contract-form.html", dict(values), status_code=status))


def _quarters(typed: Typed) -> list[str]:
    """List the quarters of the contract if its days were typed, or those of five years."""
    today = clock.now().date()
    try:
        first, last = read_day(*typed.first.parts, "it"), read_day(*typed.last.parts, "it")
    except InputError:
        first = last = None
    if first is None or last is None or not first <= last or last.year - first.year > 50:
        first, last = today.replace(day=1), today.replace(year=today.year + 5, day=1)
    return quarters_of(first, last)
