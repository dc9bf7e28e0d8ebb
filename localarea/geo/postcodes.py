"""
Postcodes: parsing them as people type them, and the integer keys that stand for them.

The grammar is that of BS 7666, as the ONS Postcode Directory uses it. Parsing needs
no data: only the directory knows whether a postcode exists.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from localarea.errors import PostcodeFormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Postcode areas of the ONS Postcode Directory, and the two that it leaves out because they
# have no location: BF (British Forces) and BX (banks and tax offices).
_AREA_LIST = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL "
    "DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW "
    "KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH "
    "RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF "
    "WN WR WS WV YO ZE"
)
AREAS: Final = frozenset(_AREA_LIST.split())
NON_GEOGRAPHIC_AREAS: Final = frozenset({"BF", "BX"})
ABROAD_AREAS: Final = frozenset({"GX"})  # Gibraltar: the shape of a postcode, but no area of ours
# Codes of Bermuda (HM 11) that look like half a British postcode. No British district has two
# digits of which the first is 0, and no area is called HM or WK.
BERMUDA_AREAS: Final = ("CR", "DD", "DV", "FL", "GE", "HM", "HS", "MA", "PG", "SB", "SN", "WK")
BERMUDA_OUTWARDS: Final = frozenset(
    [f"{area}0{digit}" for area in BERMUDA_AREAS for digit in range(1, 10)]
    + [f"HM{number}" for number in range(10, 21)]
    + ["WK10"]
)
# Areas whose districts may end in a letter (EC1A, N1C, W1A); all are in London.
LETTER_DISTRICT_AREAS: Final = frozenset({"E", "EC", "N", "NW", "SE", "SW", "W", "WC"})
DISTRICT_LETTERS: Final = frozenset("ABCDEFGHJKMNPRSTUVWXY")
INWARD_LETTERS: Final = frozenset("ABDEFGHJLNPQRSTUWXYZ")  # never C I K M O V
WHOLE_OUTWARDS: Final = frozenset({"GIR", "NPT"})  # Girobank and old Newport, without a digit

# Typing and scanning errors, both ways. Several letters may stand for one digit.
DIGIT_FOR: Final = {"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
LETTERS_FOR: Final = {"0": "O", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B"}

# Result codes of a cell, where many are parsed at once.
WHOLE: Final = 0  # a postcode, returned with its key
OUTWARD: Final = 1  # an outward code, returned with its number
BLANK: Final = 2
MALFORMED: Final = 3
# 4 is that of the compiled parser, which asks the one here. What malformed text may turn out to
# be is in `localarea.geo.unread`.
SEVERAL: Final = 5  # more than one postcode
WITHHELD: Final = 6
ABROAD: Final = 7

SHORTEST_POSTCODE: Final = 5  # characters without the space: B1 1AA
LONGEST_POSTCODE: Final = 7

# An outward code is numbered in mixed radix, so that numbers sort as codes do: the first letter,
# the second letter or none, the first digit (or the R or T of GIR and NPT), the last character
# or none.
SECOND_SLOTS: Final = 27
THIRD_SLOTS: Final = 12
FOURTH_SLOTS: Final = 37
OUTWARD_SLOTS: Final = 26 * SECOND_SLOTS * THIRD_SLOTS * FOURTH_SLOTS
LETTER_PAIRS: Final = 26 * 26
INWARD_SLOTS: Final = 10 * LETTER_PAIRS
_THIRD = "0123456789RT"
_FOURTH = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SHAPES: Final = {2: ("A9",), 3: ("A99", "AA9", "A9A"), 4: ("AA99", "AA9A")}
_OUTWARD: Final = re.compile(r"([A-Z]{1,2})([0-9])([0-9A-Z]?)\Z")
_SIGNS_BEFORE: Final = re.compile(r"[^\w\"]*+(?=\w)")
_FORMULA_SIGNS: Final = frozenset("=+@")
_WORDS: Final = re.compile(r"[0-9A-Z]+")
_ASCII_UPPER: Final = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}
_BLANK = "it is blank"
_SHOWN = 60  # characters of the text that an error message quotes


@dataclass(frozen=True, slots=True)
class ParsedPostcode:
    """
    A parsed postcode, or its outward half.

    Attributes
    ----------
    postcode : str
        In the usual form, ``CO1 1JB``, or the outward code alone.
    outward : str
        Outward code, ``CO1``.
    inward : str or None
        Inward code, ``1JB``; None when only the outward code was given.
    key : int or None
        Integer of the postcode (see :func:`postcode_key`); None without an inward code.
    corrected : str or None
        The characters as typed, when a digit was typed for a letter or the other way
        round; None when nothing was corrected.
    """

    postcode: str
    outward: str
    inward: str | None
    key: int | None
    corrected: str | None = None


def parse_postcode(text: str) -> ParsedPostcode:
    """
    Parse a postcode as people type it.

    Case, spacing, punctuation, full-width characters and unusual spaces do not
    matter. A letter typed for a digit, or a digit for a letter, is corrected
    only when the text is not a postcode as it stands and exactly one correction
    makes it one.

    Returns
    -------
    ParsedPostcode
        The postcode, which need not exist.

    Raises
    ------
    PostcodeFormatError
        If the text is blank or cannot be a postcode.

    Examples
    --------
    >>> parse_postcode(" co1-1jb. ").postcode
    'CO1 1JB'
    >>> parse_postcode("CO1 IJB").corrected
    'CO1IJB'
    >>> parse_postcode("EC1A").inward is None
    True
    """
    words = _words_of(text)
    compact = "".join(words)
    if not compact:
        raise PostcodeFormatError(text[:_SHOWN], why=_BLANK)
    if SHORTEST_POSTCODE <= len(compact) <= LONGEST_POSTCODE:
        return _read_whole(text, compact, words)
    if 2 <= len(compact) <= 4 and _is_outward_shape(compact):
        return _read_outward(text, compact, words)
    raise PostcodeFormatError(text[:_SHOWN], why=_fault_of_length(len(compact)))


def read_cell(text: str) -> tuple[int, int, bool]:
    """
    Parse a table cell, returning a code instead of raising an error.

    ``WHOLE`` and the key, ``OUTWARD`` and the number of the outward code, or ``BLANK`` or
    ``MALFORMED`` and 0; and whether a typing slip was corrected.

    Examples
    --------
    >>> read_cell("CO1") == (OUTWARD, outward_number("CO1"), False)
    True
    """
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError as error:
        return (BLANK if error.why == _BLANK else MALFORMED), 0, False
    if parsed.key is None:
        return OUTWARD, outward_number(parsed.outward), False
    return WHOLE, parsed.key, parsed.corrected is not None


def _words_of(text: str) -> list[str]:
    """Return the runs of letters and digits, in capitals."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        if any(not c.isascii() and (c.isalnum() or unicodedata.combining(c)) for c in text):
            raise PostcodeFormatError(text[:_SHOWN], why="it has characters no postcode has")
    return _WORDS.findall(text.translate(_ASCII_UPPER))


