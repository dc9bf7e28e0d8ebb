"""
The receipt of a check: what was checked, against what, and hashes of the result.

A receipt is no signature. It shows that a result was changed by accident or by somebody who knows
nothing of receipts; whoever writes a new receipt as well is found out only by one that is kept
elsewhere, such as in the record of the service.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from localarea.checking.rows.row_digest import SheetDigest
from localarea.errors import InputError
from localarea.geo.addresses import find_postcodes
from localarea.hashing import file_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localarea.classify.classifier import Classifier

FORM: Final = 1
_WITHHELD: Final = "(name left out, because it holds a postcode)"


@dataclass(frozen=True, slots=True)
class Basis:
    """
    What a file was checked against.

    Attributes
    ----------
    kind : {'definition', 'option'}
        Which of the two.
    title : str
        Name of the area.
    sha256 : str
        SHA-256 of the definition's file; for an option, of its zones, distances and tables.
    directory : str
        Month of the directory of postcodes, ``YYYY-MM``.
    holds_from, holds_to : str or None
        First and last day on which the definition is in force; None for an option, or where it
        holds until further notice. The last is before the first if it was withdrawn before it
        began.
    """

    kind: Literal["definition", "option"]
    id: str
    title: str
    sha256: str
    directory: str
    holds_from: str | None = None
    holds_to: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Mending:
    """
    What was mended in a result.

    Attributes
    ----------
    rows : int
        Number of rows that were mended.
    numbers : str
        Their numbers, such as ``Pay: 3, 17``.
    """

    rows: int
    numbers: str
    result_sha256: str
    rows_sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    The receipt of a checked file.

    Attributes
    ----------
    sheet : str
        Name of the sheet, or of several; empty for other files.
    digests : tuple of SheetDigest
        Of every sheet of the result but that of the receipt; empty if too large to be read.
    parts_sha256 : str
        For a workbook: SHA-256 of the parts of its package without the receipt.
    result_sha256 : str
        SHA-256 of the result, in a receipt beside it; a workbook cannot hold its own.
    mended : tuple of Mending
        What was mended, the first time first.
    reference : str
        Reference in the record of the service; empty if there is none.
    at, by : str
        When, and who had it checked; only in a receipt beside the result.
    """

    basis: Basis
    version: str
    input_sha256: str
    sheet: str
    column: str
    rows: int
    by_status: dict[str, int]
    by_reason: dict[str, int]
    borderline: int
    digests: tuple[SheetDigest, ...] = ()
    parts_sha256: str = ""
    result_sha256: str = ""
    mended: tuple[Mending, ...] = ()
    reference: str = ""
    at: str = field(default="")
    by: str = field(default="")

    def as_dict(self) -> dict[str, Any]:
        """
        Return the receipt as JSON values.

        ``receipt`` is the number of its form, ``seal`` the SHA-256 of the rest.
        """
        document = {"receipt": FORM, **asdict(self)}
        document["digests"] = [digest.as_dict() for digest in self.digests]
        document["mended"] = [asdict(each) for each in self.mended]
        return {**document, "seal": seal_of(document)}

    def record(self) -> dict[str, Any]:
        """
        Return what the record of the service keeps: no postcode, no row, no name of a file.

        As :meth:`as_dict`, without the hashes of rows and columns.
        """
        document = self.as_dict()
        document["digests"] = [
            {"sheet": each.sheet, "rows": each.rows, "sha256": each.sha256} for each in self.digests
        ]
        for name in ("by", "at"):  # columns of the record
            del document[name]
        plain: dict[str, Any] = _without_postcodes(document)
        return plain


def _without_postcodes(value: Any) -> Any:
    """Return JSON values without the texts that hold a postcode."""
    if isinstance(value, str):
        return without_postcode(value)
    if isinstance(value, dict):
        return {name: _without_postcodes(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_postcodes(inner) for inner in value]
    return value


def without_postcode(text: str) -> str:
    """Return a name, or, if there is a postcode in it, words that say why it was left out."""
    return _WITHHELD if find_postcodes(text) else text


def seal_of(document: Mapping[str, Any]) -> str:
    """
    Hash a receipt itself.

    ``document``: JSON values; ``seal`` is left out. Returns SHA-256 of its JSON with sorted keys
    and without spaces.
    """
    plain = {name: value for name, value in document.items() if name != "seal"}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def receipt_from(document: Mapping[str, Any]) -> Receipt:
    """
    Build a receipt from JSON values.

    ``document``: as :meth:`Receipt.as_dict` returns. InputError if it is not a receipt, is of a
    newer form, or was changed.
    """
    try:
        form = int(document["receipt"])
        if form > FORM:
            raise InputError(
                f"the receipt is of form {form}, and this version of localarea knows form {FORM}; "
                "install the version that wrote it, or a later one"
            )
        if document["seal"] != seal_of(document):
            raise InputError("the receipt itself was changed: its own hash does not match")
        values = {each.name: document[each.name] for each in fields(Receipt)}
        values["basis"] = Basis(**document["basis"])
        values["digests"] = tuple(map(SheetDigest.from_dict, document["digests"]))
        values["mended"] = tuple(Mending(**each) for each in document["mended"])
        return Receipt(**values)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("this is not a receipt of localarea") from error


def basis_of(classifier: Classifier, *, on: str | None = None) -> Basis:
    """
    Describe what a classifier checks against.

    A definition, or an option with the tables it was made from.
    """
    from localarea.definitions.model import FOREVER

    boundary, opened = classifier.boundary, classifier.opened
    title = boundary.title
    month = classifier.directory.date
    if opened is not None:
        made = opened.definition
        until = None if opened.last_day == FOREVER else str(opened.last_day)
        return Basis(
            *("definition", boundary.id, title, opened.sha256, month),
            holds_from=str(made.effective_from),
            holds_to=until,
            on=on,
        )
    identity = boundary.id.removeprefix("option:")
    return Basis("option", identity, title, _sha256_of_option(classifier), month, on=on)


def _sha256_of_option(classifier: Classifier) -> str:
    from localarea.datasets.store import default_store

    boundary, store = classifier.boundary, classifier.store or default_store()
    facts = {
        "id": boundary.id,
        "zones": sorted(boundary.zones),
        "zone_system": boundary.zone_system,
        "borderline_m": boundary.borderline_m,
        "drive": None if boundary.drive is None else asdict(boundary.drive),
        "anchor": None if classifier.minutes is None else classifier.minutes.anchor,
        "tables": {name: info.sha256 for name, info in store.registry.items()},
    }
    return seal_of(facts)


def sha256_of(path: Path) -> str:
    """Hash a file, or the files of a folder with their names."""
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.is_file())
        lines = (f"{sha256_of(each)}  {each.relative_to(path).as_posix()}\n" for each in files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    return file_sha256(path)


def stamped(receipt: Receipt, *, result: Path, at: str, by: str) -> Receipt:
    """
    Add what only a receipt beside a result has.

    ``at``, ``by``: when, and who had it checked. With the SHA-256 of the result.
    """
    return replace(receipt, result_sha256=sha256_of(result), at=at, by=by)
