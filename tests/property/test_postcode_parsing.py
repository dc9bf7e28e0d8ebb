"""What must hold of the parser for any text, and the compiled parser against the plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from localarea.errors import PostcodeFormatError
from localarea.geo._postcode_kernel import ASK, read_cells, tables
from localarea.geo.postcodes import (
    AREAS,
    INWARD_LETTERS,
    parse_postcode,
    postcode_key,
    postcode_of,
    read_cell,
)

unhurried = settings(deadline=None)
letters = st.sampled_from(sorted(INWARD_LETTERS))
districts = st.integers(0, 99).map(str)
postcodes = st.builds(
    "{}{} {}{}{}".format,
    st.sampled_from(sorted(AREAS)),
    districts,
    st.integers(0, 9),
    letters,
    letters,
)
likely = st.text(st.sampled_from("CO1IS0B8 AZ92Gé-L5JWE6XPR\u00a0٣"), max_size=10)


@given(postcodes)
def test_parsing_twice_is_parsing_once(text: str) -> None:
    once = parse_postcode(text)
    assert once.postcode == text
    assert parse_postcode(once.postcode) == once


@given(postcodes, st.lists(st.sampled_from([" ", "-", "\t", ".", "\u00a0", ","]), max_size=3))
def test_spacing_case_and_punctuation_do_not_matter(text: str, noise: list[str]) -> None:
    compact = text.replace(" ", "").lower()
    untidy = "".join(noise) + compact[:-3] + "".join(noise) + compact[-3:] + "".join(noise)
    assert parse_postcode(untidy).postcode == text


@given(postcodes)
def test_key_and_postcode_are_one_another(text: str) -> None:
    parsed = parse_postcode(text)
    assert parsed.key is not None
    assert postcode_of(parsed.key) == text
    assert postcode_key(parsed.outward, parsed.inward or "") == parsed.key


@given(postcodes, postcodes)
def test_keys_are_in_alphabetical_order(one: str, other: str) -> None:
    keys = [parse_postcode(p).key or 0 for p in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


@given(likely)
def test_a_correction_changes_no_valid_postcode(text: str) -> None:
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        return
    assume(parsed.corrected is not None)
    again = parse_postcode(parsed.postcode)
    assert (again.postcode, again.corrected) == (parsed.postcode, None)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@unhurried
@given(cells=st.lists(st.one_of(likely, postcodes, st.text(max_size=12)), max_size=30))
@example(cells=["CO1 1JB", "CO1", "CO 1", "", "GIR0AA", "NPT 0VA", "É", "X" * 50, "x" * 8 + "é"])
def test_compiled_parser_against_plain_parser(dtype: type, cells: list[str]) -> None:
    encoded = [cell.encode("utf-8", "surrogatepass") for cell in cells]
    ends = np.cumsum([0, *map(len, encoded)]).astype(dtype)
    data = np.frombuffer(b"".join(encoded), np.uint8)
    codes, numbers = read_cells(data, ends[:-1], ends[1:], *tables())
    for cell, code, number in zip(cells, codes.tolist(), numbers.tolist(), strict=True):
        if code != ASK:
            assert (code, number) == read_cell(cell)[:2], cell
            assert not read_cell(cell)[2]


def test_compiled_parser_decides_what_is_usual_itself() -> None:
    usual = [b"CO1 1JB", b"co11jb", b"EC1A 1BB", b"CO1", b"", b"n/a", b"LONDON E1 7QX"]
    ends = np.cumsum([0, *map(len, usual)])
    data = np.frombuffer(b"".join(usual), np.uint8)
    codes, _ = read_cells(data, ends[:-1], ends[1:], *tables())
    assert ASK not in codes.tolist()
