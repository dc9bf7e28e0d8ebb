"""What a classifier asks of postcodes that were sealed with their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.classify.directory import Directory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from localarea.classify.loaded import ReadyPlaces
    from localarea.classify.verdicts import VerdictIndex


class SealedDirectory(Directory):
    """
    A directory that holds the verdict of every postcode, so that no table is read.

    A published definition is one; classifying knows no more of it than this.
    """

    @property
    def opened(self) -> Any:
        """
        The definition itself.

        Returns
        -------
        localarea.definitions.geopackage.OpenDefinition
            Its file.
        """
        raise NotImplementedError

    @property
    def anchor(self) -> str:
        """
        District that minutes by road are counted from.

        Returns
        -------
        str
            Its name.
        """
        raise NotImplementedError

    def verdicts(self) -> VerdictIndex:
        """
        Lay the verdicts of the country out for millions of postcodes.

        Returns
        -------
        VerdictIndex
            The sealed verdicts.
        """
        raise NotImplementedError

    def all_tenths(self) -> NDArray[np.int32]:
        """
        Read the minutes by road of every postcode.

        Returns
        -------
        numpy.ndarray of int32, shape (n_postcodes,)
            Tenths of a minute; -1 where no road leads or none is known.
        """
        raise NotImplementedError

    def places(self, verdicts: VerdictIndex) -> ReadyPlaces:
        """
        Read all that is known of every postcode.

        Parameters
        ----------
        verdicts : VerdictIndex
            The sealed verdicts.

        Returns
        -------
        ReadyPlaces
            About 45 MB on top of the verdicts.
        """
        raise NotImplementedError

    def elsewhere(self) -> tuple[Any, ...]:
        """
        Say how another process makes a classifier of the same directory.

        Returns
        -------
        tuple
            A callable and its arguments, as ``__reduce__`` gives them.
        """
        raise NotImplementedError
