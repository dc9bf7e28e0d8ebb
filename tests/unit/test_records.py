"""A verdict keeps the promised keys, in the promised order, and cannot be edited."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from localarea.records import Verdict

# From the design: scripts and checks read these names.
KEYS = [
    "postcode",
    "status",
    "borderline",
    "reason",
    "explanation",
    "definition",
    "directory_date",
    "terminated",
    "zone",
    "district",
    "easting",
    "northing",
    "minutes_to_anchor",
    "metres_to_boundary",
]

VERDICT = Verdict("CO1 1JB", "local", False, "in_area", "It is.", "option:x", "2025-11")


def test_keys_of_a_verdict_are_those_of_the_design() -> None:
    assert list(VERDICT.as_dict()) == KEYS


def test_verdict_cannot_be_edited() -> None:
    with pytest.raises(FrozenInstanceError):
        VERDICT.status = "not_local"  # type: ignore[misc]
