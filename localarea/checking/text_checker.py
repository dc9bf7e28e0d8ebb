"""Check texts and return the cells to add to the rows of a workbook."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from localarea.checking.csv_checker import ADDED, CellWriter, row_engine
from localarea.checking.row_evidence import EVIDENCE
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import ABROAD, BLANK, OUTWARD, WHOLE
from localarea.tables.columns import ColumnChoice
from localarea.tables.encoding import TextEncoding
from localarea.tables.layout import Layout

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier

_DELIMITER: Final = b","
_LARGE: Final = 20_000  # number of texts from which loading the compiled code pays off
# Characters not allowed in cells of workbooks or text; none occurs in a postcode.
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], " ")
_BEST: Final = {WHOLE: 0, ABROAD: 0, OUTWARD: 1}


class TextChecker:
    """
    Check texts against one boundary, with the wording used in files.

    Parameters
    ----------
    classifier : Classifier
        The classifier to use.
    expected : int
        Approximate number of texts.
    evidence : RowEvidence, optional
        Supplies the evidence of each text; None leaves it out.

    Attributes
    ----------
    tally : collections.Counter
        Number of texts so far, by verdict code.
    has_evidence : bool
        Whether evidence follows each verdict.
    """

    def __init__(
        self, classifier: Classifier, *, expected: int = 0, evidence: RowEvidence | None = None
    ) -> None:
        column = ColumnChoice(0)
        layout = Layout(TextEncoding("utf-8"), _DELIMITER, ("text",), False, 0, column)
        self._engine = row_engine(expected << 6 if expected >= _LARGE else 0)
        self._writer = CellWriter(classifier, layout, self._engine, evidence)
        self.has_evidence = evidence is not None
        self._size = len(ADDED) + (len(EVIDENCE) if evidence else 0)

    @property
    def tally(self) -> Counter[int]:
        """
        Count the texts checked so far.

        Returns
        -------
        collections.Counter
            Number of texts by verdict code, a position in ``MEANINGS``.
        """
        return self._writer.tally

    def cells(self, texts: Sequence[str]) -> list[list[str]]:
        """
        Check texts.

        Parameters
        ----------
        texts : sequence of str
            Postcodes as typed, or addresses.

        Returns
        -------
        list of list of str
            For each text, the values of :data:`localarea.checking.csv_checker.ADDED`, and those
            of :data:`localarea.checking.row_evidence.EVIDENCE` if requested.
        """
        if not texts:
            return []
        block = "".join(f'"{_cell(text)}"\n' for text in texts).encode("utf-8", "replace")
        rows = self._engine.find_rows(block, _DELIMITER, 0, final=True)
        written = bytes(self._writer.rows(block, rows, 1)).decode("utf-8")
        found = [row[1:] for row in csv.reader(io.StringIO(written, newline=""))]
        if len(found) != len(texts) or any(len(row) != self._size for row in found):
            raise RuntimeError(
                "the numbers of rows read and written differ"
            )  # a bug: never hide it
        return found


def _cell(text: str) -> str:
    return text.translate(_CONTROLS).replace('"', '""')


def choose_text(texts: Sequence[str]) -> int:
    """
    Choose which of a row's cells to check, if several columns hold postcodes.

    Parameters
    ----------
    texts : sequence of str
        Cells in order of preference.

    Returns
    -------
    int
        Position of the first cell with a postcode, or else of the first with an outward
        code, or else of the first that is not blank, or 0.

    Examples
    --------
    >>> choose_text(["", "CO1", "ip1 1aa"])
    2
    >>> choose_text(["head office", "n/a"])
    0
    """
    ranks = []
    for position, text in enumerate(texts):
        code = read_cell_or_address(text)[0]
        ranks.append((_BEST.get(code, 3 if code == BLANK else 2), position))
        if ranks[-1][0] == 0:
            break
    return min(ranks, default=(0, 0))[1]
