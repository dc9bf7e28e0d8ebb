"""
Receipts: what was checked, against what, when and by whom. Never a postcode.

A receipt is found by its reference, which cannot be guessed, or by the SHA-256 of a file that it
names. It cannot be changed or deleted, and the audit log has an entry for each.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.schema import RECEIPTS
from localarea.definitions.model import canonical_json
from localarea.errors import InputError, NotFoundError
from localarea.geo.addresses import find_postcodes
from localarea.hashing import text_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database
    from localarea.decisions.record.audit import Ledger
    from localarea.decisions.record.roles import Actor

ReceiptKind = Literal["file", "answer"]
KINDS: Final[tuple[ReceiptKind, ...]] = get_args(ReceiptKind)
MOST_BYTES: Final = 100_000  # of a document; the receipt of a file has a few thousand
_MOST_FOUND: Final = 20  # receipts of one file
# Leaves out characters that are easily confused, because references are typed from paper.
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS: Final = 7  # of four characters: 31 ** 28 is more than 2 ** 138
_GROUP: Final = 4
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """
    A receipt as it was stored.

    Attributes
    ----------
    reference : str
        Seven groups of four characters with hyphens between them.
    document : dict
        What was checked, and against what; JSON values without any postcode.
    by : str
        Who had it checked. Show it only to people who are signed in.
    at : str
        When it was stored, ISO 8601 in UTC.
    """

    reference: str
    kind: ReceiptKind
    document: dict[str, Any]
    by: str
    at: str


def new_reference() -> str:
    """Make a reference that cannot be guessed: seven groups of four characters, 138 random bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def parse_reference(text: str) -> str:
    """
    Return a reference in its usual form.

    ``text``: as typed: capitals, spaces and missing hyphens do not matter. InputError if it does
    not have the form of a reference.

    Examples
    --------
    >>> parse_reference("2345 6789 ABCD efgh jkmn-pqrs-tuvw")
    '2345-6789-abcd-efgh-jkmn-pqrs-tuvw'
    """
    plain = "".join(text.split()).replace("-", "").casefold()
    if len(plain) != _GROUPS * _GROUP or set(plain) - set(_ALPHABET):
        raise InputError(
            f"a reference has {_GROUPS} groups of {_GROUP} letters and digits, without "
            "0, 1, i, l and o; copy it from the receipt or the letter",
            parameter="reference",
        )
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def keep_receipt(
    database: Database,
    *,
    kind: ReceiptKind,
    document: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    reference: str | None = None,
    input_sha256: str | None = None,
    result_sha256: str | None = None,
) -> StoredReceipt:
    """
    Store a receipt and enter it in the audit log.

    Parameters
    ----------
    document : mapping
        What was checked, and against what; JSON values without any postcode.
    now : datetime.datetime
        Current time, timezone-aware.
    reference : str, optional
        Reference made before by :func:`new_reference`, because the result already names it.
    input_sha256, result_sha256 : str, optional
        SHA-256 of the file that was checked and of its result, by which it can be found.

    Raises
    ------
    InputError
        If the document holds a postcode, is too large, or an argument is not valid.
    """
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        return enter_receipt(
            ledger,
            kind=kind,
            document=document,
            reference=reference,
            input_sha256=input_sha256,
            result_sha256=result_sha256,
        )


def enter_receipt(
    ledger: Ledger,
    *,
    kind: ReceiptKind,
    document: Mapping[str, Any],
    reference: str | None = None,
    input_sha256: str | None = None,
    result_sha256: str | None = None,
) -> StoredReceipt:
    """
    Store a receipt as part of a change in progress, whose actor and time are those of the receipt.

    The other arguments, the result and the errors are those of :func:`keep_receipt`.
    """
    if kind not in KINDS:
        raise InputError(f"a receipt is of a {' or an '.join(KINDS)}, not of {kind!r}")
    hashes = {"input_sha256": input_sha256, "result_sha256": result_sha256}
    for text in hashes.values():
        _require_sha256(text)
    name = new_reference() if reference is None else parse_reference(reference)
    text = canonical_json(dict(document)).decode("utf-8")
    _require_fit(document, text)
    ledger.connection.execute(
        sa.insert(RECEIPTS).values(
            reference=name, kind=kind, document=text, by=ledger.actor.name, at=ledger.at, **hashes
        )
    )
    facts = {"kind": kind, "sha256": text_sha256(text)}
    ledger.record("keep_receipt", f"receipt:{name}", facts)
    return StoredReceipt(name, kind, json.loads(text), ledger.actor.name, ledger.at)


def receipt(connection: Connection, reference: str) -> StoredReceipt:
    """
    Look up a receipt by its reference, as typed.

    InputError if it does not have the form of a reference. NotFoundError if there is no such
    receipt.
    """
    name = parse_reference(reference)
    query = sa.select(RECEIPTS).where(RECEIPTS.c.reference == name)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFoundError(
            "there is no receipt with this reference; copy it once more, and check that it was "
            "given by this service"
        )
    return _receipt(row)


def receipts_of(connection: Connection, sha256: str) -> list[StoredReceipt]:
    """
    Look up the receipts that name a file, as what was checked or as the result.

    The latest twenty, newest first; empty if no file with this hash was checked here. InputError if
    it does not have the form of a SHA-256.
    """
    wanted = sha256.strip().casefold()
    _require_sha256(wanted)
    query = (
        sa.select(RECEIPTS)
        .where((RECEIPTS.c.input_sha256 == wanted) | (RECEIPTS.c.result_sha256 == wanted))
        .order_by(RECEIPTS.c.at.desc(), RECEIPTS.c.reference)
        .limit(_MOST_FOUND)
    )
    return [_receipt(row) for row in connection.execute(query).mappings()]


def _require_sha256(text: str | None) -> None:
    if text is not None and (len(text) != hashlib.sha256().digest_size * 2 or set(text) - _HEX):
        raise InputError(
            "a SHA-256 has 64 hexadecimal digits; copy all of them", parameter="sha256"
        )


def _require_fit(document: Mapping[str, Any], text: str) -> None:
    if len(text.encode("utf-8")) > MOST_BYTES:
        raise InputError(f"a receipt has at most {MOST_BYTES:,} bytes")
    if any(find_postcodes(part) for part in _texts(document)):  # the text is not repeated here
        raise InputError("a receipt holds no postcode; leave out the text that has one")


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a document, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _receipt(row: RowMapping) -> StoredReceipt:
    return StoredReceipt(
        row["reference"], row["kind"], json.loads(row["document"]), row["by"], row["at"]
    )
