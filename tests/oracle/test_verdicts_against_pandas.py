"""The verdict of every postcode of the directory against a few lines of pandas on its table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from localarea.classify.classifier import Classifier
from localarea.classify.codes import MEANINGS
from localarea.datasets.store import default_store
from localarea.geo.postcodes import outward_range, postcode_of

INWARD_CODES = 6_760  # of each outward code, and so of keys: ten digits, twice 26 letters
ABROAD = {"S": "scotland", "N": "northern_ireland", "L": "channel_islands", "M": "isle_of_man"}


@pytest.fixture(scope="module")
def expected(classifier: Classifier) -> pd.DataFrame:
    columns = ["key", "lad25cd", "msoa11cd", "status"]
    table = pd.read_parquet(default_store().root / "postcodes.parquet", columns=columns)
    # Each district is looked at once, and words are told apart by their numbers: millions of rows.
    table["abroad"] = table["lad25cd"].map(lambda code: ABROAD.get(code[0]), na_action="ignore")
    away, nowhere = table["abroad"].notna(), table["msoa11cd"].isna()
    inside = table["msoa11cd"].isin(classifier.boundary.zones)
    table["says"] = words(
        [away, nowhere, inside], ["not_local", "unknown", "local"], other="not_local"
    )
    table["because"] = words(
        [
            table["status"] != "live",
            *(table["abroad"] == name for name in ABROAD.values()),
            inside,
            nowhere,
        ],
        ["terminated", *ABROAD.values(), "in_area", "non_geographic"],
        other="outside_area",
    )
    return table


def words(cases: list[Any], said: list[str], other: str) -> pd.Categorical:
    """Choose the word of the first case that holds for each row."""
    kinds = [*dict.fromkeys([*said, other])]
    numbers = [kinds.index(word) for word in said]
    chosen = np.select(cases, numbers, kinds.index(other))
    return pd.Categorical.from_codes(chosen, kinds)


def test_status_and_reason_of_every_postcode(
    classifier: Classifier, expected: pd.DataFrame
) -> None:
    table = expected[["says", "because"]].assign(code=classifier.verdicts.codes)
    found = [tuple(row) for row in table.drop_duplicates().itertuples(index=False)]
    for says, because, code in found:
        assert (MEANINGS[code].status, MEANINGS[code].reason) == (says, because)
    # Each case is among them, so that none is held by nothing.
    reasons = {reason for _, reason, _ in found}
    others = {"in_area", "outside_area", "terminated", "non_geographic"}
    assert reasons == {*ABROAD.values(), *others}


def test_outward_codes_count_their_live_postcodes_with_a_place(
    classifier: Classifier, expected: pd.DataFrame
) -> None:
    live = expected[expected["status"] == "live"]
    counts = pd.crosstab(live["key"] // INWARD_CODES, live["says"])[["local", "not_local"]]
    counts.index = [postcode_of(n * INWARD_CODES).partition(" ")[0] for n in counts.index]
    verdicts = classifier.verdicts
    first = default_store().read("postcodes", ["key"])["key"].to_numpy()[verdicts.index.first_rows]
    names = [postcode_of(int(key)).partition(" ")[0] for key in first]
    found = counts.reindex(names, fill_value=0)
    assert (verdicts.outward_counts == found.to_numpy()).all()
    assert (found.sum(axis=1) > 0).sum() > 2_000  # some have withdrawn postcodes only


@pytest.mark.parametrize("outward", ["CO6", "CO1", "IP1"])
def test_a_single_check_of_an_outward_code_counts_the_live_ones_too(
    outward: str, classifier: Classifier, expected: pd.DataFrame
) -> None:
    number = outward_range(outward)
    mine = expected[(expected["key"] >= number[0]) & (expected["key"] < number[1])]
    live = mine[mine["status"] == "live"]
    assert len(live) < len(mine)  # or nothing would be told apart
    local, all_placed = (live["says"] == "local").sum(), (live["says"] != "unknown").sum()
    said = Classifier(classifier.boundary).check(outward).explanation
    assert f": {local:,} of its {all_placed:,} live postcodes (" in said
