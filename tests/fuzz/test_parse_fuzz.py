"""Any text at all: a reading or our own error, never another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import BLANK, MALFORMED, OUTWARD, WHOLE, parse_postcode, read_cell


@settings(max_examples=2000, deadline=None)
@given(st.one_of(st.text(max_size=20), st.text(st.characters(), max_size=9)))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        assert read_cell(text)[0] in {BLANK, MALFORMED}
        return
    assert parsed.postcode.isascii()
    assert parse_postcode(parsed.postcode).postcode == parsed.postcode
    assert read_cell(text)[0] == (OUTWARD if parsed.inward is None else WHOLE)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=30))
def test_any_bytes_decoded_anyhow(raw: bytes) -> None:
    for codec in ("cp1252", "latin-1", "utf-8", "utf-16-le"):
        kind, number, *_ = read_cell(raw.decode(codec, "replace"))
        assert kind in {WHOLE, OUTWARD, BLANK, MALFORMED}
        assert number >= 0 if kind in {WHOLE, OUTWARD} else number == 0


@pytest.mark.parametrize(
    "text", [" " * 1_000_000, "A" * 1_000_000, "\ufdfa" * 50_000, "0O" * 500_000, "\u0301" * 10**5]
)
def test_enormous_text_is_answered(text: str) -> None:
    assert read_cell(text)[0] in {BLANK, MALFORMED}