def _read_whole(text: str, compact: str, words: list[str]) -> ParsedPostcode:
    exact = _is_postcode_shape(compact)
    if exact and _is_plausible(compact):
        return _parsed(compact)
    readings = _readings(compact, [compact] if exact else words)  # exact: gaps tell nothing
    if len(readings) == 1:
        return _parsed(readings.pop(), corrected=compact)
    if exact:  # well formed, but the area or district is unknown
        return _parsed(compact)
    why = "its letters and digits are not in the order of a postcode"
    if readings:
        shown = " or ".join(sorted(f"{r[:-3]} {r[-3:]}" for r in readings))
        why = f"it may be {shown}"
    raise PostcodeFormatError(text[:_SHOWN], why=why)


def _read_outward(text: str, compact: str, words: list[str]) -> ParsedPostcode:
    before = _SIGNS_BEFORE.match(text)  # =B2, but not ="B2", which Excel treats as text
    if before and not _FORMULA_SIGNS.isdisjoint(before[0]):
        raise PostcodeFormatError(text[:_SHOWN], why="it is a formula, not what it works out to")
    # "CO1 1" is a sector: the outward code CO1 and one more digit, not the outward code CO11.
    if len(words) > 1 and not (len(words) == 2 and words[0].isalpha()):
        raise PostcodeFormatError(text[:_SHOWN], why="its last two letters are missing")
    return ParsedPostcode(compact, compact, None, None)


def _parsed(compact: str, corrected: str | None = None) -> ParsedPostcode:
    outward, inward = compact[:-3], compact[-3:]
    key = postcode_key(outward, inward)
    return ParsedPostcode(f"{outward} {inward}", outward, inward, key, corrected)


def _fault_of_length(length: int) -> str:
    if length > LONGEST_POSTCODE:
        return "it is too long"
    return "it is too short" if length < SHORTEST_POSTCODE else "it has no postcode in it"


def _is_outward_shape(outward: str) -> bool:
    return outward in WHOLE_OUTWARDS or _OUTWARD.match(outward) is not None


def _is_postcode_shape(compact: str) -> bool:
    inward = compact[-3:]
    return _is_outward_shape(compact[:-3]) and inward[0].isdigit() and inward[1:].isalpha()


