"""The still picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from options_picture import write_options_picture
from reports_county import ANCHOR, districts, options

from localarea.errors import CrsError, EmptyResultError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_option_is_filled_in_its_own_colour(tmp_path: Path) -> None:
    from PIL import Image

    path = write_options_picture(
        tmp_path / "o.png", options(), districts=districts(), anchor=ANCHOR, note="Contains OS data"
    )
    picture = np.asarray(Image.open(path).convert("RGB"))
    assert picture.shape[1] > 900
    # 40% of #0072B2 and of #D55E00 over the land's #F7F4EE: blue, then red, far from grey.
    land = np.array([0xF7, 0xF4, 0xEE])
    for colour in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)):
        mixed = np.rint(0.4 * np.array(colour) + 0.6 * land)
        near = np.abs(picture - mixed).max(axis=2) <= 2
        assert near.mean() > 0.01


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    first, second = (
        write_options_picture(
            tmp_path / name, options(), districts=districts(), anchor=ANCHOR
        ).read_bytes()
        for name in ("a.png", "b.png")
    )
    assert first == second


def test_degrees_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CrsError):
        write_options_picture(
            tmp_path / "o.png", options().to_crs(4326), districts=districts(), anchor=ANCHOR
        )


def test_no_option_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(EmptyResultError):
        write_options_picture(
            tmp_path / "o.png", options().iloc[:0], districts=districts(), anchor=ANCHOR
        )
