"""
Every error of the package, in one tree.

Each class is also the builtin that a stranger would catch, holds the facts it
was raised with, and says in its message what to do next::

    LocalareaError
    ├── InputError (ValueError)              the caller gave something unusable
    │   ├── CrsError                         geometry in the wrong reference system
    │   ├── SchemaError                      a table lacks columns or has bad values
    │   ├── PostcodeFormatError              text that is not a postcode
    │   ├── FileFormatError                  a file that cannot be read as a table
    │   ├── ColumnNotFoundError              a table without the column asked for
    │   ├── AmbiguousPlaceError              a name that means several places
    │   ├── OutsideCoverageError             a place outside England and Wales
    │   ├── SettingError                     a configuration value that is not allowed
    │   └── UnknownParameterError            a parameter or field that is not taken there
    ├── NotFoundError (LookupError)          a well-formed name of nothing we know
    │   ├── PostcodeNotFoundError
    │   ├── PlaceNotFoundError
    │   ├── OptionNotFoundError
    │   ├── DefinitionNotFoundError
    │   └── DatasetNotFoundError
    ├── DataError (RuntimeError)             the data on disk or on its way is not right
    │   ├── DataMissingError
    │   ├── ChecksumError
    │   ├── VintageError
    │   ├── TotalsError
    │   ├── DownloadError
    │   ├── StoreUnavailableError
    │   ├── ProviderUnavailableError
    │   └── DefinitionDamagedError
    ├── ComputeError (RuntimeError)          the method has no answer
    │   ├── InfeasibleError
    │   ├── EmptyResultError
    │   └── UnreachableError
    ├── SignInNeededError (PermissionError)  nobody knows who asks
    ├── SignInFailedError (PermissionError)  the provider's answer cannot be taken
    ├── ForgedRequestError (PermissionError) not sent from one of our own pages
    ├── NotAllowedError (PermissionError)    the role does not allow it
    │   └── NoRoleError                      known, but nothing was granted
    ├── TooLargeError (ValueError)           more than the service takes
    ├── TooSlowError (RuntimeError)          a request that does not come to its end
    ├── NoRoomError (OSError)                the disk is full
    ├── TooManyRequestsError (RuntimeError)  more often than the service answers
    ├── ConflictError (RuntimeError)         the record has moved on, or forbids it
    └── AuditError (RuntimeError)            the record of decisions does not hold together
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def nearest_names(name: str, known: Iterable[str], *, count: int = 5) -> list[str]:
    """Return the known names that are spelled most like the one given, the likest first."""
    from difflib import get_close_matches  # here, for a quick start: most runs never fail

    folded = {item.casefold(): item for item in known}
    return [folded[m] for m in get_close_matches(name.casefold(), folded, n=count, cutoff=0.6)]


class LocalareaError(Exception):
    """The base of every error that localarea raises on purpose."""


class InputError(LocalareaError, ValueError):
    """
    Something the caller gave cannot be used.

    ``parameter`` names what to give otherwise: the command line says its option by it, and a
    page speaks of its own boxes.
    """

    def __init__(self, message: str, *, parameter: str = "") -> None:
        self.parameter = parameter
        super().__init__(message)


class CrsError(InputError):
    """Geometry without a reference system, or in another one than is needed."""

    def __init__(self, found: object, *, expected: str = "EPSG:27700", hint: str = "") -> None:
        self.found, self.expected = found, expected
        have = "no CRS is set" if found is None else f"the CRS is {found}"
        act = (
            "state it with .set_crs(...)"
            if found is None
            else f"convert it with .to_crs({expected!r})"
        )
        super().__init__(f"geometry must be in {expected}, but {have}; {hint or act}")


class SchemaError(InputError):
    """A table that lacks a column or holds values that are not allowed."""

    def __init__(self, table: str, faults: Sequence[str]) -> None:
        self.table, self.faults = table, tuple(faults)
        super().__init__(f"{table}: " + "; ".join(faults))


class PostcodeFormatError(InputError):
    """Text that has not the form of a postcode."""

    def __init__(self, text: str, *, why: str) -> None:
        self.text, self.why = text, why
        super().__init__(f"{text!r} is not a postcode: {why}")


class FileFormatError(InputError):
    """A file that cannot be read as the table it should be."""

    def __init__(self, path: object, why: str, *, hint: str = "", parameter: str = "") -> None:
        self.path, self.why, self.hint = str(path), why, hint
        super().__init__(f"{path}: {why}" + (f"; {hint}" if hint else ""), parameter=parameter)


class ColumnNotFoundError(InputError):
    """A table without the column that was asked for, or with none that fits."""

    def __init__(self, wanted: str | None, columns: Sequence[str]) -> None:
        self.wanted, self.columns = wanted, tuple(columns)
        have = ", ".join(repr(c[:60]) for c in list(columns)[:20]) or "none"
        said = f"there is no column {wanted!r}" if wanted else "no column holds postcodes"
        super().__init__(f"{said}; the columns are {have}; name one", parameter="column")


class AmbiguousPlaceError(InputError):
    """A name that means more than one place."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        self.name, self.candidates = name, tuple(candidates)
        super().__init__(f"{name!r} is ambiguous; say which of: " + ", ".join(candidates))


