"""Pieces are rendered once each, whoever asks first, and rows come of columns as they are."""

from __future__ import annotations

import mmap
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from localarea.classify.boundary import Boundary, DriveLimit
from localarea.classify.codes import CODE_OF, Meaning
from localarea.classify.directory import PlaceNames
from localarea.classify.place_rows import PlaceColumns, PlaceLists, near_flags
from localarea.classify.sentences import PostcodePlace
from localarea.classify.verdict_pieces import Pieces, distinct_places, untouched
from localarea.options.minutes.encoding import NO_PLACE


class Names(PlaceNames):
    date = "2026-02"
    zone_names = {"E02000001": "Abbey"}  # noqa: RUF012
    district_names = {"E07000001": "Town"}  # noqa: RUF012


def test_each_piece_is_rendered_once_and_tables_share_positions() -> None:
    pieces, asked = Pieces(""), list[int]()

    def write(key: int) -> str:
        asked.append(key)
        return f"<{key}>"

    tens = pieces.table(10, write)
    others = pieces.table(10, lambda key: f"({key})")
    keys = np.array([3, 1, 3, 3, 1])
    assert [pieces.texts[at] for at in tens(keys)] == ["<3>", "<1>", "<3>", "<3>", "<1>"]
    assert (tens.one(3), others.one(3), tens.one(7)) == ("<3>", "(3)", "<7>")
    assert asked == [1, 3, 7]
    assert pieces.texts == ["", "<1>", "<3>", "(3)", "<7>"]
    assert tens(np.array([], np.int64)).tolist() == []
    tens._render([5, 5])  # as two threads would that found it missing at once
    assert asked == [1, 3, 7, 5]


def test_threads_that_ask_at_once_get_the_pieces_that_they_asked_for() -> None:
    pieces = Pieces("")
    table = pieces.table(500, str)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(table, [np.arange(500)] * 8))
    for positions in found:
        assert [pieces.texts[at] for at in positions] == [str(key) for key in range(500)]
    assert len(pieces.texts) == 501


@pytest.mark.parametrize("size", [1, 5_000_000])
def test_a_table_of_any_size_begins_with_nothing_and_keeps_what_is_found(size: int) -> None:
    noughts = untouched(size)
    assert (noughts.dtype, noughts.shape, noughts.any()) == (np.int32, (size,), False)
    table = Pieces("").table(size, str)
    for _ in range(2):
        assert table.one(size - 1) == str(size - 1)
    assert table(np.array([0, size - 1])).tolist() == ([1, 1] if size == 1 else [2, 1])


def test_a_row_of_columns_says_none_where_columns_hold_a_mark() -> None:
    columns = PlaceColumns(
        PlaceLists(Names(), ["E02000001"], ["E07000001"], [(201906, 201907)]),
        zones=np.array([0, -1], np.int16),
        districts=np.array([0, -1], np.int16),
        ended=np.array([-1, 0], np.int16),
        eastings=np.array([600_000, -1], np.int32),
        northings=np.array([225_000, -1], np.int32),
        metres=np.array([120, -1], np.int32),
        tenths=np.array([124, NO_PLACE], np.int32),
        codes=np.array(
            [CODE_OF[Meaning("local", "in_area")], CODE_OF[Meaning("unknown", "terminated")]],
            np.uint8,
        ),
        near=np.array([1, 0], np.uint8),
    )
    assert columns.row(0) == (
        PostcodePlace("E", "E02000001", "Abbey", "E07000001", "Town"),
        *(600_000, 225_000, Meaning("local", "in_area"), 120.0, 124, 1),
    )
    assert columns.row(1) == (
        PostcodePlace("", ended=(201906, 201907)),
        *(None, None, Meaning("unknown", "terminated"), None, NO_PLACE, 0),
    )


@pytest.mark.parametrize(
    ("metres", "tenths", "flags"),
    # 500 metres, and 30 minutes give or take 5: 250 to 350 tenths. 1 is the boundary, 2 the limit.
    [(500, 400, 1), (501, 350, 2), (0, 250, 3), (501, 249, 0), (-1, -1, 0)],
)
def test_why_a_postcode_is_borderline(metres: int, tenths: int, flags: int) -> None:
    limit = DriveLimit("Town", 30.0, 5.0)
    boundary = Boundary("x", frozenset(), "msoa11", "it", "so.", borderline_m=500, drive=limit)
    assert near_flags(boundary, metres, tenths) == flags
    many = near_flags(boundary, np.array([metres] * 2), np.array([tenths] * 2))
    assert many.tolist() == [flags] * 2


class ThreePlaces:
    """Postcodes of two zones and two districts: the second zone twice, and one of neither."""

    zone_codes = ("E02000001", "E02000002")
    district_codes = ("E07000001", "E07000002")
    zones = np.array([0, 1, -1, 1], np.int16)
    districts = np.array([1, 0, -1, 0], np.int16)


def test_pairs_of_zone_and_district_are_those_that_occur_each_once() -> None:
    found = distinct_places(ThreePlaces())  # type: ignore[arg-type]
    assert found.codes == [
        (None, None), ("E02000001", "E07000002"), ("E02000002", "E07000001"),
    ]  # fmt: skip
    assert found.of_row.tolist() == [1, 2, 0, 2]


def test_noughts_are_there_where_memory_cannot_be_mapped_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Windows has no private mappings without a name."""
    for name in ("MAP_PRIVATE", "MAP_ANONYMOUS"):
        monkeypatch.delattr(mmap, name)
    assert not untouched(1 << 18).any()
