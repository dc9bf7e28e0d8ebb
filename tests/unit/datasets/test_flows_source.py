"""The readers of the flows take the publisher's own file in place of our table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.datasets.flows import read_flows, read_special_flows
from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

EXTRACT = "from,to,value\nE02004512,E02004512,60\nE02004512,OD0000001,8\nE02004512,E02004513,5\n"


def test_publishers_file_gives_the_same_typed_columns(tmp_path: Path) -> None:
    path = tmp_path / "wu01ew_2011_msoa.csv"
    path.write_text(EXTRACT, encoding="utf-8")
    flows, special = read_flows(2011, source=path), read_special_flows(2011, source=path)
    ours, ours_special = read_flows(2011), read_special_flows(2011)
    assert flows.workers.tolist() == [60, 5]
    assert special.astype(str).to_numpy().tolist() == [["E02004512", "home", "8"]]
    for got, want in ((flows, ours), (special, ours_special)):
        assert got.columns.tolist() == want.columns.tolist()
        assert got.workers.dtype == want.workers.dtype
        assert isinstance(got.origin.dtype, pd.CategoricalDtype)


def test_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.csv"
    path.write_text("<!DOCTYPE html><title>404</title>", encoding="utf-8")
    with pytest.raises(FileFormatError):
        read_flows(2011, source=path)
