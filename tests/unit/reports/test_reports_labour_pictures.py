"""Still pictures of labour markets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from localarea.errors import CrsError, EmptyResultError, SchemaError
from localarea.reports.print_maps.labour_pictures import (
    write_membership_map,
    write_sensitivity_picture,
)

if TYPE_CHECKING:
    from pathlib import Path

ZONES = gpd.GeoDataFrame(
    {"geometry": [box(10_000 * i, 0, 10_000 * (i + 1), 10_000) for i in range(6)]},
    index=pd.Index(list("abcdef"), name="zone"),
    crs=27700,
)
SHARES = pd.Series([0.0, 0.1, 0.4, 0.6, 0.9, 1.0], index=ZONES.index)


def test_shares_are_drawn_in_classes_from_light_to_dark(tmp_path: Path) -> None:
    from PIL import Image

    path = write_membership_map(
        tmp_path / "m.png",
        ZONES,
        SHARES,
        title="With the anchor",
        outlines={"Town": ZONES.geometry.loc[["f"]]},
    )
    picture = np.asarray(Image.open(path).convert("RGB")).astype(int)
    for colour in ((0xF7, 0xF4, 0xEE), (0xD8, 0xE6, 0xF0), (0x6E, 0xA6, 0xCC), (0x0B, 0x3C, 0x66)):
        assert (np.abs(picture - np.array(colour)).max(axis=2) <= 2).mean() > 0.005


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    first, second = (
        write_membership_map(tmp_path / name, ZONES, SHARES, title="t").read_bytes()
        for name in ("a.png", "b.png")
    )
    assert first == second


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CrsError):
        write_membership_map(tmp_path / "m.png", ZONES.to_crs(4326), SHARES, title="t")
    with pytest.raises(SchemaError, match="outside 0 to 1"):
        write_membership_map(tmp_path / "m.png", ZONES, SHARES * 2, title="t")
    with pytest.raises(EmptyResultError):
        write_membership_map(tmp_path / "m.png", ZONES, SHARES * 0, title="t")


def test_a_panel_for_every_matrix(tmp_path: Path) -> None:
    runs = pd.DataFrame(
        {"matrix": ["2011", "2011", "2021"], "min_sc": [0.6, 0.7, 0.6], "anchor_zones": [4, 9, 5]}
    )
    path = write_sensitivity_picture(tmp_path / "s.svg", runs, title="Grid")
    text = path.read_text("utf-8")
    assert "axes_1" in text
    assert "axes_2" in text
    assert "axes_3" not in text
    with pytest.raises(SchemaError, match="matrix"):
        write_sensitivity_picture(path, runs.drop(columns="matrix"), title="Grid")
    with pytest.raises(EmptyResultError):
        write_sensitivity_picture(path, runs.iloc[:0], title="Grid")
