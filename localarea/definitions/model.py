"""
A definition: an option frozen for use, with who approved it, for what, from when and why.

The approved terms (zones, geometry, dates, distances, reasons) of an id never change;
:attr:`Definition.terms_sha256` is their fingerprint. Indexing the postcodes of a newer
directory creates another edition with the same terms.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from localarea.classify.boundary import BORDERLINE_M, Boundary, drive_limit
from localarea.definitions.faults import (
    FORMAT,
    ID,
    MONTH,
    Purpose,
    area_faults,
    date_faults,
    is_day,
    text_faults,
)
from localarea.errors import SchemaError
from localarea.options.titles import spoken_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.classify.boundary import DriveLimit
    from localarea.records import ZoneSystem

FOREVER: Final = "9999-12-31"
MINUTES_FROM: Final = "minutes_from"  # parameter of an anchor whose minutes have another start


def is_file_name(definition_id: str, month: str) -> bool:
    """
    Check whether an id and a month are safe names of files and folders.

    False where either could lead out of its folder.

    Examples
    --------
    >>> is_file_name("colchester-measure-2026.1", "2025-11"), is_file_name("../x", "2025-11")
    (True, False)
    """
    return bool(ID.fullmatch(definition_id) and MONTH.fullmatch(month))


_EDITION: Final = ("directory_date", "inputs", "software", "format")  # all else is the terms
_FOR: Final = {
    "measure": "for social value measures",
    "reservation": "for reserving contracts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """
    An approved definition, and the data it was indexed from. Superseded, never edited.

    Attributes
    ----------
    id : str
        Permanent identifier, such as ``colchester-measure-2026.1``: lowercase letters,
        digits, dots and hyphens.
    council : str
        Name of the council's file.
    anchor : str
        District that the labour market is measured from.
    parameters : mapping
        Parameters of the option; JSON types.
    zones : tuple of str
        Codes of the zones inside, sorted.
    districts : tuple of str
        Codes (``lad25cd``) of the districts with a zone inside, sorted.
    boundary_sha256 : str
        SHA-256 of the outline as well-known binary.
    borderline_m : float
        Distance from the boundary (m) within which a postcode is borderline.
    borderline_min : float or None
        For options by minutes alone: time from the limit (min) that is borderline. None for
        other options, and for definitions published before this attribute existed.
    effective_from : str
        First day in force, ``YYYY-MM-DD``.
    effective_to : str or None
        Last day in force; None until further notice.
    supersedes : str or None
        Id of the definition that this one replaces from its first day.
    approved_on : str
        Day of the approval, ``YYYY-MM-DD``.
    minute : str
        Reference of the minute that gives the authority; empty if none was stated.
    directory_date : str
        Month of the postcode directory that was indexed, ``YYYY-MM``.
    inputs : tuple of mapping
        ``name``, ``vintage``, ``sha256``, ``source`` and ``licence`` of each table used.
    """

    id: str
    purpose: Purpose
    council: str
    title: str
    option: str
    method: str
    anchor: str
    parameters: Mapping[str, Any] = field(hash=False)
    zone_system: ZoneSystem
    zones: tuple[str, ...]
    districts: tuple[str, ...]
    whole_districts: bool
    boundary_sha256: str
    effective_from: str
    approved_by: str
    role: str
    approved_on: str
    reason: str
    directory_date: str
    software: str
    inputs: tuple[Mapping[str, str], ...] = field(default=(), hash=False)
    borderline_m: float = BORDERLINE_M
    borderline_min: float | None = None
    effective_to: str | None = None
    supersedes: str | None = None
    minute: str = ""
    format: int = FORMAT

    def __post_init__(self) -> None:
        """Validate; report every fault in one error."""
        faults = [*text_faults(self), *date_faults(self), *area_faults(self)]
        if faults:
            raise SchemaError(f"definition {str(self.id)[:80]!r}", faults)

    @property
    def terms_sha256(self) -> str:
        """SHA-256 of the terms; the same for every edition: 64 hexadecimal digits."""
        document = self.as_document()
        terms = {key: value for key, value in document.items() if key not in _EDITION}
        return hashlib.sha256(canonical_json(terms)).hexdigest()

    @property
    def last_day(self) -> str:
        """
        Last day in force, as stated in the definition.

        ``YYYY-MM-DD``; ``9999-12-31`` until further notice.
        """
        return self.effective_to or FOREVER

    def as_document(self) -> dict[str, Any]:
        """
        Return the definition as a dictionary of JSON types.

        Every attribute, by name; ``borderline_min`` only if stated, so that the fingerprints of
        older definitions stay the same.
        """
        document = {f.name: getattr(self, f.name) for f in fields(self)}
        if self.borderline_min is None:
            del document["borderline_min"]
        document["parameters"] = _json_value(self.parameters)
        document["inputs"] = [dict(table) for table in self.inputs]
        return document | {"zones": list(self.zones), "districts": list(self.districts)}

    @property
    def approver(self) -> str:
        """Return who approved it, with the post; without one, the record holds the mere role."""
        named = self.approved_by
        return named if self.role == "approver" else f"{named}, {self.role}"

    def boundary(self, last_day: str | None = None) -> Boundary:
        """
        Return the boundary to check postcodes against.

        ``last_day``: last day in force as it turned out, which the file cannot know: the definition
        may have been superseded or withdrawn since. None for the day that it states. With a
        sentence that names the definition, its dates and its approver.
        """
        held = period_in_words(self.effective_from, last_day or self.last_day)
        standing = (
            f"This is the answer under the definition {self.id} ({_FOR[self.purpose]}), {held}, "
            f"approved by {self.approver}."
        )
        return Boundary(
            id=self.id,
            zones=frozenset(self.zones),
            zone_system=self.zone_system,
            area=f"the area '{self.title}'",
            basis=standing,
            borderline_m=self.borderline_m,
            drive=self._drive(),
        )

    @property
    def minutes_from(self) -> str:
        """Return the name of the point that minutes by road are counted from."""
        central = f"the centre of {spoken_name(self.anchor)}"
        return str(self.parameters.get(MINUTES_FROM, central))

    def _drive(self) -> DriveLimit | None:
        if self.borderline_min is None:
            return None
        return drive_limit(self.method, self.parameters, self.anchor, self.borderline_min)


def definition_of(document: Mapping[str, Any]) -> Definition:
    """
    Create a definition from the result of :meth:`Definition.as_document`.

    SchemaError if keys are missing or unknown, or values are not allowed.
    """
    names = {f.name for f in fields(Definition)}
    other = sorted((set(document) ^ names) - {"borderline_min"})
    if other:
        raise SchemaError("definition", [f"missing or unknown keys: {', '.join(other)}"])
    values = dict(document)
    for name in ("zones", "districts", "inputs"):
        if not isinstance(values[name], list):
            raise SchemaError("definition", [f"{name} must be a list"])
        values[name] = tuple(values[name])
    return Definition(**values)


def canonical_json(document: Any) -> bytes:
    """
    Serialise JSON types so that equal values give equal bytes.

    ``document``: values of JSON types; NaN is refused. Returns JSON in UTF-8, with sorted keys and
    without spaces.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": "£"}).decode()
    '{"a":"£","b":1}'
    """
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8")


def require_day(text: str, what: str) -> str:
    """
    Validate a day.

    ``what``: name of the value in the error message. SchemaError if it is not a calendar date.
    """
    if not is_day(text):
        raise SchemaError(what, [f"must be a date such as 2026-04-01, not {text!r}"])
    return text


def day_name(day: str) -> str:
    """
    Format a day in words, such as ``1 April 2026``.

    Examples
    --------
    >>> day_name("2026-04-01")
    '1 April 2026'
    """
    from localarea.classify.sentences import month_name

    year, month, number = (int(part) for part in day.split("-"))
    return f"{number} {month_name(year * 100 + month)}"


def period_in_words(first_day: str, last_day: str) -> str:
    """
    Say in the middle of a sentence when a definition is in force.

    ``first_day``, ``last_day``: days, ``YYYY-MM-DD``; the last is before the first if it ended
    before it began. Returns the words, without a comma before or after.

    Examples
    --------
    >>> period_in_words("2026-04-01", FOREVER), period_in_words("2026-04-01", "2027-03-31")
    ('in force from 1 April 2026', 'in force from 1 April 2026 until 31 March 2027')
    >>> period_in_words("2026-04-01", "2026-03-31")
    'which was to be in force from 1 April 2026 and was withdrawn before'
    """
    begins = day_name(first_day)
    if last_day < first_day:
        return f"which was to be in force from {begins} and was withdrawn before"
    return f"in force from {begins}{'' if last_day == FOREVER else f' until {day_name(last_day)}'}"


def _json_value(value: Any) -> Any:
    """Convert parameters to JSON types."""
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): _json_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [
            _json_value(inner)
            for inner in (sorted(value) if isinstance(value, set | frozenset) else value)
        ]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
