"""Reading postcodes: what is taken, what is put right, and what is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest

from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import (
    BLANK,
    MALFORMED,
    OUTWARD,
    OUTWARD_SLOTS,
    WHOLE,
    outward_number,
    outward_of,
    outward_range,
    parse_postcode,
    postcode_key,
    postcode_of,
    read_cell,
)

AS_TYPED = {
    "CO1 1JB": "CO1 1JB",
    "co11jb": "CO1 1JB",
    "  Co1   1jB ": "CO1 1JB",
    "CO1-1JB": "CO1 1JB",
    "CO1 1JB.": "CO1 1JB",
    "C O 1 1 J B": "CO1 1JB",
    "CO1\u00a01JB": "CO1 1JB",  # no-break space
    "CO1\u20091JB": "CO1 1JB",  # thin space
    "CO1\u200b1JB": "CO1 1JB",  # zero-width space
    "\ufeffCO1 1JB": "CO1 1JB",  # byte order mark
    "ＣＯ１　１ＪＢ": "CO1 1JB",  # noqa: RUF001 -- full-width is what is tested
    "CO1\u20111JB": "CO1 1JB",  # no-break hyphen
    "CO1\t1JB\n": "CO1 1JB",
    '="CO1 1JB"': "CO1 1JB",
    "CO1\x001JB": "CO1 1JB",
    "ip11aa": "IP1 1AA",
    "EC1A1BB": "EC1A 1BB",
    "W1A 1AA": "W1A 1AA",
    "M1 1AE": "M1 1AE",
    "B33 8TH": "B33 8TH",
    "CR2 6XH": "CR2 6XH",
    "DN55 1PT": "DN55 1PT",
    "GIR 0AA": "GIR 0AA",
    "NPT 0VA": "NPT 0VA",
    "XX999XX": "XX99 9XX",
}


@pytest.mark.parametrize(("text", "postcode"), AS_TYPED.items())
def test_postcode_is_read_as_typed(text: str, postcode: str) -> None:
    parsed = parse_postcode(text)
    assert (parsed.postcode, parsed.corrected) == (postcode, None)
    assert parsed.key == postcode_key(parsed.outward, parsed.inward or "")


SLIPS = {
    "CO1 IJB": "CO1 1JB",
    "C01 1JB": "CO1 1JB",
    "COI 1JB": "CO1 1JB",
    "IPI 1DH": "IP1 1DH",
    "1P1 1AA": "IP1 1AA",
    "S01 4AA": "SO1 4AA",
    "CO1 lJB": "CO1 1JB",
    "CM2 OAA": "CM2 0AA",
    "CO1 1J8": "CO1 1JB",
    # In odd pieces, but with the form of a postcode: what is read once is read so again.
    "ES 11 AA": "E51 1AA",
    "C0 11 JB": "CO1 1JB",
}


@pytest.mark.parametrize(("text", "postcode"), SLIPS.items())
def test_slip_is_put_right_and_said(text: str, postcode: str) -> None:
    parsed = parse_postcode(text)
    assert parsed.postcode == postcode
    assert parsed.corrected == text.replace(" ", "").upper()


@pytest.mark.parametrize(
    "text",
    [
        "CO1 1J",
        "B11 1A",
        "B111A",
        "CO1 1",
        "1",
        "C",
        "LONDON",
        "Ipswich",
        "CO1 1JBX",
        "12345",
        "no",
    ],
)
def test_text_that_lacks_something_is_not_guessed_at(text: str) -> None:
    with pytest.raises(PostcodeFormatError, match="is not a postcode"):
        parse_postcode(text)


def test_ambiguous_slip_is_left_alone() -> None:
    # L1O may be L10 or LL0, both of them real: what was typed stands, and will not be found.
    parsed = parse_postcode("L1O 1AA")
    assert (parsed.postcode, parsed.corrected) == ("L1O 1AA", None)


@pytest.mark.parametrize(
    ("text", "choices"),
    [("EI5 IAA", "E15 1AA or E1S 1AA"), ("SSO 1AA", "S50 1AA or SS0 1AA")],
)
def test_ambiguous_slip_of_no_postcode_names_the_choices(text: str, choices: str) -> None:
    with pytest.raises(PostcodeFormatError, match=f"may be {choices}"):
        parse_postcode(text)


@pytest.mark.parametrize("text", ["", " ", "-", "\u00a0", "...", '""', "\x00", "\u200b"])
def test_nothing_legible_is_blank(text: str) -> None:
    with pytest.raises(PostcodeFormatError, match="it is blank"):
        parse_postcode(text)
    assert read_cell(text) == (BLANK, 0, False)


@pytest.mark.parametrize("text", ["É1 1AA", "E\u0301C1A 1BB", "СО1 1JB", "CO١ 1JB", "ıP1 1AA"])  # noqa: RUF001
def test_letters_of_other_alphabets_are_not_ours(text: str) -> None:
    with pytest.raises(PostcodeFormatError, match="characters no postcode has"):
        parse_postcode(text)


@pytest.mark.parametrize("text", ["CO1", "co 1", "EC1A", "B1", "GIR", "W1A", "IP33"])
def test_outward_code_alone(text: str) -> None:
    parsed = parse_postcode(text)
    assert (parsed.inward, parsed.key) == (None, None)
    assert read_cell(text) == (OUTWARD, outward_number(parsed.outward), False)


def test_error_holds_a_short_text_only() -> None:
    with pytest.raises(PostcodeFormatError) as caught:
        parse_postcode("X" * 1_000_000)
    assert len(str(caught.value)) < 200


def test_keys_sort_as_postcodes_do() -> None:
    ordered = ["AB1 0AA", "AB1 0AB", "AB1 9ZZ", "AB10 1AA", "B1 1AA", "B10 0AA", "BA1 0AA"]
    ordered += ["E1 1AA", "E1W 1AA", "GIR 0AA", "NPT 0VA", "W1A 1AA", "ZE3 9JZ"]
    keys = [parse_postcode(p).key or 0 for p in ordered]
    assert keys == sorted(keys)
    assert max(keys) < 2**32


def test_key_follows_the_published_formula() -> None:
    # a=2 (C), b=15 (O), c=1, d=0 (none); 1, J=9, B=1
    assert (
        postcode_key("CO1", "1JB") == ((((2 * 27 + 15) * 12 + 1) * 37) * 10 + 1) * 676 + 9 * 26 + 1
    )
    assert read_cell("CO1 1JB") == (WHOLE, postcode_key("CO1", "1JB"), False)


def test_every_outward_number_that_is_a_code_comes_back() -> None:
    back = 0
    for number in range(OUTWARD_SLOTS):
        with suppress(PostcodeFormatError):
            back += outward_number(outward_of(number)) == number
    assert back == 26 * 27 * 10 * 37 + 2  # and GIR and NPT


def test_outward_range_holds_its_postcodes_and_no_others() -> None:
    low, high = outward_range("CO1")
    assert postcode_of(low) == "CO1 0AA"
    assert postcode_of(high - 1) == "CO1 9ZZ"


def test_malformed_outward_code_has_no_number() -> None:
    with pytest.raises(PostcodeFormatError, match="not an outward code"):
        outward_number("CO")
    assert read_cell("C")[0] == MALFORMED


def test_every_small_letter_is_read_as_its_capital() -> None:
    for letter in "abdefghjlnpqrstuwxyz":  # those that may stand last in a postcode
        assert parse_postcode(f"co1 1a{letter}").postcode == f"CO1 1A{letter.upper()}"


def test_no_district_ends_in_a_letter_like_a_digit() -> None:
    assert parse_postcode("SW1A 1AA").outward == "SW1A"
    assert parse_postcode("SW1Z 1AA").outward == "SW12"  # no district ends in Z: it is a 2
