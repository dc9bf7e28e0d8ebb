"""
Refuse what a route does not take: a parameter of the address, or a field of a form.

A misspelt parameter that is ignored gives the right answer to another question. What a route
takes is read from the route itself, so that nothing has to be listed twice. So are a parameter
that is blank, and a field of JSON that stands twice: one of the two would be dropped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin
from weakref import WeakKeyDictionary

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from localarea.errors import InputError, UnknownParameterError
from localarea.service.auth.csrf import FIELD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from fastapi.dependencies.models import Dependant

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Taken:
    """Names that a route takes, and those of them that may stand more than once."""

    names: frozenset[str]
    repeated: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Route:
    query: Taken
    form: Taken | None
    may_be_left_out: frozenset[str]  # of the parameters of the address, and of a form's fields
    json: frozenset[str] | None  # fields of the body, where that is JSON


_KNOWN: WeakKeyDictionary[Callable[..., Any], _Route] = WeakKeyDictionary()


async def refuse_unknown(request: Request) -> None:
    """
    Refuse parameters and fields that the route of a request does not have.

    A route marked ``takes_anything`` is let through: what a provider of sign-in adds to its
    answers must be ignored (RFC 6749, section 4.1.2).

    Raises
    ------
    UnknownParameterError
        Naming each, with the nearest that the route has; also one that stands twice.
    InputError
        Of the API: a parameter that is blank and could be left out, as on the command line.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or getattr(route.endpoint, "takes_anything", False):
        return
    takes = _KNOWN.get(route.endpoint) or _KNOWN.setdefault(route.endpoint, _taken(route))
    if request.url.query:
        sent_in_address = request.query_params.multi_items()
        _refuse_misplaced(sent_in_address, (takes.json or frozenset()) - takes.query.names)
        require_known(sent_in_address, takes.query, what="parameter")
        if request.url.path.startswith("/api/"):  # the forms of pages send what is left blank
            refuse_blank(sent_in_address, takes.may_be_left_out, what="parameter")
    if takes.json is not None and "json" in request.headers.get("content-type", ""):
        _refuse_twice(await request.body())
    if takes.form and request.headers.get("content-type", "").startswith(_FORMS):
        sent = await request.form()
        require_known(sent.multi_items(), takes.form, what="field")
        if request.url.path.startswith("/api/"):
            texts = [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
            refuse_blank(texts, takes.may_be_left_out, what="field")


def require_known(pairs: Iterable[tuple[str, Any]], taken: Taken, *, what: str) -> None:
    """Refuse pairs whose name is not taken, or stands twice where one is wanted."""
    names = [name for name, _ in pairs]
    unknown = [name for name in dict.fromkeys(names) if name not in taken.names]
    twice = [
        name
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and name in taken.names - taken.repeated
    ]
    if unknown or twice:
        raise UnknownParameterError(unknown, sorted(taken.names - {FIELD}), twice=twice, what=what)


def refuse_blank(pairs: Iterable[tuple[str, str]], names: Collection[str], *, what: str) -> None:
    """Refuse pairs that are blank: a program whose variable was empty meant something."""
    for name, value in pairs:
        if name in names and not value.strip():
            said = f"the {what} {name!r} is blank; name one, or leave it out to use the default"
            raise InputError(said, parameter=name)


def _refuse_misplaced(pairs: Iterable[tuple[str, str]], fields: Collection[str]) -> None:
    for name, _ in pairs:
        if name in fields:
            said = f"{name!r} is a field of the body here; send it there, not in the address"
            raise InputError(said, parameter=name)


def _refuse_twice(body: bytes) -> None:
    """Refuse JSON in which an object has a field twice, for the first would not be read."""
    twice: list[str] = []

    def noted(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)

    try:
        json.loads(body, object_pairs_hook=noted)
    except ValueError:
        return  # which the framework has refused, or does not read as JSON
    if twice:
        raise UnknownParameterError([], [], twice=twice, what="field")


def taken_names(names: Collection[str], *, repeated: Collection[str] = ()) -> Taken:
    """State what a form takes that is read on the way, and not by the framework."""
    return Taken(frozenset({*names, *repeated, FIELD}), frozenset(repeated))


def _taken(route: APIRoute) -> _Route:
    every = list(_with_dependencies(route.dependant))
    query = _names_of(field for one in every for field in one.query_params)
    optional = frozenset(_optional(field for one in every for field in one.query_params))
    body = [field for one in every for field in one.body_params]
    optional |= frozenset(_optional(body))
    form = _names_of(body) if body and _is_form(body) else None
    if form is not None:
        form = Taken(form.names | {FIELD}, form.repeated)
    elif "POST" in (route.methods or ()) and not body:
        form = Taken(frozenset({FIELD}), frozenset())
    if getattr(route.endpoint, "reads_form", False):
        form = None  # itself, as it comes, and calls `require_known`
    json_fields = _names_of(body).names if body and not _is_form(body) else None
    return _Route(query, form, optional, json_fields)


def _optional(fields: Iterable[Any]) -> Iterator[str]:
    for field in fields:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            inside = kind.model_fields.items()
            yield from (info.alias or name for name, info in inside if not info.is_required())
        elif not field.field_info.is_required():
            yield field.alias


def _with_dependencies(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for further in dependant.dependencies:
        yield from _with_dependencies(further)


def _is_form(fields: Iterable[Any]) -> bool:
    return all(type(field.field_info).__name__ in {"Form", "File"} for field in fields)


def _names_of(fields: Iterable[Any]) -> Taken:
    names: set[str] = set()
    repeated: set[str] = set()
    for field in fields:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, info in kind.model_fields.items():
                alias = info.alias or name
                names.add(alias)
                if _is_list(info.annotation):
                    repeated.add(alias)
            continue
        names.add(field.alias)
        if _is_list(kind):
            repeated.add(field.alias)
    return Taken(frozenset(names), frozenset(repeated))


def _is_list(kind: Any) -> bool:
    """Return whether values of a type are lists, also where there may be none."""
    if get_origin(kind) in (list, tuple, set):
        return True
    return any(_is_list(part) for part in get_args(kind) if part is not type(None))
