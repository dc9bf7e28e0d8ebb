"""Postcodes within longer text, such as the last line of an address."""

from __future__ import annotations

import re
from typing import Final

from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import MALFORMED, WHOLE, parse_postcode, read_cell

# A well-formed postcode that no letter or digit touches. Typing slips are not corrected here: in
# free text, too many words would look like one.
_SHAPE: Final = re.compile(
    r"(?<![A-Z0-9])([A-Z]{1,2}[0-9][A-Z0-9]?)[ \u00a0]{0,2}([0-9][A-Z]{2})(?![A-Z0-9])",
    re.IGNORECASE,
)
_LONGEST_ADDRESS: Final = 2_000  # characters; longer text is not an address


def find_postcodes(text: str) -> tuple[str, ...]:
    """
    Find the postcodes in a text.

    ``text``: an address or other text; only its first 2,000 characters are searched. In the usual
    form and in order of appearance, without repeats. They need not exist.

    Examples
    --------
    >>> find_postcodes("Rowan House, 33 Sheepen Road, Colchester co3 3wg")
    ('CO3 3WG',)
    >>> find_postcodes("Unit B2, Colchester")
    ()
    """
    found: dict[str, None] = {}
    for outward, inward in _SHAPE.findall(text[:_LONGEST_ADDRESS]):
        try:
            parsed = parse_postcode(f"{outward} {inward}")
        except PostcodeFormatError:
            continue
        if parsed.corrected is None:
            found[parsed.postcode] = None
    return tuple(found)


def read_cell_or_address(text: str) -> tuple[int, int, bool]:
    """
    Parse a cell that holds a postcode, an address with one in it, or words instead of one.

    As :func:`localarea.geo.postcodes.read_cell`. Text that it cannot parse is searched for a single
    postcode, and then taken for what `localarea.geo.unread` finds: ``SEVERAL``, ``WITHHELD`` or
    ``ABROAD``, or ``OUTWARD`` for a sector.

    Examples
    --------
    >>> read_cell_or_address("33 Sheepen Road, CO3 3WG") == read_cell("CO3 3WG")
    True
    >>> read_cell_or_address("CO1 1") == read_cell("CO1")
    True
    """
    reading = read_cell(text)
    if reading[0] != MALFORMED:
        return reading
    within = find_postcodes(text)
    if len(within) == 1:
        key = parse_postcode(within[0]).key
        return reading if key is None else (WHOLE, key, False)
    from localarea.geo.unread import read_unread  # only where needed, for a quick start

    found = read_unread(text, len(within))
    return reading if found is None else (found.code, found.number, False)
