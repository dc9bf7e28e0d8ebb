"""Enter a contract with its pledges, or correct one, a section at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.contracts.freezing import freeze
from localarea.contracts.model import parse_contract
from localarea.contracts.quarters import quarters_of
from localarea.contracts.register import enter_contract
from localarea.contracts.terms_notes import notes_on_terms
from localarea.definitions.model import FOREVER
from localarea.errors import InputError, LocalareaError
from localarea.measures.catalogue import MEASURES
from localarea.measures.rules import read_rules
from localarea.service.auth.identity import TheState
from localarea.service.http.errors import status_of
from localarea.service.own_contracts import own_contract
from localarea.service.pages.contracts.contract_typed import FormTyped, Typed, in_order, told
from localarea.service.pages.contracts.contracts import Measurer, Reference, private
from localarea.service.pages.forms import Fault, read_day
from localarea.service.pages.rendering import render
from localarea.service.pages.words import say_day
from localarea.service.state import clock

if TYPE_CHECKING:
    from localarea.definitions.published import PublishedDefinition
    from localarea.service.state.state import State

router = APIRouter()
# The sections in their order, each with its name; the last one shows what was typed.
SECTIONS: Final = {
    "about": "The contract",
    "local": "What local means",
    "pledges": "Pledges",
    "milestones": "Milestones",
    "check": "Check your answers",
}
_LOCAL: Final = ("definition", "rule")
_REMOVE: Final = re.compile(r"remove-(pledge|milestone)-(\d{1,3})", re.ASCII)
Word = Annotated[str, Form(max_length=30)]


@dataclass(frozen=True, slots=True)
class Step:
    """
    Where somebody is in the form, and the button that was pressed.

    Attributes
    ----------
    at : str
        Section that was shown; blank if the whole form was sent at once.
    act : str
        ``next``, ``back``, ``add``, ``enter``, ``change-SECTION`` or ``remove-pledge-2``.
    changing : str
        Not blank if the answers had been checked already: the next page is that again.
    """

    at: str = ""
    act: str = "next"
    changing: str = ""

    @property
    def following(self) -> str:
        """Return the section after this one."""
        names = list(SECTIONS)
        last = self.changing or self.at == names[-1]
        return names[-1] if last else names[names.index(self.at) + 1]

    @property
    def before(self) -> str:
        """Return the section before this one."""
        names = list(SECTIONS)
        return names[-1] if self.changing else names[max(names.index(self.at) - 1, 0)]


def _step(at: Word = "", act: Word = "next", changing: Word = "") -> Step:
    if at and at not in SECTIONS:
        raise InputError(f"the form has no section {at!r}; open it again", parameter="at")
    return Step(at, act, changing)


FormStep = Annotated[Step, Depends(_step)]


@router.get("/enter-contract", response_class=HTMLResponse)
def ask(request: Request, state: TheState, who: Measurer) -> HTMLResponse:
    """Show the first section, blank."""
    return _page(request, state, Typed(), ["about"])


@router.post("/enter-contract", response_class=HTMLResponse)
def enter(
    request: Request, state: TheState, who: Measurer, typed: FormTyped, step: FormStep
) -> Response:
    """Go on to the next section, or enter the contract."""
    return _go(request, state, who, typed, step)


@router.get("/contracts/{reference}/correct", response_class=HTMLResponse)
def ask_to_correct(
    request: Request, state: TheState, who: Measurer, reference: Reference
) -> HTMLResponse:
    """Show what stands on the register, each section to be changed."""
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
    typed = Typed.of(kept.contract)
    typed.require_few()
    return _page(request, state, typed, ["check"], supersedes=kept.version)


@router.post("/contracts/{reference}/correct", response_class=HTMLResponse)
def correct(
    request: Request,
    state: TheState,
    who: Measurer,
    reference: Reference,
    typed: FormTyped,
    step: FormStep,
    supersedes: Annotated[int, Form(ge=1, le=1_000_000)] = 1,
) -> Response:
    """Go on to the next section, or enter the next version of a contract."""
    with state.database.reading() as connection:
        own_contract(connection, state, who, reference)
    typed.words["reference"] = reference
    return _go(request, state, who, typed, step, supersedes=supersedes)


def _go(
    request: Request,
    state: State,
    who: Measurer,
    typed: Typed,
    step: Step,
    *,
    supersedes: int | None = None,
) -> Response:
    removed = _REMOVE.fullmatch(step.act)
    if removed:
        typed.remove(removed[1], int(removed[2]))
    typed.settle()
    typed.require_few()
    if not step.at or step.act == "enter":
        return _enter(request, state, who, typed, supersedes=supersedes)
    changing, shown = step.changing, step.at
    if step.act.startswith("change-") and step.act.removeprefix("change-") in SECTIONS:
        shown, changing = step.act.removeprefix("change-"), "yes"
    elif step.act == "back":
        shown = step.before
    elif step.act == "next":
        faults = [one for one in _faults(typed) if section_of(one) == step.at]
        if faults:
            return _page(
                request, state, typed, [step.at], supersedes=supersedes, changing=changing,
                faults=faults, status=422,
            )  # fmt: skip
        shown = step.following
    extra = step.act == "add"
    return _page(
        request, state, typed, [shown], supersedes=supersedes, changing=changing, extra=extra
    )


def _faults(typed: Typed) -> list[Fault]:
    """Return what is wrong with everything that was typed so far."""
    faults: list[Fault] = []
    stated = typed.stated(faults)
    try:
        parse_contract(stated)
    except LocalareaError as error:
        faults += told(error, {one.field for one in faults})
    return faults


def section_of(fault: Fault) -> str:
    """Return the section whose field a fault is about."""
    name = fault.field.partition("-")[0]
    if name in ("pledge", "milestone"):
        return f"{name}s"
    return "local" if fault.field in _LOCAL else "about"


def _enter(
    request: Request, state: State, who: Measurer, typed: Typed, *, supersedes: int | None
) -> Response:
    faults: list[Fault] = []
    stated = typed.stated(faults)
    status = 422
    try:
        contract = parse_contract(stated)
        if not faults:
            kept = enter_contract(
                state.database,
                freeze(contract, state.definitions, council=state.council.key),
                council=state.council.key,
                actor=who.acting("measure"),
                now=clock.now(),
                supersedes=supersedes,
            )
            return RedirectResponse(f"/contracts/{kept.contract.reference}", 303)
    except LocalareaError as error:
        status = status_of(error)
        if status not in (409, 422):
            raise
        faults += told(error, {one.field for one in faults})
    if supersedes:  # whose form has no field for the reference
        faults = [Fault(one.text, "title") if one.field == "reference" else one for one in faults]
    found = {section_of(one) for one in faults}
    shown = [name for name in SECTIONS if name in found]
    return _page(
        request, state, typed, shown, supersedes=supersedes, changing="yes", faults=faults,
        status=status,
    )  # fmt: skip


def _page(
    request: Request,
    state: State,
    typed: Typed,
    shown: list[str],
    *,
    faults: list[Fault] | None = None,
    supersedes: int | None = None,
    changing: str = "",
    extra: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """Show sections; what was typed in the others goes along unseen."""
    pledges, milestones = list(typed.pledges), list(typed.milestones)
    if "pledges" in shown and (extra or not pledges):
        pledges.append(("", "", ""))
    if "milestones" in shown and (extra or not milestones):
        milestones.append(("", "", "", ""))
    definitions = [
        (one.definition.id, one.definition.title, _period(one))
        for one in state.definitions.kept()
        if one.definition.purpose == "measure" and one.definition.council == state.council.key
    ]
    values: dict[str, Any] = {
        "notes": _notes(typed, state),
        "typed": typed,
        "words": typed.words,
        "pledges": pledges,
        "milestones": milestones,
        "shown": shown,
        "sections": SECTIONS,
        "changing": changing,
        "days": _days(typed),
        "measures": [(m.ref, f"{m.ref}: {m.title} ({m.unit})") for m in MEASURES],
        "spread": [(m.ref, f"{m.ref} ({m.unit})") for m in MEASURES if m.adds_up],
        "units": {m.ref: m.unit for m in MEASURES},
        "quarters": _quarters(typed),
        "definitions": list(dict.fromkeys(definitions)),
        "rules": [(rule.id, rule.title) for rule in read_rules().values()],
        "supersedes": supersedes,
        "faults": in_order(faults or []),
    }
    return private(render(request, "contract-form.html", values, status_code=status))


def _notes(typed: Typed, state: State) -> list[str]:
    """Say what is likely to be a mistake of what can be entered."""
    try:
        return notes_on_terms(parse_contract(typed.stated([])), state.definitions)
    except LocalareaError:
        return []


def _period(one: PublishedDefinition) -> str:
    """Say when a definition is in force, since the one of the award is asked for."""
    first, last = one.definition.effective_from, one.last_day
    if last < first:
        return "never in force"
    return f"from {say_day(first)}" + ("" if last == FOREVER else f" to {say_day(last)}")


def _days(typed: Typed) -> dict[str, Any]:
    """Return the first and the last day as days; None where they are none."""
    found: dict[str, Any] = {}
    for name, days in (("first", typed.first), ("last", typed.last)):
        try:
            found[name] = read_day(*days.parts, "it")
        except InputError:
            found[name] = None
    return found


def _quarters(typed: Typed) -> list[str]:
    """List the quarters of the contract if its days were typed, or those of five years."""
    today, days = clock.day(), _days(typed)
    first, last = days["first"], days["last"]
    if first is None or last is None or not first <= last or last.year - first.year > 50:
        first, last = today.replace(day=1), today.replace(year=today.year + 5, day=1)
    return quarters_of(first, last)