def _is_plausible(compact: str) -> bool:
    """Check text of the right shape against the rules of areas, districts and letters."""
    outward, inward = compact[:-3], compact[-3:]
    if not INWARD_LETTERS.issuperset(inward[1:]):
        return False
    found = _OUTWARD.match(outward)
    if found is None:
        return True  # GIR and NPT
    area, first, last = found.groups()
    if area not in AREAS:
        return False
    if last.isalpha():
        return area in LETTER_DISTRICT_AREAS and last in DISTRICT_LETTERS
    return not last or first != "0"


def _readings(compact: str, words: list[str]) -> set[str]:
    """
    Return every plausible postcode that differs from the text only by typing slips.

    A gap anywhere but before the last three characters rules a slip out: ``B11 1A``
    lacks a letter. Without a gap, the last two letters are not corrected for the
    same reason.
    """
    gap = len(words) == 2 and len(words[1]) == 3
    if len(words) > 1 and not gap:
        return set()
    inward_shape = "9AA" if gap else "9LL"
    return {
        reading
        for shape in _SHAPES[len(compact) - 3]
        for reading in _substitutions(compact, shape + inward_shape)
        if _is_plausible(reading)
    }


def _substitutions(compact: str, shape: str) -> Iterator[str]:
    """Generate every reading in which each character is of the kind that the shape requires."""
    choices = [_as_kind(c, kind) for c, kind in zip(compact, shape, strict=True)]
    return ("".join(chosen) for chosen in product(*choices))


def _as_kind(character: str, kind: str) -> str:
    if kind == "9":
        return character if character.isdigit() else DIGIT_FOR.get(character, "")
    if character.isalpha():
        return character
    return LETTERS_FOR.get(character, "") if kind == "A" else ""


def outward_number(outward: str) -> int:
    """
    Return the number of an outward code; numbers sort as codes do.

    Parameters
    ----------
    outward : str
        Outward code in capitals, such as ``CO1`` or ``GIR``.

    Returns
    -------
    int
        From 0 to 311,687.

    Raises
    ------
    PostcodeFormatError
        If it does not have the shape of an outward code.

    Examples
    --------
    >>> outward_number("B1") < outward_number("B10") < outward_number("BA1")
    True
    """
    if not _is_outward_shape(outward):
        raise PostcodeFormatError(outward[:_SHOWN], why="it is not an outward code")
    second = 1 + _LETTERS.index(outward[1]) if outward[1].isalpha() else 0
    tail = outward[2:] if second else outward[1:]
    fourth = _FOURTH.index(tail[1]) if len(tail) > 1 else 0
    first = _LETTERS.index(outward[0])
    third = _THIRD.index(tail[0])
    return ((first * SECOND_SLOTS + second) * THIRD_SLOTS + third) * FOURTH_SLOTS + fourth


def postcode_key(outward: str, inward: str) -> int:
    """
    Return the integer key of a postcode, below 2**32; keys sort as postcodes do.

    ``outward``, ``inward``: its halves in capitals. The key is the number of the outward code times
    6,760, plus the position of the inward code among the 6,760 possible ones.

    Examples
    --------
    >>> postcode_key("AB1", "0AA") < postcode_key("AB1", "0AB") < postcode_key("B1", "1AA")
    True
    """
    letters = _LETTERS.index(inward[1]) * 26 + _LETTERS.index(inward[2])
    return outward_number(outward) * INWARD_SLOTS + int(inward[0]) * LETTER_PAIRS + letters


def outward_of(number: int) -> str:
    """
    Return the outward code of a number; the inverse of :func:`outward_number`.

    Examples
    --------
    >>> outward_of(outward_number("EC1A"))
    'EC1A'
    """
    rest, fourth = divmod(number, FOURTH_SLOTS)
    rest, third = divmod(rest, THIRD_SLOTS)
    first, second = divmod(rest, SECOND_SLOTS)
    head = _LETTERS[first] + (_LETTERS[second - 1] if second else "")
    return head + _THIRD[third] + _FOURTH[fourth].strip()


def postcode_of(key: int) -> str:
    """
    Return the postcode of a key, in the usual form; the inverse of :func:`postcode_key`.

    Examples
    --------
    >>> postcode_of(postcode_key("CO1", "1JB"))
    'CO1 1JB'
    """
    number, slot = divmod(int(key), INWARD_SLOTS)
    digit, letters = divmod(slot, LETTER_PAIRS)
    return f"{outward_of(number)} {digit}{_LETTERS[letters // 26]}{_LETTERS[letters % 26]}"


def outward_range(outward: str) -> tuple[int, int]:
    """
    Return the range of keys of an outward code's postcodes.

    ``outward``: outward code in capitals. Returns the lowest key, and the key after the highest.

    Examples
    --------
    >>> low, high = outward_range("CO1")
    >>> low <= postcode_key("CO1", "1JB") < high
    True
    """
    low = outward_number(outward) * INWARD_SLOTS
    return low, low + INWARD_SLOTS
