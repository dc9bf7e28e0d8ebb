"""Interface of a directory of postcodes sealed with their verdicts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from localarea.classify.directory import Directory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from localarea.classify.loaded import LoadedPlaces
    from localarea.classify.verdicts import VerdictIndex


class SealedDirectory(Directory, ABC):
    """
    A directory that contains the verdict of every postcode, so that no tables are read.

    Published definitions implement it; the classifier depends on this interface alone.
    """

    @property
    @abstractmethod
    def opened(self) -> Any:
        """The published definition."""

    @property
    @abstractmethod
    def anchor(self) -> str:
        """District that minutes by road are measured from."""

    @abstractmethod
    def verdicts(self) -> VerdictIndex:
        """Return the verdict of every postcode, for bulk checks: the sealed verdicts."""

    @abstractmethod
    def all_tenths(self) -> NDArray[np.int32]:
        """
        Read the minutes by road of every postcode.

        Returns
        -------
        numpy.ndarray of int32, shape (n_postcodes,)
            Tenths of a minute; -1 if unreachable or unknown.
        """

    @abstractmethod
    def places(self, verdicts: VerdictIndex) -> LoadedPlaces:
        """
        Read all facts of every postcode.

        Parameters
        ----------
        verdicts : VerdictIndex
            The sealed verdicts.

        Returns
        -------
        LoadedPlaces
            About 45 MB on top of the verdicts.
        """

    @abstractmethod
    def elsewhere(self) -> tuple[Any, ...]:
        """
        Return how another process builds a classifier of the same directory.

        A callable and its arguments, as returned by ``__reduce__``.
        """
