"""Tags of what is sent (RFC 9110, 8.8.3), by which a client is told that it has it already."""

from __future__ import annotations

from typing import Final

_WEAK: Final = "W/"
# A 304 says what the whole answer varies by, for the cache that holds it.
VARIES: Final = {"Vary": "Accept-Encoding"}


def has_already(if_none_match: str | None, tag: str) -> bool:
    """
    Check whether a client has what a tag is of.

    A proxy that compresses an answer makes its tag a weak one, and such a tag fits too (13.1.2).
    """
    if if_none_match is None:
        return False
    held = {one.strip().removeprefix(_WEAK) for one in if_none_match.split(",")}
    return "*" in held or tag.removeprefix(_WEAK) in held
