"""What a refresh of a table says of published definitions, and of tables that rest on it."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from definition_cases import APPROVAL, tiny_file
from table_cases import refresh

from localarea.cli.data.data_changes import show_refreshed
from localarea.datasets.storage.renewed import Edition
from localarea.definitions.publish import publish
from localarea.definitions.store import DefinitionStore
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.renewal.verdicts import Resting, resting_definitions

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

    from localarea.datasets.store import DataStore

ID = APPROVAL.id
FLOWS = "flows/wu01ew_2011_msoa_flows.csv.gz"


@pytest.fixture(scope="module")
def published(small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory) -> DefinitionStore:
    council = read_council("colchester", store=small_tables)
    option = option_zones("catchment", council, store=small_tables)
    store = DefinitionStore(tmp_path_factory.mktemp("definitions"))
    terms = replace(APPROVAL, half_left_out="")
    store.add(publish(option, council, terms, store=small_tables))
    return store


def _with(store: DataStore, name: str, table: pa.Table, folder: Path) -> DataStore:
    """Put another table into use."""
    import hashlib

    path = folder / f"{name}.parquet"
    pq.write_table(table, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    info = replace(store.info(name), file=str(path), sha256=sha256)
    return store.using(Edition(1, 0, "", {name: info}, "", ""))


def test_other_names_of_zones_change_no_verdict_and_hinder_no_index(
    published: DefinitionStore, small_tables: DataStore, tmp_path: Path
) -> None:
    zones = small_tables.read("zones_msoa11")
    renamed = pa.array([f"{name} (new)" for name in zones["name"].to_pylist()])
    table = zones.set_column(zones.column_names.index("name"), "name", renamed)
    newer = _with(small_tables, "zones_msoa11", table, tmp_path)
    found = resting_definitions(published, small_tables, newer, ["zones_msoa11"])
    assert found == (Resting(ID, ("zones_msoa11",), 0),)


def test_other_outlines_hinder_a_new_index(
    published: DefinitionStore, small_tables: DataStore, tmp_path: Path
) -> None:
    zones = gpd.read_parquet(small_tables.path("zones_msoa11"))
    moved = zones.set_geometry(shapely.transform(zones.geometry.to_numpy(), lambda xy: xy + 1))
    path = tmp_path / "moved.parquet"
    moved.set_crs(zones.crs, allow_override=True).to_parquet(path, geometry_encoding="geoarrow")
    newer = _with(small_tables, "zones_msoa11", pq.read_table(path), tmp_path)
    found = resting_definitions(published, small_tables, newer, ["zones_msoa11"])
    assert found == (Resting(ID, ("zones_msoa11",), None),)


def test_flows_that_chose_a_boundary_change_no_verdict_of_it(
    published: DefinitionStore, small_tables: DataStore, tmp_path: Path
) -> None:
    table = small_tables.read("flows_2011")
    newer = _with(small_tables, "flows_2011", table.slice(0, table.num_rows - 1), tmp_path)
    made = ["flows_2011", "jobs_msoa21_2024"]  # the jobs are the same, and chose nothing
    found = resting_definitions(published, small_tables, newer, made)
    assert found == (Resting(ID, ("flows_2011",), 0),)
    assert resting_definitions(published, small_tables, small_tables, made) == ()


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_refresh_names_the_definitions_that_rest_on_it(
    dry_run: bool, twin: Twin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = gzip.decompress((twin.raw / FLOWS).read_bytes()).decode().splitlines()
    head, first, *rest = lines
    *codes, count = first.split(",")
    file = tmp_path / "wu01ew_2011_msoa_flows.csv"
    file.write_text("\n".join([head, ",".join([*codes, str(int(count) + 1)]), *rest]))
    definitions = DefinitionStore(tmp_path / "definitions")
    rests: dict[str, Any] = {"name": "flows_2011", "vintage": "2011", "sha256": "0", "source": "x"}
    definitions.add(tiny_file(inputs=({**rests, "licence": "x"},)))
    asked: dict[str, Any] = {"definitions": definitions, "dry_run": dry_run}
    done = refresh(twin, tmp_path / "tables", "flows", file, **asked)
    assert done.verdicts == (Resting(ID, ("flows_2011",), 0),)
    show_refreshed(done, "Colchester")
    out = capsys.readouterr().out
    assert f"Definition {ID} rests on flows_2011, and answers as published; indexed again, 0" in out
    assert (tmp_path / "tables").exists() is not dry_run


def test_tables_that_rest_on_it_and_stay_are_named(
    twin: Twin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = twin.raw / "lookups/msoa21_names.csv"
    changed = tmp_path / "msoa21_names.csv"
    text = file.read_text(encoding="utf-8-sig")
    head, first, *rest = text.splitlines()
    cells = first.split(",")
    cells[3] = "Elsewhere"  # the Library's name
    changed.write_text("\n".join([head, ",".join(cells), *rest]), encoding="utf-8")
    done = refresh(twin, tmp_path / "tables", "names", changed, dry_run=True)
    show_refreshed(done, "Colchester")
    out = capsys.readouterr().out
    print(done.left, done.tables)
    assert done.left
    assert f"left as it is: {', '.join(done.left)}; 'localarea data status --json'" in out
