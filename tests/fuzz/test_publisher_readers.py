"""Any bytes to the readers of publishers' files: a frame, or an error of ours, never another."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.datasets.publishers.lookups import read_lsoa11_ttwa11, read_postcode_best_fit
from localarea.datasets.publishers.nomis import read_flow_file
from localarea.datasets.publishers.onspd import read_postcode_directory
from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

READERS = [read_flow_file, read_postcode_directory, read_lsoa11_ttwa11, read_postcode_best_fit]
HEADERS = (
    "from,to,value",
    "pcds,doterm,oseast1m,osnrth1m,lad25cd,msoa11,msoa21",
    "LSOA11CD,TTWA11CD,TTWA11NM",
    "pcds,doterm,oa11cd,lsoa11cd,msoa11cd,lad22cd",
)
CELLS = st.one_of(
    st.sampled_from(
        ["E02000001", "E01000001", "E00000001", "OD0000001", "999999999", "-8", "5", "1,5", '"', "",
         "CO1 1JB", "E07000071", "202105", "599500", "\x00", "é", "=1+1", "\ufeff", "99999999999"]
    ),
    st.text(max_size=6),
)  # fmt: skip
LINES = st.one_of(
    st.lists(CELLS, max_size=8).map(",".join),
    st.lists(CELLS, max_size=8).map(lambda cells: ",".join(f'"{c}"' for c in cells)),
    st.sampled_from(HEADERS),
)
TEXTS = st.builds(
    lambda header, lines, end: end.join([header, *lines]),
    st.sampled_from(["", *HEADERS]),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


def in_zip(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("table.csv", content)
    return buffer.getvalue()


ENCODED = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    TEXTS,
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"]),
)
PACKED = st.builds(
    lambda content, pack, cut: pack(content)[: None if cut == 0 else -cut],
    st.one_of(st.binary(max_size=200), ENCODED),
    st.sampled_from([bytes, gzip.compress, in_zip]),
    st.sampled_from([0, 0, 0, 1, 9, 30]),
)


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=60, deadline=None)
@given(content=PACKED)
def test_any_bytes_give_a_frame_or_an_error_of_ours(
    read: Callable[[Path], object], content: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        try:
            found = read(path)
        except InputError:
            return
        frames = found if isinstance(found, tuple) else (found,)
        assert any(isinstance(frame, pd.DataFrame) for frame in frames)
