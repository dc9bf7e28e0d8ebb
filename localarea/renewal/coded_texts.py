"""Columns of texts as codes of their distinct texts, which can be changed row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MISSING: Final = -1


@dataclass(slots=True)
class Texts:
    """
    A column of texts.

    Attributes
    ----------
    codes : numpy.ndarray of int32
        Place of each row's text in ``names``; -1 for none.
    """

    codes: NDArray[np.int32]
    names: list[str]

    @classmethod
    def of(cls, column: Any) -> Texts:
        """Take up a column of Arrow, of texts or of their codes."""
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
        codes = coded.indices.cast(pa.int32()).fill_null(MISSING)
        return cls(np.array(codes), coded.dictionary.to_pylist())

    def blank(self, rows: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.bool_]:
        """Check which rows have no text."""
        return np.asarray(self.codes[rows] == MISSING)

    def where(self, wanted: Callable[[str], bool]) -> NDArray[np.bool_]:
        """
        Check which rows have a text that is wanted.

        Parameters
        ----------
        wanted : callable
            Tells of a text whether it is wanted; asked once of each distinct text.

        Returns
        -------
        numpy.ndarray of bool
            False where there is no text.
        """
        found = np.array([*map(wanted, self.names), False], dtype=bool)  # the last is of -1
        return np.asarray(found[self.codes])

    def take(self, rows: NDArray[np.intp]) -> Texts:
        """Return some rows."""
        return Texts(self.codes[rows], self.names)

    def mapped(self, to: Callable[[str], str | None]) -> Texts:
        """
        Return another text for each text, and none where there was none.

        ``to``: returns the other text, or None for none; asked once of each distinct text.
        """
        made = [to(name) for name in self.names]
        places = {name: place for place, name in enumerate(dict.fromkeys(filter(None, made)))}
        codes = np.array([*(places.get(m or "", MISSING) for m in made), MISSING], dtype=np.int32)
        return Texts(codes[self.codes], list(places))

    def put(self, rows: NDArray[np.intp], texts: Texts) -> None:
        """Replace the texts of some rows."""
        places = {name: place for place, name in enumerate(self.names)}
        moved = [places.setdefault(name, len(places)) for name in texts.names]
        self.names = list(places)
        self.codes[rows] = np.array([*moved, MISSING], dtype=np.int32)[texts.codes]

    def used(self) -> list[str]:
        """Return the texts that occur, sorted."""
        found = np.unique(self.codes)
        return sorted(self.names[code] for code in found if code != MISSING)

    def as_arrow(self) -> pa.DictionaryArray:
        """
        Return the column coded against its sorted texts, as the tables of the package are.

        Its codes have 16 bits if they fit.
        """
        names = self.used()
        places = {name: place for place, name in enumerate(names)}
        small = np.int16 if len(names) < 1 << 15 else np.int32
        moved = np.array([*(places.get(n, MISSING) for n in self.names), MISSING], dtype=small)
        codes = moved[self.codes]
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, mask=codes == MISSING), pa.array(names, pa.string())
        )
