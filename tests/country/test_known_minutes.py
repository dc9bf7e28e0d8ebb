"""Roads against driving times that somebody has published, in a file of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from localarea.errors import FileFormatError
from localarea.roads.embedded import read_embedded_network
from localarea.roads.known_minutes import PLACES, measure_nearness, read_known_minutes
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

STARTS = [(599_700, 225_100), (616_300, 244_500), (575_700, 223_000), (586_700, 241_300)]


def known(folder: Path, wrong_by: list[float]) -> Path:
    """Write times that are those of the package's roads, wrong by so much from each start."""
    places = np.array([[x, y] for _, x, y in PLACES.values()], dtype=float)
    minutes = travel_minutes(read_embedded_network(), places, np.array(STARTS, float)).T
    frame = pd.DataFrame(STARTS, columns=["easting", "northing"])
    for at, place in enumerate(PLACES):
        frame[place] = minutes[:, at] + np.array(wrong_by)
    path = folder / "known.csv"
    path.write_text("# a remark\n" + frame.to_csv(index=False), encoding="utf-8")
    return path


def test_the_error_is_told_without_its_sign(tmp_path: Path) -> None:
    times = read_known_minutes(known(tmp_path, [1.0, -1.0, 2.0, -2.0]))
    found = measure_nearness(read_embedded_network(), times)
    assert found is not None
    assert found.journeys == 12
    assert found.median_min == pytest.approx(1.5)  # six of 1 minute, six of 2
    assert found.p90_min == pytest.approx(2.0)


def test_roads_that_do_not_cover_the_journeys_are_not_measured(twin: Twin, tmp_path: Path) -> None:
    times = read_known_minutes(known(tmp_path, [0.0] * 4))
    assert measure_nearness(read_embedded_network(store=twin.store), times) is None


@pytest.mark.parametrize("text", ["", "easting,northing\n1,2\n", "x" * 9])
def test_what_is_no_table_of_known_times_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError, match="columns easting, northing, CO45JL"):
        read_known_minutes(path)
