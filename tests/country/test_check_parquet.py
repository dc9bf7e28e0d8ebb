"""Parquet files and folders of them: every row and column kept, alone or on a cluster."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from localarea.checking.parquet import check_parquet
from localarea.errors import ColumnNotFoundError, FileFormatError, InputError

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

POSTCODES = ["CO1 1JB", "ip1 1aa", "XX99 9XX", None, "CO43SQ"]


def _table(rows: int, *, start: int = 0) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(range(start, start + rows), pa.int64()),
            "amount": pa.array([f"{k}.50" for k in range(rows)]).cast(pa.decimal128(12, 2)),
            "supplier_postcode": [POSTCODES[k % len(POSTCODES)] for k in range(rows)],
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    spend = tmp_path / "spend"
    (spend / "year=2025").mkdir(parents=True)
    pq.write_table(_table(1_000), spend / "a.parquet", row_group_size=100)
    pq.write_table(_table(37, start=1_000), spend / "year=2025" / "b.parquet")
    pq.write_table(_table(0), spend / "year=2025" / "empty.parquet")
    return spend


def test_a_file_keeps_its_rows_columns_and_types(classifier: Classifier, folder: Path) -> None:
    source = folder / "a.parquet"
    report = check_parquet(source, classifier)
    written = pq.read_table(folder / "a.checked.parquet")
    given = pq.read_table(source)
    assert written.select(given.column_names).equals(given)
    one_by_one = Counter(
        classifier.check(p or "").status for p in given["supplier_postcode"].to_pylist()
    )
    assert Counter(written["local_status"].to_pylist()) == one_by_one
    assert {k: v for k, v in report.by_status.items() if v} == dict(one_by_one)
    assert (report.rows, report.files, report.column) == (1_000, 1, "supplier_postcode")


def test_a_folder_is_the_sum_of_its_files(classifier: Classifier, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    report = check_parquet(folder, classifier, progress=lambda done, of: told.append((done, of)))
    assert (report.rows, report.files) == (1_037, 3)
    assert told == [(1, 3), (2, 3), (3, 3)]
    out = folder.with_name("spend.checked")
    names = sorted(p.relative_to(out).as_posix() for p in out.rglob("*.parquet"))
    assert names == ["a.parquet", "year=2025/b.parquet", "year=2025/empty.parquet"]
    assert pq.read_table(out / "year=2025" / "empty.parquet").column_names[-1] == "local_definition"
    assert sum(report.by_status.values()) == sum(report.by_reason.values()) == 1_037


def test_nothing_is_left_behind_when_one_file_of_a_folder_is_damaged(
    classifier: Classifier, folder: Path
) -> None:
    whole = (folder / "year=2025" / "b.parquet").read_bytes()
    (folder / "year=2025" / "b.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileFormatError, match=r"b\.parquet: not a complete Parquet file"):
        check_parquet(folder, classifier)
    assert [p.name for p in folder.parent.iterdir()] == ["spend"]


def test_bad_input_is_said(classifier: Classifier, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="no such file"):
        check_parquet(tmp_path / "none.parquet", classifier)
    with pytest.raises(InputError, match="overwritten"):
        check_parquet(folder / "a.parquet", classifier, out=folder / "a.parquet")
    with pytest.raises(InputError, match="already exists"):
        check_parquet(folder, classifier, out=tmp_path)
    with pytest.raises(InputError, match="is inside"):
        check_parquet(folder, classifier, out=folder / "out")
    with pytest.raises(ColumnNotFoundError, match="'town'"):
        check_parquet(folder, classifier, column="town")
    (tmp_path / "bare").mkdir()
    with pytest.raises(FileFormatError, match=r"has no \*\.parquet files"):
        check_parquet(tmp_path / "bare", classifier)
    text = tmp_path / "text.parquet"
    text.write_text("postcode\nCO1 1JB\n")
    with pytest.raises(FileFormatError, match="not a complete Parquet file"):
        check_parquet(text, classifier)
    check_parquet(folder / "a.parquet", classifier, out=tmp_path / "once.parquet")
    with pytest.raises(InputError, match="checked before"):
        check_parquet(tmp_path / "once.parquet", classifier)
    pq.write_table(pa.table({"other": ["CO1 1JB"]}), folder / "z.parquet")
    with pytest.raises(FileFormatError, match=r"z\.parquet: it has no column"):
        check_parquet(folder, classifier)


def test_progress_of_one_file_is_told_in_rows(classifier: Classifier, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    check_parquet(
        folder / "a.parquet", classifier, progress=lambda done, of: told.append((done, of))
    )
    assert told[-1] == (1_000, 1_000)
