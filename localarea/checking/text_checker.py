"""Verdicts for texts as the cells that a check adds to a row: what a workbook is given."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from localarea.checking.csv_checker import ADDED, CellWriter, row_engine
from localarea.checking.row_evidence import EVIDENCE
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import BLANK, OUTWARD, WHOLE
from localarea.tables.columns import ColumnChoice
from localarea.tables.encoding import TextEncoding
from localarea.tables.layout import Layout

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier

_DELIMITER: Final = b","
_LARGE: Final = 20_000  # texts from which the compiled way is worth loading
# What cannot stand in a cell of a workbook or of text; none of it is part of a postcode.
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], " ")
_BEST: Final = {WHOLE: 0, OUTWARD: 1}


class TextChecker:
    """
    Checks texts against one boundary, in the words that files are given.

    Parameters
    ----------
    classifier : Classifier
        The classifier to use.
    expected : int
        About how many texts will come.
    evidence : RowEvidence, optional
        Supplies the evidence of each text; None leaves it out.

    Attributes
    ----------
    tally : collections.Counter
        Texts so far, by verdict code.
    has_evidence : bool
        Whether evidence comes after each verdict.
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
        Count what has been checked.

        Returns
        -------
        collections.Counter
            Texts by verdict code, a position in ``MEANINGS``.
        """
        return self._writer.tally

    def cells(self, texts: Sequence[str]) -> list[list[str]]:
        """
        Check texts.

        Parameters
        ----------
        texts : sequence of str
            Postcodes as people type them, or addresses.

        Returns
        -------
        list of list of str
            For each text, the values of :data:`localarea.checking.csv_checker.ADDED`, then those
            of :data:`localarea.checking.row_evidence.EVIDENCE` where they are wanted.
        """
        if not texts:
            return []
        block = "".join(f'"{_cell(text)}"\n' for text in texts).encode("utf-8", "replace")
        rows = self._engine.find_rows(block, _DELIMITER, 0, final=True)
        written = bytes(self._writer.rows(block, rows, 1)).decode("utf-8")
        found = [row[1:] for row in csv.reader(io.StringIO(written, newline=""))]
        if len(found) != len(texts) or any(len(row) != self._size for row in found):
            raise RuntimeError("rows in are not rows out")  # a fault of ours, never to be hidden
        return found


def _cell(text: str) -> str:
    return text.translate(_CONTROLS).replace('"', '""')


def choose_text(texts: Sequence[str]) -> int:
    """
    Choose which of a row's cells to check, where several columns hold postcodes.

    Parameters
    ----------
    texts : sequence of str
        The cells, the one to be preferred first.

    Returns
    -------
    int
        Position of the first that holds a postcode; failing that, of the first that holds
        an outward code, of the first with anything in it, or 0.

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
