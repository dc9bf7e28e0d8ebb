"""Parse columns of postcodes and months as the ONS writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from localarea.datasets.publishers._delimited import Faults, Wanted
from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import INWARD_SLOTS, LETTER_PAIRS, outward_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

POSTCODE: Final = Wanted("postcode", ("pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode"))
_INWARD: Final = re.compile(r"\d[A-Z]{2}", re.ASCII)
_MONTH: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])", re.ASCII)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INVALID: Final = -(1 << 40)  # a key with either half invalid stays negative


def keys_of(postcodes: pa.Array, faults: Faults) -> pa.Array:
    """Return the keys of postcodes as publishers write them: 7 or 8 characters, or one space."""
    compact = pc.utf8_upper(pc.replace_substring(postcodes.fill_null(""), " ", ""))
    outward = pc.dictionary_encode(pc.utf8_slice_codeunits(compact, 0, -3))
    inward = pc.dictionary_encode(pc.utf8_slice_codeunits(compact, -3))
    first = _numbered(outward, _outward_slot)
    second = _numbered(inward, _inward_slot)
    bad = ((first < 0) | (second < 0)) & np.asarray(postcodes.is_valid())
    examples = postcodes.filter(pa.array(bad)).slice(0, 3).to_pylist() if bad.any() else []
    faults.rows(int(bad.sum()), "have no postcode", examples)
    return pa.array(
        np.where(bad, 0, np.maximum(first * INWARD_SLOTS + second, 0)).astype(np.uint32)
    )


def _numbered(coded: pa.DictionaryArray, number: Any) -> NDArray[np.int64]:
    numbers = np.array([number(t) for t in coded.dictionary.to_pylist()], dtype=np.int64)
    index = coded.indices.to_numpy(zero_copy_only=False)
    return numbers[index] if len(numbers) else np.zeros(0, dtype=np.int64)


def _outward_slot(text: str) -> int:
    try:
        return outward_number(text)
    except (PostcodeFormatError, IndexError, ValueError):
        return _INVALID


def _inward_slot(text: str) -> int:
    if not _INWARD.fullmatch(text):
        return _INVALID
    return int(text[0]) * LETTER_PAIRS + _LETTERS.index(text[1]) * 26 + _LETTERS.index(text[2])


def months_of(column: pa.Array, faults: Faults) -> pa.Array:
    """Return months as yyyymm; null where blank."""
    coded = pc.dictionary_encode(column)
    texts = coded.dictionary.to_pylist()
    strange = [t for t in texts if not _MONTH.fullmatch(t)]
    if strange:
        shown = ", ".join(repr(t) for t in strange[:3])
        faults.add(f"{len(strange)} months of termination are not valid, such as {shown}")
    months = [int(t) if _MONTH.fullmatch(t) else None for t in texts]
    return pa.array(months, pa.int32()).take(coded.indices)
