"""
Errors raised by localarea.

Each class also derives from the builtin exception that callers would expect, keeps
the facts as attributes, and says in its message what to do next::

    LocalareaError
    ├── InputError (ValueError)              the caller gave something unusable
    │   ├── CrsError                         geometry in the wrong reference system
    │   ├── SchemaError                      a table lacks columns or has bad values
    │   │   └── TableFaultsError             the same, by table, row and column
    │   ├── PostcodeFormatError              text that is not a postcode
    │   ├── FileFormatError                  a file that cannot be read as a table
    │   ├── ColumnNotFoundError              a table without the column asked for
    │   ├── AmbiguousPlaceError              a name that means several places
    │   ├── PlacesNotReadError               several places, each with what is wrong
    │   ├── OutsideCoverageError             a place outside England and Wales
    │   ├── SettingError                     a configuration value that is not allowed
    │   └── UnknownParameterError            a parameter or field that is not accepted
    ├── NotFoundError (LookupError)          a well-formed name that is not known
    │   ├── PostcodeNotFoundError
    │   ├── PlaceNotFoundError
    │   ├── OptionNotFoundError
    │   ├── CouncilNotFoundError
    │   ├── DefinitionNotFoundError
    │   └── DatasetNotFoundError
    ├── DataError (RuntimeError)             missing, damaged or unavailable data
    │   ├── DataMissingError
    │   ├── ChecksumError
    │   ├── VintageError
    │   ├── TotalsError
    │   ├── DownloadError
    │   ├── StoreUnavailableError
    │   ├── FolderClosedError
    │   ├── ProviderUnavailableError
    │   └── DefinitionDamagedError
    ├── ComputeError (RuntimeError)          the method has no answer
    │   ├── InfeasibleError
    │   ├── EmptyResultError
    │   └── UnreachableError
    ├── SignInNeededError (PermissionError)  the act requires sign-in
    │   └── KeyNotValidError                 the API key is not known, has expired or was revoked
    ├── SignInFailedError (PermissionError)  the provider's answer cannot be accepted
    ├── ForgedRequestError (PermissionError) not sent from a page of this service
    ├── NotAllowedError (PermissionError)    the role does not allow it
    │   └── NoRoleError                      signed in, but without a role
    ├── TooLargeError (ValueError)           more than the service accepts
    ├── TooSlowError (RuntimeError)          a request that was not complete in time
    ├── NoRoomError (OSError)                the disk is full
    ├── TooManyRequestsError (RuntimeError)  rate limit exceeded
    ├── ConflictError (RuntimeError)         the record has changed, or forbids the act
    ├── BeingPreparedError (RuntimeError)    being worked out; ask again
    ├── AuditError (RuntimeError)            the record of decisions is damaged or edited
    └── MissingExtraError (ImportError)      a package of an extra is not installed
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Limits that keep a message readable, whatever a file or a request holds.
_MAX_SHOWN_NAMES = 20
_MAX_SHOWN_CHARACTERS = 60
_FEW_NAMES = 20  # that are told where none is near
_SHOWN_HASH_CHARACTERS = 16
_LEAST_SIMILARITY = 0.6  # of a suggested name, as difflib measures it


def nearest_names(name: str, known: Iterable[str], *, count: int = 5) -> list[str]:
    """Return the known names closest in spelling to ``name``, closest first."""
    from difflib import get_close_matches  # imported here for a quick start

    folded = {item.casefold(): item for item in known}
    return [
        folded[m]
        for m in get_close_matches(name.casefold(), folded, n=count, cutoff=_LEAST_SIMILARITY)
    ]


class LocalareaError(Exception):
    """Base class of all errors raised by localarea."""


class InputError(LocalareaError, ValueError):
    """
    An input that cannot be used.

    ``parameter`` names the parameter to correct; the command line and the pages use it to name
    the option or field.
    """

    def __init__(self, message: str, *, parameter: str = "") -> None:
        self.parameter = parameter
        super().__init__(message)


class CrsError(InputError):
    """Geometry without a CRS, or in the wrong one."""

    def __init__(self, found: object, *, expected: str = "EPSG:27700", hint: str = "") -> None:
        self.found, self.expected = found, expected
        have = "no CRS is set" if found is None else f"the CRS is {found}"
        act = (
            "set it with .set_crs(...)"
            if found is None
            else f"convert it with .to_crs({expected!r})"
        )
        super().__init__(f"geometry must be in {expected}, but {have}; {hint or act}")


class SchemaError(InputError):
    """A table that lacks a column or holds values that are not allowed."""

    def __init__(self, table: str, faults: Sequence[str]) -> None:
        self.table, self.faults = table, tuple(faults)
        super().__init__(f"{table}: " + "; ".join(faults))


class TableFaultsError(SchemaError):
    """
    Tables of which nothing is taken in, because of what is wrong in some of them.

    ``places`` says of each fault, in the order of ``faults``, the ``table``, the ``row`` (None for
    the whole table), the ``column`` (blank for the whole row) and ``why``.
    """

    def __init__(self, table: str, places: Sequence[Mapping[str, Any]], more: int = 0) -> None:
        self.places, self.more = tuple(dict(one) for one in places), more
        tail = [f"and {more:,} more"] if more else []
        super().__init__(table, [_place(one) for one in self.places] + tail)


def _place(one: Mapping[str, Any]) -> str:
    row = f", row {one['row']}" if one["row"] is not None else ""
    column = f", column {one['column']}" if one["column"] else ""
    return f"{one['table']}{row}{column}: {one['why']}"


class PostcodeFormatError(InputError):
    """Text that does not have the form of a postcode."""

    def __init__(self, text: str, *, why: str) -> None:
        self.text, self.why = text, why
        super().__init__(f"{text!r} is not a postcode: {why}")


class FileFormatError(InputError):
    """A file that cannot be read as the table it should be."""

    def __init__(self, path: object, why: str, *, hint: str = "", parameter: str = "") -> None:
        self.path, self.why, self.hint = str(path), why, hint
        super().__init__(f"{path}: {why}" + (f"; {hint}" if hint else ""), parameter=parameter)

    @classmethod
    def of_system(cls, error: OSError, path: object) -> FileFormatError:
        """Build it from the message of the operating system, for this file if that names none."""
        return cls(
            error.filename or path,
            f"the system says: {error.strerror or error}",
            hint="check the path, its permissions and the free disk space",
        )


class ColumnNotFoundError(InputError):
    """
    A table without the requested column, or without a postcode column.

    ``sheet`` is the one whose columns are named, where there are several; ``unseen`` are hidden
    sheets, which nobody asked for.
    """

    def __init__(
        self,
        wanted: str | None,
        columns: Sequence[str],
        *,
        sheet: str = "",
        unseen: Sequence[str] = (),
    ) -> None:
        self.wanted, self.columns = wanted, tuple(columns)
        self.sheet, self.unseen = sheet, tuple(unseen)
        listed = list(columns)[:_MAX_SHOWN_NAMES]
        have = ", ".join(repr(c[:_MAX_SHOWN_CHARACTERS]) for c in listed) or "none"
        problem = f"there is no column {wanted!r}" if wanted else "no column holds postcodes"
        whose = f"the columns of sheet {sheet!r}" if sheet else "the columns"
        told = f"{problem}; {whose} are {have}; name one"
        if unseen:
            names = ", ".join(repr(name) for name in self.unseen[:_MAX_SHOWN_NAMES])
            told += f", or name a sheet: hidden ones were not looked at ({names})"
        super().__init__(told, parameter="column")


class AmbiguousPlaceError(InputError):
    """A name that could mean more than one place."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        self.name, self.candidates = name, tuple(candidates)
        super().__init__(f"{name!r} is ambiguous; say which of: " + ", ".join(candidates))


