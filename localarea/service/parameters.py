"""
Refuse what a route does not take: a parameter of the address, or a field of a form.

A misspelt parameter that is ignored gives the right answer to another question. What a route
takes is read from the route itself, so that nothing has to be listed twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin
from weakref import WeakKeyDictionary

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from localarea.errors import UnknownParameterError
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
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or getattr(route.endpoint, "takes_anything", False):
        return
    takes = _KNOWN.get(route.endpoint) or _KNOWN.setdefault(route.endpoint, _taken(route))
    if request.url.query:
        require_known(request.query_params.multi_items(), takes.query, what="parameter")
    if takes.form and request.headers.get("content-type", "").startswith(_FORMS):
        sent = await request.form()
        require_known(sent.multi_items(), takes.form, what="field")


def require_known(pairs: Iterable[tuple[str, Any]], taken: Taken, *, what: str) -> None:
    """
    Refuse pairs whose name is not taken, or stands twice where one is wanted.

    Raises
    ------
    UnknownParameterError
        Naming all of them.
    """
    names = [name for name, _ in pairs]
    unknown = [name for name in dict.fromkeys(names) if name not in taken.names]
    twice = [
        name
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and name in taken.names - taken.repeated
    ]
    if unknown or twice:
        raise UnknownParameterError(unknown, sorted(taken.names - {FIELD}), twice=twice, what=what)


def taken_names(names: Collection[str], *, repeated: Collection[str] = ()) -> Taken:
    """State what a form takes that is read on the way, and not by the framework."""
    return Taken(frozenset({*names, *repeated, FIELD}), frozenset(repeated))


def _taken(route: APIRoute) -> _Route:
    every = list(_with_dependencies(route.dependant))
    query = _names_of(field for one in every for field in one.query_params)
    body = [field for one in every for field in one.body_params]
    form = _names_of(body) if body and _is_form(body) else None
    if form is not None:
        form = Taken(form.names | {FIELD}, form.repeated)
    elif "POST" in (route.methods or ()) and not body:
        form = Taken(frozenset({FIELD}), frozenset())
    if getattr(route.endpoint, "reads_form", False):
        form = None  # itself, as it comes, and calls `require_known`
    return _Route(query, form)


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
