"""Outlines and texts as they are stored, read without a conversion of Arrow's or of ours."""

from __future__ import annotations

import pyarrow as pa
import pytest
import shapely

from localarea.datasets.storage.arrow import shapes_of, text_frame, texts_of
from localarea.renewal.making.columns import geometry_column


@pytest.mark.parametrize("islands", [1, 2, 99, 5_000])
def test_a_shape_of_more_parts_than_there_are_shapes_is_read(islands: int) -> None:
    # shapely 2.1.0 wrote past its memory for it: the process ended here, or later and elsewhere.
    lake = shapely.box(2, 2, 3, 3).exterior
    island = shapely.Polygon(
        shapely.box(0, 0, 9, 9).exterior, [lake, shapely.box(4, 4, 5, 5).exterior]
    )
    group = shapely.multipolygons(
        [shapely.transform(island, lambda at, n=n: at + 10 * n) for n in range(islands)]
    )
    read = shapes_of(pa.chunked_array([geometry_column([group])]))
    assert shapely.equals_exact(read, [group]).all()


def test_texts_of_a_dictionary_are_those_of_its_rows_whatever_its_parts_hold() -> None:
    parts = [["a", "b", "a"], ["c", None, "b"], []]
    column = pa.chunked_array([pa.array(part, pa.string()).dictionary_encode() for part in parts])
    assert texts_of(column) == ["a", "b", "a", "c", None, "b"]
    assert texts_of(column.cast(pa.string())) == ["a", "b", "a", "c", None, "b"]
    frame = text_frame(pa.table({"code": column, "n": range(6)}), ("code",))
    assert frame["code"].dropna().tolist() == ["a", "b", "a", "c", "b"]
    assert frame["code"].dtype == "str"