class PlacesNotReadError(InputError):
    """
    Several places that cannot be used, told together.

    ``places`` says of each, in the order in which they were given, the ``place`` as written, the
    ``action`` (``include`` or ``exclude``), ``why``, and the names that may be ``meant``.
    """

    def __init__(self, places: Sequence[Mapping[str, Any]]) -> None:
        self.places = tuple(dict(one) for one in places)
        listed = "; ".join(f"({at}) {one['why']}" for at, one in enumerate(self.places, 1))
        super().__init__(f"{len(self.places)} places cannot be used: {listed}")


class OutsideCoverageError(InputError):
    """A place that exists but is outside England and Wales, where there are no zones."""

    def __init__(self, place: str, where: str) -> None:
        self.place, self.where = place, where
        super().__init__(
            f"{place!r} is in {where}; zones and commuting figures cover "
            "England and Wales only: name a place there"
        )


class SettingError(InputError):
    """A setting or configuration file with a value that is not allowed."""


class UnknownParameterError(InputError):
    """A parameter or field that is not accepted, or is accepted only once."""

    def __init__(
        self,
        names: Sequence[str],
        known: Sequence[str],
        *,
        twice: Sequence[str] = (),
        what: str = "parameter",
    ) -> None:
        self.names, self.known, self.twice = tuple(names), tuple(known), tuple(twice)
        faults = [self._unknown(name, what) for name in names]
        faults += [f"the {what} {name!r} may be given only once" for name in twice]
        super().__init__("; ".join(faults))

    def _unknown(self, name: str, what: str) -> str:
        long = len(name) > _MAX_SHOWN_CHARACTERS
        shown = f"{name[:_MAX_SHOWN_CHARACTERS]}..." if long else name
        near = nearest_names(name, self.known, count=1)
        if near:
            return f"there is no {what} {shown!r} here; did you mean {near[0]!r}?"
        accepted = f"it accepts: {', '.join(self.known)}" if self.known else "leave it out"
        return f"there is no {what} {shown!r} here; {accepted}"


