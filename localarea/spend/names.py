"""Spellings of one name: of payees, categories and sizes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

NOT_STATED: Final = "not stated"
_SIGNS: Final = re.compile(r"[\W_]+")
_APOSTROPHES: Final = re.compile(r"['\u2019.]")
_SHORT: Final = {"limited": "ltd", "company": "co", "and": "", "the": ""}
_PLC: Final = "public ltd co"


class Groups(NamedTuple):
    """
    Rows by name.

    Attributes
    ----------
    of_row : numpy.ndarray of int, shape (n_rows,)
        Position in ``names`` of the name of each row.
    names : list of str
        Each name once, in its most usual spelling; `NOT_STATED` for a blank one.
    """

    of_row: NDArray[np.intp]
    names: list[str]


def fold_name(name: str) -> str:
    """
    Reduce the name of a firm to what its spellings have in common.

    Examples
    --------
    >>> fold_name("The A. Smith & Sons Limited") == fold_name("A SMITH AND SONS LTD")
    True
    """
    words = _SIGNS.sub(" ", _APOSTROPHES.sub("", name.casefold())).split()
    plain = " ".join(filter(None, (_SHORT.get(word, word) for word in words)))
    return plain.replace(_PLC, "plc") or " ".join(words)


def fold_text(text: str) -> str:
    """
    Reduce a text to what its spellings have in common.

    Examples
    --------
    >>> fold_text("Repairs & Maintenance"), fold_text("REPAIRS  &  MAINTENANCE")
    ('repairs maintenance', 'repairs maintenance')
    """
    return " ".join(_SIGNS.sub(" ", text.casefold()).split())


def group_rows(
    positions: NDArray[Any], texts: Sequence[str], fold: Callable[[str], str] = fold_text
) -> Groups:
    """
    Group rows by the name that their texts are spellings of.

    Parameters
    ----------
    positions : numpy.ndarray of int, shape (n_rows,)
        Position of the text of each row.
    fold : callable
        What the spellings of a name have in common.

    Returns
    -------
    Groups
        Names in the order of what their spellings have in common, so that the order of rows does
        not matter.
    """
    times = np.bincount(positions, minlength=len(texts)).tolist()
    spellings: dict[str, Counter[str]] = {}
    for text, count in zip(texts, times, strict=True):
        if count:
            spellings.setdefault(fold(text), Counter())[text] += count
    keys = {key: at for at, key in enumerate(sorted(spellings))}
    names = [_usual(spellings[key]) if key else NOT_STATED for key in keys]
    group = np.array([keys.get(fold(text), 0) for text in texts], np.intp)
    return Groups(group[positions] if len(texts) else positions.astype(np.intp), names)


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda text: (-spellings[text], text))
