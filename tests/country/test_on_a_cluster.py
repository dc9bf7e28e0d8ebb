"""What the workers of a cluster read and work out is what one process makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from road_blocks import case

from localarea.checking.parquet import check_parquet
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.roads.travel_time import travel_minutes
from localarea.spend.document import as_document
from localarea.spend.reading import read_payments
from localarea.spend.report import report_spend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow
POSTCODES = ["CO1 1JB", "ip1 1aa", "XX99 9XX", None, "CO43SQ"]
HEADER = "Supplier Name,Supplier Postcode,Payment Date,Transaction No,Expense Type,Net Amount\n"
APRIL = (
    "Payments over £500,,,,,\n"
    "\n" + HEADER + 'Acme Ltd,CO1 1JB,01/04/2026,1,Repairs,"£1,234.50"\n'
    "Beta & Sons,IP1 2DE,02/04/2026,2,Consultancy,(200.00)\n"
    "REDACTED PERSONAL DATA,,03/04/2026,3,Care,600.00\n"
    + HEADER
    + "Acme Limited,CO1 1JB,01/07/2026,6,Repairs,50.00 CR\n"
    "Oops,CO1 1JB,31/02/2026,7,Repairs,10\n"
    'Total,,,,,"1,584.50"\n'
)


@pytest.fixture(scope="module")
def classifier(small_tables: DataStore) -> Classifier:
    """Give the classifier of a directory that each worker has read in no time."""
    council = read_council(store=small_tables)
    option = option_zones("ttwa-official", council, store=small_tables)
    return Classifier(boundary_of_option(option), store=small_tables)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Give a cluster of two workers, each of which reads the tables once."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _table(rows: int, *, start: int = 0) -> pa.Table:
    postcodes = [POSTCODES[k % len(POSTCODES)] for k in range(rows)]
    return pa.table({"id": range(start, start + rows), "supplier_postcode": postcodes})


def test_parquet_comes_back_in_the_same_files(
    classifier: Classifier, client: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "spend"
    (folder / "year=2025").mkdir(parents=True)
    pq.write_table(_table(1_000), folder / "a.parquet", row_group_size=100)
    pq.write_table(_table(37, start=1_000), folder / "year=2025" / "b.parquet")
    empty = _table(1).slice(0, 0)
    pq.write_table(empty, folder / "year=2025" / "empty.parquet")
    alone = check_parquet(folder, classifier, out=tmp_path / "alone")
    together = check_parquet(folder, classifier, out=tmp_path / "together", client=client)
    assert together.by_reason == alone.by_reason
    made = list((tmp_path / "alone").rglob("*.parquet"))
    assert len(made) == 3
    for path in made:
        other = tmp_path / "together" / path.relative_to(tmp_path / "alone")
        assert pq.read_table(path).equals(pq.read_table(other))


def counted(paths: Sequence[Path], classifier: Classifier, **asked: Any) -> dict[str, Any]:
    report = report_spend(read_payments(paths, **asked), classifier, ())
    return as_document(report, ("district", "size", "supplier"))


def test_payments_are_counted_the_same(classifier: Classifier, client: Any, tmp_path: Path) -> None:
    april, may = tmp_path / "april.csv", tmp_path / "may.csv"
    april.write_bytes(APRIL.encode("cp1252"))
    may.write_text("Payee,Date,Amount\nAcme LTD,01/05/2026,7\nGamma GmbH,01/05/2026,8\n")
    found = counted([may, april], classifier, client=client)
    assert found == counted([april, may], classifier)
    assert found["rows"] > 4


def test_blocks_of_roads_give_the_plain_result(client: Any) -> None:
    network, origins, ends = case()
    plain = travel_minutes(network, origins, ends)
    found = travel_minutes(network, origins, ends, executor=client.get_executor())
    np.testing.assert_array_equal(found, plain)
    assert np.isfinite(plain).any()
