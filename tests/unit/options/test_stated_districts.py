"""A council's file that names a district which has become part of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localarea.errors import SettingError
from localarea.options.by_name.any_council import plain_council
from localarea.options.council import parse_council
from localarea.options.membership import option_zones
from localarea.options.stated_districts import district_faults

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore


# Oldham Regis (E07000009) is part of Farley (E07000003) in the county's list of districts.
@pytest.mark.parametrize(
    ("stated", "fault"),
    [
        ({"E07000003": "Farley"}, None),
        (
            {"E07000009": "Oldham Regis"},
            "Oldham Regis (E07000009) is now part of Farley (E07000003); change "
            'E07000009 = "Oldham Regis" to E07000003 = "Farley"',
        ),
        (
            {"E07000009": "Oldham Regis", "E07000003": "Farley"},
            "Oldham Regis (E07000009) is now part of Farley (E07000003), which is there; remove "
            'E07000009 = "Oldham Regis"',
        ),
        (
            {"E07000003": "Fairley"},
            "E07000003 is Farley, not Fairley; change "
            'E07000003 = "Fairley" to E07000003 = "Farley"',
        ),
        ({"E07000099": "Nowhere"}, "E07000099 is no district of 2025, not Nowhere"),
        ({"S12000001": "Northerly"}, "S12000001 is no district of 2025, not Northerly"),
    ],
)
def test_what_to_write_instead(stated: dict[str, str], fault: str | None, store: DataStore) -> None:
    assert district_faults(stated.items(), store=store) == ([fault] if fault else [])


def test_an_option_names_the_file_and_the_line(store: DataStore) -> None:
    stated = {
        "title": "Anchorton Council",
        "anchor": "Anchorton",
        "options": {"districts": {"title": "T", "members": {"E07000009": "Oldham Regis"}}},
    }
    council = parse_council(stated, key="anchorton")
    words = r"anchorton\.toml, members of 'districts': Oldham Regis .* now part of Farley"
    with pytest.raises(SettingError, match=words):
        option_zones("districts", council, store=store)


@pytest.mark.parametrize(
    ("anchor", "notes"),
    [
        (
            "Isle of Wight",
            ("no district shares a border with Isle of Wight, so the area is Isle of Wight alone",),
        ),
        ("Norwich", None),
    ],
)
def test_an_island_has_no_districts_that_border_it_and_says_so(
    anchor: str, notes: tuple[str, ...] | None
) -> None:
    option = option_zones("districts", plain_council(anchor))
    assert option.parameters.get("notes") == notes
