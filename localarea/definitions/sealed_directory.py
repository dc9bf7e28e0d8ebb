"""Look up postcodes in a definition's file, as a source of rows for the classifier."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localarea.classify.classifier import Classifier
from localarea.classify.codes import MEANINGS
from localarea.classify.loaded import SealedDirectory
from localarea.classify.place_rows import PlaceLists
from localarea.definitions.geopackage import OpenDefinition, read_definition
from localarea.errors import ChecksumError
from localarea.geo.postcodes import INWARD_SLOTS, outward_number
from localarea.once import once_property

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from localarea.classify.place_rows import PlaceColumns, PlaceRow
    from localarea.definitions.sealed_places import SealedPlaces


class DefinitionDirectory(SealedDirectory):
    """The directory as sealed in a definition; no tables of the package are read."""

    def __init__(self, opened: OpenDefinition) -> None:
        self._opened = opened
        self._boundary = opened.definition.boundary(opened.last_day)
        self._known: dict[int, tuple[NDArray[np.int16], PlaceColumns] | None] = {}

    @property
    def opened(self) -> OpenDefinition:
        """The published definition."""
        return self._opened

    @property
    def anchor(self) -> str:
        """District that minutes by road are measured from."""
        return self._opened.definition.anchor

    @property
    def start(self) -> str:
        """Name of the point that minutes by road are counted from."""
        return self._opened.definition.minutes_from

    @property
    def date(self) -> str:
        """Month of the sealed directory, ``YYYY-MM``."""
        return self._opened.definition.directory_date

    def find(self, key: int) -> PlaceRow | None:
        """Look up one postcode; None if it is not in the sealed directory."""
        outward, slot = divmod(key, INWARD_SLOTS)
        found = self._columns_of(outward)
        if found is None:
            return None
        slots, columns = found
        at = int(slots.searchsorted(slot))
        return columns.row(at) if at < len(slots) and int(slots[at]) == slot else None

    def outward_counts(self, outward: str) -> tuple[int, int] | None:
        """Count the live postcodes of an outward code that are local, and that are not."""
        found = self._columns_of(outward_number(outward))
        if found is None:
            return None
        live = found[1].codes[found[1].ended < 0].tolist()
        statuses = [MEANINGS[code].status for code in live]
        return statuses.count("local"), statuses.count("not_local")

    @once_property
    def zone_names(self) -> Mapping[str, str]:
        """Name of each zone: code to name."""
        return dict(self._opened.lists["zones"])

    @once_property
    def district_names(self) -> Mapping[str, str]:
        """Name of each district: code (``lad25cd``) to name."""
        return dict(self._opened.lists["districts"])

    @once_property
    def every(self) -> SealedPlaces:
        """Every postcode, in columns that are read as they are needed."""
        from localarea.definitions.sealed_places import SealedPlaces

        return SealedPlaces(self._opened, self._lists)

    def elsewhere(self) -> tuple[Any, ...]:
        """
        Return how another process builds a classifier of the same file.

        A callable and its arguments.
        """
        opened = self._opened
        return classifier_of_file, (opened.path, opened.sha256, opened.last_day)

    @once_property
    def _lists(self) -> PlaceLists:
        zones, districts = (
            [code for code, _ in self._opened.lists[name]] for name in ("zones", "districts")
        )
        endings = [(first, last) for first, last in self._opened.lists["endings"]]
        return PlaceLists(self, zones, districts, endings)

    def _columns_of(self, outward: int) -> tuple[NDArray[np.int16], PlaceColumns] | None:
        """Return the inward codes and the columns of an outward code."""
        if outward not in self._known:
            from localarea.definitions.sealed_places import sealed_columns

            rows = self._opened.rows(outward)
            self._known[outward] = (
                None
                if rows is None
                else (rows.slots, sealed_columns(rows, self._boundary, self._lists))
            )
        return self._known[outward]


def classifier_under(opened: OpenDefinition) -> Classifier:
    """Create a classifier from a published definition: classifier that uses the file alone."""
    return Classifier(
        opened.definition.boundary(opened.last_day), frozen=DefinitionDirectory(opened)
    )


@lru_cache(maxsize=4)
def classifier_of_file(path: str, sha256: str, last_day: str) -> Classifier:
    """
    Return the cached classifier of a definition's file.

    ``path``: file, which every process must be able to read. Cached: equal arguments return the
    same object. ChecksumError if the file has another checksum.
    """
    opened = read_definition(Path(path))
    if opened.sha256 != sha256:
        raise ChecksumError(path, expected=sha256, found=opened.sha256)
    opened.last_day = last_day
    return classifier_under(opened)
