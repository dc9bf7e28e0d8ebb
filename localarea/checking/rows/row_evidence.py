"""Evidence beside the verdicts of rows: distance to the boundary, agreement and splits."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.distance import metres_of_many
from localarea.classify.index import read_points
from localarea.once import once_property
from localarea.tables.finding.own_columns import EVIDENCE_HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from localarea.classify.classifier import Classifier

EVIDENCE: Final = tuple(EVIDENCE_HEADERS)
MOST_METRES: Final = 1 << 20  # farther than any two places in Great Britain
UNKNOWN: Final = -1
_NOT_YET: Final = -2


class RowEvidence:
    """
    Evidence for postcodes by their row in the index; see `evidence` for single postcodes.

    Distances under a definition are those sealed in it. Under an option they are measured on
    first use and cached.

    Parameters
    ----------
    options : iterable of (str, set of str)
        Id and zones of each option of the council, in the boundary's zone system.
    """

    def __init__(
        self, classifier: Classifier, options: Iterable[tuple[str, AbstractSet[str]]]
    ) -> None:
        self.options = tuple((name, frozenset(zones)) for name, zones in options)
        self._classifier = classifier
        self._lock = Lock()  # two threads check a text file

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without the distances; the other process measures them once."""
        return evidence_here, (self._classifier, self.options)

    def metres(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """
        Return distances to the boundary.

        Parameters
        ----------
        rows : numpy.ndarray of int32, shape (n,)
            Rows of the index; negative where there is no such postcode.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            Whole metres; `UNKNOWN` if there is no location, or no zone on the other side.
        """
        known = self._metres
        listed = np.where(rows < 0, len(known) - 1, rows)
        with self._lock:
            if self._classifier.opened is None:
                asked = np.unique(listed)
                self._measure(asked[known[asked] == _NOT_YET])
            return known[listed]

    def options_local(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """
        Count the options in which postcodes are local.

        Parameters
        ----------
        rows : numpy.ndarray of int32, shape (n,)
            Rows of the index; negative where there is no such postcode.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            Number of options; `UNKNOWN` if there is no zone, or there are no options.
        """
        zones = self._classifier.verdicts.index.zones
        return np.where(rows < 0, np.int32(UNKNOWN), self._counts[zones[rows]])

    @once_property
    def _counts(self) -> NDArray[np.int32]:
        """Count by zone, in the order of the index; the last is for postcodes without one."""
        codes = self._classifier.verdicts.index.zone_codes
        counts = [sum(code in zones for _, zones in self.options) for code in codes]
        if not self.options:
            counts = [UNKNOWN] * len(codes)
        return np.array([*counts, UNKNOWN], np.int32)

    @once_property
    def _metres(self) -> NDArray[np.int32]:
        """Return the array of cached distances; the last is for rows that are not postcodes."""
        held = self._classifier.known_metres
        if held is None:
            known = np.full(len(self._classifier.verdicts.codes) + 1, _NOT_YET, np.int32)
            known[-1] = UNKNOWN
            return known
        return np.append(held, np.int32(UNKNOWN))

    @once_property
    def _points(self) -> tuple[NDArray[Any], NDArray[Any]]:
        return read_points(self._classifier.store)

    def _measure(self, rows: NDArray[Any]) -> None:
        index, boundary = self._classifier.verdicts.index, self._classifier.boundary
        self._metres[rows] = UNKNOWN
        eastings, northings = self._points
        placed = (index.zones[rows] >= 0) & (eastings[rows] >= 0) & (northings[rows] >= 0)
        rows = rows[placed]
        if not len(rows):
            return
        held = np.array([code in boundary.zones for code in index.zone_codes], bool)
        self._metres[rows] = metres_of_many(
            boundary,
            eastings[rows],
            northings[rows],
            held[index.zones[rows]],
            store=self._classifier.store,
        )


@lru_cache(maxsize=4)
def evidence_here(
    classifier: Classifier, options: tuple[tuple[str, frozenset[str]], ...]
) -> RowEvidence:
    """
    Return the cached evidence of a classifier, the same object for equal arguments.

    ``options``: id and zones of each option.
    """
    return RowEvidence(classifier, options)