class NotFoundError(LocalareaError, LookupError):
    """A well-formed name that is not known."""


class PostcodeNotFoundError(NotFoundError):
    """No live postcode; ``terminated`` holds its end month when it once existed."""

    def __init__(self, postcode: str, *, terminated: str | None = None) -> None:
        self.postcode, self.terminated = postcode, terminated
        tail = f" (terminated {terminated})" if terminated else ""
        super().__init__(f"postcode {postcode!r} is not in the directory{tail}")


class _NamedThingNotFoundError(NotFoundError):
    """Base class of the errors that suggest the nearest known names, or else all or the chief."""

    kind = "thing"

    def __init__(
        self,
        name: str,
        known: Iterable[str] = (),
        *,
        like: str = "",
        hint: str = "",
        chief: Sequence[str] | None = None,
    ) -> None:
        self.name, every = name, list(known)
        self.suggestions = tuple(nearest_names(like or name, every))
        listed = every if chief is None else chief
        if self.suggestions:
            hint = f"nearest: {', '.join(self.suggestions)}"
        elif not hint and 0 < len(listed) <= _FEW_NAMES:
            hint = f"the {self.kind}s are" if len(listed) > 1 else f"the only {self.kind} is"
            hint += f" {', '.join(listed)}"
        super().__init__(f"{self.kind} {name!r} is not known{'; ' if hint else ''}{hint}")


class PlaceNotFoundError(_NamedThingNotFoundError):
    """A place that is not a known postcode, district, town, zone or coordinate."""

    kind = "place"


class OptionNotFoundError(_NamedThingNotFoundError):
    """An option that the council's file does not define."""

    kind = "option"


class CouncilNotFoundError(NotFoundError):
    """A name that is no council's; ``suggestions`` has the nearest."""

    def __init__(self, message: str, *, name: str = "", suggestions: Sequence[str] = ()) -> None:
        self.name, self.suggestions = name, tuple(suggestions)
        super().__init__(message)


class DefinitionNotFoundError(_NamedThingNotFoundError):
    """A definition that has not been published or imported here."""

    kind = "definition"


class DatasetNotFoundError(_NamedThingNotFoundError):
    """A table that the registry does not list."""

    kind = "dataset"


