"""The joins of docs/scale.md: DuckDB and Spark say of every row what `check_frame` says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from definition_cases import APPROVAL

from localarea.checking.frames import check_frame
from localarea.definitions.exports import export_definition
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import publish
from localarea.definitions.sealed_directory import classifier_under
from localarea.geo.postcodes import postcode_of
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localarea.datasets.store import DataStore

ROWS = 5_000
STYLES: tuple[Callable[[str], str], ...] = (
    str,
    str.lower,
    lambda text: text.replace(" ", ""),
    lambda text: f"  {text.replace(' ', '-')}.",
    lambda text: text.lower().replace(" ", "\u00a0"),
    lambda text: " ".join(text.replace(" ", "")),
)
NO_POSTCODE = [None, "", "   ", "XX9 9XX", "ZZ99 9ZZ", "CO1 9ZZ", "nonsense", "n/a", "12345"]
# What the classifier reads and a join cannot: it says unknown, never the other side.
BEYOND_A_JOIN = ["C01 1JB", "CO1", "33 Sheepen Road, Colchester CO3 3WG", "CO1 1JB (head office)"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore) -> Path:
    """Give a folder with the index of a definition, and spend with every verdict in it."""
    folder = tmp_path_factory.mktemp("warehouse")
    council = read_council("colchester", store=small_tables)
    opened = OpenDefinition(
        publish(
            option_zones("ttwa-official", council, store=small_tables),
            council,
            APPROVAL,
            store=small_tables,
        )
    )
    export_definition(opened, folder / "local.parquet")
    table = small_tables.read("postcodes", ["key", "status"])
    rng = np.random.default_rng(17)
    keys = rng.choice(table["key"].to_numpy(), ROWS).tolist()
    texts: list[str | None] = [STYLES[k % len(STYLES)](postcode_of(x)) for k, x in enumerate(keys)]
    texts += [*NO_POSTCODE * 20, *BEYOND_A_JOIN]
    order = rng.permutation(len(texts))
    spend = pd.DataFrame(
        {"line": range(len(texts)), "supplier_postcode": [texts[k] for k in order]}
    )
    spend.to_parquet(folder / "spend.parquet", index=False)
    checked = check_frame(spend, classifier_under(opened), column="supplier_postcode")
    checked.to_parquet(folder / "expected.parquet", index=False)
    return folder


def compare(folder: Path, found: pd.DataFrame) -> None:
    spend = pd.read_parquet(folder / "spend.parquet")
    expected = pd.read_parquet(folder / "expected.parquet")
    found = found.sort_values("line", ignore_index=True)
    assert list(found.columns) == [*spend.columns, "local_status"]
    pd.testing.assert_frame_equal(found[list(spend.columns)], spend)  # every row, once
    beyond = spend["supplier_postcode"].isin(BEYOND_A_JOIN)
    assert int(beyond.sum()) == len(BEYOND_A_JOIN)
    ours, theirs = expected["local_status"].astype(str), found["local_status"].astype(str)
    assert Counter(theirs[~beyond]) == Counter(ours[~beyond])
    assert min(Counter(theirs).values()) > 100  # local, not local and unknown are all there
    assert (theirs[~beyond] == ours[~beyond]).all()
    assert (expected["local_reason"] == "terminated").sum() > 100
    assert set(theirs[beyond]) == {"unknown"}


def test_the_index_has_two_columns_and_each_postcode_once(folder: Path) -> None:
    index = pq.read_table(folder / "local.parquet")
    assert index.column_names == ["postcode", "status"]
    keys = index["postcode"].to_pylist()
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[A-Z0-9]{5,7}", key) for key in keys)
    assert set(index["status"].to_pylist()) <= {"local", "not_local", "unknown"}


def test_duckdb_joins_as_the_classifier_answers(
    folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(folder)
    statement = (repository / "docs" / "examples" / "duckdb_join.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(statement)
    compare(folder, pd.read_parquet(folder / "spend-checked.parquet"))


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("pyspark") is None, reason="PySpark is not in this environment: run scripts/spark"
)
@pytest.mark.skipif(
    shutil.which("java") is None and "JAVA_HOME" not in os.environ,
    reason="Java 17 is not here: run scripts/spark, or apt install openjdk-17-jre-headless",
)
def test_spark_joins_as_the_classifier_answers(folder: Path, repository: Path) -> None:
    script = repository / "docs" / "examples" / "pyspark_join.py"
    paths = [str(folder / name) for name in ("spend.parquet", "local.parquet", "spark-checked")]
    local = "--master local[2] --conf spark.ui.enabled=false --driver-memory 1g pyspark-shell"
    subprocess.run(
        [sys.executable, str(script), *paths],
        check=True,
        cwd=folder,
        env={
            **os.environ,
            "PYSPARK_SUBMIT_ARGS": local,
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "localhost",
        },
        timeout=600,
    )
    compare(folder, pd.read_parquet(folder / "spark-checked"))
