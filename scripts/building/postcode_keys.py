"""The integer key of a postcode, for millions at once (one at a time: localarea.geo.postcodes)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

A, ZERO, NINE = 65, 48, 57
LONGEST = 7  # characters of a postcode without its space
KEYS_OF_ONE_OUTWARD = 10 * 26 * 26


def postcode_keys(postcodes: pd.Series | Sequence[str]) -> np.ndarray:
    """
    Return the sorted-order-preserving uint32 key of each postcode.

    The texts are of a directory: upper case, with or without spaces. The key is
    ``((((a*27+b)*12+c)*37+d)*10+i)*676 + l1*26 + l2``, as in localarea.geo.postcodes.
    """
    compact = np.char.replace(np.asarray(postcodes, dtype="S8"), b" ", b"").astype("S7")
    letters = compact.view(np.uint8).reshape(-1, LONGEST).astype(np.int64)
    rows, length = np.arange(len(letters)), (letters > 0).sum(axis=1)
    _require_lengths(compact, length)
    inward = [letters[rows, length - back] for back in (3, 2, 1)]
    outward_length = length - 3
    two_letters = letters[:, 1] > NINE
    second = np.where(two_letters, letters[:, 1] - A + 1, 0)
    at = np.where(two_letters, 2, 1)
    third = _third_digit(letters[rows, at])
    fourth = np.where(outward_length > at + 1, _fourth_digit(letters[rows, at + 1]), 0)
    outward = (((letters[:, 0] - A) * 27 + second) * 12 + third) * 37 + fourth
    tail = (inward[0] - ZERO) * 676 + (inward[1] - A) * 26 + (inward[2] - A)
    return (outward * KEYS_OF_ONE_OUTWARD + tail).astype(np.uint32)


def _require_lengths(compact: np.ndarray, length: np.ndarray) -> None:
    wrong = compact[(length < 5) | (length > LONGEST)]
    if len(wrong):
        raise SchemaError("postcode directory", [f"{wrong[0]!r} has not the length of a postcode"])


def _third_digit(byte: np.ndarray) -> np.ndarray:
    """Return 0-9 for a digit; R and T stand only in GIR 0AA and NPT, the old codes of Newport."""
    return np.select([byte <= NINE, byte == ord("R"), byte == ord("T")], [byte - ZERO, 10, 11])


def _fourth_digit(byte: np.ndarray) -> np.ndarray:
    """Return 1-10 for a digit and 11-36 for a letter; 0 is for none."""
    return np.where(byte <= NINE, byte - ZERO + 1, byte - A + 11)