class DataError(LocalareaError, RuntimeError):
    """Data that is missing, damaged or unavailable."""


class DataMissingError(DataError):
    """A table that the registry lists but that is not on disk."""

    def __init__(self, path: object, *, hint: str = "") -> None:
        self.path = str(path)
        tail = hint or "reinstall localarea, or run 'localarea data build'"
        super().__init__(f"{path} is missing; {tail}")


class ChecksumError(DataError):
    """A file whose checksum differs from the one in the registry."""

    def __init__(self, path: object, *, expected: str, found: str) -> None:
        self.path, self.expected, self.found = str(path), expected, found
        has, needs = found[:_SHOWN_HASH_CHARACTERS], expected[:_SHOWN_HASH_CHARACTERS]
        super().__init__(
            f"{path} is damaged or has been changed: its sha256 is {has}..., "
            f"the registry says {needs}...; reinstall it or fetch it again"
        )


class VintageError(DataError):
    """Data of the wrong vintage."""


class TotalsError(DataError):
    """A table whose total differs from the published one."""

    def __init__(self, table: str, *, expected: float, found: float, what: str) -> None:
        self.table, self.expected, self.found, self.what = table, expected, found, what
        super().__init__(
            f"{table}: {what} is {found:,}, the publisher's figure is {expected:,}; "
            "the input is truncated or of another vintage: fetch it again"
        )


class DownloadError(DataError):
    """A download that did not complete or did not match expectations."""

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = url, why
        super().__init__(f"could not fetch {url}: {why}")


#: Words of SQLite and PostgreSQL -> what helps where trying again does not.
_REMEDIES: Final = {
    "is full": "make room on its disk, then try again",
    "disk I/O error": "see that its disk is sound and has room, then try again",
    "readonly database": "let the user that runs this write to the file and to its folder",
    "unable to open database file": "see that its folder is there, and that the user that runs "
    "this may write to both",
    "cannot be made": "make it, or let the user that runs this do so",
    "not a database": "name the file of a record in LOCALAREA_DATABASE_URL",
    "malformed": "restore the last backup: docs/deployment.md says how",
    "authentication failed": "correct LOCALAREA_DATABASE_URL",
    "no password supplied": "correct LOCALAREA_DATABASE_URL",
    "does not exist": "correct LOCALAREA_DATABASE_URL, or make it",
    "resolve host": "correct LOCALAREA_DATABASE_URL, or try again once that name is known",
}


class StoreUnavailableError(DataError):
    """The store of decisions cannot be reached."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        does = [does for word, does in _REMEDIES.items() if word in why]
        remedy = does[0] if does else "try again"
        super().__init__(f"the store of decisions ({where}) cannot be used: {why}; {remedy}")


class FolderClosedError(DataError):
    """A folder of the service that it cannot write to."""

    def __init__(self, path: object, why: str) -> None:
        self.path, self.why = str(path), why
        super().__init__(
            f"{path} cannot be written to: {why}; let the user that runs the service write there"
        )


class ProviderUnavailableError(DataError):
    """The identity provider cannot be reached, or its answer is not valid."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"the council's sign-in is not working ({why}); nothing is wrong with your account: "
            "try again in a few minutes, and tell the people who run this service if it continues"
        )


class DefinitionDamagedError(DataError):
    """A definition's file that is truncated, changed or not a definition at all."""

    def __init__(self, path: object, why: str) -> None:
        self.path, self.why = str(path), why
        super().__init__(
            f"{path} is not a definition as it was published: {why}; fetch the file again from "
            "its publisher (a program that opens it for writing, as QGIS does, changes it)"
        )


class ComputeError(LocalareaError, RuntimeError):
    """The method has no answer for these inputs."""


class InfeasibleError(ComputeError):
    """No solution satisfies the constraints."""


class EmptyResultError(ComputeError):
    """An option or scenario without any zones."""


class UnreachableError(ComputeError):
    """No route joins the two places."""


