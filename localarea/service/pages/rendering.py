"""Templates to pages. Every page gets the same surroundings from here."""

from __future__ import annotations

import hashlib
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import jinja2
from starlette.templating import Jinja2Templates

from localarea.errors import LocalareaError
from localarea.options.membership import option_title
from localarea.options.titles import spoken_name
from localarea.places.gazetteer import read_gazetteer
from localarea.service.councils import council_parameter
from localarea.service.pages.forms import OPTION, day_ahead, postcode_example
from localarea.service.pages.stacking import stacked
from localarea.service.pages.words import FILTERS
from localarea.service.state import clock
from localarea.service.study.candidates import said_then

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import HTMLResponse

    from localarea.service.state.state import State

# What the bar at the top offers: address, words, and the permission that it takes.
NAVIGATION: tuple[tuple[str, str, str | None], ...] = (
    ("/", "Check a postcode", "check"),
    ("/files", "Check a file", "check"),
    ("/steps", "Steps", "view"),
    ("/study", "Study", "view"),
    ("/options", "Options", "view"),
    ("/decisions", "Decisions", "view"),
    ("/definitions", "Definitions", None),
    ("/contracts", "Contracts", "deliver"),
    ("/measures", "Measures", "measure"),
    ("/spend", "Spend", "measure"),
)
_BY_COUNCIL: Final = (
    "/study",
    "/map",
    "/options",
    "/compare",
    "/scenario",
    "/report",
    "/contested",
)
# Pages that the bar does not offer by themselves, and the one that leads to them.
_LED_TO: Final = {
    "/compare": "/options",
    "/scenario": "/options",
    "/contested": "/options",
    "/report": "/steps",
    "/monitoring": "/contracts",
    "/import-contracts": "/contracts",
    "/enter-contract": "/contracts",
}
_CHECKS: Final = ("/", "/files")  # pages of checks: only these addresses themselves


class _Page(jinja2.Template):
    """A template whose wide tables a narrow window can stack."""

    def render(self, *values: Any, **more: Any) -> str:
        return stacked(super().render(*values, **more))


@lru_cache(maxsize=1)
def _templates() -> Jinja2Templates:
    loader = jinja2.ChoiceLoader(
        [
            jinja2.PackageLoader("localarea.service", "templates"),
            jinja2.PrefixLoader(
                {"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}
            ),
        ]
    )
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.template_class = _Page
    # The components ask for parameters that were not given, and go on with nothing.
    environment.undefined = jinja2.ChainableUndefined
    environment.filters.update(FILTERS, said_then=said_then)
    return Jinja2Templates(env=environment)


def load_templates() -> None:
    """Compile every template now: copies of this process share them, and need not do it."""
    environment = _templates().env
    for name in environment.list_templates(filter_func=lambda name: name.endswith(".html")):
        environment.get_template(name)


def render(
    request: Request, name: str, values: dict[str, Any] | None = None, *, status_code: int = 200
) -> HTMLResponse:
    """Render a template with the surroundings: who is signed in, where one is, whose service."""
    from localarea.service.auth.identity import NOBODY, current_identity

    own = request.app.state.localarea
    state = getattr(request.state, "shown", own)
    named = council_parameter(state, own)
    try:
        identity = current_identity(request)
    except Exception:
        identity = NOBODY
    path = request.url.path
    items = [
        {"href": keep_council(address, named), "text": words, "active": _here(path, address)}
        for address, words, permission in NAVIGATION
        if permission is None or identity.may(permission)  # type: ignore[arg-type]
    ]
    today = clock.day()
    surroundings = {
        "authority": state.authority,
        "address": _address(request, state.settings.public_url),
        "today": today,
        "day_ahead": partial(day_ahead, today),
        "council": state.council,
        "postcode_example": postcode_example(state.council.anchor),
        "title_of": partial(title_of, state),
        "council_named": named,
        "council_names": partial(_council_names, own),  # read where they are shown
        "keep": partial(keep_council, named=named),
        "default_title": option_title(state.council.default_option, state.council),
        "identity": identity,
        "navigation": items,
        "nonce_token": getattr(request.state, "csrf_token", ""),
        "directory_date": state.directory_date,
        "version": state.version,
        "documented": documented(),
        "assets": _stamp_of_assets(),
    }
    return _templates().TemplateResponse(
        request, name, {**surroundings, **(values or {})}, status_code=status_code
    )


def title_of(state: State, reference: str) -> str:
    """Return the title of a definition by its id, or of an option by ``option:ID``."""
    if reference.startswith(OPTION):
        return option_title(reference.removeprefix(OPTION), state.council)
    try:
        kept = state.definitions.kept()
    except LocalareaError:  # they cannot be read: the id must do
        return reference
    titles = {one.definition.id: one.definition.title for one in kept}
    return titles.get(reference, reference)


def keep_council(address: str, named: str) -> str:
    """Add to an address of a page on options the council that is shown, so that links hold it."""
    page, mark, part = address.partition("#")
    if not named or not (page in _CHECKS or page.startswith(_BY_COUNCIL)):
        return address
    return f"{page}{'&' if '?' in page else '?'}council={quote(named)}{mark}{part}"


def _council_names(own: State) -> list[str]:
    try:
        districts = read_gazetteer("msoa11", store=own.store).districts.values()
    except LocalareaError:  # a table is damaged: the box has no suggestions, the page goes on
        return []
    return sorted(map(spoken_name, districts))


def _address(request: Request, public_url: str | None) -> str:
    """Return the address of a page as it is printed."""
    query = f"?{request.url.query}" if request.url.query else ""
    return (public_url or str(request.base_url)).rstrip("/") + request.url.path + query


@lru_cache(maxsize=1)
def documented() -> bool:
    """Check whether the documentation site was built, so that links to it lead somewhere."""
    return (files("localarea.service") / "static" / "docs" / "index.html").is_file()


@lru_cache(maxsize=1)
def _stamp_of_assets() -> str:
    """Return what changes with any file in static/, so that browsers may keep them for a year."""
    folder = Path(str(files("localarea.service") / "static"))
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _here(path: str, address: str) -> bool:
    leads = next((to for page, to in _LED_TO.items() if path.startswith(page)), path)
    return leads == address if address == "/" else leads.startswith(address)
