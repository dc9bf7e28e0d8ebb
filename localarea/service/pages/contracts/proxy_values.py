"""Enter what one unit of each measure is taken to be worth, with edition and source."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.contracts.value.worth import (
    MOST_WORDS,
    WORTH,
    KeptProxies,
    held_proxies,
    keep_proxies,
    parse_proxies,
)
from localarea.errors import SchemaError
from localarea.service.auth.identity import TheState
from localarea.service.pages.contracts.contracts import Measurer, private
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.state import clock
from localarea.service.state.state import State

router = APIRouter(prefix="/monitoring/proxy-values")
_FIRST: Final = f"value-{WORTH[0].ref}"
Words = Annotated[str, Form(max_length=2 * MOST_WORDS)]
Column = Annotated[
    list[Annotated[str, Form(max_length=40)]] | None, Form(max_length=2 * len(WORTH))
]


@router.get("", response_class=HTMLResponse)
def ask(request: Request, state: TheState, who: Measurer) -> HTMLResponse:
    """Show the values that hold."""
    held = _held(state)
    if held is None:
        return _page(request, held, "", "", {})
    values = {ref: str(amount) for ref, amount in held.proxies.amounts.items()}
    return _page(request, held, held.proxies.edition, held.proxies.source, values)


@router.post("", response_class=HTMLResponse)
def keep(
    request: Request,
    state: TheState,
    who: Measurer,
    edition: Words = "",
    source: Words = "",
    measure: Column = None,
    value: Column = None,
    remove: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Keep values in place of those that hold, or take those away."""
    values = dict(zip(measure or [], value or [], strict=False))
    try:
        proxies = None if remove else parse_proxies(edition, source, values)
    except SchemaError as error:
        faults = [_fault(text) for text in error.faults]
        return _page(request, _held(state), edition, source, values, faults=faults)
    keep_proxies(
        state.database,
        proxies,
        council=state.council.key,
        actor=who.acting("measure"),
        now=clock.now(),
    )
    return RedirectResponse("/monitoring", 303)


def _held(state: State) -> KeptProxies | None:
    with state.database.reading() as connection:
        return held_proxies(connection, state.council.key)


def _fault(text: str) -> Fault:
    name, _, why = text.partition(": ")
    known = {one.ref for one in WORTH}
    field = name if name in ("edition", "source") else f"value-{name}" if name in known else _FIRST
    return Fault.said(f"{name}: {why}" if name in known else why, field)


def _page(
    request: Request,
    held: KeptProxies | None,
    edition: str,
    source: str,
    values: dict[str, str],
    *,
    faults: list[Fault] | None = None,
) -> HTMLResponse:
    shown = {
        "held": held,
        "edition": edition,
        "source": source,
        "values": values,
        "measures": WORTH,
        "faults": faults or [],
    }
    status = 422 if faults else 200
    return private(render(request, "proxy-values.html", shown, status_code=status))
