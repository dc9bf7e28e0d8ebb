"""A column is copied out of a table's pieces: what is not there has a number of its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from localarea.classify.index import ColumnBuffer


def test_what_is_not_there_stays_so_in_a_piece_cut_out_of_another() -> None:
    whole = pa.array([7, None, 3, None, *range(10, 20)], pa.int32())
    column = ColumnBuffer(6, np.int32)
    column.fill(0, whole.slice(1, 3))
    column.fill(3, whole.slice(11, 3))
    assert column.values.tolist() == [-1, 3, -1, 17, 18, 19]


def test_texts_of_two_pieces_have_one_order() -> None:
    first = pa.array(["pear", None, "fig", "pear"]).dictionary_encode()
    second = pa.array([None, "apple", "fig"]).dictionary_encode()
    column = ColumnBuffer(6, np.int16)
    column.fill(0, first.slice(1))  # no text, fig, pear
    column.fill(3, second)
    positions, texts = column.positions()
    assert texts == ("apple", "fig", "pear")
    assert positions.tolist() == [-1, 1, 2, -1, 0, 1]
