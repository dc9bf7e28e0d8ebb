"""Fill columns of places from the postcodes sealed in a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.index import WORDS, PostcodeIndex
from localarea.classify.loaded import LoadedPlaces
from localarea.classify.place_rows import PlaceColumns, near_flags
from localarea.classify.verdicts import VerdictIndex, verdicts_of_codes
from localarea.definitions.postcode_rows import NO_MINUTES, NO_ROAD
from localarea.geo.postcodes import OUTWARD_SLOTS
from localarea.once import once_property
from localarea.options.minutes.encoding import NO_PLACE, NOT_REACHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.classify.place_rows import PlaceLists
    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.postcode_rows import PostcodeRows

_ALL: Final = tuple(name for name in PlaceColumns.__slots__ if name != "lists")

_NOTHING: Final = np.empty(0, np.int16)  # of a definition without a postcode


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


class SealedPlaces:
    """
    Every postcode of a definition; columns are read as they are needed, and once.

    Parameters
    ----------
    lists : PlaceLists
        What its positions refer to.
    """

    def __init__(self, opened: OpenDefinition, lists: PlaceLists) -> None:
        self._opened, self._lists = opened, lists
        self._boundary = opened.definition.boundary(opened.last_day)
        self._held: dict[str, NDArray[Any]] = {}
        self._outwards: dict[int, NDArray[np.int16]] = {}  # inward codes by outward code

    def columns(self, *names: str) -> list[NDArray[Any]]:
        """Return columns of `PlaceColumns`; those that are not held are read together."""
        parts: dict[str, list[NDArray[Any]]] = {n: [] for n in names if n not in self._held}
        if parts:
            for outward, rows in self._opened.all_rows():
                self._outwards[outward] = rows.slots
                filled = sealed_columns(rows, self._boundary, self._lists)
                for name, column in parts.items():
                    column.append(getattr(filled, name))
            while parts:  # one after another, so that little is held twice
                name, column = parts.popitem()
                self._held[name] = np.concatenate(column or [_NOTHING])
        return [self._held[name] for name in names]

    @once_property
    def verdicts(self) -> VerdictIndex:
        """The verdict of every postcode."""
        limited = self._boundary.drive is not None
        zones, districts, ended, codes, *near = self.columns(
            *("zones", "districts", "ended", "codes"), *(["near"] if limited else [])
        )
        outwards, bits = list(self._outwards), []
        for slots in self._outwards.values():
            flags = np.zeros(WORDS * 64, bool)
            flags[slots] = True
            bits.append(np.packbits(flags, bitorder="little").view(np.uint64))
        sizes = [len(slots) for slots in self._outwards.values()]
        words = np.concatenate(bits or [_NOTHING.astype(np.uint64)])
        counts = np.bitwise_count(words).astype(np.uint32)
        blocks = np.full(OUTWARD_SLOTS, -1, np.int16)
        blocks[outwards] = np.arange(len(outwards))
        lists = self._opened.lists
        index = PostcodeIndex(
            blocks=blocks,
            outwards=np.array(outwards, np.int32),
            first_rows=(np.cumsum(sizes) - sizes).astype(np.int32),
            bits=words,
            ranks=np.cumsum(counts, dtype=np.uint32) - counts,
            zones=zones,
            zone_codes=tuple(code for code, _ in lists["zones"]),
            districts=districts,
            district_codes=tuple(code for code, _ in lists["districts"]),
            ended=ended,
            endings=tuple((first, last) for first, last in lists["endings"]),
            zone_system=self._opened.definition.zone_system,
        )
        return verdicts_of_codes(index, codes, near[0] if limited else None)

    @once_property
    def loaded(self) -> LoadedPlaces:
        """All facts of every postcode."""
        columns = dict(zip(_ALL, self.columns(*_ALL), strict=True))
        return LoadedPlaces(self.verdicts, PlaceColumns(self._lists, **columns))
