"""Texts that are no postcode, and what they are: withheld, abroad, a sector, or two postcodes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from localarea.classify.codes import MEANINGS
from localarea.cli.app import run
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.countries import is_abroad, is_state
from localarea.geo.postcodes import ABROAD, MALFORMED, OUTWARD, SEVERAL, WITHHELD, outward_number

if TYPE_CHECKING:
    from localarea.classify.classifier import Classifier

ARE_ABROAD = [
    *("D02 AF30", "d02af30", "A98 F4E2", "V94-T2XR", "D6W XY00", "Dublin 2", "Cork T12 X70A"),
    *("75008 Paris", "75008 PARIS CEDEX 08", "F-75008", "13100 Aix-en-Provence", "FR-69002"),
    *("12345-6789", "NY 10001", "New York, NY 10001", "Boston, MA 02110", "94105-1234"),
    *("M5V 2T6", "K1A 0B1", "1012 AB Amsterdam", "NL-1012 AB", "D-80331", "80331 München"),
    *("CH-8001", "28001 Madrid", "New York 10001", "2000 Sydney"),
    *("BFPO 57", "B.F.P.O. 57", "BFPO57", "British Forces Post Office 140"),
    *("FIQQ 1ZZ", "STHL 1ZZ", "TKCA1ZZ", "KY1-1001", "VG1110", "AI-2640", "MSR-1110"),
    *("France", "Galway, Ireland"),
]
ARE_WITHHELD = [
    *("REDACTED", "Redacted", "[redacted]", "Personal data", "Withheld", "withheld - s40"),
    *("REDACTED PERSONAL DATA", "Redacted Personal Information", "GDPR", "Confidential"),
    *("Data protection", "Not for publication", "Private Individual", "Anonymised", "Personal"),
]
ARE_NOTHING = [
    # Numbers alone may be anything.
    *("75008", "12345", "10001", "2000", "01206 282222", "123456789", "12345-67"),
    # Words that are of another kind in these texts.
    *("N/A", "none", "TBC", "Colchester", "Northern Ireland", "Wales", "England"),
    *("12345 Colchester", "12345 Smith Ltd", "1000 Lakeside North Harbour", "Unit 12345"),
    *("ID 12345", "PO Box 12345", "Confidential Waste Ltd", "Private Hire Ltd", "Exempt Cars"),
    *("The Personal Trainer", "20 Paris Street, Exeter", "Holland Road", "Ext 1234-5678"),
    # Half of the letters are missing, or a digit is where London has a letter.
    *("CO1 1J", "E1W 1J3", "A1 2", "Q1 1"),
]


@pytest.mark.parametrize("text", ARE_ABROAD)
def test_places_abroad_are_told_by_their_form(text: str) -> None:
    assert read_cell_or_address(text)[0] == ABROAD


@pytest.mark.parametrize("text", ARE_WITHHELD)
def test_what_was_withheld_is_told_by_its_words(text: str) -> None:
    assert read_cell_or_address(text)[0] == WITHHELD


@pytest.mark.parametrize("text", ARE_NOTHING)
def test_other_texts_stay_malformed(text: str) -> None:
    assert read_cell_or_address(text)[0] == MALFORMED


@pytest.mark.parametrize(
    ("text", "outward"),
    [
        ("CO1 1", "CO1"),
        ("co11 4", "CO11"),
        ("CO1-1", "CO1"),
        ("EC1A 1", "EC1A"),
        ("CO1 1**", "CO1"),
    ],
)
def test_a_sector_is_read_as_its_outward_code(text: str, outward: str) -> None:
    assert read_cell_or_address(text) == (OUTWARD, outward_number(outward), False)


@pytest.mark.parametrize("text", ["CO1 1JB / IP1 1DH", "CO1 1JB or CO3 3WG", "CO1 1JB;IP1 1DH"])
def test_two_postcodes_in_a_cell_are_told_as_two(text: str) -> None:
    assert read_cell_or_address(text)[0] == SEVERAL


def test_the_same_postcode_twice_is_one() -> None:
    assert read_cell_or_address("CO1 1JB (CO1 1JB)") == read_cell_or_address("CO1 1JB")


@pytest.mark.parametrize(
    ("name", "abroad"),
    [
        *(("France", True), ("FRANCE ", True), ("fr", True), ("IRL", True), ("Eire", True)),
        *(("Republic of Ireland", True), ("Gibraltar", True), ("U.S.A.", True)),
        *(("United Kingdom", False), ("UK", False), ("GB", False), ("Wales", False)),
        *(("Northern Ireland", False), ("NI", False), ("Jersey", False), ("Isle of Man", False)),
        *(("Essex", None), ("", None), ("n/a", None), ("England and France", None)),
    ],
)
def test_countries_by_name_and_code(name: str, abroad: bool | None) -> None:
    assert is_abroad(name) is abroad


def test_states_are_those_of_the_united_states() -> None:
    assert [is_state(text) for text in ("NY", "new york", "Essex", "XX", "")] == [
        *(True, True, False, False, False),
    ]


# Colchester is inside, so all of CO1 is; London is outside.
SINGLE = [
    ("D02 AF30", "not_local", "abroad", "is a postcode of Ireland, which is not local."),
    ("75008 Paris", "not_local", "abroad", "is an address in another country"),
    ("BFPO 57", "not_local", "abroad", "British Forces Post Office"),
    ("GX11 1AA", "not_local", "abroad", "GX11 1AA is a postcode of Gibraltar"),
    ("REDACTED", "unknown", "withheld", "The postcode was withheld"),
    ("CO1 1", "local", "outward_only", "CO1 is only the first half of a postcode"),
    ("EC1A 1", "not_local", "outward_only", "EC1A is only the first half of a postcode"),
    ("CO1 1JB or IP1 1DH", "unknown", "several", "(CO1 1JB, IP1 1DH)"),
    ("12345", "unknown", "malformed", "cannot be read as a UK postcode"),
    ("BF1 3AA", "unknown", "non_geographic", "no place on the map"),  # as before
]


@pytest.mark.parametrize(("text", "status", "reason", "said"), SINGLE)
def test_a_single_check_says_what_the_text_is(
    text: str, status: str, reason: str, said: str, classifier: Classifier
) -> None:
    verdict = classifier.check(text)
    assert (verdict.status, verdict.reason) == (status, reason)
    assert said in verdict.explanation


def test_many_at_once_are_answered_as_one_is(classifier: Classifier) -> None:
    texts = [text for text, *_ in SINGLE] + ARE_ABROAD + ARE_WITHHELD + ARE_NOTHING
    codes = classifier.check_arrow(pa.array([*texts, None]))
    one = [classifier.check(text) for text in [*texts, ""]]
    assert [MEANINGS[c][:2] for c in codes] == [(v.status, v.reason) for v in one]


def test_the_command_gives_the_new_reasons(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "D02 AF30", "REDACTED", "--option", "ttwa-official", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert [(v["status"], v["reason"]) for v in found] == [
        ("not_local", "abroad"),
        ("unknown", "withheld"),
    ]
