"""The status of the service, for its administrator: to read alone, and without a shell."""

from __future__ import annotations

import platform
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Depends, Request
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from starlette.responses import HTMLResponse

from localarea.decisions.api_keys import list_keys
from localarea.decisions.database import default_url, describe_store
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import LocalareaError
from localarea.renewal.schedule import age_in_months, edition_due
from localarea.service.auth.identity import TheState, require
from localarea.service.files.job_queue import count_jobs
from localarea.service.pages.rendering import render
from localarea.service.pages.words import say_month
from localarea.service.state import clock
from localarea.service.state.disk import existing, is_closed
from localarea.service.study.decision_flow import verified
from localarea.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localarea.service.state.state import State

    Standing = tuple[str, bool]  # how something stands, in words, and whether that is well
    Fact = tuple[str, str, bool]  # the same, and before it what stands so

router = APIRouter(dependencies=[Depends(require("administer"))])

_LITTLE: Final = 2.0  # gigabytes free, below which the page warns: freezing a definition takes half
_GIGA: Final = 1e9


@router.get("/status", response_class=HTMLResponse)
def show(request: Request, state: TheState) -> HTMLResponse:
    """Show versions, health, roles, work in hand, disks, tables and settings; change nothing."""
    parts = {title: _told(asked, state) for title, asked in _PARTS.items()}
    folders = {
        "The record": _folder_of_record(state),
        "Definitions": state.definitions.root,
        "Files to be checked": request.app.state.jobs.folder,
        "Cache": state.store.cache_folder,
    }
    looked_at = {what: partial(_disk, it) for what, it in folders.items() if it is not None}
    parts["Disks"] = _told(looked_at, state)
    wrong = [fact for facts in parts.values() for fact in facts if not fact[2]]
    values = {"parts": parts, "settings": _settings(state), "wrong": wrong}
    return render(request, "status.html", values)


def _told(asked: Mapping[str, Callable[[State], Standing]], state: State) -> list[Fact]:
    """Ask each; a fault of one is a fact, and the others go on."""
    found: list[Fact] = []
    for what, ask in asked.items():
        try:
            words, well = ask(state)
        except (LocalareaError, OSError) as error:
            words, well = str(error), False
        found.append((what, words, well))
    return found


def _ready(state: State) -> Standing:
    checked = state.classifier(BoundaryChoice()).check("CO1 1JB")
    return f"answered, with postcodes of {say_month(checked.directory_date)}", True


def _options(state: State) -> Standing:
    if not state.has_options(0):
        done, of = state.progress or (0, 0)
        return f"being worked out: {done} of {of}" if of else "being worked out", True
    if not state.knows_options:
        return "not worked out yet", True
    return f"{len(state.session.options)} worked out", True


def _record(state: State) -> Standing:
    report = verified(state)
    if not report.sound:
        return "; ".join(report.faults), False
    entries = "1 entry" if report.entries == 1 else f"{report.entries:,} entries"
    return f"{entries}, complete and unchanged", True


def _version(state: State) -> Standing:
    python = f"Python {platform.python_version()} on {platform.system()}"
    return f"localarea {state.version}, {python}", True


def _database(state: State) -> Standing:
    found = describe_store(state.settings.database_url or default_url())
    return f"{found['address']}, schema {found['form']}", found["form"] is not None


def _waiting(state: State) -> Standing:
    waiting, most = count_jobs(state.database).get("waiting", 0), state.settings.job_queue
    return f"{waiting} of at most {most}", waiting < most


def _running(state: State) -> Standing:
    running = count_jobs(state.database).get("running", 0)
    most = state.settings.job_workers * state.settings.workers  # each process checks so many
    return f"{running} of at most {most} at once", True


def _failed(state: State) -> Standing:
    return f"{count_jobs(state.database).get('failed', 0)} of those still kept", True


def _tables(state: State) -> Standing:
    damaged = []
    for name in sorted(state.store.registry):
        try:
            state.store.path(name)
        except LocalareaError:
            damaged.append(name)
    count = f"{len(state.store.registry)} tables"
    if damaged:
        return f"{count}; missing or damaged: {', '.join(damaged)}", False
    return f"{count}, all present and verified", True


def _directory(state: State) -> Standing:
    today = clock.day()
    due = edition_due(state.directory_date, today)
    months = age_in_months(state.directory_date, today)
    words = f"of {say_month(state.directory_date)}, {months} months old"
    return (f"{words}; the edition of {say_month(due)} is due", False) if due else (words, True)


def _sign_in(state: State) -> Standing:
    settings = state.settings
    if settings.sign_in == "local":
        return "no sign-in: anyone at this computer has every role", True
    where = f"{settings.oidc_issuer}, in its claim “{settings.oidc_roles_claim}”"
    named = [f"“{name}” is {role}" for name, role in settings.oidc_role_names.items()]
    return "; ".join((where, *named)), True


def _keys(state: State) -> Standing:
    today = clock.today()
    with state.database.reading() as connection:
        keys = list_keys(connection)
    valid = [key for key in keys if key.revoked_at is None and key.expires_on >= today]
    return f"{len(valid)} valid, of {len(keys)} made", True


def _folder_of_record(state: State) -> Path | None:
    """Return the folder of the record where it is a file; the disk of a server is not seen."""
    url = make_url(state.settings.database_url or default_url())
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(str(url.database)).parent if is_file else None


def _disk(folder: Path, _: State) -> Standing:
    if is_closed(folder):
        return f"the service cannot write there ({folder})", False
    free = shutil.disk_usage(existing(folder)).free / _GIGA
    return f"{free:,.1f} GB free ({folder})", free >= _LITTLE


_PARTS: Final[Mapping[str, Mapping[str, Callable[[State], Standing]]]] = {
    "Health": {
        "Checks of postcodes": _ready,
        "Options": _options,
        "The record of decisions": _record,
    },
    "Versions": {"Version": _version, "The database": _database},
    "Work in hand": {
        "Files waiting": _waiting,
        "Files being checked": _running,
        "Files that could not be checked": _failed,
    },
    "Data": {"Tables": _tables, "Postcodes": _directory},
    "Who may do what": {"Roles come from": _sign_in, "API keys": _keys},
}


def _settings(state: State) -> list[tuple[str, str]]:
    """Return what was set; of a secret only that it was."""
    found = []
    for name in sorted(state.settings.model_fields_set):
        value = getattr(state.settings, name)
        # An address may hold a password, or a key of whoever serves the tiles.
        in_address = "://" in str(value) and any(mark in str(value) for mark in "@?")
        secret = isinstance(value, SecretStr) or in_address
        listed = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        found.append((PREFIX + name.upper(), "set; not shown" if secret else listed))
    return found
