"""Load the sealed verdicts of a definition for bulk checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.classify.codes import NEAR_BOUNDARY, NEAR_LIMIT
from localarea.classify.index import WORDS, PostcodeIndex
from localarea.classify.verdicts import VerdictIndex, verdicts_of_codes
from localarea.definitions.postcode_rows import NO_ROAD
from localarea.geo.postcodes import OUTWARD_SLOTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.definitions.geopackage import OpenDefinition


def read_sealed_verdicts(opened: OpenDefinition) -> VerdictIndex:
    """Read the verdict of every postcode: the sealed verdicts."""
    outwards, sizes, bits = [], [], []
    names = ["codes", "zones", "districts", "ended"]
    if opened.definition.borderline_min is not None:
        names += ["metres", "minutes"]
    columns: dict[str, list[np.ndarray]] = {name: [] for name in names}
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
    near = _near(opened, whole) if opened.definition.borderline_min is not None else None
    return verdicts_of_codes(index, whole["codes"], near)


def _near(opened: OpenDefinition, rows: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8] | None:
    """Return the borderline flags of postcodes, from the sealed distances and minutes."""
    boundary = opened.definition.boundary()
    if boundary.drive is None:
        return None
    metres, minutes = rows["metres"], rows["minutes"].astype(np.int32)
    minutes[minutes >= NO_ROAD] = -1
    by_boundary = (metres >= 0) & (metres <= boundary.borderline_m)
    by_limit = boundary.drive.near(minutes)
    near: NDArray[np.uint8] = by_boundary * np.uint8(NEAR_BOUNDARY)
    near |= by_limit * np.uint8(NEAR_LIMIT)
    return near
