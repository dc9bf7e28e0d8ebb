"""Rows of the directory by the number of their text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from localarea.datasets.postcodes import are_live, numbered


@pytest.mark.parametrize("distinct", [1, 127, 128, 32_768])
def test_a_blank_is_one_past_the_last_however_many_there_are(distinct: int) -> None:
    texts = [f"E{number}" for number in range(distinct)]
    column = pa.array(
        [*texts, None], pa.dictionary(pa.int16() if distinct < 32_768 else pa.int32(), pa.string())
    )
    for given in (column, column.cast(pa.string())):
        rows, values = numbered(pa.table({"zone": given}), "zone")
        assert values == texts
        np.testing.assert_array_equal(rows, np.arange(distinct + 1))


def test_a_blank_status_is_not_live() -> None:
    table = pa.table({"status": pa.array(["live", None, "terminated"])})
    assert are_live(table).tolist() == [True, False, False]
