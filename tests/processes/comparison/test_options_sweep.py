"""The sweep over districts: each row is what one asks for by itself, however it is computed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sweeping import SWEPT, sweep_districts

from localarea.comparison.metrics import compute_metrics
from localarea.errors import PlaceNotFoundError
from localarea.options.by_name.any_council import plain_council
from localarea.options.membership import option_zones
from localarea.options.reserving import RESERVING

if TYPE_CHECKING:
    from pathlib import Path


def test_each_row_is_what_the_district_gives_by_itself() -> None:
    told: list[tuple[int, int]] = []
    table = sweep_districts(
        ["Norwich", "Colchester"],
        options=("district", "catchment"),
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(2, 2)]
    assert list(zip(table["district"], table["option"], strict=True)) == [
        ("Colchester", "district"), ("Colchester", "catchment"),
        ("Norwich", "district"), ("Norwich", "catchment"),
    ]  # fmt: skip
    council = plain_council("Norwich")
    alone = compute_metrics([option_zones("catchment", council)], council)
    row = table[(table["district"] == "Norwich") & (table["option"] == "catchment")]
    pd.testing.assert_frame_equal(
        row[list(alone.columns)].reset_index(drop=True), alone.reset_index(drop=True),
        check_dtype=False,
    )  # fmt: skip
    assert list(row["lad25cd"]) == ["E07000148"]
    assert list(row["fault"]) == [""]


def test_an_option_without_zones_is_a_row_with_its_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    import sweeping

    from localarea.errors import EmptyResultError

    def none(option: str, *arguments: object, **keywords: object) -> object:
        if option == "catchment":
            raise EmptyResultError("no zone sends so many")
        return option_zones(option, *arguments, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(sweeping, "option_zones", none)
    table = sweep_districts(["Norwich"], options=("district", "catchment"))
    assert list(table["fault"]) == ["", "no zone sends so many"]
    assert table["zones"].isna().tolist() == [False, True]


def test_every_method_of_three_councils_and_no_row_for_what_a_council_cannot_have(
    repository: Path,
) -> None:
    table = sweep_districts(["Isle of Wight", "Colchester", "Cardiff"])
    asked = table.groupby("district")["option"].agg(list)
    assert asked["Cardiff"] == list(SWEPT)  # contracts are reserved in England alone
    assert asked["Isle of Wight"] == [*SWEPT, *RESERVING]
    assert asked["Colchester"] == [*SWEPT, *RESERVING, "ttwa-region", "composite-region"]
    rows = table.set_index(["district", "option"]).sort_index()
    (fault,) = rows["fault"][rows["fault"] != ""]
    assert fault == rows.loc[("Isle of Wight", "reserve-bordering"), "fault"]
    assert "no county or London borough borders Isle of Wight" in fault
    # Summed from the published table WU01EW: 86,075 workers live in Colchester, of whom 45,269
    # work in it, 8,789 at home and 7,167 at no fixed place.
    colchester = rows.loc[("Colchester", "district")]
    assert colchester["employed_residents"] == 86_075
    assert colchester["supply_side"] == pytest.approx((45_269 + 8_789 + 7_167) / 86_075)
    # Of the 59,735 of the Isle of Wight 42,139, 7,457 and 5,337; 44,222 workers travel to a
    # workplace there. It is an island, so each method draws it whole.
    wight = rows.loc["Isle of Wight"].drop("reserve-bordering")
    assert set(wight["employed_residents"]) == {59_735}
    here = 42_139 + 7_457 + 5_337
    assert set(wight["supply_side"].round(9)) == {round(here / 59_735, 9)}
    assert set(wight["demand_side"].round(9)) == {round(here / (44_222 + 7_457 + 5_337), 9)}
    # The county of Colchester is Essex with its twelve districts; it is reserved whole.
    assert rows.loc[("Colchester", "reserve-county"), "districts_touched"] == 12
    assert rows.loc[("Colchester", "reserve-own"), "employed_residents"] == 86_075
    # The page of all districts is written seldom, and must be of the data and speeds in use.
    page = (repository / "docs" / "council-sweep.md").read_text(encoding="utf-8")
    for option in SWEPT:
        section = page.split(f"(`{option}`)\n", 1)[1].split("\n## ", 1)[0]
        said = dict(re.findall(r"^\| ([^|]+) \| ([\d.,]+%?) \|", section, re.MULTILINE))
        row = rows.loc[("Colchester", option)]
        assert said == {
            "Supply-side self-containment 2011": f"{row['supply_side']:.1%}",
            "Demand-side self-containment 2011": f"{row['demand_side']:.1%}",
            "Supply-side 2021 (lockdown)": f"{row['supply_side_2021']:.1%}",
            "Residents at work 2011": f"{row['employed_residents']:,.0f}",
            "Minutes that nine in ten live within": f"{row['minutes_p90']:.0f}",
        }, f"{option}: python scripts/council_sweep.py --page docs/council-sweep.md"


def test_what_a_council_cannot_have_is_refused_in_words_when_it_is_asked_for() -> None:
    row = sweep_districts(["Norwich"], options=("composite-region", "district")).iloc[0]
    assert "Norwich has stated no area of its mandate" in row["fault"]
    row = sweep_districts(["Cardiff"], options=("reserve-own", "district")).iloc[0]
    assert "Cardiff is in Wales" in row["fault"]


@pytest.mark.slow
def test_a_cluster_gives_the_same_table() -> None:
    distributed = pytest.importorskip("distributed")
    names = ["Norwich", "Swansea", "Colchester"]
    alone = sweep_districts(names, options=SWEPT[:2])
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        together = sweep_districts(names, options=SWEPT[:2], client=client)
    pd.testing.assert_frame_equal(alone, together)


def test_an_unknown_district_is_named() -> None:
    with pytest.raises(PlaceNotFoundError, match="Colchstr"):
        sweep_districts(["Colchstr"])
