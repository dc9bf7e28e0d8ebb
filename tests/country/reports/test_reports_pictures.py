"""Pictures for print: the same bytes twice, the right figures in words, and the right shades."""

from __future__ import annotations

import base64
import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from localarea.datasets.flows import read_flows
from localarea.datasets.postcodes import read_postcodes
from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.geo.postcodes import postcode_of
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.methods.base import anchor_zones
from localarea.reports.cartography.shading import COMMUTING, MINUTES, STANDING_COLOURS
from localarea.reports.cartography.towns import other_towns, read_towns
from localarea.reports.maps.explorer_layers import _anchor
from localarea.reports.maps.options_page import anchor_place
from localarea.reports.maps.postcode_search import pack_postcodes
from localarea.reports.print_maps.pictures import (
    write_commuting_picture,
    write_comparison_picture,
    write_option_picture,
    write_robustness_picture,
)

if TYPE_CHECKING:
    from pathlib import Path


def lightness(colour: str) -> float:
    """Grey that a copy without colour shows (Rec. 709 weights)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    "colours", [COMMUTING.colours, tuple(reversed(MINUTES.colours)), STANDING_COLOURS]
)
def test_shades_darken_step_by_step_in_grey(colours: tuple[str, ...]) -> None:
    greys = [lightness(colour) for colour in colours]
    assert all(one - other > 12 for one, other in pairwise(greys)), greys


def unpacked(packed: str, count: int) -> np.ndarray:
    """Read the packed rows byte by byte, as the documented form says."""
    values, value, scale = [], 0, 1
    for byte in base64.b64decode(packed):
        value += (byte & 127) * scale
        scale *= 128
        if byte < 128:
            values.append(value)
            value, scale = 0, 1
    rows = np.array(values).reshape(4, count)
    rows[1:] = np.where(rows[1:] % 2, -(rows[1:] + 1) // 2, rows[1:] // 2)
    return rows.cumsum(axis=1)


def test_packed_postcodes_are_the_live_ones_of_the_directory() -> None:
    zones = ["E02004522", "E02004523", "E02006254"]
    packed = pack_postcodes(zones)
    key, latitude, _, zone = unpacked(packed["packed"], packed["count"])
    whole = read_postcodes(["key", "msoa11cd", "status"]).to_pandas()
    wanted = whole[whole["msoa11cd"].isin(zones) & (whole["status"] == "live")]
    assert key.tolist() == wanted["key"].tolist()
    assert [zones[z] for z in zone] == wanted["msoa11cd"].astype(str).tolist()
    assert postcode_of(int(key[0]))[:2] in {"CO", "IP"}
    assert np.all((latitude * packed["step"] > 51.8) & (latitude * packed["step"] < 52.2))


def test_towns_lie_where_their_names_say() -> None:
    towns = {name: (x, y) for name, x, y in read_towns()}
    needed = {"Ipswich", "Clacton", "Chelmsford", "Braintree", "Sudbury", "Harwich"}
    assert needed <= set(towns)
    assert towns["Clacton"][1] < towns["Harwich"][1] < towns["Sudbury"][1]
    assert towns["Braintree"][0] < towns["Ipswich"][0] < towns["Harwich"][0]


@pytest.mark.parametrize(
    ("town", "easting", "northing"),
    [  # by the map of the Ordnance Survey: SH 580 720, SH 250 825 and SW 826 449
        ("Bangor", 258_000, 372_000),
        ("Holyhead", 225_000, 382_500),
        ("Truro", 182_600, 44_900),
    ],
)
def test_the_map_of_any_council_has_towns(town: str, easting: int, northing: int) -> None:
    towns = {name: (x, y) for name, x, y in read_towns()}
    assert math.dist(towns[town], (easting, northing)) < 4_000


def test_around_the_towns_of_the_list_there_are_no_others() -> None:
    beside = {name: (x, y) for name, x, y in other_towns()}
    colchester = (599_500, 225_200)  # TL 995 252
    assert min(math.dist(one, colchester) for one in beside.values()) > 30_000
    assert len(beside) == len(set(beside))


@pytest.mark.parametrize(
    ("anchor", "label"),
    [("Gwynedd", "Bangor"), ("Newham", "Newham"), ("Colchester", "Colchester")],
)
def test_the_star_bears_the_name_of_the_town_that_it_lies_in(anchor: str, label: str) -> None:
    council = council_of_anchor(anchor)
    assert anchor_place(council)[0] == label
    drawn = _anchor(council, default_store())
    assert f"<span>{label}</span>" in drawn["html"]
    assert drawn["name"] == anchor  # which sentences name, such as of who commutes there


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_picture_is_the_same_twice_whatever_the_reader_s_style(
    tmp_path: Path, ending: str
) -> None:
    import matplotlib as mpl

    council = read_council()
    option = option_zones("ttwa-official", council)
    one, other = tmp_path / f"one{ending}", tmp_path / f"other{ending}"
    words = write_option_picture(option, council, one)
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9, "axes.facecolor": "red"}):
        assert write_option_picture(option, council, other) == words
    assert one.read_bytes() == other.read_bytes()
    assert f"{len(option.zones)} zones" in words
    assert "Ipswich is outside." in words


@pytest.mark.slow
def test_the_words_of_the_commuting_map_agree_with_a_plain_count(tmp_path: Path) -> None:
    council = read_council()
    words = write_commuting_picture(council, tmp_path / "map.png")
    flows = read_flows(2011)
    core, ipswich = anchor_zones(council), option_zones("district+ipswich", council).zones
    from_ipswich = flows[flows["origin"].isin(set(ipswich) - set(core))]
    to_anchor = from_ipswich[from_ipswich["destination"].isin(core)]["workers"].sum()
    share = to_anchor / from_ipswich["workers"].sum()
    assert f"{share:.1%} ({to_anchor:,} people) work in Colchester" in words


@pytest.mark.slow
def test_the_words_of_a_comparison_count_what_changes(tmp_path: Path) -> None:
    council = read_council()
    first, second = (option_zones(i, council) for i in ("districts", "ttwa-official+ipswich"))
    words = write_comparison_picture(first, second, council, tmp_path / "map.png")
    gained, lost = set(second.zones) - set(first.zones), set(first.zones) - set(second.zones)
    assert re.search(rf"\b{len(gained)} zones with [\d,]+ residents at work .*? are gained", words)
    assert re.search(rf"\b{len(lost)} zones with [\d,]+ residents at work .*? are lost", words)
    assert "Ipswich is outside under the first and inside under the second." in words


@pytest.mark.slow
def test_robustness_is_drawn_and_told(tmp_path: Path) -> None:
    from localarea.comparison.robustness import measure_robustness

    council = read_council()
    options = [option_zones(i, council) for i in ("district", "districts", "ttwa-official")]
    words = write_robustness_picture(
        measure_robustness(options, council), council, tmp_path / "map.png"
    )
    sets = [set(option.zones) for option in options]
    core, every = set.intersection(*sets), set.union(*sets)
    assert f"Map of {len(every)} zones" in words
    assert f"local in every option, is {len(core)} zones" in words
    assert f"The fringe is {len(every - core)} zones" in words


def test_an_unknown_ending_and_too_many_boundaries_are_refused(tmp_path: Path) -> None:
    council = read_council()
    option = option_zones("district", council)
    with pytest.raises(InputError, match="must end in one of"):
        write_option_picture(option, council, tmp_path / "map.docx")


def test_classes_hold_their_lower_edges() -> None:
    values = pd.Series([14.999, 15.0, 90.0, np.nan])
    assert MINUTES.classes(values).tolist() == [0, 1, 5, -1]


def test_a_zone_is_marked_and_said_to_be(tmp_path: Path) -> None:
    council = read_council()
    option = option_zones("district", council)
    plain, marked = tmp_path / "plain.png", tmp_path / "marked.png"
    said = write_option_picture(option, council, plain)
    # E02006233 is the town of Sudbury, north of the district.
    told = write_option_picture(option, council, marked, marked="E02006233")
    assert told == f"{said} The zone Sudbury is marked: it is outside."
    assert plain.read_bytes() != marked.read_bytes()
