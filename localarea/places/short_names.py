"""
Usual abbreviations of counties and of what stands before a name, written out.

``Herts`` is the beginning of one name in "shire" alone, with an s, and so it is of most counties:
only those that are none need a list. ``N Yorks`` and ``NE Lincs`` have a point of the compass.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from localarea.places.former_counties import FORMER
from localarea.places.gazetteer import Gazetteer, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Abbreviations that are not the beginning of the name.
_IRREGULAR: Final = {
    "hants": "hampshire",
    "middx": "middlesex",
    "northants": "northamptonshire",
    "northumb": "northumberland",
    "oxon": "oxfordshire",
    "salop": "shropshire",
    "warks": "warwickshire",
}
_FIRST: Final = {
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "ne": "north east",
    "nw": "north west",
    "co": "county",
    "lb": "london borough of",
}
_SHORTEST: Final = 3  # letters before the s: "Hes" could be many
_AFTER: Final = {"and", "of"}  # words behind which an abbreviated point of the compass may stand


def written_out(name: str, gazetteer: Gazetteer, counties: Iterable[str] = ()) -> str | None:
    """
    Return a name with its abbreviations written out, folded; None if it has none.

    Parameters
    ----------
    counties : iterable of str
        Names of counties, beside those of districts and of former counties.
    """
    words = fold(name).split()
    if words[:2] in (["n", "e"], ["n", "w"]):  # N. E. Lincs
        words[:2] = ["".join(words[:2])]
    shires = _shires(gazetteer, tuple(counties))
    leads = [place == 0 or words[place - 1] in _AFTER for place in range(len(words))]
    found = [
        _FIRST[word] if lead and word in _FIRST and len(words) > 1 else _county(word, shires)
        for word, lead in zip(words, leads, strict=True)
    ]
    return " ".join(found) if found != words else None


def _county(word: str, shires: frozenset[str]) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= _SHORTEST or not word.endswith("s"):
        return word
    begun = [shire for shire in shires if shire.startswith(word[:-1])]
    return begun[0] if len(begun) == 1 else word


@lru_cache(maxsize=8)
def _shires(gazetteer: Gazetteer, counties: tuple[str, ...]) -> frozenset[str]:
    """Return the words in "shire" of all names of districts and counties."""
    former = (was.name for was in gazetteer.former)
    names = (*gazetteer.districts.values(), *former, *counties, *(one.name for one in FORMER))
    return frozenset(
        word for name in names for word in fold(name).split() if word.endswith("shire")
    )
