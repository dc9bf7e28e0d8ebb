"""
Letters: an answer with a reference, by which whoever holds it can have it verified later.

The postcode of a letter is not kept, only a hash of it with a key: somebody who has the letter
can show that the postcode in it is the one that was checked, and nobody can read it here.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final

from localarea.decisions.receipts import Receipt, keep_receipt, new_reference, receipt
from localarea.errors import NotFoundError, PostcodeFormatError
from localarea.geo.postcodes import parse_postcode
from localarea.service import clock
from localarea.service.auth.secret_key import read_secret

if TYPE_CHECKING:
    from localarea.classify.boundary import Boundary
    from localarea.records import Verdict
    from localarea.service.auth.identity import Identity
    from localarea.service.state import State

_HASH: Final = "postcode_hmac_sha256"


def keep_letter(
    state: State, identity: Identity, verdict: Verdict, boundary: Boundary, *, day: str
) -> Receipt:
    """Keep what a letter says, without its postcode."""
    reference = new_reference()
    document: dict[str, Any] = {
        "answer": verdict.status,
        "borderline": verdict.borderline,
        "reason": verdict.reason,
        "definition": verdict.definition,
        "area": boundary.area.removeprefix("the area ").strip("'"),
        "day": day,
        "directory_date": verdict.directory_date,
        "version": state.version,
        _HASH: _hash(state, reference, verdict.postcode),
    }
    return keep_receipt(
        state.database,
        kind="answer",
        document=document,
        actor=identity.acting("check"),
        now=clock.now(),
        reference=reference,
    )


def read_letter(state: State, reference: str) -> Receipt:
    """
    Find what was kept of a letter.

    Raises
    ------
    InputError, NotFoundError
        If it is no reference, or none of a letter.
    """
    with state.database.reading() as connection:
        found = receipt(connection, reference)
    if found.kind != "answer" or _HASH not in found.document:
        raise NotFoundError("this is the reference of a file, not of a letter")
    return found


def is_of_postcode(state: State, letter: Receipt, text: str) -> bool:
    """Tell whether a letter was about a postcode."""
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        return False
    made = _hash(state, letter.reference, parsed.postcode)
    return hmac.compare_digest(made, str(letter.document[_HASH]))


def _hash(state: State, reference: str, postcode: str) -> str:
    """
    Hash a postcode for one letter.

    The key is that of the deployment, which is not in the record; without one, on a computer
    that only its user can reach, the reference alone keeps equal postcodes apart.
    """
    settings = state.settings
    secret = read_secret(settings.secret_key, settings.secret_key_file) or ""
    said = f"{reference} {''.join(postcode.split()).upper()}"
    return hmac.new(f"letter {secret}".encode(), said.encode(), hashlib.sha256).hexdigest()
