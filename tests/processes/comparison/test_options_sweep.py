"""The sweep over districts: each row is what one asks for by itself, however it is computed."""

from __future__ import annotations

import pandas as pd
import pytest

from localarea.comparison.metrics import compute_metrics
from localarea.comparison.sweep import SWEPT, sweep_districts
from localarea.errors import PlaceNotFoundError
from localarea.options.by_name.any_council import plain_council
from localarea.options.membership import option_zones


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
    from localarea.comparison import sweep
    from localarea.errors import EmptyResultError

    def none(option: str, *arguments: object, **keywords: object) -> object:
        if option == "catchment":
            raise EmptyResultError("no zone sends so many")
        return option_zones(option, *arguments, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep, "option_zones", none)
    table = sweep_districts(["Norwich"], options=("district", "catchment"))
    assert list(table["fault"]) == ["", "no zone sends so many"]
    assert table["zones"].isna().tolist() == [False, True]


def test_a_mandate_adds_the_options_of_its_region_and_no_rows_elsewhere() -> None:
    table = sweep_districts(["Norwich", "Colchester"])
    asked = table.groupby("district")["option"].agg(list)
    assert asked["Norwich"] == list(SWEPT)
    assert asked["Colchester"] == [*SWEPT, "ttwa-region", "composite-region"]
    # By name they are refused, in words, where no area is stated.
    row = sweep_districts(["Norwich"], options=("composite-region", "district")).iloc[0]
    assert "Norwich has stated no area of its mandate" in row["fault"]


@pytest.mark.slow
def test_a_cluster_gives_the_same_table() -> None:
    distributed = pytest.importorskip("distributed")
    names = ["Norwich", "Swansea", "Colchester"]
    alone = sweep_districts(names, options=SWEPT[:2])
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        together = sweep_districts(names, options=SWEPT[:2], client=client)
    pd.testing.assert_frame_equal(alone, together)


def test_an_unknown_district_is_named() -> None:
    with pytest.raises(PlaceNotFoundError, match="Colchstr"):
        sweep_districts(["Colchstr"])