class NotAllowedError(LocalareaError, PermissionError):
    """An act that the person's role does not allow."""

    def __init__(self, role: str, act: str, allowed: Sequence[str]) -> None:
        self.role, self.act, self.allowed = role, act, tuple(allowed)
        who = " or ".join(allowed)
        article = "an" if role[:1] in "aeiou" else "a"
        may_not = f"{article} {role} may not {act.replace('_', ' ')}"
        super().__init__(f"{may_not}; that takes the role {who}")


class NoRoleError(NotAllowedError):
    """A person who has signed in but has no role in this service."""

    def __init__(self, name: str) -> None:
        self.role, self.act, self.allowed = "visitor", "sign_in", ()
        LocalareaError.__init__(
            self,
            f"you are signed in as {name}, but that account has no role "
            "in this service; ask the people who run it for a role, then sign in again",
        )


class SignInFailedError(LocalareaError, PermissionError):
    """A sign-in that failed; ``reason`` is a short code for the cause."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class ForgedRequestError(LocalareaError, PermissionError):
    """A change that was not requested from a current page of this service."""

    def __init__(self, why: str) -> None:
        self.why = why
        next_step = "go back, copy what you typed, reload the page and send it from there"
        super().__init__(f"{why}; nothing was changed: {next_step}")


class SignInNeededError(LocalareaError, PermissionError):
    """An act that requires sign-in."""

    def __init__(self, act: str) -> None:
        self.act = act
        super().__init__(
            f"sign in to {act.replace('_', ' ')}, or send an API key: Authorization: Bearer KEY"
        )


class KeyNotValidError(SignInNeededError):
    """An API key that is not known, or is no longer valid."""

    def __init__(self) -> None:
        self.act = "use_this_key"
        LocalareaError.__init__(
            self,
            "the API key that was sent is not known here, has expired or was revoked; ask an "
            "administrator for a new one, and send it as Authorization: Bearer KEY",
        )


class TooLargeError(LocalareaError, ValueError):
    """An input larger than the service accepts."""

    def __init__(self, what: str, limit: str, *, hint: str = "") -> None:
        self.what, self.limit = what, limit
        super().__init__(
            f"{what} is larger than the {limit} allowed" + (f"; {hint}" if hint else "")
        )


class TooSlowError(LocalareaError, RuntimeError):
    """A request whose body was not complete in time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"the request was not complete after {seconds:.0f} seconds; send it again, "
            "over a faster connection if possible"
        )


class NoRoomError(LocalareaError, OSError):
    """A file that does not fit on the service's disk."""

    def __init__(self) -> None:
        super().__init__(
            "there is no room for the file, and none of it was kept; try again later, and "
            "tell the people who run this service if it continues"
        )


class TooManyRequestsError(LocalareaError, RuntimeError):
    """Too many requests; retry after ``retry_after_s`` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"too many requests; try again in {retry_after_s} seconds")


class BeingPreparedError(LocalareaError, RuntimeError):
    """
    A council whose options are being worked out; ask again after ``retry_after_s`` seconds.

    ``progress`` is how many of them are drawn, and of how many, where that is known.
    """

    def __init__(
        self, council: str, retry_after_s: int, *, progress: tuple[int, int] | None = None
    ) -> None:
        self.council, self.retry_after_s, self.progress = council, retry_after_s, progress
        super().__init__(
            f"the options for {council} are being worked out, which is done once; ask again in "
            f"{retry_after_s} seconds"
        )


class ConflictError(LocalareaError, RuntimeError):
    """The record has changed since it was read, or forbids the act."""

    def __init__(self, message: str, *, parameter: str = "") -> None:
        self.parameter = parameter
        super().__init__(message)


class AuditError(LocalareaError, RuntimeError):
    """The record of decisions has been edited or truncated."""


class MissingExtraError(LocalareaError, ImportError):
    """A package that is not installed, which the extra ``extra`` of localarea brings."""

    def __init__(self, purpose: str, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(
            f"{purpose} the package {package}, which is not installed: "
            f"pip install 'localarea[{extra}]'"
        )
