"""
HTTP status of every error, in one table, and how errors are answered.

The API answers with RFC 9457 problem details, the pages with a page that says the same.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from localarea import errors

PROBLEM_TYPE: Final = "application/problem+json"

# The nearest class in this table, upwards in the tree of errors, decides.
STATUS: Final[dict[type[errors.LocalareaError], int]] = {
    errors.InputError: 422,
    errors.NotFoundError: 404,
    errors.ComputeError: 422,
    errors.DataError: 503,
    errors.StoreUnavailableError: 503,
    errors.DefinitionDamagedError: 503,
    errors.SignInNeededError: 401,
    errors.SignInFailedError: 400,
    errors.ForgedRequestError: 403,
    errors.NotAllowedError: 403,
    errors.ConflictError: 409,
    errors.TooLargeError: 413,
    errors.TooSlowError: 408,
    errors.NoRoomError: 507,
    errors.TooManyRequestsError: 429,
    errors.BeingPreparedError: 503,
    errors.AuditError: 503,
    errors.MissingExtraError: 503,
}
TITLES: Final[dict[int, str]] = {
    400: "The request cannot be read",
    401: "Sign in first",
    403: "Your role does not allow this",
    404: "Not found",
    405: "This address does not take that method",
    406: "Not available in that form",
    408: "The request took too long to arrive",
    409: "This conflicts with the record",
    411: "The length of the upload is missing",
    412: "It has changed in the meantime",
    413: "Too large",
    415: "This format is not supported",
    421: "Not the address of this service",
    422: "There is a problem with the request",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not available at the moment",
    507: "There is not enough space for the file",
}
# What people are told of parts of the machine: the log and the status page say where, and why.
_TOLD: Final[dict[type[errors.LocalareaError], str]] = {
    errors.StoreUnavailableError: "the record of decisions cannot be reached at the moment; try "
    "again in a few minutes",
    errors.FolderClosedError: "files cannot be taken in at the moment, and nothing of yours was "
    "kept; try again later",
}
# What the title of the status would say wrongly: no role is missing.
TITLES_OF_KINDS: Final = {
    "urn:localarea:ForgedRequestError": "Nothing was changed",
    "urn:localarea:KeyNotValidError": "The API key is not valid",
}


class Problem(BaseModel):
    """A problem, as RFC 9457 has it; further members hold the facts of the error."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="A name for the kind of problem: `urn:localarea:ERROR`.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong, and what to do next.")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the problems that a route may answer with, for OpenAPI."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": TITLES[status], "content": {PROBLEM_TYPE: {"schema": schema}}}
        for status in statuses
    }


def challenge_of(error: errors.LocalareaError) -> dict[str, str]:
    """Return the header that every 401 has: how one may show who one is (RFC 6750)."""
    if status_of(error) != 401:
        return {}
    invalid = isinstance(error, errors.KeyNotValidError)
    return {"WWW-Authenticate": 'Bearer error="invalid_token"' if invalid else "Bearer"}


def status_of(error: errors.LocalareaError) -> int:
    """Return the HTTP status of an error."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 500


def _facts(error: errors.LocalareaError) -> dict[str, Any]:
    """Return what an error holds, without paths of this machine and where its record is."""
    if type(error) in _TOLD:
        return {}
    kept = {k: v for k, v in vars(error).items() if not k.startswith("_") and k != "path"}
    return {k: v for k, v in kept.items() if isinstance(v, str | int | float | tuple | list)}


def said_to_people(error: errors.LocalareaError) -> str:
    """Return the words of an error; a file of this machine by its name alone."""
    if type(error) in _TOLD:
        return _TOLD[type(error)]
    path, said = PurePath(getattr(error, "path", "")), str(error)
    return said.replace(str(path), f"the file {path.name}") if path.is_absolute() else said
