"""How firmly a zone belongs, worked out by hand; and colours that differ for every eye."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_array

from localarea.labour.flow_matrix import FlowMatrix, SpecialRule
from localarea.reports.cartography.shading import COMMUTING, MINUTES, STANDING_COLOURS
from localarea.reports.resident_map.layers import FIRMS, PULL
from localarea.reports.resident_map.pull import pull_of

CODES = np.array(["A", "B", "C", "D"])
SENT = np.array([[60, 20, 10, 10], [30, 30, 35, 5], [0, 5, 90, 5], [0, 0, 0, 0]], dtype=float)


def flows(outside: float = 0.0) -> FlowMatrix:
    residents = SENT.sum(axis=1) + np.array([outside, 0, 0, 0])
    return FlowMatrix(CODES, csr_array(SENT), residents, "msoa11", 2011, SpecialRule())


def pull(inside: list[bool], areas: list[str], outside: float = 0.0) -> np.ndarray:
    names = np.array(areas, dtype=object)
    return pull_of(flows(outside), np.array(inside), names, np.arange(4))


def test_the_strongest_other_area_is_taken_off() -> None:
    # A and B are the area; C and D are two others. A: 80% - 10%; B: 60% - 35%; C: 5% - 90%.
    found = pull([True, True, False, False], ["x", "x", "y", "z"])
    assert found[:3] == pytest.approx([0.70, 0.25, -0.85])
    assert np.isnan(found[3])  # nobody travels from D


def test_what_another_area_has_inside_is_not_counted_for_it() -> None:
    # B belongs to y as C does, but is inside: y has C alone, so that A is at 80% - 10% still.
    found = pull([True, True, False, False], ["x", "y", "y", "z"])
    assert found[0] == pytest.approx(0.70)


def test_those_who_work_in_no_zone_belong_nowhere() -> None:
    found = pull([True, True, False, False], ["x", "x", "y", "z"], outside=100.0)
    assert found[0] == pytest.approx(0.40 - 0.05)


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
EYES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "all colours": np.eye(3).tolist(),
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}


APART = 6.0  # more than twice what is just noticed (2.3)


def lab(colour: str, eye: str) -> np.ndarray:
    """Return a colour as that eye sees it, in CIE L*a*b* (white of D65)."""
    rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(EYES[eye]) @ linear, 0, 1)
    to_xyz = np.array(
        [
            [0.4124, 0.3576, 0.1805],
            [0.2126, 0.7152, 0.0722],
            [0.0193, 0.1192, 0.9505],
        ]
    )
    x, y, z = to_xyz @ seen / np.array([0.95047, 1.0, 1.08883])
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_measure_of_colours_is_right() -> None:
    assert lab("#ffffff", "all colours") == pytest.approx([100, 0, 0], abs=0.1)
    assert lab("#ff0000", "all colours") == pytest.approx([53.2, 80.1, 67.2], abs=0.3)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(
    "colours",
    [COMMUTING.colours, MINUTES.colours, STANDING_COLOURS, FIRMS.colours],
    ids=["commuting", "minutes", "agreement", "firms"],
)
def test_classes_beside_each_other_differ_for_every_eye(colours: list[str], eye: str) -> None:
    for one, other in pairwise(colours):
        assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > APART, (one, other)


@pytest.mark.parametrize("eye", [eye for eye in EYES if eye != "grey"])
def test_in_and_out_differ_for_every_eye(eye: str) -> None:
    """Of the two-sided scale all classes differ, those as dark on either side as well."""
    colours = PULL.colours
    for at, one in enumerate(colours):
        for other in colours[at + 1 :]:
            assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > APART, (one, other)


def test_each_side_of_the_two_sided_scale_grows_darker() -> None:
    lightness = [lab(colour, "grey")[0] for colour in PULL.colours]
    assert lightness[:4] == sorted(lightness[:4])
    assert lightness[3:] == sorted(lightness[3:], reverse=True)