class OutsideCoverageError(InputError):
    """A place that exists but lies where there are no zones."""

    def __init__(self, place: str, where: str) -> None:
        self.place, self.where = place, where
        super().__init__(
            f"{place!r} lies in {where}; zones and commuting figures are those of "
            "England and Wales: name a place there"
        )


class SettingError(InputError):
    """A setting or a configuration file with a value that is not allowed."""


class UnknownParameterError(InputError):
    """A parameter or field that an address or a form does not take, or takes only once."""

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
        shown = name if len(name) <= 60 else f"{name[:60]}..."
        near = nearest_names(name, self.known, count=1)
        if near:
            return f"there is no {what} {shown!r} here; did you mean {near[0]!r}?"
        takes = ", ".join(self.known) if self.known else "none"
        return f"there is no {what} {shown!r} here; those there are: {takes}"


class NotFoundError(LocalareaError, LookupError):
    """A well-formed name of something that is not known here."""


class PostcodeNotFoundError(NotFoundError):
    """No live postcode; ``terminated`` holds its end month when it once existed."""

    def __init__(self, postcode: str, *, terminated: str | None = None) -> None:
        self.postcode, self.terminated = postcode, terminated
        tail = f" (terminated {terminated})" if terminated else ""
        super().__init__(f"postcode {postcode!r} is not in the directory{tail}")


class _NamedThingNotFoundError(NotFoundError):
    """Shared shape of the errors that suggest the nearest known names."""

    kind = "thing"

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        self.suggestions = tuple(nearest_names(name, known))
        tail = f"; nearest: {', '.join(self.suggestions)}" if self.suggestions else ""
        super().__init__(f"{self.kind} {name!r} is not known{tail}")


class PlaceNotFoundError(_NamedThingNotFoundError):
    """A place that is no postcode, district, town, zone or coordinate we know."""

    kind = "place"


class OptionNotFoundError(_NamedThingNotFoundError):
    """An option that the council's file does not define."""

    kind = "option"


class DefinitionNotFoundError(_NamedThingNotFoundError):
    """A definition that has not been published or imported here."""

    kind = "definition"


class DatasetNotFoundError(_NamedThingNotFoundError):
    """A table that the registry does not list."""

    kind = "dataset"


class DataError(LocalareaError, RuntimeError):
    """Data on disk, or on its way here, that is not what it should be."""


class DataMissingError(DataError):
    """A table of the registry that is not on disk."""

    def __init__(self, path: object, *, hint: str = "") -> None:
        self.path = str(path)
        tail = hint or "reinstall localarea, or run 'localarea data build'"
        super().__init__(f"{path} is missing; {tail}")


class ChecksumError(DataError):
    """A file whose bytes are not those that the registry promises."""

    def __init__(self, path: object, *, expected: str, found: str) -> None:
        self.path, self.expected, self.found = str(path), expected, found
        super().__init__(
            f"{path} is damaged or has been changed: its sha256 is {found[:16]}..., "
            f"the registry says {expected[:16]}...; reinstall it or fetch it again"
        )


class VintageError(DataError):
    """Data of one vintage used where another is needed."""


