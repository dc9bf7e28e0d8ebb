"""
What is wrong with a request that cannot be read, in words that say what to do next.

The framework says where and why in the words of its own types ("Extra inputs are not permitted").
Where stays as it says it, for programs; why is said here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel

from localarea.errors import nearest_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi import Request
    from fastapi.exceptions import RequestValidationError

_SHOWN: Final = 10  # faults that the sentence tells; the document lists them all
_NOT_JSON: Final = (
    "the body was not read as JSON; send an object in curly brackets, with the header "
    "Content-Type: application/json"
)
_NO_CONTROLS: Final = r"^[^\x00"  # as patterns begin that let every other character pass
_LISTED: Final = 30  # names that a sentence can list
_PLAIN: Final[Mapping[str, str]] = {
    "string_type": "it must be text, in quotation marks",
    "string_unicode": "it holds half of a character, which no text can; send it whole",
    "string_too_long": "it must have {max_length:,} characters at most",
    "list_type": "it must be a list, in square brackets",
    "dict_type": "it must be an object, in curly brackets",
    "model_type": "it must be an object, in curly brackets",
    "model_attributes_type": "it must be an object, in curly brackets",
    "too_long": "it must have {max_length:,} entries at most, and has {actual_length:,}; send the "
    "others in another request",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_parsing_size": "it is too large a number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "float_parsing": "it must be a number",
    "finite_number": "it must be a number with an end, not NaN or infinity",
    "bool_type": "it must be true or false",
    "bool_parsing": "it must be true or false",
    "greater_than": "it must be more than {gt:,}",
    "greater_than_equal": "it must be {ge:,} or more",
    "less_than": "it must be less than {lt:,}",
    "less_than_equal": "it must be {le:,} or less",
    "literal_error": "it must be {expected}",
    "enum": "it must be {expected}",
    "date_type": "it must be a day such as 2026-04-01, in quotation marks",
    "date_parsing": "it must be a day such as 2026-04-01",
    "date_from_datetime_parsing": "it must be a day such as 2026-04-01",
    "date_from_datetime_inexact": "it must be a day such as 2026-04-01, without a time",
}


def faults_of(error: RequestValidationError, request: Request) -> list[dict[str, str]]:
    """
    Say where each fault is and why it is one, without what was sent.

    What was sent may hold somebody's home postcode.
    """
    return [
        {"where": _where(fault), "why": _why(fault, request)}
        for fault in error.errors()  # each is a mapping with `loc`, `type`, `msg` and `ctx`
    ]


def sentence_of(faults: Sequence[Mapping[str, str]]) -> str:
    """Tell the first faults in a sentence, and how many more there are."""
    told = "; ".join(f"{fault['where']}: {fault['why']}" for fault in faults[:_SHOWN])
    more = len(faults) - _SHOWN
    return told if more <= 0 else f"{told}; and {more:,} more"


def about_body(request: Request) -> str:
    """Say why a body cannot be read that is neither JSON nor a form that is whole."""
    coding = request.headers.get("content-encoding", "identity").strip().casefold()
    if coding not in ("", "identity"):
        return "the body is compressed (Content-Encoding), which is not taken; send it as it is"
    if "json" in request.headers.get("content-type", ""):
        return (
            "the body cannot be read as JSON: it must be in UTF-8, and not nested in thousands of "
            "brackets; send it so"
        )
    return "the body cannot be read; send the form again, with its boundary and all its parts"


def _where(fault: Mapping[str, Any]) -> str:
    where = fault["loc"][:1] if fault["type"] == "json_invalid" else fault["loc"]
    return ".".join(str(part) for part in where)


def _why(fault: Mapping[str, Any], request: Request) -> str:
    kind, where, facts = fault["type"], fault["loc"], fault.get("ctx") or {}
    if kind == "json_invalid":
        return f"it is not JSON: {facts['error']}, at character {where[-1] + 1:,}; mend it there"
    if kind == "missing":
        return "it is needed" if len(where) > 1 else f"it is needed: {_NOT_JSON}"
    if kind == "extra_forbidden":
        return _no_such_field(where, request)
    if kind == "string_pattern_mismatch":
        if facts["pattern"].startswith(_NO_CONTROLS):
            return "it holds characters that do not show, such as NUL; leave them out"
        meant = _description(request.scope.get("route"), where).rstrip(".")
        return f"it must fit the pattern {facts['pattern']}{f' ({meant})' if meant else ''}"
    if kind == "too_short":
        return f"it must have {_entries(facts['min_length'])} at least"
    if kind == "string_too_short":
        least = facts["min_length"]
        return (
            "it is blank; give it, or leave it out if it need not be there"
            if least == 1
            else f"it must have {least:,} characters at least"
        )
    if len(where) == 1 and kind in ("model_attributes_type", "model_type", "dict_type"):
        return _NOT_JSON
    plain = _PLAIN.get(kind)
    return (
        str(fault["msg"]).removeprefix("Value error, ") if plain is None else plain.format(**facts)
    )


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _no_such_field(where: Sequence[Any], request: Request) -> str:
    models = _models_at(request.scope.get("route"), where)
    known = [info.alias or name for m in models for name, info in m.model_fields.items()]
    near = nearest_names(str(where[-1]), known, count=1)
    if near:
        return f"there is no such field; did you mean {near[0]!r}?"
    if not known or len(known) > _LISTED:
        return "there is no such field; leave it out"
    return f"there is no such field; there are: {', '.join(sorted(known))}"


def _description(route: Any, where: Sequence[Any]) -> str:
    """Return what the description of the API says of a parameter or a field."""
    name = str(where[-1])
    if where[0] == "body":
        found = [model.model_fields.get(name) for model in _models_at(route, where)]
    else:
        taken = getattr(route, "dependant", None)
        listed = (*taken.path_params, *taken.query_params) if taken else ()
        found = [one.field_info for one in listed if one.alias == name]
    return next((one.description for one in found if one and one.description), "")


def _models_at(route: Any, where: Sequence[Any]) -> list[type[BaseModel]]:
    """Return what the object of a body may be that holds the field at a place."""
    endpoint: Callable[..., Any] | None = getattr(route, "endpoint", None)
    fields = [one.field_info.annotation for one in route.dependant.body_params] if endpoint else []
    models = [model for kind in fields for model in _models_in(kind)]
    for part in where[1:-1]:
        if not isinstance(part, str):
            continue  # the place in a list: what is in it was looked into already
        named = [model for model in models if model.__name__ == part]  # one of several that may be
        inner = [m.model_fields[part].annotation for m in models if part in m.model_fields]
        models = named or [model for kind in inner for model in _models_in(kind)]
    return models


def _models_in(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in get_args(kind) for model in _models_in(part)]
