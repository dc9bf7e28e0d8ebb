"""Fill columns of places from the postcodes sealed in a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.classify.index import WORDS, PostcodeIndex
from localarea.classify.loaded import LoadedPlaces
from localarea.classify.place_rows import PlaceColumns, near_flags
from localarea.classify.verdicts import verdicts_of_codes
from localarea.definitions.postcode_rows import NO_MINUTES, NO_ROAD
from localarea.geo.postcodes import OUTWARD_SLOTS
from localarea.options.minutes.encoding import NO_PLACE, NOT_REACHED

if TYPE_CHECKING:
    from localarea.classify.boundary import Boundary
    from localarea.classify.place_rows import PlaceLists
    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.postcode_rows import PostcodeRows

_COLUMNS = tuple(name for name in PlaceColumns.__slots__ if name != "lists")


def sealed_columns(rows: PostcodeRows, boundary: Boundary, lists: PlaceLists) -> PlaceColumns:
    """Return the columns of one outward code."""
    tenths = rows.minutes.astype(np.int32)
    tenths[tenths == NO_ROAD] = NOT_REACHED
    tenths[tenths == NO_MINUTES] = NO_PLACE
    return PlaceColumns(
        lists,
        zones=rows.zones,
        districts=rows.districts,
        ended=rows.ended,
        eastings=rows.eastings,
        northings=rows.northings,
        metres=rows.metres,
        tenths=tenths,
        codes=rows.codes,
        near=near_flags(boundary, rows.metres, tenths).astype(np.uint8),
    )


def load_sealed_places(opened: OpenDefinition, lists: PlaceLists) -> LoadedPlaces:
    """Read every postcode of a definition, once."""
    boundary = opened.definition.boundary()
    outwards, sizes, bits = [], [], []
    parts: list[PlaceColumns] = []
    for outward, rows in opened.all_rows():
        flags = np.zeros(WORDS * 64, bool)
        flags[rows.slots] = True
        outwards.append(outward)
        sizes.append(len(rows.slots))
        bits.append(np.packbits(flags, bitorder="little").view(np.uint64))
        parts.append(sealed_columns(rows, boundary, lists))
    columns = PlaceColumns(
        lists, **{name: np.concatenate([getattr(p, name) for p in parts]) for name in _COLUMNS}
    )
    words = np.concatenate(bits)
    counts = np.bitwise_count(words).astype(np.uint32)
    blocks = np.full(OUTWARD_SLOTS, -1, np.int16)
    blocks[outwards] = np.arange(len(outwards))
    index = PostcodeIndex(
        blocks=blocks,
        outwards=np.array(outwards, np.int32),
        first_rows=(np.cumsum(sizes) - sizes).astype(np.int32),
        bits=words,
        ranks=np.cumsum(counts, dtype=np.uint32) - counts,
        zones=columns.zones,
        zone_codes=tuple(code for code, _ in opened.lists["zones"]),
        districts=columns.districts,
        district_codes=tuple(code for code, _ in opened.lists["districts"]),
        ended=columns.ended,
        endings=tuple((first, last) for first, last in opened.lists["endings"]),
        zone_system=opened.definition.zone_system,
    )
    near = None if boundary.drive is None else columns.near
    return LoadedPlaces(verdicts_of_codes(index, columns.codes, near), columns)
