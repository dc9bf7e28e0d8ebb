"""A definition's postcodes laid out for millions of look-ups, an outward code at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.classify.index import WORDS, PostcodeIndex
from localarea.classify.verdicts import VerdictIndex, verdicts_of_codes
from localarea.geo.postcodes import OUTWARD_SLOTS

if TYPE_CHECKING:
    from localarea.classify.definition_file import OpenDefinition


def read_frozen_verdicts(opened: OpenDefinition) -> VerdictIndex:
    """
    Read the verdict of every postcode.

    Parameters
    ----------
    opened : OpenDefinition
        The file.

    Returns
    -------
    VerdictIndex
        The verdicts as they were frozen.
    """
    outwards, sizes, bits = [], [], []
    columns: dict[str, list[np.ndarray]] = {k: [] for k in ("codes", "zones", "districts", "ended")}
    for outward, rows in opened.all_rows():
        flags = np.zeros(WORDS * 64, bool)
        flags[rows.slots] = True
        outwards.append(outward)
        sizes.append(len(rows.slots))
        bits.append(np.packbits(flags, bitorder="little").view(np.uint64))
        for name, parts in columns.items():
            parts.append(getattr(rows, name))
    whole = {name: np.concatenate(parts) for name, parts in columns.items()}
    words = np.concatenate(bits)
    counts = np.bitwise_count(words).astype(np.uint32)
    blocks = np.full(OUTWARD_SLOTS, -1, np.int16)
    blocks[outwards] = np.arange(len(outwards))
    lists = opened.lists
    index = PostcodeIndex(
        blocks=blocks,
        outwards=np.array(outwards, np.int32),
        first_rows=(np.cumsum(sizes) - sizes).astype(np.int32),
        bits=words,
        ranks=np.cumsum(counts, dtype=np.uint32) - counts,
        zones=whole["zones"],
        zone_codes=tuple(code for code, _ in lists["zones"]),
        districts=whole["districts"],
        district_codes=tuple(code for code, _ in lists["districts"]),
        ended=whole["ended"],
        endings=tuple((first, last) for first, last in lists["endings"]),
        zone_system=opened.definition.zone_system,
    )
    return verdicts_of_codes(index, whole["codes"])