class TotalsError(DataError):
    """A table whose total differs from the published one."""

    def __init__(self, table: str, *, expected: float, found: float, what: str) -> None:
        self.table, self.expected, self.found, self.what = table, expected, found, what
        super().__init__(
            f"{table}: {what} is {found:,}, the publisher's figure is {expected:,}; "
            "the input is cut short or of another vintage: fetch it again"
        )


class DownloadError(DataError):
    """A download that did not complete or was not what it should be."""

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = url, why
        super().__init__(f"could not fetch {url}: {why}")


class StoreUnavailableError(DataError):
    """The store of decisions cannot be reached."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"the store of decisions ({where}) cannot be used: {why}; try again")


class ProviderUnavailableError(DataError):
    """Whoever signs people in cannot be reached, or does not answer as it should."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"the council's sign-in does not answer ({why}); nothing is wrong with your account: "
            "try again in some minutes, and tell whoever runs this service if it lasts"
        )


class DefinitionDamagedError(DataError):
    """A file that is not a definition as it was published: cut off, changed, or no such file."""

    def __init__(self, path: object, why: str) -> None:
        self.path, self.why = str(path), why
        super().__init__(
            f"{path} is not a definition as it was published: {why}; fetch the file again from "
            "whoever published it (a program that opens it for writing, as QGIS does, changes it)"
        )


class ComputeError(LocalareaError, RuntimeError):
    """The method has no answer for these inputs."""


class InfeasibleError(ComputeError):
    """No solution satisfies the constraints that were set."""


class EmptyResultError(ComputeError):
    """An option or scenario in which nothing is left."""


class UnreachableError(ComputeError):
    """No route joins the two places."""


class NotAllowedError(LocalareaError, PermissionError):
    """Something that the person's role does not allow."""

    def __init__(self, role: str, act: str, allowed: Sequence[str]) -> None:
        self.role, self.act, self.allowed = role, act, tuple(allowed)
        who = " or ".join(allowed)
        super().__init__(f"a {role} may not {act.replace('_', ' ')}; that takes the role {who}")


class NoRoleError(NotAllowedError):
    """Somebody whom the provider knows, and who was granted no role here."""

    def __init__(self, name: str) -> None:
        self.role, self.act, self.allowed = "visitor", "sign_in", ()
        LocalareaError.__init__(
            self,
            f"you are signed in to the council's account as {name}, and no role was granted to it "
            "for this service; ask whoever runs the service for one, then sign in again",
        )


class SignInFailedError(LocalareaError, PermissionError):
    """A sign-in that came to no good end; ``reason`` names the kind."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class ForgedRequestError(LocalareaError, PermissionError):
    """A change that was not asked for from one of our own pages, or from one too old."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"{why}; nothing was changed: open the page of this service anew and send it again"
        )


class SignInNeededError(LocalareaError, PermissionError):
    """Something that is not for everybody, asked for by nobody knows whom."""

    def __init__(self, act: str) -> None:
        self.act = act
        super().__init__(
            f"sign in to {act.replace('_', ' ')}, or send an API key: Authorization: Bearer KEY"
        )


class TooLargeError(LocalareaError, ValueError):
    """More than the service takes at once."""

    def __init__(self, what: str, limit: str, *, hint: str = "") -> None:
        self.what, self.limit = what, limit
        super().__init__(
            f"{what} is larger than the {limit} allowed" + (f"; {hint}" if hint else "")
        )


class TooSlowError(LocalareaError, RuntimeError):
    """A request whose body did not come to its end in time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"the request was not complete after {seconds:.0f} seconds; send it again, "
            "over a better connection if need be"
        )


class NoRoomError(LocalareaError, OSError):
    """A file that the disk of the service has no room for."""

    def __init__(self) -> None:
        super().__init__(
            "there is no room left for the file, and nothing of it was kept; try again later, and "
            "tell whoever runs this service if it lasts"
        )


class TooManyRequestsError(LocalareaError, RuntimeError):
    """More requests than are answered in a time; ``retry_after_s`` says when to come again."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"too many requests; try again in {retry_after_s} seconds")


class ConflictError(LocalareaError, RuntimeError):
    """The record has moved on since it was read, or forbids what is asked."""

    def __init__(self, message: str, *, parameter: str = "") -> None:
        self.parameter = parameter
        super().__init__(message)


class AuditError(LocalareaError, RuntimeError):
    """The record of decisions has been edited or is cut short."""
