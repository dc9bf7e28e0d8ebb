"""Lines that can be told apart."""

from __future__ import annotations

import pytest

from localarea.reports.cartography.styles import OKABE_ITO, style_options, swatch_svg

IDS = [
    "district",
    "district+ipswich",
    "districts",
    "districts+ipswich",
    "districts-wide",
    "districts-wide+ipswich",
    "ttwa-official",
    "ttwa-official+ipswich",
    "catchment",
    "catchment-ipswich",
]


def test_no_two_options_look_alike() -> None:
    styles = style_options(IDS, contested=["ipswich"])
    assert list(styles) == IDS
    assert len(set(styles.values())) == len(IDS)


def test_fourteen_methods_with_a_place_put_in_and_taken_out_look_different() -> None:
    ids = [f"method-{n}{ending}" for n in range(14) for ending in ("", "+ipswich", "-ipswich")]
    assert len(set(style_options(ids, contested=["ipswich"]).values())) == len(ids)


def test_methods_differ_in_pattern_too_for_those_who_see_no_colour() -> None:
    styles = style_options(IDS, contested=["ipswich"])
    methods = [i for i in IDS if "ipswich" not in i]
    assert len({styles[i].dash for i in methods}) == len(methods)


@pytest.mark.parametrize("lead", ["ttwa-official", "catchment-ipswich", "districts-wide"])
def test_the_lead_gets_the_unbroken_line_of_the_first_colour(lead: str) -> None:
    styles = style_options(IDS, lead, contested=["ipswich"])
    base = lead.removesuffix("-ipswich")
    assert (styles[base].colour, styles[base].dash) == (OKABE_ITO[0], "")
    assert len(set(styles.values())) == len(IDS)


def test_a_swatch_shows_the_line_and_is_not_read_out() -> None:
    style = style_options(["district"])["district"]
    text = swatch_svg(style)
    assert style.colour in text
    assert 'aria-hidden="true"' in text
