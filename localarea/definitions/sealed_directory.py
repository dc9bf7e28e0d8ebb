"""Look up postcodes in a definition's file, with the interface of the directory."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.classify.classifier import Classifier
from localarea.classify.codes import MEANINGS
from localarea.classify.directory import Entry
from localarea.classify.loaded import LoadedPlaces
from localarea.classify.sealed import SealedDirectory
from localarea.definitions.geopackage import OpenDefinition, read_definition
from localarea.definitions.postcode_rows import NO_MINUTES, NO_ROAD
from localarea.errors import ChecksumError
from localarea.geo.postcodes import INWARD_SLOTS, outward_number
from localarea.options.minutes.encoding import NO_PLACE, NOT_REACHED, PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.classify.verdicts import VerdictIndex
    from localarea.definitions.postcode_rows import PostcodeRows


class DefinitionDirectory(SealedDirectory):
    """
    The directory as sealed in a definition; no tables of the package are read.

    Parameters
    ----------
    opened : OpenDefinition
        The open file.
    """

    def __init__(self, opened: OpenDefinition) -> None:
        super().__init__(opened.definition.zone_system)
        self._opened = opened
        self._frozen: dict[int, PostcodeRows | None] = {}

    @property
    def opened(self) -> OpenDefinition:
        """The published definition."""
        return self._opened

    @property
    def anchor(self) -> str:
        """District that minutes by road are measured from."""
        return self._opened.definition.anchor

    @property
    def date(self) -> str:
        """Month of the sealed directory, ``YYYY-MM``."""
        return self._opened.definition.directory_date

    def find(self, key: int) -> Entry | None:
        """Look up one postcode; None if it is not in the sealed directory."""
        outward, slot = divmod(key, INWARD_SLOTS)
        rows = self._rows_of(outward)
        if rows is None:
            return None
        at = int(rows.slots.searchsorted(slot))
        there = at < len(rows.slots) and int(rows.slots[at]) == slot
        return self._frozen_entry(rows, at) if there else None

    def live_of(self, outward: str) -> list[Entry] | None:
        """
        Look up the live postcodes of an outward code.

        None if the directory had no postcode with this outward code, live or not.
        """
        rows = self._rows_of(outward_number(outward))
        if rows is None:
            return None
        live = (rows.ended < 0).nonzero()[0].tolist()
        return [self._frozen_entry(rows, at) for at in live]

    @cached_property
    def zone_names(self) -> Mapping[str, str]:
        """Name of each zone: code to name."""
        return dict(self._opened.lists["zones"])

    @cached_property
    def district_names(self) -> Mapping[str, str]:
        """Name of each district: code (``lad25cd``) to name."""
        return dict(self._opened.lists["districts"])

    def verdicts(self) -> VerdictIndex:
        """Return the verdict of every postcode, for bulk checks: the sealed verdicts."""
        from localarea.definitions.sealed_verdicts import read_sealed_verdicts

        return read_sealed_verdicts(self.opened)

    def all_tenths(self) -> NDArray[np.int32]:
        """
        Return the tenths of a minute by road of every postcode.

        Returns
        -------
        numpy.ndarray of int32, shape (n_postcodes,)
            Tenths of a minute; -1 if unreachable or unknown.
        """
        parts = [rows.minutes.astype(np.int32) for _, rows in self._opened.all_rows()]
        tenths = np.concatenate(parts) if parts else np.empty(0, np.int32)
        tenths[tenths >= NO_ROAD] = -1
        return tenths

    def places(self, verdicts: VerdictIndex) -> LoadedPlaces:
        """
        Read all sealed facts of every postcode.

        Parameters
        ----------
        verdicts : VerdictIndex
            Its sealed verdicts.

        Returns
        -------
        LoadedPlaces
            About 45 MB on top of the verdicts.
        """
        names = ("eastings", "northings", "metres", "minutes")
        parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
        for _, rows in self._opened.all_rows():
            for name, held in parts.items():
                held.append(getattr(rows, name))
        whole = {name: np.concatenate(held).astype(np.int32) for name, held in parts.items()}
        tenths = whole["minutes"]
        tenths[tenths == NO_ROAD] = NOT_REACHED
        tenths[tenths == NO_MINUTES] = NO_PLACE
        places = whole["eastings"], whole["northings"]
        return LoadedPlaces(verdicts, self, *places, whole["metres"], tenths)

    def elsewhere(self) -> tuple[Any, ...]:
        """
        Return how another process builds a classifier of the same file.

        A callable and its arguments.
        """
        return classifier_of_file, (self._opened.path, self._opened.sha256)

    def _rows_of(self, outward: int) -> PostcodeRows | None:
        if outward not in self._frozen:
            self._frozen[outward] = self._opened.rows(outward)
        return self._frozen[outward]

    def _frozen_entry(self, rows: PostcodeRows, at: int) -> Entry:
        lists = self._opened.lists

        def listed(name: str, column: Any) -> Any:
            position = int(column[at])
            return None if position < 0 else lists[name][position]

        zone, district = listed("zones", rows.zones), listed("districts", rows.districts)
        ended = listed("endings", rows.ended)
        place = self.place_of(zone and zone[0], district and district[0], ended and tuple(ended))
        metres, minutes = int(rows.metres[at]), int(rows.minutes[at])
        return Entry(
            place,
            easting=_none_if_negative(int(rows.eastings[at])),
            northing=_none_if_negative(int(rows.northings[at])),
            meaning=MEANINGS[rows.codes[at]],
            metres=None if metres < 0 else float(metres),
            minutes=_minutes(minutes),
        )


def _none_if_negative(value: int) -> int | None:
    return None if value < 0 else value


def _minutes(tenths: int) -> float | None:
    if tenths == NO_MINUTES:
        return None
    return math.inf if tenths == NO_ROAD else tenths / PER_MINUTE


def classifier_under(opened: OpenDefinition) -> Classifier:
    """Create a classifier from a published definition: classifier that uses the file alone."""
    return Classifier(opened.definition.boundary(), frozen=DefinitionDirectory(opened))


@lru_cache(maxsize=4)
def classifier_of_file(path: str, sha256: str) -> Classifier:
    """
    Return the cached classifier of a definition's file.

    Parameters
    ----------
    path : str
        File, which every process must be able to read.
    sha256 : str
        SHA-256 of the file.

    Returns
    -------
    Classifier
        Cached: equal arguments return the same object.

    Raises
    ------
    ChecksumError
        If the file has another checksum.
    """
    opened = read_definition(Path(path))
    if opened.sha256 != sha256:
        raise ChecksumError(path, expected=sha256, found=opened.sha256)
    return classifier_under(opened)
